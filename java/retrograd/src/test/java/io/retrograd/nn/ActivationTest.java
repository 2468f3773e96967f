package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Retrograd;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ActivationTest {
  private static final Tensor X = tensor(new double[][] {{-7, -1, -0.25, 0}, {0.25, 1, 3, 7}});

  /** Each module with what it prints and the function that it is, with PyTorch's defaults. */
  @Test
  void modulesAreTheirFunctions() {
    Map<Module, UnaryOperator<Tensor>> modules = new LinkedHashMap<>();
    modules.put(new ELU(), F::elu);
    modules.put(new CELU(2), x -> F.celu(x, 2));
    modules.put(new SELU(), F::selu);
    modules.put(new GELU(), F::gelu);
    modules.put(new GELU("tanh"), x -> F.gelu(x, "tanh"));
    modules.put(new Softplus(), F::softplus);
    modules.put(new LogSigmoid(), F::logsigmoid);
    modules.put(new Hardtanh(), F::hardtanh);
    modules.put(new ReLU6(), F::relu6);
    modules.put(new Hardsigmoid(), F::hardsigmoid);
    modules.put(new Hardswish(), F::hardswish);
    modules.put(new Hardshrink(), F::hardshrink);
    modules.put(new Softshrink(), F::softshrink);
    modules.put(new Tanhshrink(), F::tanhshrink);
    modules.put(new Softsign(), F::softsign);
    modules.put(new Softmin(1), x -> F.softmin(x, 1));
    modules.put(new Mish(), F::mish);
    modules.put(new Threshold(0.1, 20), x -> F.threshold(x, 0.1, 20));
    modules.put(new PReLU(), x -> F.leakyRelu(x, 0.25));
    modules.put(new RReLU().eval(), F::rrelu);
    modules.put(new GLU(), F::glu);
    for (Module dropout : List.of(
        new Dropout1d(), new Dropout2d(), new AlphaDropout(), new FeatureAlphaDropout(0.25)))
      modules.put(dropout.eval(), x -> x);
    modules.forEach((module, function) -> assertTrue(
        module.forward(X).equal(function.apply(X)), () -> module + ": " + module.forward(X)));
    assertEquals(
        "[ELU(alpha=1.0), CELU(alpha=2.0), SELU(), GELU(approximate='none'), GELU(approximate='tanh'), "
            + "Softplus(beta=1.0, threshold=20.0), LogSigmoid(), Hardtanh(min_val=-1.0, max_val=1.0), ReLU6(), "
            + "Hardsigmoid(), Hardswish(), Hardshrink(0.5), Softshrink(0.5), Tanhshrink(), Softsign(), "
            + "Softmin(dim=1), Mish(), Threshold(threshold=0.1, value=20.0), PReLU(num_parameters=1), "
            + "RReLU(lower=0.125, upper=0.3333333333333333), GLU(dim=-1), Dropout1d(p=0.5), Dropout2d(p=0.5), "
            + "AlphaDropout(p=0.5), FeatureAlphaDropout(p=0.25)]",
        modules.keySet().toString());
  }

  @Test
  void softmaxOfImages() {
    Module softmax = new Softmax2d();
    Tensor images = randn(FLOAT64, 2, 3, 4, 5);
    assertTrue(softmax.call(images).equal(F.softmax(images, 1)));
    assertTrue(softmax.call(images.select(0, 1)).equal(F.softmax(images.select(0, 1), 0)));
    assertEquals("Softmax2d()", softmax.toString());
    assertEquals(
        "Softmax2d: needs [batch, channels, height, width], or without the batch, got [4, 5]",
        assertThrows(ShapeException.class, () -> softmax.call(randn(FLOAT64, 4, 5)))
            .getMessage());
    assertThrows(ShapeException.class, () -> softmax.call(randn(FLOAT64, 1, 1, 1, 1, 1)));
  }

  @Test
  void badOptionsAreRefused() {
    for (Runnable bad : List.<Runnable>of(
        () -> F.celu(X, 0),
        () -> F.gelu(X, "exact"),
        () -> F.hardtanh(X, 1, -1),
        () -> F.softshrink(X, -0.5),
        () -> F.rrelu(X, 0.5, 0.25),
        () -> new Hardtanh(1, 1),
        () -> new Dropout2d(1.5),
        () -> F.alphaDropout(X, Double.NaN)))
      assertThrows(IllegalArgumentException.class, bad::run);
    for (Runnable bad : List.<Runnable>of(
        () -> F.dropout1d(ones(3)), () -> F.dropout2d(ones(3)), () -> F.dropout3d(ones(3, 3))))
      assertThrows(ShapeException.class, bad::run);
  }

  @Test
  void preluLearnsAWeightForEachChannel() {
    PReLU layer = new PReLU(2, 0.5);
    assertEquals(List.of("weight"), List.copyOf(layer.namedParameters().keySet()));
    layer.forward(tensor(new double[][] {{-1, 2}, {-3, -4}})).sum().backward();
    assertArrayEquals(new double[] {-4, -4}, layer.weight().grad().toDoubleArray());
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Retrograd.manualSeed(1);
    Tensor y = new AlphaDropout(0.3).forward(randn(FLOAT64, 100, 1000));
    assertEquals(0, y.mean().item(), 0.02);
    assertEquals(1, y.var().item(), 0.02);
  }

  @Test
  void gumbelSamplesHaveTheProbabilities() {
    Retrograd.manualSeed(1);
    Tensor p = tensor(0.1, 0.2, 0.7);
    Tensor samples = F.gumbelSoftmax(p.log().expand(20000, 3), 1, true);
    assertArrayEquals(p.toDoubleArray(), samples.mean(0).toDoubleArray(), 0.02);
  }

  @Test
  void hardGumbelSamplesHaveTheGradientOfSoftOnes() {
    Tensor weight = tensor(1.0, 2.0, 3.0);
    Tensor[] gradients = new Tensor[2];
    for (int hard = 0; hard < 2; hard++) {
      Retrograd.manualSeed(1);
      Tensor logits = full(new long[] {3}, 0.5).requiresGrad_(true);
      F.gumbelSoftmax(logits, 0.7, hard == 1).mul(weight).sum().backward();
      gradients[hard] = logits.grad();
    }
    assertTrue(gradients[0].abs().max().item() > 0 && gradients[0].equal(gradients[1]));
  }
}
