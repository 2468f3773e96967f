package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static io.retrograd.oracle.Behaviour.assertValues;
import static io.retrograd.oracle.Behaviour.leaf;
import static io.retrograd.oracle.Behaviour.raises;
import static io.retrograd.oracle.Behaviour.vector;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.BackwardOptions;
import io.retrograd.Index;
import io.retrograd.Memory;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Backward passes, accumulation, grad() and higher orders; see {@link Behaviour}. */
class PassBehaviourTest {
  @Test
  void b01_leafAsRootTakesTheGradient() {
    Tensor x = leaf(1, 2);
    x.backward(vector(3, 4));
    assertValues(x.grad(), 3, 4);
  }

  @Test
  void b02_secondBackwardAddsIntoTheSameGradient() {
    Tensor x = leaf(1, 2);
    x.mul(2.0).sum().backward();
    Tensor first = x.grad();
    x.mul(3.0).sum().backward();
    assertValues(first, 5, 5);
    assertTrue(first.sharesStorage(x.grad()));
  }

  @Test
  void b03_createGraphAccumulatesIntoANewGradient() {
    Tensor x = leaf(1, 2);
    x.mul(2.0).sum().backward();
    Tensor first = x.grad();
    x.square().sum().backward(BackwardOptions.createGraph());
    assertValues(first, 2, 2);
    assertValues(x.grad(), 4, 6);
    assertTrue(x.grad().requiresGrad());
    x.setGrad(null);
  }

  @Test
  void b04_aRootListedTwiceCountsTwice() {
    Tensor x = leaf(1, 2), y = x.mul(2.0);
    GradOptions how = GradOptions.defaults().gradOutputs(vector(1, 1), vector(10, 10));
    assertValues(Autograd.grad(List.of(y, y), List.of(x), how).get(0), 22, 22);
  }

  @Test
  void b05_aRootOfSeveralElementsNeedsAGradient() {
    raises(RetrogradException.class, () -> leaf(1, 2).mul(2.0).backward(), "backward", "[2]");
  }

  @Test
  void b06_secondBackwardAfterFreeingNamesRetainGraph() {
    Tensor y = leaf(1, 2).square().sum();
    y.backward();
    raises(AutogradException.class, y::backward, "PowBackward0", "retainGraph");
  }

  @Test
  void b07_retainGraphAllowsTwoAndTheSecondFrees() {
    try (Scope scope = Scope.open()) {
      Tensor x = leaf(1, 2), y = x.square().sum();
      y.backward(BackwardOptions.retainGraph());
      y.backward();
      assertValues(x.grad(), 4, 8);
      raises(AutogradException.class, y::backward, "retainGraph");
    }
  }

  @Test
  void b08_whatSavedNothingRunsTwice() {
    Tensor x = leaf(1, 2), y = x.add(1.0).sum();
    y.backward();
    y.backward();
    assertValues(x.grad(), 2, 2);
  }

  @Test
  void b09_broadcastWithoutElementsGivesZeros() {
    Tensor a = zeros(options(FLOAT64).requiresGrad(true), 4, 0),
        b = zeros(options(FLOAT64).requiresGrad(true), 4, 1);
    a.add(b).sum().backward();
    assertArrayEquals(new long[] {4, 0}, a.grad().shape());
    assertArrayEquals(new long[] {4, 1}, b.grad().shape());
    assertValues(b.grad(), 0, 0, 0, 0);
  }

  @Test
  void b10_unusedOutputsCountAsZero() {
    Tensor x = leaf(1, 2, 3);
    x.unbind().get(1).backward();
    assertValues(x.grad(), 0, 1, 0);
  }

  @Test
  void b11_inputsFillsThoseAlone() {
    Tensor a = leaf(1), b = leaf(2);
    a.mul(b).sum().backward(BackwardOptions.defaults().inputs(a));
    assertValues(a.grad(), 2);
    assertNull(b.grad());
  }

  @Test
  void b12_backwardWithoutHistoryRaises() {
    raises(AutogradException.class, () -> vector(1).sum().backward(), "backward");
  }

  @Test
  void b13_deepChainsDie() {
    long before = Memory.snapshot().graphHeld(); // garbage of other tests
    for (boolean branched : new boolean[] {false, true}) {
      Tensor y = leaf(1);
      for (int i = 0; i < 50_000; i++) {
        Tensor next = branched ? y.mul(y) : y.add(1.0);
        y.close();
        y = next;
      }
      y.close();
    }
    assertTrue(Memory.snapshot().graphHeld() - before < 1 << 20);
  }

