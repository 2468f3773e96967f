package io.retrograd.autograd;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.BackwardOptions;
import io.retrograd.ClosedTensorException;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.memory.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each call of a Function's forward and backward is a scope. */
class FunctionScopeTest {
  private static final long MB = 1_000_000;

  @FunctionalInterface
  private interface Code {
    Tensor[] run(Context ctx, Tensor... tensors);
  }

  private static Function function(Code forward, Code backward) {
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

  private final List<Tensor> made = new ArrayList<>();

  /** Remembers a tensor in a field, as a careless program does. */
  private Tensor note(Tensor t) {
    made.add(t);
    return t;
  }

  /** x^3, with a temporary in each direction that {@link #made} remembers. */
  private Function cube() {
    return function(
        (ctx, in) -> {
          ctx.saveForBackward(in[0], note(in[0].square()));
          return of(made.get(made.size() - 1).mul(in[0]));
        },
        (ctx, g) -> {
          note(g[0]);
          note(ctx.savedTensors().get(1));
          return of(note(note(ctx.savedTensors().get(1).mul(3)).mul(g[0])));
        });
  }

  private void assertMadeAreClosed(int n) {
    assertEquals(n, made.size());
    for (Tensor t : made) {
      String message = assertThrows(ClosedTensorException.class, t::shape).getMessage();
      assertTrue(message.contains("keep(") && message.contains("Function"), message);
    }
  }

  @Test
  void temporariesEndWithTheCall() {
    Tensor x = tensor(2.0).requiresGrad_(true);
    Tensor y = cube().apply(x);
    assertMadeAreClosed(1);
    assertEquals(8, y.item());
    y.backward();
    assertMadeAreClosed(5);
    assertEquals(12, x.grad().item());
    made.clear();
    assertEquals(27, cube().apply(tensor(3.0)).item(), "outside the graph");
    assertMadeAreClosed(1);
  }

  private static long peak(UnaryOperator<Tensor> level) {
    Usage.settled();
    try (Scope scope = Scope.open()) {
      Tensor x = ones(250_000).requiresGrad_(true);
      Memory.resetPeak();
      Tensor y = x;
      for (int i = 0; i < 50; i++) y = level.apply(y);
      y.sum().backward();
      return Memory.peak();
    }
  }

  @Test
  void fiftyLevelsTakeWhatPowTakes() {
    long pow = peak(x -> x.pow(3.0));
    Function cube = function(
        (ctx, in) -> {
          ctx.saveForBackward(in);
          return of(in[0].mul(in[0]).mul(in[0]));
        },
        (ctx, g) -> of(ctx.savedTensors().get(0).square().mul(3.0).mul(g[0])));
    long custom = peak(cube::apply);
    assertTrue(
        pow > 50 * MB && custom <= pow + 4 * MB, () -> "pow " + pow + ", Function " + custom);
  }

  @Test
  void resultsBelongToTheCaller() {
    Tensor inside;
    Tensor kept;
    try (Scope scope = Scope.open()) {
      inside = cube().apply(tensor(2.0).requiresGrad_(true));
      kept = scope.keep(cube().apply(tensor(2.0).requiresGrad_(true)));
      assertEquals(16, inside.add(kept).item());
    }
    assertTrue(inside.isClosed());
    assertEquals(8, kept.item());
    kept.backward();
  }

  @Test
  void everyKindOfResultIsOpen() {
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    Tensor[] raw = new Tensor[6];
    Function many = function(
        (ctx, in) -> {
          Tensor double_ = in[0].mul(2);
          Tensor sum = in[0].sum();
          ctx.markNonDifferentiable(sum);
          Tensor[] out = of(in[0], in[0].view(2, 1), double_, double_, in[0].gt(1), sum);
          System.arraycopy(out, 0, raw, 0, out.length);
          return out;
        },
        (ctx, g) -> of(g[0].add(g[1].view(2)).add(g[2].mul(2)).add(g[3].mul(2))));
    List<Tensor> out;
    try (Scope scope = Scope.open()) {
      out = many.applyAll(x);
      for (Tensor t : out) assertFalse(t.isClosed());
      for (Tensor t : raw) assertFalse(t.isClosed());
      out.get(0)
          .sum()
          .add(out.get(1).sum())
          .add(out.get(2).sum())
          .add(out.get(3).sum())
          .backward();
    }
    for (Tensor t : out) assertTrue(t.isClosed());
    assertFalse(x.isClosed());
    assertArrayEquals(new double[] {6, 6}, x.grad().toDoubleArray());
  }

  @Test
  void resultsOutsideTheGraphAreOpen() {
    Tensor x = tensor(1.0, 2.0);
    Tensor elsewhere = ones(1);
    Function many =
        function((ctx, in) -> of(in[0], in[0].get(0), in[0].mul(2), elsewhere), (ctx, g) -> g);
    List<Tensor> out = many.applyAll(x);
    assertSame(x, out.get(0));
    assertEquals(1, out.get(1).item());
    assertEquals(6, out.get(2).sum().item());
    assertSame(elsewhere, out.get(3));
  }

  @Test
  void keepNamesWhatSurvives() {
    List<Tensor> kept = new ArrayList<>();
    List<Tensor> lost = new ArrayList<>();
    Function keeps = function(
        (ctx, in) -> {
          Tensor before = in[0].add(1);
          lost.add(Scope.run(() -> in[0].add(5)));
          try (Scope scope = Scope.open()) {
            kept.add(scope.keep(before));
            kept.add(scope.keep(in[0].add(2)));
            lost.add(in[0].add(3));
          }
          return of(in[0].mul(2));
        },
        (ctx, g) -> {
          try (Scope scope = Scope.open()) {
            kept.add(scope.keep(g[0]));
            lost.add(g[0].add(1));
          }
          return of(g[0].mul(2));
        });
    Tensor x = tensor(1.0).requiresGrad_(true);
    keeps.apply(x).backward();
    assertEquals(List.of(2.0, 3.0, 1.0), kept.stream().map(Tensor::item).toList());
    lost.forEach(t -> assertTrue(t.isClosed()));
    try (Scope outer = Scope.open()) {
      keeps.apply(x).backward();
    }
    kept.subList(3, 6).forEach(t -> assertTrue(t.isClosed(), "keep moves to the program's scope"));
    Tensor[] past = new Tensor[1];
    try (Scope outer = Scope.open()) {
      function((ctx, in) -> of(past[0] = outer.keep(in[0].mul(3))), (ctx, g) -> g)
          .apply(tensor(1.0));
    }
    assertEquals(3, past[0].item());
  }

  @Test
  void functionsInFunctions() {
    Function inner = cube();
    Tensor[] result = new Tensor[2];
    Function outer = function(
        (ctx, in) -> {
          ctx.saveForBackward(in);
          result[0] = inner.apply(in[0]);
          assertFalse(result[0].isClosed(), "belongs to the outer call");
          return of(result[0].add(1));
        },
        (ctx, g) -> {
          Tensor x = ctx.savedTensors().get(0);
          result[1] = inner.apply(x);
          assertFalse(result[1].isClosed());
          return of(result[1].div(x).mul(3).mul(g[0]));
        });
    Tensor x = tensor(2.0).requiresGrad_(true);
    Tensor y = outer.apply(x);
    Tensor g = Autograd.grad(y, x, GradOptions.createGraph());
    assertEquals(12, g.item());
    assertEquals(12, Autograd.grad(g, x).item());
    assertTrue(result[0].isClosed() && result[1].isClosed());
    made.forEach(t -> assertTrue(t.isClosed()));
    GradCheck.gradgradcheck(
        outer::apply,
        randn(options(FLOAT64).requiresGrad(true), 3).abs().add(1).detach().requiresGrad_(true));
  }

  private static void assertCostsNothing(Runnable action) {
    Usage before = Usage.settled();
    try (Scope scope = Scope.open()) {
      action.run();
      assertEquals(before, Usage.now(), "at once, without a collection");
    }
  }

  @Test
  void exceptionsFreeTemporaries() {
    Function fails = function(
        (ctx, in) -> {
          ctx.saveForBackward(in[0].add(1));
          throw new IllegalStateException("mine");
        },
        (ctx, g) -> g);
    Tensor x = ones(1000).requiresGrad_(true);
    assertCostsNothing(() -> assertThrows(IllegalStateException.class, () -> fails.apply(x)));
    Function failsLater = function((ctx, in) -> of(in[0].sum()), (ctx, g) -> {
      Scope.open();
      note(g[0].add(1));
      throw new IllegalStateException("mine");
    });
    Tensor y = failsLater.apply(x);
    long tensors = Memory.snapshot().openTensors();
    assertEquals("mine", assertThrows(IllegalStateException.class, y::backward).getMessage());
    assertTrue(made.get(0).isClosed());
    assertEquals(tensors, Memory.snapshot().openTensors());
  }

  @Test
  void scopesLeftOpenEndWithTheCall() {
    Scope[] left = new Scope[1];
    Tensor[] inside = new Tensor[1];
    Function careless = function(
        (ctx, in) -> {
          left[0] = Scope.open();
          inside[0] = in[0].add(1);
          return of(in[0].mul(2));
        },
        (ctx, g) -> g);
    try (Scope scope = Scope.open()) {
      Tensor y = careless.apply(tensor(2.0));
      assertEquals(4, y.item());
      assertTrue(inside[0].isClosed());
      left[0].close();
      assertThrows(IllegalStateException.class, () -> left[0].keep(y));
    }
  }

  @Test
  void aCallersScopeStaysOpen() {
    Scope outer = Scope.open();
    Function closes = function(
        (ctx, in) -> {
          outer.close();
          return in;
        },
        (ctx, g) -> g);
    assertThrows(IllegalStateException.class, () -> closes.apply(ones(1)));
    outer.close();
  }

  /** A backward pass inside backward, as checkpointing needs it: its hooks may store what they see. */
  @Test
  void hooksStoreTensors() {
    List<Tensor> stored = new ArrayList<>();
    Tensor w = tensor(3.0).requiresGrad_(true);
    w.registerPostAccumulateGradHook(leaf -> stored.add(leaf.mul(10)));
    Function checkpoint = function(
        (ctx, in) -> {
          ctx.saveForBackward(in);
          return of(in[0].mul(3));
        },
        (ctx, g) -> {
          Tensor x = ctx.savedTensors().get(0).detach().requiresGrad_(true);
          Retrograd.enableGrad(() -> {
            Tensor y = x.mul(w);
            y.registerHook(gradient -> {
              stored.add(gradient);
              stored.add(gradient.add(1));
              Scope.open(); // and forgets it
              return null;
            });
            y.backward(g[0]);
          });
          return of(x.grad());
        });
    Tensor x = tensor(2.0).requiresGrad_(true);
    checkpoint.apply(x).backward();
    assertEquals(3, x.grad().item());
    assertEquals(2, w.grad().item());
    assertEquals(List.of(1.0, 2.0, 30.0), stored.stream().map(Tensor::item).toList());
    try (Scope scope = Scope.open()) {
      checkpoint.apply(x).backward();
      assertFalse(stored.get(3).isClosed());
    }
    assertTrue(stored.get(3).isClosed(), "belongs to the program's scope");
  }

  @Test
  void aHookInsideACallMayCloseTheScopeAroundIt() {
    Scope outer = Scope.open();
    Tensor x = tensor(2.0).requiresGrad_(true);
    Function closes = function((ctx, in) -> of(in[0].mul(3)), (ctx, g) -> {
      Tensor inner = tensor(1.0).requiresGrad_(true);
      Retrograd.enableGrad(() -> {
        Tensor y = inner.mul(2);
        y.registerHook(gradient -> {
          outer.close();
          return null;
        });
        y.backward();
      });
      return of(inner.grad());
    });
    Tensor y = closes.apply(x);
    Supplier<Tensor> gradient = () -> Autograd.grad(y, x);
    Tensor g = gradient.get();
    assertEquals(2, g.item());
    assertTrue(x.isClosed());
    assertEquals(3, ones(3).sum().item());
  }

  @Test
  void gradientsAreTheEngines() {
    Tensor mine = tensor(5.0);
    Tensor x = tensor(1.0).requiresGrad_(true);
    Function constant = function((ctx, in) -> of(in[0].mul(1)), (ctx, g) -> of(mine));
    constant.apply(x).backward();
    assertEquals(5, x.grad().item());
    assertEquals(5, mine.item(), "a tensor of the program's stays its own");
    constant.apply(x).backward(BackwardOptions.defaults());
    assertEquals(10, x.grad().item());
    assertEquals(5, mine.item());
  }
}
