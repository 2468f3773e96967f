package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** An array that belongs to neither library. Integers up to 2^53 are exact. */
record Nd(DType dtype, long[] shape, double[] data) {

  static Nd of(DType dtype, long[] shape, DoubleSupplier next) {
    double[] data = new double[count(shape)];
    for (int i = 0; i < data.length; i++) data[i] = next.getAsDouble();
    return new Nd(dtype, shape, data).rounded();
  }

  static Nd random(DType dtype, long[] shape, Random random) {
    return of(dtype, shape, () -> random.nextDouble() * 2 - 1);
  }

  static Nd scalar(double value) {
    return new Nd(DType.FLOAT64, new long[0], new double[] {value});
  }

  /** With every element as another dtype holds it. */
  static Nd rounded(DType dtype, Nd value) {
    return new Nd(dtype, value.shape, value.data.clone()).rounded();
  }

  /** With every element as its dtype holds it. */
  private Nd rounded() {
    for (int i = 0; i < data.length; i++) {
      data[i] = switch (dtype) {
        case FLOAT64 -> data[i];
        case FLOAT32 -> (float) data[i];
        case BOOL -> data[i] != 0 ? 1 : 0;
        default -> (double) wrapped(dtype, Math.round(data[i]));
      };
    }
    return this;
  }

  /** A shape, or dimensions. */
  static long[] dims(long... v) {
    return v;
  }

  static int count(long[] shape) {
    return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  boolean isFloating() {
    return floating(dtype);
  }

  static boolean floating(DType dtype) {
    return dtype.isFloatingPoint();
  }

  static boolean integral(DType dtype) {
    return !floating(dtype) && dtype != DType.BOOL;
  }

  /** The smallest number of a dtype of integers. */
  static long lowest(DType dtype) {
    return unsigned(dtype) ? 0 : -highest(dtype) - 1;
  }

  /** The largest number of a dtype of integers. */
  static long highest(DType dtype) {
    return Long.MAX_VALUE >>> 64 - 8 * dtype.itemSize() - (unsigned(dtype) ? 1 : 0);
  }

  static boolean unsigned(DType dtype) {
    return dtype.name().startsWith("UINT");
  }

  /** The number that the lowest bits are in a dtype of integers. */
  static long wrapped(DType dtype, long v) {
    int unused = 64 - 8 * dtype.itemSize();
    return unsigned(dtype) ? v << unused >>> unused : v << unused >> unused;
  }

  boolean isZero() {
    return Arrays.stream(data).allMatch(v -> v == 0);
  }

  long[] longs() {
    return Arrays.stream(data).mapToLong(v -> (long) v).toArray();
  }

  String kind() {
    return dtype + Arrays.toString(shape);
  }

  @Override
  public String toString() {
    return kind() + (data.length <= 24 ? Arrays.toString(data) : "");
  }
}
