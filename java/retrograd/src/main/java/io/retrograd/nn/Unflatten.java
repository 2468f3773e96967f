package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/** Several dimensions instead of one. Several threads may share it as they may any {@link Module}. */
public class Unflatten extends Module {
  private final long dim;
  private final long[] unflattenedSize;

  /**
   * Splits a dimension.
   *
   * @param dim which
   * @param unflattenedSize the sizes that it is seen as; one may be -1
   */
  public Unflatten(long dim, long... unflattenedSize) {
    this.dim = dim;
    this.unflattenedSize = Arguments.given("unflattenedSize", unflattenedSize).clone();
  }

  @Override
  public Tensor forward(Tensor x) {
    return Arguments.given("x", x).unflatten(dim, unflattenedSize);
  }

  @Override
  protected String describe() {
    return "dim=" + dim + ", unflattened_size=" + Text.tuple(unflattenedSize);
  }
}
