package io.retrograd;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.nn.Linear;
import io.retrograd.optim.Adam;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void freesWhatWasMadeInside() {
    Tensor outside = ones(2);
    Tensor inside;
    Tensor kept;
    try (Scope scope = Scope.open()) {
      inside = outside.mul(2);
      kept = scope.keep(inside.add(1));
      assertFalse(inside.isClosed());
    }
    assertTrue(inside.isClosed());
    assertThrows(ClosedTensorException.class, inside::sum);
    assertEquals(6, kept.sum().item());
    assertEquals(2, outside.sum().item());
  }

  @Test
  void keepMovesToTheEnclosingScope() {
    Tensor t;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        t = inner.keep(ones(1));
      }
      assertFalse(t.isClosed());
      try (Scope inner = Scope.open()) {
        assertSame(t, inner.keep(t), "not made inside: stays with the outer one");
      }
    }
    assertTrue(t.isClosed());
    Tensor u;
    try (Scope outer = Scope.open();
        Scope inner = Scope.open()) {
      u = outer.keep(ones(1));
    }
    assertFalse(u.isClosed());
  }

  record Both(Tensor a, List<Tensor> rest, int number) {}

  @Test
  void runKeepsItsResult() {
    Tensor[] temporary = new Tensor[1];
    Both both = Scope.run(() -> {
      temporary[0] = ones(3);
      return new Both(ones(1), List.of(zeros(1), temporary[0].mul(2)), 7);
    });
    assertTrue(temporary[0].isClosed());
    assertFalse(both.a.isClosed());
    assertEquals(6, both.rest.get(1).sum().item());
    Map<String, Tensor[]> map = Scope.run(() -> Map.of("a", new Tensor[] {ones(1), ones(2)}));
    assertEquals(2, map.get("a")[1].sum().item());
    Map.Entry<String, Optional<Tensor>> entry =
        Scope.run(() -> Map.entry("a", Optional.of(ones(3))));
    assertEquals(3, entry.getValue().orElseThrow().sum().item());
  }

  @Test
  void gradientsAndGraphsSurvive() {
    Tensor w = ones(3).requiresGrad_(true);
    Tensor loss;
    try (Scope scope = Scope.open()) {
      loss = scope.keep(w.mul(2).square().sum());
    }
    loss.backward();
    assertEquals(8, w.grad().get(0).item());
  }

  @Test
  void parametersAndStateSurvive() {
    Linear layer;
    Adam adam;
    try (Scope scope = Scope.open()) {
      layer = new Linear(2, 2);
      adam = new Adam(layer.parameters());
      layer.forward(ones(2)).sum().backward();
      adam.step();
    }
    assertFalse(layer.weight().isClosed());
    layer.forward(ones(2)).sum().backward();
    adam.step();
  }

  @Test
  void closingTwiceIsFineOutOfOrderIsNot() {
    Scope outer = Scope.open();
    Scope inner = Scope.open();
    assertThrows(IllegalStateException.class, outer::close);
    inner.close();
    inner.close();
    outer.close();
    assertThrows(IllegalStateException.class, () -> outer.keep(ones(1)));
  }

  @Test
  void belongsToItsThread() throws Exception {
    var pool = Executors.newSingleThreadExecutor();
    try (Scope scope = Scope.open()) {
      Future<?> close = pool.submit(scope::close);
      assertTrue(
          assertThrows(Exception.class, close::get).getCause() instanceof IllegalStateException);
      Tensor other = pool.submit(() -> ones(1)).get();
      scope.close();
      assertFalse(other.isClosed(), "made on another thread");
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void longScopesDoNotGrow() {
    long before = Memory.snapshot().openTensors();
    try (Scope scope = Scope.open()) {
      Tensor x = ones(1);
      for (int i = 0; i < 10_000; i++) {
        x.add(1).close();
      }
      assertTrue(Memory.snapshot().openTensors() - before < 100);
    }
  }

  @Test
  void closeIsIdempotent() {
    Tensor t = ones(2);
    Tensor view = t.get(0);
    t.close();
    t.close();
    assertTrue(t.isClosed());
    assertEquals(1, view.item(), "views keep the memory");
  }
}
