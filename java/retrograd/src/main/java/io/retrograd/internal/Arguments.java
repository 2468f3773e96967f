package io.retrograd.internal;

import java.util.List;

/** Arguments that may not be null. What is thrown names the method that the user called, and the argument. */
public final class Arguments {
  private Arguments() {}

  /** An argument that may not be null. */
  public static <T> T given(String name, T argument) {
    if (argument == null) throw absent(name + " is null");
    return argument;
  }

  /** The argument named shape, which may not be null. */
  public static long[] given(long[] shape) {
    return given("shape", shape);
  }

  /** An argument that may not be null, like its elements. */
  public static <L extends List<?>> L allGiven(String name, L elements) {
    int i = 0;
    for (Object e : given(name, elements)) {
      if (e == null) throw absent(name + "[" + i + "] is null");
      i++;
    }
    return elements;
  }

  /** What to throw where an argument is null: the operation, and this text. */
  public static NullPointerException absent(String text) {
    return new NullPointerException(Caller.prefix() + text);
  }
}
