package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.Arrays;

/**
 * How far from the reference is right, in units in the last place.
 *
 * @param values of results: of each element, or, where {@code accumulates}, of the largest one, since sums of different
 *     order lose what cancels
 * @param gradients of gradients of both orders, always of the largest element
 */
record Tolerance(String name, double values, boolean accumulates, double gradients) {
  /** The same bits; gradients are products of few factors. */
  static final Tolerance EXACT = new Tolerance("exact", 0, false, 8);

  /** Twice the bound that native/math states for elementary functions, since libtorch errs as well. */
  static final Tolerance ELEMENTARY = new Tolerance("elementary", 8, false, 32);

  /** A few elementary functions in a row. */
  static final Tolerance COMPOSED = new Tolerance("composed", 16, true, 64);

  /** Sums and products over tens of elements. */
  static final Tolerance ACCUMULATED = new Tolerance("accumulated", 32, true, 64);

  void checkValues(String what, Nd expected, Nd actual) {
    check(what, expected, actual, values, accumulates);
  }

  void checkGradients(String what, Nd expected, Nd actual) {
    check(what, expected, actual, gradients, true);
  }

  private void check(String what, Nd expected, Nd actual, double ulps, boolean ofLargest) {
    if (expected.dtype() != actual.dtype() || !Arrays.equals(expected.shape(), actual.shape()))
      throw new AssertionError(what + ": " + Reference.NAME + " gives " + expected.kind()
          + ", we give " + actual.kind());
    double unit = expected.dtype() == DType.FLOAT64
        ? 0x1p-52
        : expected.dtype() == DType.FLOAT32 ? 0x1p-23 : 0;
    double smallest = expected.dtype() == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    double largest = 1;
    for (double v : expected.data())
      if (Math.abs(v) < Double.POSITIVE_INFINITY) largest = Math.max(largest, Math.abs(v));
    for (int i = 0; i < expected.data().length; i++) {
      double e = expected.data()[i], a = actual.data()[i];
      double scale = ofLargest ? largest : Math.max(Math.abs(e), smallest);
      boolean same = e == a || Double.isNaN(e) && Double.isNaN(a);
      // Below the smallest normal number libtorch's vectors flush to 0 what ours keep.
      double allowed = Math.max(ulps * unit * scale, ulps > 0 ? smallest : 0);
      boolean near = Math.abs(e - a) <= allowed && Math.abs(e) < Double.POSITIVE_INFINITY;
      if (!same && !near) {
        throw new AssertionError(
            "%s: element %d is %s, %s has %s: %.1f units, %s allows %.0f%n  expected %s%n  ours     %s"
                .formatted(
                    what,
                    i,
                    a,
                    Reference.NAME,
                    e,
                    Math.abs(e - a) / (unit * scale),
                    name,
                    ulps,
                    expected,
                    actual));
      }
    }
  }
}
