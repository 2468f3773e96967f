package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.isGradEnabled;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.oracle.Behaviour.assertValues;
import static io.retrograd.oracle.Behaviour.leaf;
import static io.retrograd.oracle.Behaviour.raises;
import static io.retrograd.oracle.Behaviour.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.RetrogradException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.autograd.GradOptions;
import io.retrograd.autograd.Node;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Custom functions, threads, whole derivatives and introspection; see {@link Behaviour}. */
class FunctionBehaviourTest {
  @FunctionalInterface
  private interface Forward {
    Tensor[] run(Context ctx, Tensor... inputs);
  }

  @FunctionalInterface
  private interface Backward {
    Tensor[] run(Context ctx, Tensor... grads);
  }

  private static Function function(Forward forward, Backward backward) {
    return new Function() {
      @Override
      protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
        return forward.run(ctx, inputs);
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return backward.run(ctx, grads);
      }
    };
  }

  private static Tensor[] of(Tensor... tensors) {
    return tensors;
  }

  @Test
  void b48_savedTensorsComeBack() {
    Tensor x = leaf(2, 3);
    Function product = function(
        (ctx, in) -> {
          Tensor y = in[0].mul(in[1]);
          ctx.saveForBackward(in[0], in[1], y);
          ctx.put("factor", 2.0);
          return of(y.mul(2.0));
        },
        (ctx, g) -> {
          List<Tensor> saved = ctx.savedTensors();
          assertValues(saved.get(2), 10, 21);
          return of(g[0].mul(saved.get(1)).mul(ctx.get("factor", Double.class)), null);
        });
    product.apply(x, vector(5, 7)).sum().backward();
    assertValues(x.grad(), 10, 14);
  }

  @Test
  void b49_returningTheInputStillAppliesTheBackward() {
    Tensor x = leaf(1, 2);
    Tensor y = function((ctx, in) -> of(in[0]), (ctx, g) -> of(g[0].mul(7.0))).apply(x);
    assertFalse(y.isLeaf());
    y.sum().backward();
    assertValues(x.grad(), 7, 7);
  }

  @Test
  void b50_nullGradientsAndMaterialization() {
    Tensor x = leaf(1), y = x.mul(2.0);
    function((ctx, in) -> of(in[0].clone()), (ctx, g) -> of((Tensor) null))
        .apply(y)
        .sum()
        .backward();
    assertNull(x.grad());
    for (boolean materialize : new boolean[] {true, false}) {
      Tensor[] seen = new Tensor[2];
      Function two = function(
          (ctx, in) -> {
            ctx.setMaterializeGrads(materialize);
            return of(in[0].mul(2.0), in[0].mul(3.0));
          },
          (ctx, g) -> {
            seen[0] = g[0];
            seen[1] = g[1];
            return of(g[0]);
          });
      two.applyAll(leaf(1)).get(0).sum().backward();
      assertNotNull(seen[0]);
      assertEquals(materialize, seen[1] != null);
    }
  }

  @Test
  void b51_wrongGradientsRaise() {
    Function shape = function((ctx, in) -> of(in[0].clone()), (ctx, g) -> of(vector(1, 2, 3)));
    raises(RetrogradException.class, () -> shape.apply(leaf(1, 2)).sum().backward(), "[3]", "[2]");
    Function number = function((ctx, in) -> of(in[0].clone()), (ctx, g) -> of(g[0], g[0]));
    raises(RetrogradException.class, () -> number.apply(leaf(1, 2)).sum().backward(), "2", "1");
  }

  @Test
  void b52_onceDifferentiable() {
    boolean[] recording = new boolean[1];
    Function square = function(
        (ctx, in) -> {
          ctx.onceDifferentiable();
          ctx.saveForBackward(in[0]);
          return of(in[0].square());
        },
        (ctx, g) -> {
          recording[0] = isGradEnabled();
          return of(g[0].mul(ctx.savedTensors().get(0)).mul(2.0));
        });
    Tensor x = leaf(3), g = Autograd.grad(square.apply(x).sum(), x, GradOptions.createGraph());
    assertValues(g, 6);
    assertFalse(recording[0]);
    assertThrows(AutogradException.class, () -> Autograd.grad(g.sum(), x));
  }

  @Test
  void b53_needsInputGrad() {
    boolean[] needs = new boolean[2];
    Function sum = function((ctx, in) -> of(in[0].add(in[1])), (ctx, g) -> {
      needs[0] = ctx.needsInputGrad(0);
      needs[1] = ctx.needsInputGrad(1);
      return of(g[0], null);
    });
    sum.apply(leaf(1), vector(2)).sum().backward();
    assertTrue(needs[0]);
    assertFalse(needs[1]);
  }

  @Test
  void b54_exceptionsFromBackwardReachTheCaller() {
    IllegalStateException mine = new IllegalStateException("mine");
    Function bad = function((ctx, in) -> of(in[0].clone()), (ctx, g) -> {
      throw mine;
    });
    Tensor y = bad.apply(leaf(1)).sum();
    assertSame(mine, assertThrows(IllegalStateException.class, y::backward));
  }

  @Test
  void b55_missingDerivativesRaiseWhenAskedFor() {
    Tensor y = leaf(5).floorDivide(2.0);
    assertValues(y, 2);
    raises(AutogradException.class, () -> y.sum().backward(), "floorDivide");
  }

  @Test
  void b56_theSameOutputTwiceCountsBoth() {
    Tensor x = leaf(1);
    Function twin = function(
        (ctx, in) -> {
          Tensor y = in[0].mul(2.0);
          return of(y, y);
        },
        (ctx, g) -> of(g[0].add(g[1]).mul(2.0)));
    List<Tensor> y = twin.applyAll(x);
    y.get(0).add(y.get(1).mul(10.0)).sum().backward();
    assertValues(x.grad(), 22);
  }

  @Test
  void b57_independentGraphsRunInThreadsAndSharedLeavesAccumulate() throws Exception {
    Tensor shared = leaf(1, 2);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Void>> tasks = IntStream.range(0, 64)
          .<Callable<Void>>mapToObj(i -> () -> {
            shared.mul(2.0).square().sum().backward();
            return null;
          })
          .toList();
      for (Future<Void> f : pool.invokeAll(tasks)) f.get();
    } finally {
      pool.shutdown();
    }
    assertValues(shared.grad(), 64 * 8, 64 * 16);
  }

  /** x doubled, computed by a backward pass inside the backward pass, {@code depth} deep. */
  private static Tensor nested(Tensor x, int depth) {
    return function((ctx, in) -> of(in[0].clone()), (ctx, g) -> {
          Tensor inner = leaf(1);
          try (var mode = enableGrad()) {
            (depth == 0 ? inner.mul(2.0) : nested(inner, depth - 1)).sum().backward();
          }
          return of(g[0].mul(inner.grad()));
        })
        .apply(x);
  }

  @Test
  void b58_backwardInsideBackward() {
    Tensor x = leaf(3);
    nested(x, 40).sum().backward();
    assertValues(x.grad(), 2);
  }

  @Test
  void b61_wholeDerivativesAgree() {
    Tensor x = vector(0.5, -1, 2), v = vector(1, 2, -1);
    java.util.function.Function<Tensor, Tensor> f = t -> t.square().mul(t.sum()),
        s = t -> f.apply(t).sum();
    Tensor jacobian = Autograd.jacobian(f, x), hessian = Autograd.hessian(s, x);
    assertTrue(jacobian.t().mv(v).allclose(Autograd.vjp(f, x, v).product()));
    assertTrue(jacobian.mv(v).allclose(Autograd.jvp(f, x, v).product()));
    assertTrue(hessian.mv(v).allclose(Autograd.hvp(s, x, v).product()));
    assertTrue(hessian.allclose(hessian.t()));
    assertValues(Autograd.jacobian(t -> vector(1, 2), x).sum(), 0);
  }

  @Test
  void b64_introspection() {
    Tensor x = leaf(1, 2), y = x.mul(ones(FLOAT64, 2)).sum();
    Node sum = y.gradFn();
    assertEquals("SumBackward0", sum.name());
    Node mul = sum.nextFunctions().get(0).function();
    assertEquals("MulBackward0", mul.name());
    assertEquals(2, mul.nextFunctions().size());
    assertNull(mul.nextFunctions().get(1).function());
    Node leaf = mul.nextFunctions().get(0).function();
    assertEquals("AccumulateGrad", leaf.name());
    assertTrue(leaf.variable().sharesStorage(x));
    assertNull(x.gradFn());
    assertEquals(y.gradFn(), sum);
    assertEquals(0, y.outputNr());
  }
}
