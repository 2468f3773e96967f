package io.retrograd.benchmarks;

/** Inputs that all engines share. */
final class Data {
  static final double[] CELSIUS = {0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0};
  static final double[] UNKNOWN = {35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4
  };

  private Data() {}

  /** Numbers in [0, bound), all over it. */
  static long[] spread(int n, long bound) {
    long[] numbers = new long[n];
    for (int i = 0; i < n; i++) numbers[i] = i * 7_919L % bound;
    return numbers;
  }

  static long[] labels(int n) {
    long[] labels = new long[n];
    for (int i = 0; i < n; i++) labels[i] = i * 7 % 10;
    return labels;
  }
}
