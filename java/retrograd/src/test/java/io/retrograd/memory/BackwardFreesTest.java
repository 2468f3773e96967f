package io.retrograd.memory;

import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.ones;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.BackwardOptions;
import io.retrograd.Memory;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a graph saved is gone when backward() returns, without any collection. Sizes are such that nothing is rounded. */
class BackwardFreesTest {
  private static final long LEAF = 64 * 64 * 4;
  private static final long LOSS = getDefaultDevice().isCuda() ? 512 : 64; // the smallest block

  private Scope scope;
  private Usage before;
  private Tensor x;
  private Tensor w;
  private long collections;
  private long heldBefore; // by graphs that other tests of this JVM keep

  @BeforeEach
  void begin() {
    before = Usage.settled();
    collections = Usage.collections();
    heldBefore = Memory.snapshot().graphHeld();
    scope = Scope.open();
    x = ones(64, 64);
    w = ones(64, 64).requiresGrad_(true);
  }

  @AfterEach
  void end() {
    scope.close();
    assertEquals(before, Usage.now());
    assertEquals(collections, Usage.collections(), "collections");
  }

  private Tensor loss() {
    return x.mm(w).tanh().mul(w).softmax(1).pow(3).mean();
  }

  /** A step in an inner scope that keeps the loss: nothing is left but leaves, gradients and the loss. */
  @Test
  void onlyLeavesGradientsAndLossRemain() {
    Tensor loss = Scope.run(this::loss);
    assertTrue(Memory.allocated() > before.bytes() + 4 * LEAF, "the graph holds values");
    loss.backward();
    assertEquals(before.bytes() + 3 * LEAF + LOSS, Memory.allocated());
    assertEquals(
        before.bytes() + 2 * LEAF + LOSS, Memory.snapshot().handleHeld(), "all but the gradient");
    assertEquals(heldBefore, Memory.snapshot().graphHeld());
  }

  @Test
  void theGraphHoldsNothingThoughHandlesAreOpen() {
    Tensor loss = loss();
    assertTrue(Memory.snapshot().graphHeld() >= heldBefore + 4 * LEAF);
    loss.backward();
    assertEquals(heldBefore, Memory.snapshot().graphHeld());
    assertTrue(Memory.allocated() > before.bytes() + 6 * LEAF, "open handles hold their values");
  }

  @Test
  void aRetainedGraphHoldsUntilItsLastRun() {
    Tensor loss = loss();
    long held = Memory.snapshot().graphHeld();
    loss.backward(BackwardOptions.retainGraph());
    assertEquals(held, Memory.snapshot().graphHeld());
    loss.backward();
    assertEquals(heldBefore, Memory.snapshot().graphHeld());
  }

  @Test
  void aGraphThatNeverRanGoesWithItsLastTensor() {
    Scope.run((Runnable) this::loss);
    assertEquals(heldBefore, Memory.snapshot().graphHeld());
    assertEquals(before.bytes() + 2 * LEAF, Memory.allocated());
  }
}
