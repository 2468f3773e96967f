package io.retrograd;

import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Memory without scopes. */
class NetTest {
  private static final long MIB = 1 << 20;

  /** Waits for what only a collection can bring about. */
  private static void eventually(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertTrue(condition.getAsBoolean());
  }

  @Test
  void unreachableTensorsAreFreedByAnIdleProcess() throws InterruptedException {
    eventually(() -> true);
    long before = Memory.snapshot().openTensors();
    for (int i = 0; i < 1000; i++) zeros(10);
    eventually(() -> Memory.snapshot().openTensors() <= before + 5);
  }

  @Test
  void aLongScopeFreesWhatBecameUnreachable() throws InterruptedException {
    try (Scope scope = Scope.open()) {
      long before = Memory.snapshot().openTensors();
      for (int i = 0; i < 1000; i++) zeros(10);
      eventually(() -> Memory.snapshot().openTensors() <= before + 5);
    }
  }

  @Test
  void aPlainLoopStaysBelowALimit() {
    long limit = Memory.limit();
    try {
      Memory.setLimit(Memory.allocated() + 100 * MIB);
      for (int i = 0; i < 2000; i++) empty(MIB / 4); // 1 MiB each
    } finally {
      Memory.setLimit(limit);
    }
  }

  @Test
  void aThreadThatDiesLeavesNothing() throws Exception {
    long before = Memory.snapshot().openTensors();
    var pool = Executors.newSingleThreadExecutor();
    pool.submit(() -> {
          Scope.open(); // and never closed
          for (int i = 0; i < 100; i++) ones(1);
        })
        .get();
    pool.shutdown();
    pool.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS);
    eventually(() -> Memory.snapshot().openTensors() <= before + 5);
  }

  @Test
  void limitsRaiseWithFigures() {
    long limit = Memory.limit();
    try {
      Memory.setLimit(Memory.allocated() + 10 * MIB);
      OutOfMemoryException e = assertThrows(OutOfMemoryException.class, () -> zeros(16 * MIB));
      assertEquals(getDefaultDevice().toString(), e.device());
      assertTrue(e.requested() >= 64 * MIB);
      assertTrue(e.allocated() <= e.limit());
      assertEquals(Memory.limit(), e.limit());
    } finally {
      Memory.setLimit(limit);
    }
  }

  /** Temporaries are unreachable as soon as a call has taken their handles: the call itself must keep them. */
  @Test
  void collectionsDuringCallsDoNoHarm() throws Exception {
    Thread collector = new Thread(() -> {
      while (!Thread.interrupted()) System.gc();
    });
    collector.start();
    try {
      double sum = 0;
      int rounds = 0;
      long end = System.nanoTime() + 3_000_000_000L; // of which the collector takes what it gets
      for (; rounds < 5_000 && System.nanoTime() < end; rounds++) {
        sum += ones(4).add(ones(4)).mul(stack(ones(2), ones(2)).view(4)).sum().item();
      }
      assertEquals(8.0 * rounds, sum);
    } finally {
      collector.interrupt();
      collector.join();
    }
  }

  @Test
  void closingWhileAnotherThreadComputes() throws Exception {
    var pool = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 2000; i++) {
        Tensor t = ones(3);
        var sum = pool.submit(() -> t.add(t).sum().item());
        pool.submit(t::close).get();
        try {
          assertEquals(6, sum.get());
        } catch (java.util.concurrent.ExecutionException e) {
          assertTrue(e.getCause() instanceof ClosedTensorException, e.toString());
        }
      }
    } finally {
      pool.shutdown();
    }
  }
}
