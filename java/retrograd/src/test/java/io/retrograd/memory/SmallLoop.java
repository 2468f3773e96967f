package io.retrograd.memory;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.BackwardOptions;
import io.retrograd.Device;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loops of tensors that cost more beside their elements than for them. Resident memory of the plain loops must stay
 * near what the same loops need in scopes. Arguments: rounds, rounds in scopes, MiB that the plain loops may take more,
 * MiB of address space that they are left (0: as much as they want).
 */
public final class SmallLoop {
  private static final long MIB = 1 << 20;

  private SmallLoop() {}

  private static Map<String, Runnable> loops() {
    Tensor p = rand(4).requiresGrad_(true);
    Tensor plain = rand(2, 2);
    Map<String, Runnable> loops = new LinkedHashMap<>();
    loops.put("views", () -> plain.view(4).unsqueeze(0).select(0, 0));
    loops.put("0-d", () -> tensor(1.5).add(1));
    loops.put("detach", () -> p.detach().add(1));
    loops.put("chains", () -> p.mul(2).add(p).tanh().mul(p));
    loops.put(
        "abandoned backward", // the chain is freed by its own backward, the results are not
        () -> p.mul(2).add(p).tanh().mul(p).sum().backward());
    loops.put("createGraph", () -> {
      Tensor loss = p.mul(p).mul(p).sum();
      Autograd.grad(loss, p, GradOptions.createGraph()).square().sum();
    });
    loops.put("leaves that createGraph", () -> {
      Tensor x = ones(4).requiresGrad_(true);
      x.mul(x).mul(x).sum().backward(BackwardOptions.createGraph());
      x.grad().square().sum();
    });
    return loops;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    int scoped = Integer.parseInt(args[1]);
    long slack = Long.parseLong(args[2]);
    Retrograd.setDefaultDevice(Device.CPU); // objects live in host memory wherever elements are
    Map<String, Runnable> loops = loops();
    for (Runnable loop : loops.values()) {
      for (int i = 0; i < scoped; i++) Scope.run(loop);
    }
    long inScopes = status("VmHWM");
    long headroom = Long.parseLong(args[3]);
    if (headroom > 0) limitAddressSpace(status("VmPeak") + headroom);
    StringBuilder figures =
        new StringBuilder("MiB in scopes: " + inScopes + ", address space " + status("VmSize"));
    boolean tooMuch = false;
    for (var loop : loops.entrySet()) {
      long start = System.nanoTime();
      for (int i = 0; i < rounds; i++) loop.getValue().run();
      long more = status("VmHWM") - inScopes;
      tooMuch |= more > slack;
      figures.append(String.format(
          "%n%s: %d more at most, %d more now, address space %d, allocated %d, collections %d, %d ns a round",
          loop.getKey(),
          more,
          status("VmRSS") - inScopes,
          status("VmSize"),
          Memory.allocated() / MIB,
          Usage.collections(),
          (System.nanoTime() - start) / rounds));
    }
    System.out.println(figures);
    if (tooMuch) throw new AssertionError("more than " + slack + " MiB more than in scopes");
  }

  private static void limitAddressSpace(long mib) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    int code = new ProcessBuilder("prlimit", "--pid", pid, "--as=" + mib * MIB)
        .inheritIO()
        .start()
        .waitFor();
    if (code != 0) throw new AssertionError("prlimit ended with " + code);
  }

  /** A line of this process's /proc/self/status, in MiB. */
  private static long status(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name + ":")) return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
    }
    throw new AssertionError(name);
  }
}
