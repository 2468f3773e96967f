package io.retrograd.oracle;

import java.util.List;

/** What the table needs of a tensor library, so that one piece of code drives both. */
interface Library<T> {
  T make(Nd value);

  Nd read(T x);

  /** The tensors in what an operation returned; numbers and truth values as 0-d tensors. */
  List<T> tensors(Object result);

  T requireGrad(T x);

  boolean requiresGrad(T x);

  /** One entry per input, null where the outputs do not depend on it. */
  List<T> grad(List<T> outputs, List<T> inputs, List<T> gradients, boolean createGraph);

  /** Name of the node that made {@code x}; null for leaves. */
  String gradFn(T x);

  long version(T x);

  boolean sharesMemory(T a, T b);

  long[] strides(T x);

  T clone(T x);

  T permute(T x, long... order);

  T slice(T x, long dim, long start, long end, long step);

  T expand(T x, long... shape);

  /** Returns once all work that was asked for is done, raising what a device has found meanwhile. */
  default void synchronize() {}

  /** Frees at its end everything made inside on this thread. */
  AutoCloseable scope();
}
