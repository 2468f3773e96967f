package io.retrograd.memory;

import static io.retrograd.Retrograd.ones;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.BackwardOptions;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.Node;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A gradient with a graph leads to the leaf that holds it. Java may drop both in any way, and nothing stays: nothing at
 * all, so that a loop of any length is flat.
 */
class GradientCycleTest {
  private static final long ROUNDS = 50;

  /** Each makes a cycle and returns the only tensors that a program could close. */
  private static final Map<String, Supplier<Tensor[]>> STEPS = Map.ofEntries(
      Map.entry("backward", () -> {
        Tensor x = leaf();
        Tensor loss = cube(x).sum();
        loss.backward(BackwardOptions.createGraph());
        return new Tensor[] {x, loss};
      }),
      Map.entry("backward for inputs", () -> {
        Tensor x = leaf();
        Tensor loss = cube(x).sum();
        loss.backward(BackwardOptions.createGraph().inputs(x));
        return new Tensor[] {x, loss};
      }),
      Map.entry("backward twice", () -> {
        Tensor x = leaf();
        Tensor loss = cube(x).sum();
        loss.backward(BackwardOptions.createGraph());
        loss.backward(BackwardOptions.createGraph());
        return new Tensor[] {loss, x};
      }),
      Map.entry("leaf that goes first", () -> {
        Tensor x = leaf();
        Tensor loss = cube(x).sum();
        x.close();
        loss.backward(BackwardOptions.createGraph());
        return new Tensor[] {loss};
      }),
      Map.entry("gradient that is read", () -> {
        Tensor x = leaf();
        Tensor loss = cube(x).sum();
        loss.backward(BackwardOptions.createGraph());
        Tensor second = x.grad().square().sum();
        second.backward(BackwardOptions.createGraph());
        return new Tensor[] {x, loss, second, x.grad()};
      }),
      Map.entry("two leaves", () -> {
        Tensor x = leaf();
        Tensor w = leaf();
        Tensor loss = cube(x).mul(w).sum();
        loss.backward(BackwardOptions.createGraph());
        return new Tensor[] {w, loss, x};
      }),
      Map.entry("retained", () -> {
        Tensor x = leaf();
        Tensor y = cube(x);
        y.retainGrad();
        Tensor loss = cube(y).sum();
        loss.backward(BackwardOptions.createGraph());
        return new Tensor[] {y, x, loss};
      }),
      Map.entry("setGrad", () -> {
        Tensor x = leaf();
        x.setGrad(cube(x));
        return new Tensor[] {x};
      }),
      Map.entry("setGrad of a view", () -> {
        Tensor x = leaf();
        x.setGrad(x.view(64, 64));
        return new Tensor[] {x};
      }),
      Map.entry("setGrad of a result", () -> {
        Tensor x = leaf();
        Tensor y = cube(x);
        y.setGrad(y.view(64, 64));
        return new Tensor[] {x, y};
      }),
      Map.entry("setGrad of one another", () -> {
        Tensor x = leaf();
        Tensor w = ones(64, 64);
        x.setGrad(w);
        w.setGrad(x);
        return new Tensor[] {x, w};
      }));

  private Usage before;

  static String[] steps() {
    return STEPS.keySet().stream().sorted().toArray(String[]::new);
  }

  private static Tensor leaf() {
    return ones(64, 64).requiresGrad_(true);
  }

  private static Tensor cube(Tensor x) {
    return x.mul(x).mul(x);
  }

