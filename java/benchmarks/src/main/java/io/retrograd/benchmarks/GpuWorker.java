package io.retrograd.benchmarks;

import static io.retrograd.Retrograd.randn;

import io.retrograd.Device;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Our side of the comparison on a GPU: times its cases and prints a line each, "name TAB nanoseconds TAB peak bytes",
 * medians, as gpu_torch.py does.
 *
 * <p>Arguments: device, seconds for each case, a divisor of all sizes.
 */
final class GpuWorker {
  private static final int SAMPLES = 15;

  private GpuWorker() {}

  public static void main(String[] args) throws InterruptedException {
    Device device = Device.of(args[0]);
    double seconds = Double.parseDouble(args[1]);
    Retrograd.setDefaultDevice(device);
    Scope.run(() -> RetrogradEngine.matmul(16).run()); // cuBLAS and its workspace are no case's
    for (GpuCase c : GpuCase.all(Integer.parseInt(args[2]))) {
      Retrograd.setAllowTf32(c.kind().equals("matmulTF32"));
      awaitParameters(device);
      Memory.emptyCache(device);
      Memory.resetPeak(device);
      long before = Memory.allocated(device);
      double nanoseconds = Scope.run(() -> median(device, work(c), c.warmUp(seconds), seconds));
      System.out.println(c.name() + "\t" + nanoseconds + "\t" + (Memory.peak(device) - before));
    }
  }

  /** Waits for the end of the last case's parameters, which outlive its scope: they go some time after a collection. */
  private static void awaitParameters(Device device) throws InterruptedException {
    for (int i = 0; i < 100 && Memory.allocated(device) > 0; i++) {
      System.gc();
      Thread.sleep(10);
    }
  }

  private static Runnable work(GpuCase c) {
    int n = c.size();
    return switch (c.kind()) {
      case "copy" -> copy(n);
      case "add" -> add(n);
      case "tanh" -> reading(randn(n), Tensor::tanh);
      case "sum" -> reading(randn(n), Tensor::sum);
      case "sumRows" -> reading(randn(n, n), x -> x.sum(1));
      case "sumColumns" -> reading(randn(n, n), x -> x.sum(0));
      case "matmul", "matmulTF32" -> RetrogradEngine.matmul(n);
      case "network", "networkFused" -> RetrogradEngine.network(n); // our Adam is always fused
      case "calibration" -> RetrogradEngine.calibration();
      default -> throw new IllegalArgumentException("no such kind: " + c.kind());
    };
  }

  private static Runnable copy(int n) {
    Tensor x = randn(n);
    Tensor y = randn(n);
    return () -> y.copy_(x);
  }

  private static Runnable add(int n) {
    Tensor x = randn(n);
    Tensor y = randn(n);
    return () -> x.add(y);
  }

  private static Runnable reading(Tensor x, Function<Tensor, Tensor> operation) {
    return () -> operation.apply(x);
  }

  /** Median time of a run, in nanoseconds. */
  private static double median(Device device, Runnable work, double warmUp, double seconds) {
    Runnable run = () -> Scope.run(work);
    long start = System.nanoTime();
    int runs = 0;
    while (runs == 0 || System.nanoTime() - start < warmUp * 1e9) {
      run.run();
      if (++runs % 16 == 0) device.synchronize();
    }
    device.synchronize();
    double one = (double) (System.nanoTime() - start) / runs;
    int each = (int) Math.max(1, Math.ceil(seconds * 1e9 / SAMPLES / one));
    double[] samples = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      start = System.nanoTime();
      for (int k = 0; k < each; k++) run.run();
      device.synchronize();
      samples[i] = (double) (System.nanoTime() - start) / each;
    }
    Arrays.sort(samples);
    return samples[SAMPLES / 2];
  }
}
