package io.retrograd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A forked JVM of the comparison: times the cases of one engine and prints a line each, "name TAB nanoseconds"; or runs
 * the memory case and prints resident memory as it goes.
 *
 * <p>Arguments: engine (scope, plain, libtorch), threads, seconds for each case, part of the names of those wanted; or engine, "memory", steps.
 */
final class Worker {
  private Worker() {}

  public static void main(String[] args) throws IOException {
    Engine engine =
        switch (args[0]) {
          case "scope" -> new RetrogradEngine(true);
          case "plain" -> new RetrogradEngine(false);
          case "libtorch" -> new LibtorchEngine();
          default -> throw new IllegalArgumentException(args[0]);
        };
    if (args[1].equals("memory")) {
      Case network = engine.cases().stream()
          .filter(c -> c.name().equals(Engine.NETWORK))
          .findAny()
          .orElseThrow();
      memory(network.work().get(), Integer.parseInt(args[2]));
    } else {
      engine.threads(Integer.parseInt(args[1]));
      String part = args.length > 3 ? args[3] : "";
      for (Case c : engine.cases().stream().filter(c -> c.name().contains(part)).toList())
        System.out.println(c.name() + "\t" + time(c, Double.parseDouble(args[2])));
    }
  }

  /** Median time of a run, per unit, after as long a warm-up. */
  private static double time(Case c, double seconds) {
    Runnable run = c.work().get();
    long warm = System.nanoTime() + (long) (seconds * 1e9);
    int runs = 0;
    while (System.nanoTime() < warm || runs == 0) {
      run.run();
      runs++;
    }
    // At least 9 samples of several runs each, long enough for the clock.
    int each = Math.max(1, runs / 20);
    double[] samples = new double[Math.max(9, Math.min(20, runs / each))];
    for (int i = 0; i < samples.length; i++) {
      long start = System.nanoTime();
      for (int k = 0; k < each; k++) run.run();
      samples[i] = (double) (System.nanoTime() - start) / each / c.unit();
    }
    Arrays.sort(samples);
    return samples[samples.length / 2];
  }

  /** Prints the peak of resident memory, and the slope of the line that fits it best over the last four fifths. */
  private static void memory(Runnable step, int steps) throws IOException {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 1; i <= steps; i++) {
      step.run();
      if (i <= steps / 5) continue;
      double resident = status("VmRSS") * 1024.0;
      n++;
      sx += i;
      sy += resident;
      sxx += (double) i * i;
      sxy += i * resident;
    }
    System.out.println("peak, MiB\t" + status("VmHWM") / 1024.0);
    System.out.println("slope, bytes per step\t" + (n * sxy - sx * sy) / (n * sxx - sx * sx));
  }

  /** A line of /proc/self/status, in KiB. */
  private static long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) return Long.parseLong(line.replaceAll("\\D", ""));
    }
    throw new IOException("no " + key);
  }
}
