package io.retrograd.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A line of gpu-cases.txt, which both sides of the comparison on a GPU read.
 *
 * @param kind the work: see {@link GpuWorker}
 * @param size its size
 * @param figure what its time is shown as
 */
record GpuCase(String name, String kind, int size, Figure figure) {
  static final String FILE = "gpu-cases.txt";

  enum Figure {
    BANDWIDTH,
    FLOPS,
    TIME
  }

  /**
   * How long it is warmed up where it is measured for {@code seconds}: longer where the host's share counts, since
   * Java's optimizing compiler comes late.
   */
  double warmUp(double seconds) {
    return figure == Figure.TIME ? 4 * seconds : seconds;
  }

  /** All cases, their sizes divided by {@code divisor}. */
  static List<GpuCase> all(int divisor) {
    return resource(FILE)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\\s*;\\s*"))
        .map(f -> new GpuCase(
            f[0],
            f[1],
            Math.max(1, Integer.parseInt(f[2]) / divisor),
            Figure.valueOf(f[3].toUpperCase(Locale.ROOT))))
        .toList();
  }

  /** The text of a file beside this class. */
  static String resource(String name) {
    try (InputStream in = GpuCase.class.getResourceAsStream(name)) {
      if (in == null) throw new IOException("no " + name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A time of one run as the figure that the table shows. */
  String show(double nanoseconds) {
    return switch (figure) {
      case BANDWIDTH -> String.format(Locale.ROOT, "%.0f GB/s", bytes() / nanoseconds);
      case FLOPS ->
        String.format(Locale.ROOT, "%.2f TFLOP/s", 2.0 * size * size * size / nanoseconds / 1e3);
      case TIME -> Compare.show(nanoseconds, true);
    };
  }

  /** What has to be read and written at least. */
  double bytes() {
    double n = size;
    return 4
        * switch (kind) {
          case "copy", "tanh" -> 2 * n;
          case "add" -> 3 * n;
          case "sum" -> n;
          case "sumRows", "sumColumns" -> n * n + n;
          default -> throw new IllegalArgumentException(kind + " has no bandwidth");
        };
  }
}
