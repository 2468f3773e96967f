package io.retrograd.memory;

import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.Scope;

/** Trains without scopes and compares with a loop in scopes. Arguments: steps, limit in MiB (0: the default limit). */
public final class PlainLoop {
  private static final long MIB = 1 << 20;
  private static final long BATCH = 8;

  private PlainLoop() {}

  public static void main(String[] args) {
    int steps = Integer.parseInt(args[0]);
    long limit = Long.parseLong(args[1]) * MIB;
    long whole = Memory.limit();
    if (limit > 0) Memory.setLimit(limit);
    // The net lets at most this much garbage live: an eighth of RAM, of which the memory limit is
    // 0.8, or a quarter of
    // a GPU's memory; and the block that passes it.
    long most = Retrograd.getDefaultDevice().isCuda() ? whole / 4 : Memory.limit() / 32 * 5;
    long slack = Math.max(64 * MIB, most) + 2 * MIB;

    Network network = new Network();
    Usage before = Usage.now();
    Memory.resetPeak();
    for (int i = 0; i < 20; i++)
      Scope.run(() -> {
        network.step(BATCH);
      });
    check(
        Usage.now().equals(before), "scopes left something: " + before + " became " + Usage.now());
    long scopedPeak = Memory.peak();

    Memory.resetPeak();
    long early = 0;
    for (int i = 1; i <= steps; i++) {
      double loss = network.step(BATCH);
      check(Double.isFinite(loss), "loss " + loss);
      if (i == Math.max(1, steps / 20)) early = Memory.allocated();
    }
    long late = Memory.allocated();
    String figures = "MiB: early " + early / MIB + ", late " + late / MIB + ", peak "
        + Memory.peak() / MIB + ", in scopes " + scopedPeak / MIB + ", slack " + slack / MIB
        + "; collections " + Usage.collections();
    System.out.println(figures);
    check(Math.abs(late - early) <= slack, figures);
    check(Memory.peak() <= scopedPeak + slack, figures);
    if (limit > 0) before.assertBack("after the loop");
  }

  private static void check(boolean condition, String message) {
    if (!condition) throw new AssertionError(message);
  }
}
