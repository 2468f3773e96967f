package io.retrograd.misuse;

import static io.retrograd.Retrograd.ones;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** On a virtual thread tensors work; what belongs to a platform thread says so. */
class VirtualThreadsTest {
  private static void onVirtualThread(Runnable action) throws Exception {
    Assumptions.assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with JDK 21");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = (Thread) Thread.class
        .getMethod("startVirtualThread", Runnable.class)
        .invoke(null, (Runnable) () -> {
          try {
            action.run();
          } catch (Throwable e) {
            thrown.set(e);
          }
        });
    thread.join();
    if (thrown.get() != null) throw new AssertionError(thrown.get());
  }

  @Test
  void tensorsWork() throws Exception {
    onVirtualThread(() -> {
      Tensor x = ones(3).requiresGrad_(true);
      x.square().sum().backward();
      assertEquals(6, x.grad().sum().item());
    });
  }

  @Test
  void scopesAndModesRaise() throws Exception {
    List<Executable> calls = List.of(
        Scope::open,
        Retrograd::noGrad,
        Retrograd::enableGrad,
        Retrograd::inferenceMode,
        () -> Retrograd.setGradEnabled(false),
        () -> Scope.run(() -> ones(1)));
    onVirtualThread(() -> {
      for (Executable call : calls) {
        String message = assertThrows(IllegalStateException.class, call).getMessage();
        assertTrue(message.contains("platform thread") && message.contains("Executors"), message);
      }
    });
    assertTrue(Retrograd.isGradEnabled());
  }
}