  @Test
  void b14_deepChainsRun() throws Exception {
    Throwable[] raised = new Throwable[1];
    Thread small = new Thread(
        null,
        () -> {
          Tensor x = leaf(1), y = x;
          for (int i = 0; i < 50_000; i++) y = y.add(y.mul(0.0));
          y.sum().backward();
          assertValues(x.grad(), 1);
        },
        "small stack",
        512 << 10);
    small.setUncaughtExceptionHandler((t, e) -> raised[0] = e);
    small.start();
    small.join();
    assertNull(raised[0]);
  }

  @Test
  void b15_gradientsHaveTheLeafsDtype() {
    Tensor x = ones(options(FLOAT32).requiresGrad(true), 2);
    x.to(FLOAT64).mul(vector(2, 3)).sum().backward();
    assertEquals(FLOAT32, x.grad().dtype());
    Tensor y = leaf(1, 2);
    y.mul(2.0).backward(tensor(1.0, 1.0));
    assertEquals(FLOAT64, y.grad().dtype());
  }

  @Test
  void b16_assigningAGradientOfAnotherKindRaises() {
    Tensor x = leaf(1, 2);
    raises(RetrogradException.class, () -> x.setGrad(tensor(1.0, 2.0)), "float32", "float64");
    raises(ShapeException.class, () -> x.setGrad(vector(1, 2, 3)), "[3]", "[2]");
  }

  @Test
  void b17_gradLeavesTheFieldAlone() {
    Tensor x = leaf(3);
    assertValues(Autograd.grad(x.square().sum(), x), 6);
    assertNull(x.grad());
  }

  @Test
  void b18_gradOutputsOfAnotherShapeNamesBoth() {
    Tensor x = leaf(1, 2);
    raises(
        ShapeException.class,
        () -> Autograd.grad(x.mul(2.0), x, GradOptions.defaults().gradOutputs(vector(1, 2, 3))),
        "[3]",
        "[2]");
  }

  @Test
  void b19_gradOfResultsChainsInALoop() {
    Tensor x = leaf(4).mul(1.0);
    for (int i = 0; i < 50; i++)
      x = x.sub(Autograd.grad(x.square().sum(), x, GradOptions.retainGraph()).mul(0.25));
    assertTrue(Math.abs(x.item()) < 1e-12);
  }

  @Test
  void b20_anInputOutsideTheGraphRaisesUnlessAllowed() {
    Tensor x = leaf(1), y = leaf(2), z = x.mul(2.0).sum();
    raises(AutogradException.class, () -> Autograd.grad(z, y), "allowUnused");
    assertNull(Autograd.grad(z, y, GradOptions.retainGraph().allowUnused()));
  }

  @Test
  void b21_hessianVectorProduct() {
    Tensor x = leaf(1, 2), v = vector(3, -1);
    Tensor g = Autograd.grad(x.pow(3).sum(), x, GradOptions.createGraph());
    assertValues(Autograd.grad(g.mul(v).sum(), x), 18, -12);
  }

  @Test
  void b22_withoutCreateGraphGradientsAreConstants() {
    Tensor x = leaf(2);
    x.pow(3).sum().backward();
    assertFalse(x.grad().requiresGrad());
    assertFalse(Autograd.grad(x.pow(3).sum(), x).requiresGrad());
  }

  @Test
  void b23_expandedGradientsPassViews() {
    Tensor x = ones(options(FLOAT64).requiresGrad(true), 3, 3);
    x.select(0, 1).sum().backward();
    x.get(Index.slice(0, 3, 2), Index.all()).sum().backward();
    x.diagonal().sum().backward();
    assertValues(x.grad(), 2, 1, 1, 1, 2, 1, 1, 1, 2);
  }

  @Test
  void b24_createGraphIntoALeafMayBeCleared() {
    try (Scope scope = Scope.open()) {
      Tensor x = leaf(2);
      x.pow(3).sum().backward(BackwardOptions.createGraph());
      assertNotNull(x.grad().gradFn());
      x.setGrad(null);
      assertNull(x.grad());
    }
  }
}
