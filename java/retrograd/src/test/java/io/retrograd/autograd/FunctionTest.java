package io.retrograd.autograd;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.BackwardOptions;
import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.ShapeException;
import io.retrograd.Shown;
import io.retrograd.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionTest {
  static final class Cube extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      ctx.saveForBackward(inputs[0]);
      return inputs[0].pow(3);
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return gradients(grads[0].mul(ctx.savedTensors().get(0).square()).mul(3));
    }
  }

  @Test
  void firstAndSecondDerivative() {
    Tensor x = tensor(2.0).requiresGrad_(true);
    Tensor y = new Cube().apply(x);
    assertEquals("tensor(8., grad_fn=<CubeBackward>)", Shown.text(y));
    Tensor g = Autograd.grad(y, x, GradOptions.createGraph());
    assertEquals(12, g.item());
    assertEquals(12, Autograd.grad(g, x).item());
    GradCheck.gradcheck(new Cube()::apply, randn(options(FLOAT64).requiresGrad(true), 2, 3));
    GradCheck.gradgradcheck(new Cube()::apply, randn(options(FLOAT64).requiresGrad(true), 2, 3));
  }

  @Test
  void runsTwiceOnlyWithRetainGraph() {
    Tensor x = tensor(2.0).requiresGrad_(true);
    Tensor y = new Cube().apply(x);
    y.backward(BackwardOptions.retainGraph());
    y.backward();
    assertEquals(24, x.grad().item());
    assertThrows(AutogradException.class, y::backward);
  }

  @Test
  void letsGoOfFunctionsThatSavedNothing() {
    Tensor x = tensor(2.0).requiresGrad_(true);
    Tensor y = new Reverse().apply(x);
    y.backward(BackwardOptions.retainGraph());
    y.backward();
    assertEquals(-2, x.grad().item());
    String message = assertThrows(AutogradException.class, y::backward).getMessage();
    assertTrue(
        message.contains("ReverseBackward has already run and let go of its Function object"),
        message);
    assertTrue(message.contains("retainGraph"), message);
  }

  @Test
  void outsideTheGraph() {
    assertFalse(new Cube().apply(tensor(2.0)).requiresGrad());
  }

  /** a * b and their comparison, with all that a context offers. */
  static final class Product extends Function {
    @Override
    protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
      ctx.saveForBackward(inputs);
      ctx.put("scale", 2.0);
      Tensor sum = inputs[0].add(inputs[1]);
      ctx.markNonDifferentiable(sum);
      return new Tensor[] {inputs[0].gt(inputs[1]), inputs[0].mul(inputs[1]).mul(2), sum};
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      assertEquals(3, grads.length);
      assertEquals(0, grads[2].item());
      double scale = ctx.get("scale", Double.class);
      List<Tensor> ab = ctx.savedTensors();
      return gradients(
          ctx.needsInputGrad(0) ? grads[1].mul(ab.get(1)).mul(scale) : null,
          ctx.needsInputGrad(1) ? grads[1].mul(ab.get(0)).mul(scale) : null);
    }
  }

  @Test
  void severalInputsAndOutputs() {
    Tensor a = tensor(3.0).requiresGrad_(true);
    Tensor b = tensor(5.0);
    List<Tensor> out = new Product().applyAll(a, b);
    assertFalse(out.get(0).requiresGrad());
    assertFalse(out.get(2).requiresGrad());
    out.get(1).backward();
    assertEquals(10, a.grad().item());
    assertNull(b.grad());
    assertThrows(IllegalStateException.class, () -> new Product().apply(a, b));
  }

  /** Hands its input through. */
  static final class Reverse extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      return inputs[0];
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return gradients(grads[0].neg());
    }
  }

  @Test
  void anInputAsOutput() {
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    Tensor y = new Reverse().apply(x);
    y.sum().backward();
    assertArrayEquals(new double[] {-1, -1}, x.grad().toDoubleArray());
    assertTrue(x.isLeaf());
  }

  private static Function with(
      java.util.function.Function<Tensor, Tensor[]> backward, boolean once) {
    return new Function() {
      @Override
      protected Tensor forward(Context ctx, Tensor... inputs) {
        if (once) ctx.onceDifferentiable();
        return inputs[0].mul(2);
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return backward.apply(grads[0]);
      }
    };
  }

  @Test
  void mistakesInBackward() {
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    assertThrows(
        AutogradException.class,
        () -> with(g -> new Tensor[0], false).apply(x).sum().backward());
    assertThrows(
        ShapeException.class,
        () -> with(g -> new Tensor[] {tensor(1.0, 2.0, 3.0)}, false)
            .apply(x)
            .sum()
            .backward());
    var e = assertThrows(
        IllegalStateException.class,
        () -> with(
                g -> {
                  throw new IllegalStateException("mine");
                },
                false)
            .apply(x)
            .sum()
            .backward());
    assertEquals("mine", e.getMessage());
    with(g -> new Tensor[] {null}, false).apply(x).sum().backward();
    for (DType other : List.of(INT64, FLOAT64)) {
      Tensor y = with(g -> new Tensor[] {g.to(other)}, false).apply(x).sum();
      String message = assertThrows(DTypeException.class, y::backward).getMessage();
      assertTrue(message.startsWith("FunctionBackward: backward returned a"), message);
    }
  }

  @Test
  void onceDifferentiable() {
    Tensor x = tensor(1.0).requiresGrad_(true);
    Tensor w = tensor(3.0).requiresGrad_(true);
    Tensor y = with(g -> new Tensor[] {g.mul(2)}, true).apply(x).mul(w);
    Tensor g = Autograd.grad(y, x, GradOptions.createGraph());
    assertEquals(6, g.item());
    assertThrows(AutogradException.class, () -> Autograd.grad(g, w));

    Tensor z = with(gz -> new Tensor[] {gz.mul(x)}, true)
        .apply(x)
        .add(x.pow(3)); // a gradient without a graph comes in
    Tensor gz = Autograd.grad(z, x, GradOptions.createGraph());
    String message =
        assertThrows(AutogradException.class, () -> Autograd.grad(gz, x)).getMessage();
    assertTrue(message.contains("differentiable only once"), message);
  }

  @Test
  void anInputThatIsMarkedHasNoDerivative() {
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    for (boolean alone : new boolean[] {true, false}) {
      List<Tensor> results = new Function() {
        @Override
        protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
          ctx.markNonDifferentiable(inputs[0]);
          return alone ? new Tensor[] {inputs[0]} : new Tensor[] {inputs[0], inputs[0].mul(2)};
        }

        @Override
        protected Tensor[] backward(Context ctx, Tensor... grads) {
          return gradients(grads[1].mul(2));
        }
      }.applyAll(x);
      assertFalse(results.get(0).requiresGrad());
      assertTrue(results.get(0).sharesStorage(x) && x.requiresGrad());
      if (!alone)
        assertEquals(2, Autograd.grad(results.get(1).sum(), x).select(0, 0).item());
    }
  }

  /** Hands on whatever shares memory with its input or with another result; each result has the input's gradient. */
  private static Function handing(java.util.function.Function<Tensor, Tensor[]> results) {
    return new Function() {
      @Override
      protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
        return results.apply(inputs[0]);
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        Tensor sum = grads[0].reshape(-1);
        for (int i = 1; i < grads.length; i++) sum = sum.add(grads[i].reshape(-1));
        return gradients(sum);
      }
    };
  }

  /** Whoever writes one of the tensors that share memory hears of it, at once or where another one is used. */
  @Test
  void noWriteToSharedMemoryGoesUnnoticed() {
    Tensor elsewhere = tensor(1.0, 2.0, 3.0, 4.0);
    List<java.util.function.Function<Tensor, Tensor[]>> kinds = List.of(
        x -> new Tensor[] {x},
        x -> new Tensor[] {x.view(2, 2)},
        x -> new Tensor[] {x.detach()},
        x -> new Tensor[] {x, x.view(2, 2)},
        x -> {
          Tensor made = x.mul(1);
          return new Tensor[] {made, made};
        },
        x -> {
          Tensor made = x.mul(1);
          return new Tensor[] {made.view(2, 2), made};
        },
        x -> new Tensor[] {elsewhere.view(2, 2)});
    for (int kind = 0; kind < kinds.size(); kind++) {
      String what = "kind " + kind;
      Function f = handing(kinds.get(kind));
      for (boolean leaf : new boolean[] {false, true}) {
        Tensor x = tensor(1.0, 2.0, 3.0, 4.0).requiresGrad_(true);
        Tensor y = leaf ? x : x.mul(1);
        List<Tensor> results = f.applyAll(y);
        Tensor sum = results.get(0).sum();
        for (Tensor z : results.subList(1, results.size())) sum = sum.add(z.sum());
        sum.backward();
        assertEquals(results.size(), x.grad().select(0, 0).item(), what);
      }
      for (int written = 0; written < 3; written++) {
        Tensor x = tensor(1.0, 2.0, 3.0, 4.0).requiresGrad_(true);
        Tensor y = x.mul(1);
        List<Tensor> results = f.applyAll(y);
        if (written == results.size() + 1) break;
        Tensor target = written == 0 ? y : results.get(written - 1);
        boolean shares = results.stream().anyMatch(z -> z != target && z.sharesStorage(target))
            || target.isView();
        shares |= written > 0 && target.sharesStorage(y);
        try {
          target.mul_(2);
        } catch (AutogradException e) {
          assertTrue(
              shares && e.getMessage().startsWith("mul_: this result of a Function"),
              e.getMessage());
          continue;
        }
        for (Tensor z : results) {
          if (z == target || !z.sharesStorage(target)) continue;
          assertTrue(
              z.requiresGrad() && !z.isLeaf() && z.toString().contains("UnknownBackward"), what);
          Tensor used = z.detach().add(z).sum(); // what is still known of it can be asked for
          String message =
              assertThrows(AutogradException.class, used::backward, what).getMessage();
          assertTrue(message.contains("result of a Function shares memory"), message);
        }
        if (written == 0) {
          assertEquals(2, Autograd.grad(y.sum(), x).select(0, 0).item(), what);
        }
      }
    }
  }

  @Test
  void forwardWritesNoInputThatRequiresGrad() {
    Function writes = handing(x -> new Tensor[] {x.mul_(3).clone()});
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    String message =
        assertThrows(AutogradException.class, () -> writes.apply(x.mul(1))).getMessage();
    assertTrue(message.contains("forward wrote inputs[0] in place"), message);
    assertEquals(3, writes.apply(tensor(1.0, 2.0)).select(0, 0).item());
  }

  @Test
  void contextsHoldNoTensors() {
    assertThrows(
        IllegalArgumentException.class, () -> new Context(new boolean[0]).put("x", tensor(1.0)));
  }
}
