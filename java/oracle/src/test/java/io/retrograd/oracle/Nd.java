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
      data[i] =
          switch (dtype) {
            case FLOAT64 -> data[i];
            case FLOAT32 -> (float) data[i];
            case BOOL -> data[i] != 0 ? 1 : 0;
            case UINT8 -> (double) (Math.round(data[i]) & 255);
            case INT8 -> (double) (byte) Math.round(data[i]);
            case INT16 -> (double) (short) Math.round(data[i]);
            case INT32, INT64 -> (double) Math.round(data[i]);
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

  boolean isZero() {
    return Arrays.stream(data).allMatch(v -> v == 0);
  }

  float[] floats() {
    float[] out = new float[data.length];
    for (int i = 0; i < out.length; i++) out[i] = (float) data[i];
    return out;
  }

  long[] longs() {
    return Arrays.stream(data).mapToLong(v -> (long) v).toArray();
  }

  int[] ints() {
    return Arrays.stream(data).mapToInt(v -> (int) v).toArray();
  }

  short[] shorts() {
    short[] out = new short[data.length];
    for (int i = 0; i < out.length; i++) out[i] = (short) data[i];
    return out;
  }

  byte[] bytes() {
    byte[] out = new byte[data.length];
    for (int i = 0; i < out.length; i++) out[i] = (byte) data[i];
    return out;
  }

  boolean[] booleans() {
    boolean[] out = new boolean[data.length];
    for (int i = 0; i < out.length; i++) out[i] = data[i] != 0;
    return out;
  }

  String kind() {
    return dtype + Arrays.toString(shape);
  }

  @Override
  public String toString() {
    return kind() + (data.length <= 24 ? Arrays.toString(data) : "");
  }
}
