package io.retrograd;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.onesLike;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.autograd.Node;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Backward passes, gradients, hooks and the graph as a user sees them. */
class BackwardTest {
  private final Tensor x = tensor(2.0).requiresGrad_(true);
  private final Tensor y = tensor(2.0).requiresGrad_(true);

  private Tensor f() {
    return x.pow(2).add(x.mul(y)).add(x.add(y).pow(2));
  }

  @Test
  void accumulates() {
    Tensor f = f();
    assertEquals("tensor(24., grad_fn=<AddBackward0>)", Shown.text(f));
    f.backward(BackwardOptions.retainGraph());
    assertEquals("tensor(14.)", Shown.text(x.grad()));
    assertEquals("tensor(10.)", Shown.text(y.grad()));
    x.setGrad(null);
    y.setGrad(tensor(0.0));
    f.backward(BackwardOptions.retainGraph());
    f.backward();
    assertEquals(28, x.grad().item());
    assertEquals(20, y.grad().item());
    var e = assertThrows(AutogradException.class, f::backward);
    assertTrue(e.getMessage().contains("retainGraph"), e.getMessage());
  }

  @Test
  void graphsThatSavedNothingRunTwice() {
    Tensor z = x.add(2);
    z.backward();
    z.backward();
    assertEquals(2, x.grad().item());
  }

  @Test
  void onlySomeInputs() {
    f().backward(BackwardOptions.defaults().inputs(x));
    assertEquals(14, x.grad().item());
    assertNull(y.grad());
    assertThrows(
        IllegalArgumentException.class, () -> BackwardOptions.defaults().inputs());
  }

  @Test
  void vectorsNeedAGradient() {
    Tensor v = ones(3).requiresGrad_(true);
    Tensor w = v.add(2);
    assertThrows(AutogradException.class, w::backward);
    w.backward(onesLike(w));
    assertArrayEquals(new double[] {1, 1, 1}, v.grad().toDoubleArray());
    assertThrows(ShapeException.class, () -> w.backward(ones(2)));
  }

  @Test
  void gradientsOfResults() {
    Tensor z = x.add(1);
    Tensor u = z.pow(2);
    u.backward();
    assertNull(z.grad());
    Tensor z2 = x.add(1);
    z2.retainGrad();
    z2.pow(2).backward();
    assertEquals(6, z2.grad().item());
  }

  @Test
  void inPlaceOnALeafNeedsNoGrad() {
    f().backward();
    Tensor step = x.grad();
    assertThrows(AutogradException.class, () -> x.sub_(step));
    try (var g = noGrad()) {
      assertSame(x, x.sub_(step.mul(0.5)));
    }
    assertEquals(-5, x.item());
    assertTrue(x.isLeaf() && x.requiresGrad());
  }

  @Test
  void flags() {
    assertThrows(AutogradException.class, () -> x.mul(2).requiresGrad_(false));
    assertThrows(DTypeException.class, () -> tensor(1).requiresGrad_(true));
    assertFalse(x.mul(2).detach().requiresGrad());
    assertThrows(AutogradException.class, () -> tensor(1.0).backward());
    assertThrows(RuntimeException.class, () -> x.setGrad(ones(2)));
  }

  @Test
  void hooks() {
    List<Double> seen = new ArrayList<>();
    HookHandle twice = x.registerHook(g -> g.mul(2));
    HookHandle look = x.registerHook(g -> {
      seen.add(g.item());
      return null;
    });
    x.mul(3).backward();
    assertEquals(List.of(6.0), seen);
    assertEquals(6, x.grad().item());
    twice.remove();
    twice.remove();
    look.close();
    x.setGrad(null);
    x.mul(3).backward();
    assertEquals(3, x.grad().item());
    assertEquals(1, seen.size());
  }

  private WeakReference<Tensor> ranWithAHookOnItself() {
    Tensor z = x.mul(2);
    z.registerHook(g -> {
      assertEquals(0, z.dim());
      return null;
    });
    z.backward();
    return new WeakReference<>(z);
  }

  @Test
  void hooksGoWithWhatTheGraphSaved() throws InterruptedException {
    WeakReference<Tensor> z = ranWithAHookOnItself();
    for (int i = 0; i < 500 && z.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertNull(z.get());
  }

  @Test
  void hooksMayRaise() {
    x.registerHook(g -> {
      throw new UnsupportedOperationException("no");
    });
    assertEquals(
        "no",
        assertThrows(UnsupportedOperationException.class, () -> x.mul(3).backward())
            .getMessage());
  }

  @Test
  void hooksMayNotChangeTheDtype() {
    for (Tensor t : List.of(x, x.mul(2))) {
      for (DType other : List.of(DType.INT64, DType.FLOAT64)) {
        try (var hook = t.registerHook(g -> g.to(other))) {
          Tensor z = t.mul(3);
          String message = assertThrows(DTypeException.class, z::backward).getMessage();
          assertTrue(
              message.startsWith("registerHook: the hook turned a float32 gradient into"), message);
        }
      }
    }
    assertNull(x.grad());
  }

  @Test
  void hooksMayNotBeNull() {
    assertThrows(NullPointerException.class, () -> x.registerHook(null));
    assertThrows(NullPointerException.class, () -> x.registerPostAccumulateGradHook(null));
    x.mul(3).backward();
    assertEquals(3, x.grad().item());
  }

  @Test
  void postAccumulateHooks() {
    x.registerPostAccumulateGradHook(leaf -> {
      try (var g = noGrad()) {
        leaf.sub_(leaf.grad());
      }
      leaf.setGrad(null);
    });
    x.mul(3).backward();
    assertEquals(-1, x.item());
    assertNull(x.grad());
  }

  @Test
  void graphsCanBeRead() {
    Tensor a = tensor(1.0, 2.0).requiresGrad_(true);
    Tensor d = a.sin().mul(2).add(1);
    Node add = d.gradFn();
    assertNotNull(add);
    assertEquals("AddBackward0", add.name());
    assertTrue(add.toString().matches("<AddBackward0 object at 0x[0-9a-f]+>"), add.toString());
    assertTrue(
        add.nextFunctions()
            .toString()
            .matches("\\[\\(<MulBackward0 object at 0x\\w+>, 0\\), \\(None, 0\\)\\]"),
        add.nextFunctions().toString());
    Node sin = add.nextFunctions().get(0).function().nextFunctions().get(0).function();
    assertEquals("SinBackward0", sin.name());
    Node leaf = sin.nextFunctions().get(0).function();
    assertEquals("AccumulateGrad", leaf.name());
    assertEquals(List.of(), leaf.nextFunctions());
    assertTrue(leaf.variable().equal(a));
    assertNull(a.gradFn());
    assertEquals(add, d.gradFn());
  }
}
