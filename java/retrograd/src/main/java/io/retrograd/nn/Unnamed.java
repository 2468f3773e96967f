package io.retrograd.nn;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** A tensor that was registered without a name and has that of the field which holds it. */
final class Unnamed {
  final boolean isParameter;
  /** The field in which it was last seen. */
  volatile @Nullable Field field;

  Unnamed(boolean isParameter) {
    this.isParameter = isParameter;
  }

  String kind() {
    return isParameter ? "parameter" : "buffer";
  }
}
