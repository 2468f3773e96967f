package io.retrograd;

import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.inferenceMode;
import static io.retrograd.Retrograd.isGradEnabled;
import static io.retrograd.Retrograd.isInferenceModeEnabled;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.setGradEnabled;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ModesTest {
  private final Tensor x = tensor(1.0).requiresGrad_(true);

  @Test
  void guardsNestAndRestore() {
    try (var off = noGrad()) {
      assertFalse(x.mul(2).requiresGrad());
      try (var on = enableGrad()) {
        assertTrue(x.mul(2).requiresGrad());
      }
      assertFalse(isGradEnabled());
      try (var inference = inferenceMode()) {
        assertTrue(isInferenceModeEnabled());
        assertTrue(x.mul(2).isInference());
      }
      assertFalse(isInferenceModeEnabled());
      off.close();
      assertTrue(isGradEnabled());
    }
    assertTrue(isGradEnabled());
    try (var off = setGradEnabled(false)) {
      assertFalse(isGradEnabled());
    }
  }

  @Test
  void anOuterGuardEndsTheInnerOnes() {
    GradMode off = noGrad();
    GradMode on = enableGrad();
    off.close();
    assertTrue(isGradEnabled());
    on.close();
    assertTrue(isGradEnabled());
  }

  @Test
  void nothingIsRecordedInInferenceMode() {
    try (var inference = inferenceMode();
        var on = enableGrad()) {
      Tensor y = x.mul(2);
      assertFalse(y.requiresGrad());
      assertTrue(y.isInference());
    }
  }

  /** What inference mode made stays what it is under another shape; what it only looks at stays ordinary. */
  @Test
  void viewsOfInferenceTensors() {
    Tensor made;
    Tensor seen;
    Tensor y = tensor(1.0, 2.0);
    try (var inference = inferenceMode()) {
      made = y.mul(2);
      seen = y.view(2, 1);
    }
    for (Tensor view : List.of(
        made.view(2, 1), made.select(0, 0), made.unbind().get(0), made.detach().unsqueeze(0))) {
      assertTrue(view.isInference());
      assertThrows(AutogradException.class, () -> view.add_(1));
      assertThrows(AutogradException.class, () -> view.requiresGrad_(true));
      assertThrows(AutogradException.class, () -> view.mul(x));
    }
    assertFalse(seen.isInference());
    seen.add_(1);
  }

  @Test
  void wrappers() {
    assertFalse(noGrad(() -> x.mul(2)).requiresGrad());
    noGrad(() -> {
      x.add_(1);
    });
    assertEquals(2, x.item());
    Function<Tensor, Tensor> addTwo = noGrad((Tensor t) -> t.add(1));
    assertFalse(addTwo.apply(x).requiresGrad());
    assertThrows(
        IllegalStateException.class,
        () -> noGrad((Runnable) () -> {
          throw new IllegalStateException();
        }));
    assertTrue(isGradEnabled());
  }

  @Test
  void precisionOfProducts() {
    assertEquals("highest", Retrograd.getFloat32MatmulPrecision());
    assertFalse(Retrograd.allowTf32());
    try {
      Retrograd.setFloat32MatmulPrecision("medium");
      assertTrue(Retrograd.allowTf32());
      Retrograd.setAllowTf32(true);
      assertEquals("high", Retrograd.getFloat32MatmulPrecision());
      var e = assertThrows(
          IllegalArgumentException.class, () -> Retrograd.setFloat32MatmulPrecision("low"));
      assertTrue(e.getMessage().contains("\"medium\""), e.getMessage());
    } finally {
      Retrograd.setAllowTf32(false);
    }
    assertEquals("highest", Retrograd.getFloat32MatmulPrecision());
  }

  @Test
  void otherThreadsStartEnabled() {
    try (var off = noGrad()) {
      assertTrue(CompletableFuture.supplyAsync(Retrograd::isGradEnabled).join());
      var e = assertThrows(
          Exception.class, () -> CompletableFuture.runAsync(off::close).join());
      assertTrue(e.getCause() instanceof IllegalStateException);
    }
  }

  @Test
  void virtualThreadsAreRefused() throws Exception {
    var start = startVirtualThread();
    assumeTrue(start != null);
    AtomicReference<Throwable> mode = new AtomicReference<>();
    AtomicReference<Throwable> scope = new AtomicReference<>();
    AtomicReference<Double> sum = new AtomicReference<>();
    Thread t = (Thread) start.invoke(null, (Runnable) () -> {
      sum.set(tensor(1.0, 2.0).sum().item());
      mode.set(assertThrows(IllegalStateException.class, Retrograd::noGrad));
      scope.set(assertThrows(IllegalStateException.class, Scope::open));
    });
    t.join();
    assertEquals(3.0, sum.get());
    assertTrue(mode.get().getMessage().contains("platform thread"));
    assertTrue(scope.get().getMessage().contains("newFixedThreadPool"));
  }

  private static java.lang.reflect.Method startVirtualThread() {
    try {
      return Thread.class.getMethod("startVirtualThread", Runnable.class);
    } catch (NoSuchMethodException beforeJdk21) {
      return null;
    }
  }
}
