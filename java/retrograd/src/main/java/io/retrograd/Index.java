package io.retrograd;

/**
 * One place in {@code x.get(...)} and {@code x.set(value, ...)}. A {@link Tensor} is an index too: a mask of truth
 * values, or integers.
 *
 * <pre>{@code
 * x.get(Index.all(), Index.at(3))            // x[:, 3]
 * x.get(Index.slice(0, 10, 2))               // x[0:10:2]
 * x.get(Index.ellipsis(), Index.from(-2))    // x[..., -2:]
 * x.set(0, x.lt(0))                          // x[x < 0] = 0
 * }</pre>
 *
 * <p>Immutable but for a tensor, which threads may share as its class says.
 */
public sealed interface Index permits Tensor, Index.At, Index.Slice, Index.NewAxis, Index.Ellipsis {
  /**
   * One place; the dimension disappears.
   *
   * @param index from 0, or from the end where negative
   */
  record At(long index) implements Index {}

  /**
   * Places at equal distances.
   *
   * @param start first place; from the end where negative
   * @param end the place to stop before; from the end where negative
   * @param step the distance, at least 1
   */
  record Slice(long start, long end, long step) implements Index {
    /** Checks the step. */
    public Slice {
      if (step < 1)
        throw new IllegalArgumentException("Index.slice: the step must be at least 1, not " + step);
    }
  }

  /** A new dimension of size 1. */
  record NewAxis() implements Index {}

  /** As many whole dimensions as are left over. */
  record Ellipsis() implements Index {}

  /** The whole dimension: {@code :}. */
  static Index all() {
    return new Slice(0, Long.MAX_VALUE, 1);
  }

  /**
   * One place; the dimension disappears.
   *
   * @param index from 0, or from the end where negative
   */
  static Index at(long index) {
    return new At(index);
  }

  /**
   * A range: {@code start:end}.
   *
   * @param start first place; from the end where negative
   * @param end the place to stop before; from the end where negative
   */
  static Index slice(long start, long end) {
    return new Slice(start, end, 1);
  }

  /**
   * Every step-th place of a range: {@code start:end:step}.
   *
   * @param start first place; from the end where negative
   * @param end the place to stop before; from the end where negative
   * @param step the distance, at least 1
   */
  static Index slice(long start, long end, long step) {
    return new Slice(start, end, step);
  }

  /**
   * From a place to the end: {@code start:}.
   *
   * @param start first place; from the end where negative
   */
  static Index from(long start) {
    return new Slice(start, Long.MAX_VALUE, 1);
  }

  /**
   * From the beginning: {@code :end}.
   *
   * @param end the place to stop before; from the end where negative
   */
  static Index until(long end) {
    return new Slice(0, end, 1);
  }

  /** A new dimension of size 1: {@code None}. */
  static Index newAxis() {
    return new NewAxis();
  }

  /** As many whole dimensions as are left over: {@code ...}. */
  static Index ellipsis() {
    return new Ellipsis();
  }
}
