package io.retrograd.benchmarks;

import io.retrograd.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same work through Retrograd and through PyTorch on one GPU, in processes that take turns, as a Markdown table of
 * medians and of ratios with their quartiles.
 *
 * <p>Arguments: device, rounds, seconds for each case, a divisor of all sizes, and a Python that has torch or nothing;
 * with nothing the table holds our figures only.
 */
final class GpuCompare {
  private GpuCompare() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String device = Device.of(args[0]).toString(); // with its number, as PyTorch wants it
    int rounds = Integer.parseInt(args[1]);
    int divisor = Integer.parseInt(args[3]);
    boolean peer = args.length > 4;
    Map<String, double[][]> ours = new LinkedHashMap<>(); // case -> figure -> one value a round
    Map<String, double[][]> theirs = new LinkedHashMap<>();
    Path scratch = Files.createTempDirectory("bench");
    for (String name : List.of(GpuCase.FILE, "gpu_torch.py")) {
      Files.writeString(scratch.resolve(name), GpuCase.resource(name));
    }
    for (int round = 0; round < rounds; round++) {
      measure(ours, rounds, round, Compare.java(GpuWorker.class, device, args[2], args[3]));
      if (!peer) continue;
      List<String> python = List.of(
          args[4],
          scratch.resolve("gpu_torch.py").toString(),
          scratch.resolve(GpuCase.FILE).toString(),
          device,
          args[2],
          args[3]);
      measure(theirs, rounds, round, python);
    }
    System.out.printf(
        "%s, %d rounds%s; %s%n%n",
        device,
        rounds,
        divisor == 1 ? "" : ", sizes divided by " + divisor,
        peer
            ? "ratios of times, Retrograd / PyTorch, with their quartiles"
            : "no Python whose torch knows the GPU: our figures only");
    System.out.println("| case | Retrograd | peak MiB | of copy |"
        + (peer ? " PyTorch | peak MiB | Retrograd / PyTorch |" : ""));
    System.out.println("|---|---|---|---|" + (peer ? "---|---|---|" : ""));
    List<GpuCase> cases = GpuCase.all(divisor);
    for (GpuCase c : cases) System.out.println(row(c, cases.get(0), ours, theirs));
  }

  private static String row(
      GpuCase c, GpuCase ceiling, Map<String, double[][]> ours, Map<String, double[][]> theirs) {
    double[][] a = ours.get(c.name());
    double[][] b = theirs.get(c.name());
    if (a == null)
      return "| " + c.name() + " | - | - | " + (b == null ? "|" : cells(c, b) + " | - |");
    double time = Compare.quantile(a[0], 0.5);
    StringBuilder row =
        new StringBuilder("| ").append(c.name()).append(cells(c, a)).append(" | ");
    if (c.figure() == GpuCase.Figure.BANDWIDTH) {
      double copy = Compare.quantile(ours.get(ceiling.name())[0], 0.5);
      row.append(
          String.format(Locale.ROOT, "%.0f %%", 100 * c.bytes() / time / (ceiling.bytes() / copy)));
    }
    if (b != null) row.append(cells(c, b)).append(" | ").append(Compare.ratios(a[0], b[0]));
    return row.append(" |").toString();
  }

  private static String cells(GpuCase c, double[][] figures) {
    return " | " + c.show(Compare.quantile(figures[0], 0.5))
        + String.format(Locale.ROOT, " | %.1f", Compare.quantile(figures[1], 0.5) / (1 << 20));
  }

  /** Runs one process and files what it prints. */
  private static void measure(
      Map<String, double[][]> figures, int rounds, int round, List<String> command)
      throws IOException, InterruptedException {
    for (String[] line : Compare.lines(new ProcessBuilder(command))) {
      double[][] values = figures.computeIfAbsent(line[0], k -> new double[2][rounds]);
      values[0][round] = Double.parseDouble(line[1]);
      values[1][round] = Double.parseDouble(line[2]);
    }
  }
}
