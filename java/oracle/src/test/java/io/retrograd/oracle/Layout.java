package io.retrograd.oracle;

import java.util.stream.LongStream;

/** How a value lies in memory: as a view of a base that is dense. */
enum Layout {
  DENSE,
  /** All dimensions in reverse order. */
  TRANSPOSED,
  /** Every second element of the last dimension, from the second on. */
  SLICED,
  /** One row, stride 0. */
  EXPANDED;

  /** Whether a value of this shape can lie so. */
  boolean suits(long[] shape) {
    return switch (this) {
      case DENSE -> true;
      case TRANSPOSED -> shape.length > 1;
      case SLICED -> shape.length > 0;
      case EXPANDED -> shape.length > 0 && shape[0] > 1;
    };
  }

  long[] baseShape(long[] shape) {
    if (!suits(shape)) return shape;
    long[] base = shape.clone();
    switch (this) {
      case DENSE -> {}
      case TRANSPOSED -> {
        for (int i = 0; i < base.length; i++) base[i] = shape[base.length - 1 - i];
      }
      case SLICED -> base[base.length - 1] = 2 * base[base.length - 1] + 1;
      case EXPANDED -> base[0] = 1;
    }
    return base;
  }

  <T> T view(Library<T> lib, T base, long[] shape) {
    if (!suits(shape)) return base;
    int rank = shape.length;
    return switch (this) {
      case DENSE -> base;
      case TRANSPOSED ->
        lib.permute(base, LongStream.range(0, rank).map(i -> rank - 1 - i).toArray());
      case SLICED -> lib.slice(base, rank - 1, 1, 2 * shape[rank - 1] + 1, 2);
      case EXPANDED -> lib.expand(base, shape);
    };
  }
}