  @BeforeEach
  void begin() {
    before = Usage.settled();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void inScopes(String step) {
    for (int i = 0; i < ROUNDS; i++)
      Scope.run(() -> {
        STEPS.get(step).get();
      });
    assertEquals(before, Usage.now());
  }

  /** The temporaries are closed by a scope, and what the step returns by hand, afterwards. */
  @ParameterizedTest
  @MethodSource("steps")
  void afterClose(String step) {
    for (int i = 0; i < ROUNDS; i++) {
      for (Tensor t : Scope.run(STEPS.get(step))) t.close();
    }
    assertEquals(before, Usage.now());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void unreachable(String step) {
    for (int i = 0; i < ROUNDS; i++) STEPS.get(step).get();
    before.assertBack(step);
  }

  /** One handle of several is enough. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLeafThatJavaHoldsKeepsItsGradient(boolean original) {
    Tensor x = leaf();
    try (Scope scope = Scope.open()) {
      Tensor loss = cube(x).sum();
      loss.backward(BackwardOptions.createGraph());
      Tensor other = variable(loss);
      if (!original) x.close();
      Tensor held = original ? x : other;
      if (original) other.close();
      assertEquals(3, held.grad().get(0, 0).item());
      assertEquals(6, first(Autograd.grad(held.grad().sum(), held)));
    }
    x.close();
    before.assertBack("nodes, which belong to no scope");
  }

  /** What is observable: nobody holds the leaf, and who finds it in the graph finds no gradient. */
  @Test
  void aNodesVariableHasNoGradientOnceTheLeafIsClosed() {
    try (Scope scope = Scope.open()) {
      Tensor x = leaf();
      Tensor loss = cube(x).sum();
      loss.backward(BackwardOptions.createGraph());
      x.close();
      assertNull(variable(loss).grad());
      Tensor w = leaf();
      Tensor other = cube(w).sum();
      other.backward(BackwardOptions.retainGraph());
      w.close();
      assertNotNull(variable(other).grad(), "one without a graph stays");
    }
    before.assertBack("nodes, which belong to no scope");
  }

  @Test
  void aGradientThatJavaHoldsSurvivesItsLeaf() {
    try (Scope scope = Scope.open()) {
      Tensor x = leaf();
      Tensor y = x.mul(2);
      y.retainGrad();
      cube(y).sum().backward(BackwardOptions.createGraph());
      Tensor gradient = x.grad();
      x.close();
      assertEquals(24, gradient.get(0, 0).item());
      assertEquals(24, first(Autograd.grad(gradient.sum(), y)));
    }
    assertEquals(before, Usage.now());
  }

  /** A hook is given the leaf, which Java thereby holds again. */
  @Test
  void hooksSeeTheGradientOfALeafThatWasClosed() {
    double[] seen = {0};
    try (Scope scope = Scope.open()) {
      Tensor x = leaf();
      x.registerPostAccumulateGradHook(t -> seen[0] = t.grad().get(0, 0).item());
      Tensor loss = cube(x).sum();
      x.close();
      loss.backward(BackwardOptions.createGraph());
    }
    assertEquals(3, seen[0]);
    before.assertBack("the hook's leaf");
  }

  /** Whoever comes last, backward or close, lets go. */
  @Test
  void closingWhileBackwardRuns() {
    for (int i = 0; i < 2000; i++) {
      Tensor x = ones(1).requiresGrad_(true);
      Tensor loss = Scope.run(() -> cube(x).sum());
      CompletableFuture<Void> closing = CompletableFuture.runAsync(x::close);
      loss.backward(BackwardOptions.createGraph());
      closing.join();
      loss.close();
    }
    before.assertBack("2000 races");
  }

  /** No cycle through Java is found here: the user is told, once. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hooksInAStoredGraphWarn(boolean hooks) {
    String output = ForkedJvm.run(HookCycle.class, List.of(), hooks);
    String[] parts = output.split("backward\\(createGraph\\) stored", -1);
    assertEquals(hooks ? 2 : 1, parts.length, output);
    if (!hooks) return;
    assertTrue(parts[0].contains("no warning before this"), output);
    assertTrue(parts[1].contains("Autograd.grad") && parts[1].contains("setGrad(null)"), output);
  }

  private static double first(Tensor t) {
    return t.get(0, 0).item();
  }

  private static Tensor variable(Tensor loss) {
    Node node = loss.gradFn();
    while (node.variable() == null) node = node.nextFunctions().get(0).function();
    return node.variable();
  }
}
