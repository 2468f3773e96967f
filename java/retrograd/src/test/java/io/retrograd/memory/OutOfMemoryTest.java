package io.retrograd.memory;

import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Memory;
import io.retrograd.OutOfMemoryException;
import io.retrograd.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A limit that is reached costs an exception, nothing else. */
class OutOfMemoryTest {
  private static final long MIB = 1 << 20;

  private final long limit = Memory.limit();
  private Network network;
  private Usage before;

  @BeforeEach
  void begin() {
    network = new Network();
    before = Usage.settled();
    Memory.setLimit(before.bytes() + 32 * MIB);
  }

  @AfterEach
  void end() {
    Memory.setLimit(limit);
    network.parameters.forEach(p -> p.setGrad(null));
    before.assertBack("afterwards");
  }

  @Test
  void theExceptionTellsAll() {
    OutOfMemoryException e = assertThrows(OutOfMemoryException.class, () -> zeros(1024, 1024, 16));
    assertEquals(getDefaultDevice().toString(), e.device());
    assertEquals(64 * MIB, e.requested());
    assertEquals(before.bytes(), e.allocated());
    assertTrue(e.reserved() >= e.allocated() && e.reserved() <= e.limit(), e.getMessage());
    assertEquals(before.bytes() + 32 * MIB, e.limit());
    for (long figure : new long[] {e.requested(), e.allocated(), e.reserved(), e.limit()}) {
      assertTrue(e.getMessage().contains(Long.toString(figure)), e.getMessage());
    }
    assertTrue(
        e.getMessage().contains("Scope") && e.getMessage().contains("setLimit"), e.getMessage());
  }

  /** Where it is the system that has no more, a higher limit would not help. */
  @Test
  void onlyALimitIsToBeRaised() {
    Memory.setLimit(Long.MAX_VALUE);
    OutOfMemoryException e = assertThrows(OutOfMemoryException.class, () -> zeros(1L << 50));
    assertEquals(1L << 52, e.requested());
    assertTrue(
        e.getMessage().contains("the system refuses") && e.getMessage().contains("Scope"),
        e.getMessage());
    assertFalse(e.getMessage().contains("setLimit"), e.getMessage());
  }

  /** What a program does about it. */
  @Test
  void smallerBatchesGoOn() {
    int steps = 0;
    for (long batch = 1 << 17; steps < 3; ) {
      long size = batch;
      try {
        Scope.run(() -> {
          network.step(size);
        });
        steps++;
      } catch (OutOfMemoryException e) {
        batch /= 2;
      }
    }
    network.parameters.forEach(p -> p.setGrad(null));
    assertEquals(before, Usage.now());
  }

  /** In the middle of a backward pass: the graph's memory is freed as if it had ended. */
  @Test
  void backwardThatFailsFreesItsGraph() {
    try (Scope scope = Scope.open()) {
      var loss = network.loss(rand(64, 784));
      Memory.setLimit(Memory.allocated() + MIB);
      assertThrows(OutOfMemoryException.class, loss::backward);
      Memory.setLimit(limit);
    }
    network.parameters.forEach(p -> p.setGrad(null));
    assertEquals(before, Usage.now());
  }

  /** No scope and nothing closed: before the exception comes, garbage is looked for. */
  @Test
  void plainLoopsFinish() {
    for (int i = 0; i < 60; i++) network.step(8);
  }
}
