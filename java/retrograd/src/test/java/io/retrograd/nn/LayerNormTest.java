package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DTypeException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradCheck;
import io.retrograd.autograd.GradOptions;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LayerNormTest {
  /** The gradients of f's results, weighed by cubes so that nothing vanishes, as functions themselves. */
  private static Function<List<Tensor>, List<Tensor>> derivative(
      Function<List<Tensor>, List<Tensor>> f) {
    return x -> {
      Tensor sum =
          f.apply(x).stream().map(y -> y.pow(3).sum()).reduce(Tensor::add).orElseThrow();
      return Autograd.grad(List.of(sum), x, GradOptions.createGraph());
    };
  }

  @Test
  void derivativesUpToTheFourth() {
    List<Tensor> inputs = List.of(
        randn(options(FLOAT64), 2, 2, 3).requiresGrad_(true),
        randn(options(FLOAT64), 2, 3).requiresGrad_(true),
        randn(options(FLOAT64), 2, 3).requiresGrad_(true));
    Function<List<Tensor>, List<Tensor>> norm =
        x -> List.of(F.layerNorm(x.get(0), new long[] {2, 3}, x.get(1), x.get(2), 0.3));
    GradCheck.gradgradcheck(norm, inputs, GradCheck.Options.DEFAULT);
    GradCheck.gradgradcheck(derivative(derivative(norm)), inputs, GradCheck.Options.FAST);
  }

  @Test
  void parameters() {
    LayerNorm layer = new LayerNorm(2, 3);
    assertEquals(List.of("weight", "bias"), List.copyOf(layer.namedParameters().keySet()));
    assertTrue(layer.weight().equal(ones(2, 3)) && layer.bias().equal(zeros(2, 3)));
    assertEquals("LayerNorm((2, 3), eps=1e-05, elementwise_affine=True)", layer.toString());
    LayerNorm plain = new LayerNorm(new long[] {4}, 0.5, false, true);
    assertNull(plain.weight());
    assertEquals("LayerNorm((4,), eps=0.5, elementwise_affine=False)", plain.toString());
    Tensor x = randn(3, 4);
    assertTrue(plain.forward(x).equal(F.layerNorm(x, new long[] {4}, null, null, 0.5)));
    assertNull(new LayerNorm(new long[] {4}, 0.5, true, false).bias());
  }

  @Test
  void errorsNameTheOperation() {
    Tensor x = randn(3, 4);
    for (long[] shape : new long[][] {{}, {3}, {3, 4, 1}, {2, 3, 4}}) {
      assertTrue(assertThrows(ShapeException.class, () -> F.layerNorm(x, shape))
          .getMessage()
          .startsWith("layerNorm: "));
    }
    assertThrows(ShapeException.class, () -> F.layerNorm(x, new long[] {4}, ones(3)));
    assertThrows(
        DTypeException.class, () -> F.layerNorm(x, new long[] {4}, ones(4).to(FLOAT64)));
    assertThrows(DTypeException.class, () -> F.layerNorm(ones(4).to(INT64), 4));
  }
}
