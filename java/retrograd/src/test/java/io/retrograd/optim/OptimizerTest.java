package io.retrograd.optim;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.nn.Linear;
import io.retrograd.nn.MSELoss;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private final Tensor w = tensor(1.0).requiresGrad_(true);

  private double steps(Optimizer optimizer, int n) {
    return steps(optimizer, w, n);
  }

  private static double steps(Optimizer optimizer, Tensor p, int n) {
    for (int i = 0; i < n; i++) {
      optimizer.zeroGrad();
      p.square().backward();
      optimizer.step();
    }
    return p.item();
  }

  // Expected values by the published formulas.

  @Test
  void sgd() {
    assertEquals(0.64, steps(new SGD(List.of(w), 0.1), 2), 1e-6);
  }

  @Test
  void momentum() {
    // v: 2, then 0.9 * 2 + 1.6 = 3.4
    assertEquals(
        1 - 0.2 - 0.34,
        steps(new SGD(List.of(w), 0.1, SGD.Options.DEFAULT.momentum(0.9)), 2),
        1e-6);
  }

  @Test
  void nesterov() {
    // 1 - 0.1 * (2 + 0.9 * 2); v = 0.9 * 2 + 1.24 = 3.04; 0.62 - 0.1 * (1.24 + 0.9 * 3.04)
    var options = SGD.Options.DEFAULT.momentum(0.9).nesterov(true);
    assertEquals(0.62 - 0.124 - 0.2736, steps(new SGD(List.of(w), 0.1, options), 2), 1e-6);
  }

  @Test
  void adam() {
    assertEquals(0.9, steps(new Adam(List.of(w), 0.1), 1), 1e-6);
    // m = 0.38, v = 0.007236; m^ = 0.38 / 0.19, v^ = 0.007236 / 0.001999
    double m = (0.9 * 0.2 + 0.1 * 1.8) / 0.19;
    Tensor v = tensor(1.0).requiresGrad_(true);
    double s = (0.999 * 0.004 + 0.001 * 3.24) / 0.001999;
    assertEquals(0.9 - 0.1 * m / Math.sqrt(s), steps(new Adam(List.of(v), 0.1), v, 2), 1e-6);
  }

  @Test
  void adamW() {
    assertEquals(1 - 0.1 * 0.01 - 0.1, steps(new AdamW(List.of(w), 0.1), 1), 1e-6);
  }

  @Test
  void parametersWithoutGradientStay() {
    Tensor u = tensor(5.0).requiresGrad_(true);
    var adam = new Adam(List.of(w, u), 0.1);
    steps(adam, 1);
    assertEquals(5, u.item());
    u.square().backward();
    steps(adam, 1);
    assertEquals(5, u.item(), "zeroGrad cleared it");
  }

  @Test
  void aParameterThatMissesAGradientTakesFewerSteps() {
    Tensor u = tensor(1.0).requiresGrad_(true);
    var both = new Adam(List.of(w, u), 0.1);
    for (int i = 0; i < 4; i++) {
      both.zeroGrad();
      w.square().backward();
      if (i % 2 == 1) u.square().backward();
      both.step();
    }
    Tensor alone = tensor(1.0).requiresGrad_(true);
    assertEquals(steps(new Adam(List.of(alone), 0.1), alone, 2), u.item());
    assertNotEquals(w.item(), u.item());
  }

  @Test
  void aNewLearningRateHoldsFromTheNextStep() {
    for (Optimizer optimizer : List.of(new SGD(List.of(w), 0.1), new Adam(List.of(w), 0.1))) {
      steps(optimizer, 2);
      double before = w.item();
      optimizer.setLr(0);
      assertEquals(before, steps(optimizer, 1));
      assertEquals(0, optimizer.lr());
      optimizer.setLr(0.2);
      assertTrue(steps(optimizer, 1) < before);
    }
  }

  @Test
  void doublesAndFloatsInOneOptimizer() {
    Tensor wide = tensor(FLOAT64, 1.0).requiresGrad_(true);
    var both = new Adam(List.of(w, wide), 0.1);
    for (int i = 0; i < 3; i++) {
      both.zeroGrad();
      w.square().add(wide.square()).backward();
      both.step();
    }
    assertEquals(wide.item(), w.item(), 1e-6);
  }

  @Test
  void clearing() {
    var sgd = new SGD(List.of(w), 0.1);
    w.square().backward();
    Tensor g = w.grad();
    sgd.zeroGrad(false);
    assertEquals(0, g.item());
    sgd.zeroGrad();
    assertNull(w.grad());
    assertThrows(IllegalArgumentException.class, () -> new SGD(List.of(w.mul(2)), 0.1));
    assertThrows(IllegalArgumentException.class, () -> new SGD(List.of(), 0.1));
  }

  @Test
  void closures() {
    Tensor loss = new SGD(List.of(w), 0.1).step(() -> {
      Tensor l = w.square();
      l.backward();
      return l;
    });
    assertEquals(1, loss.item());
    assertEquals(0.8, w.item(), 1e-6);
  }

  /** A line through the origin, as in a document. */
  @Test
  void aDocumentsTable() {
    Tensor x = tensor(1.0, 2.0, 3.0, 4.0);
    Tensor y = tensor(2.0, 4.0, 6.0, 8.0);
    Tensor slope = tensor(0.0).requiresGrad_(true);
    var loss = new MSELoss();
    var optimizer = new SGD(List.of(slope), 0.01);
    double[] expected = {30.00000000, 21.67499924, 15.66018772, 11.31448650, 8.17471695};
    for (double e : expected) {
      Tensor l = loss.forward(slope.mul(x), y);
      l.backward();
      optimizer.step();
      optimizer.zeroGrad();
      assertEquals(e, l.item(), 1e-6 * e);
    }
  }

  @Test
  void learnsALine() {
    Tensor x = tensor(new double[][] {{1}, {2}, {3}, {4}});
    Linear model = new Linear(1, 1);
    var optimizer = new SGD(model.parameters(), 0.05);
    for (int i = 0; i < 1000; i++) {
      optimizer.zeroGrad();
      new MSELoss().forward(model.forward(x), x.mul(2)).backward();
      optimizer.step();
    }
    assertEquals(10, model.forward(tensor(5.0).reshape(1)).item(), 0.1);
  }

  private static final List<java.util.function.Function<List<Tensor>, Optimizer>> ALL = List.of(
      p -> new SGD(p, 0.1),
      p -> new SGD(p, 0.1, SGD.Options.DEFAULT),
      p -> new Adam(p),
      p -> new Adam(p, 0.1),
      p -> new Adam(p, 0.1, Adam.Options.DEFAULT),
      p -> new AdamW(p),
      p -> new AdamW(p, 0.1),
      p -> new AdamW(p, 0.1, Adam.Options.DEFAULT));

  @Test
  void aParameterIsGivenOnce() {
    Tensor u = tensor(1.0, 2.0).requiresGrad_(true);
    for (var make : ALL) {
      for (Tensor again : List.of(w, w.contiguous())) {
        var e =
            assertThrows(IllegalArgumentException.class, () -> make.apply(List.of(w, u, again)));
        assertTrue(e.getMessage().contains("parameters[2] is parameters[0] again"), e.getMessage());
      }
      make.apply(List.of(w, w.detach().requiresGrad_(true)));
    }
  }

  private static List<Tensor> parts(Tensor flat, long[]... ranges) {
    return java.util.Arrays.stream(ranges)
        .map(r -> flat.narrow(0, r[0], r[1]).requiresGrad_(true))
        .toList();
  }

  /** Parameters and gradients that share memory: as if each gradient were a copy, and one parameter followed another. */
  @Test
  void sharedMemory() {
    List<Function<List<Tensor>, Optimizer>> kinds = List.of(
        p -> new SGD(p, 0.1),
        p -> new SGD(p, 0.1, SGD.Options.DEFAULT.momentum(0.9)),
        p -> new Adam(p, 0.1));
    for (Function<List<Tensor>, Optimizer> make : kinds)
      for (long n : new long[] {3, 100_000}) {
        Tensor flat = arange(1.0, n + 2.0).to(FLOAT64);
        Tensor copy = flat.narrow(0, 1, n).clone().requiresGrad_(true);
        Tensor shared = parts(flat, new long[] {1, n}).get(0);
        copy.setGrad(flat.narrow(0, 0, n).clone());
        shared.setGrad(flat.narrow(0, 0, n));
        make.apply(List.of(copy)).step();
        make.apply(List.of(shared)).step();
        assertTrue(shared.equal(copy));

        Tensor one = arange(0.0, n).to(FLOAT64);
        Tensor other = one.clone();
        List<Tensor> overlapping = parts(one, new long[] {0, n - 1}, new long[] {1, n - 1});
        List<Tensor> same = parts(other, new long[] {0, n - 1}, new long[] {1, n - 1});
        for (List<Tensor> both : List.of(overlapping, same))
          for (Tensor p : both) p.setGrad(ones(options(FLOAT64), n - 1));
        make.apply(overlapping).step();
        for (Tensor p : same) make.apply(List.of(p)).step();
        assertTrue(one.equal(other));
      }
    Tensor expanded = ones(1).expand(3).requiresGrad_(true);
    expanded.setGrad(ones(3));
    for (Function<List<Tensor>, Optimizer> make : kinds)
      assertThrows(ShapeException.class, () -> make.apply(List.of(expanded)).step());
  }

  private static void refused(org.junit.jupiter.api.function.Executable mistake) {
    String message = assertThrows(IllegalArgumentException.class, mistake).getMessage();
    assertTrue(message.matches("(SGD|Adam|Optimizer|a learning rate).*"), message);
  }

  /** The ranges are PyTorch's. */
  @Test
  void optionsOutOfRangeAreRefused() {
    SGD.Options sgd = SGD.Options.DEFAULT;
    Adam.Options adam = Adam.Options.DEFAULT;
    double nan = Double.NaN;
    for (double bad : new double[] {nan, -1e-9, Double.NEGATIVE_INFINITY}) {
      refused(() -> new SGD(List.of(w), bad));
      refused(() -> new Adam(List.of(w), bad));
      refused(() -> new AdamW(List.of(w), bad));
      refused(() -> new SGD(List.of(w), 0.1).setLr(bad));
      refused(() -> sgd.momentum(bad));
      refused(() -> sgd.weightDecay(bad));
      refused(() -> new SGD.Options(bad, 0, 0, false, false));
      refused(() -> adam.betas(bad, 0.9));
      refused(() -> adam.betas(0.9, bad));
      refused(() -> adam.eps(bad));
      refused(() -> adam.weightDecay(bad));
    }
    refused(() -> sgd.dampening(nan));
    refused(() -> sgd.nesterov(true));
    refused(() -> sgd.momentum(0.9).dampening(0.1).nesterov(true));
    refused(() -> adam.betas(1, 0.9));
    refused(() -> adam.betas(0.9, 1));
    new SGD(List.of(w), 0, sgd.momentum(2).dampening(-1).weightDecay(0))
        .setLr(Double.POSITIVE_INFINITY);
    new Adam(List.of(w), 0, adam.betas(0, 0).eps(0));
  }
}
