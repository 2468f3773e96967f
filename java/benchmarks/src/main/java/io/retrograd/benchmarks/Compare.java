package io.retrograd.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same work through Retrograd and through libtorch, in forked JVMs that take turns, and the ratios of each pair. On a
 * busy machine single times mean little; ratios within a round mean more, and their interval says how much.
 *
 * <p>Arguments: rounds (7 or more for figures to publish), seconds per case, steps of the memory case, part of the names of
 * the cases that are wanted, without memory.
 */
final class Compare {
  private static final List<String> ENGINES = List.of("scope", "plain", "libtorch");

  private Compare() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    String seconds = args.length > 1 ? args[1] : "1";
    String steps = args.length > 2 ? args[2] : "3000";
    System.out.printf(
        "JDK %s, %d cores, %d rounds, OMP_WAIT_POLICY=PASSIVE, libtorch with the better of 1 and all threads for its BLAS%n",
        System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), rounds);
    for (String threads : List.of("1", "2")) {
      System.out.printf(
          "%n%s thread%s; times are medians of %d rounds, ratios Retrograd / libtorch with their quartiles%n%n",
          threads, threads.equals("1") ? "" : "s", rounds);
      table(rounds, threads, seconds, args.length > 3 ? args[3] : "");
    }
    if (args.length > 3) return;
    System.out.printf(
        "%nResident memory over %s network steps, a Java heap of 256 MiB included; the slope over the last four fifths%n%n",
        steps);
    table(1, "memory", steps);
  }

  private static void table(int rounds, String... mode) throws IOException, InterruptedException {
    // case -> engine -> one figure a round
    Map<String, Map<String, double[]>> figures = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (String engine : ENGINES) {
        for (Map.Entry<String, Double> figure : run(engine, mode).entrySet()) {
          figures.computeIfAbsent(figure.getKey(), k -> new LinkedHashMap<>())
                  .computeIfAbsent(engine, k -> new double[rounds])[round] =
              figure.getValue();
        }
      }
    }
    System.out.println("| case | scope | plain | libtorch | scope / libtorch | plain / libtorch |");
    System.out.println("|---|---|---|---|---|---|");
    figures.forEach((name, byEngine) -> {
      StringBuilder row = new StringBuilder("| ").append(name);
      boolean time = !mode[0].equals("memory");
      for (String engine : ENGINES)
        row.append(" | ").append(show(quantile(byEngine.get(engine), 0.5), time));
      for (String engine : ENGINES.subList(0, 2)) {
        row.append(" | ").append(ratios(byEngine.get(engine), byEngine.get("libtorch")));
      }
      System.out.println(row.append(" |"));
    });
  }

  /** The median ratio of the rounds, and its quartiles. */
  static String ratios(double[] a, double[] b) {
    double[] ratios = new double[a.length];
    for (int i = 0; i < a.length; i++) ratios[i] = a[i] / b[i];
    return String.format(
        Locale.ROOT,
        "%.2f [%.2f, %.2f]",
        quantile(ratios, 0.5),
        quantile(ratios, 0.25),
        quantile(ratios, 0.75));
  }

  static String show(double value, boolean nanoseconds) {
    if (!nanoseconds) return String.format(Locale.ROOT, "%.1f", value);
    if (value < 1e4) return String.format(Locale.ROOT, "%.0f ns", value);
    if (value < 1e7) return String.format(Locale.ROOT, "%.1f us", value / 1e3);
    return String.format(Locale.ROOT, "%.2f ms", value / 1e6);
  }

  static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(q * (sorted.length - 1))];
  }

  /** Where libtorch has several threads, the better of two runs for each case: its BLAS with one thread, and with all. */
  private static Map<String, Double> run(String engine, String... mode)
      throws IOException, InterruptedException {
    Map<String, Double> figures = fork(engine, "1", mode);
    if (engine.equals("libtorch") && !mode[0].equals("memory") && !mode[0].equals("1")) {
      fork(engine, mode[0], mode).forEach((name, figure) -> figures.merge(name, figure, Math::min));
    }
    return figures;
  }

  private static Map<String, Double> fork(String engine, String blasThreads, String... mode)
      throws IOException, InterruptedException {
    List<String> command = java(Worker.class, engine);
    // What grows must not be Java's: its heap is there from the start, and its optimizing compiler,
    // which comes late
    // and takes tens of MiB, stays out. These options follow the general ones, and so win.
    if (mode[0].equals("memory")) {
      command.addAll(
          command.indexOf(Worker.class.getName()),
          List.of("-Xmx256m", "-Xms256m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1"));
    }
    command.addAll(List.of(mode));
    ProcessBuilder builder = new ProcessBuilder(command);
    // libtorch's OpenMP threads and those of its OpenBLAS take the cores from each other when they
    // spin while they
    // wait, and sometimes all the same: a network step then takes it more than ten times as long.
    builder
        .environment()
        .putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_NUM_THREADS", blasThreads));
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String[] line : lines(builder)) figures.put(line[0], Double.valueOf(line[1]));
    return figures;
  }

  /** The command that runs a main class in a JVM like this one. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        System.getProperty("java.home") + "/bin/java",
        "-cp",
        System.getProperty("java.class.path"),
        "-Xmx1g"));
    if (Runtime.version().feature() >= 24) command.add("--enable-native-access=ALL-UNNAMED");
    String libraries = System.getProperty("retrograd.library.path");
    if (libraries != null) command.add("-Dretrograd.library.path=" + libraries);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a process and returns the lines of fields, divided by tabs, that it prints. */
  static List<String[]> lines(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String[]> figures = new ArrayList<>();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t");
        if (parts.length > 1) figures.add(parts);
      }
    }
    if (process.waitFor() != 0)
      throw new IOException(builder.command() + " failed: exit code " + process.exitValue());
    return figures;
  }
}
