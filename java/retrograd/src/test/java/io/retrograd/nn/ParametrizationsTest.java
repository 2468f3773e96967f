package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.optim.SGD;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ParametrizationsTest {
  private static Linear linear() {
    return new Linear(options(FLOAT64), 3, 4, true);
  }

  private static void assertClose(Tensor want, Tensor got) {
    assertEquals(0, want.sub(got).abs().max().item(), 1e-12);
  }

  private static List<Tensor> gradients(Tensor y, Tensor... parameters) {
    return Autograd.grad(List.of(y.square().sum()), List.of(parameters), GradOptions.defaults());
  }

  @Test
  void weightNormSplitsLengthsFromDirections() {
    Linear layer = linear();
    Tensor x = randn(options(FLOAT64), 2, 3);
    Tensor before = layer.forward(x).detach();
    assertSame(layer, Parametrizations.weightNorm(layer));
    assertEquals(
        List.of("bias", "parametrizations.weight.original0", "parametrizations.weight.original1"),
        List.copyOf(layer.namedParameters().keySet()));
    assertClose(before, layer.call(x));
    Tensor g = layer.namedParameters().get("parametrizations.weight.original0");
    Tensor v = layer.namedParameters().get("parametrizations.weight.original1");
    assertEquals(List.of(4L, 1L), List.of(g.size(0), g.size(1)));
    Tensor weight = v.mul(g).div(v.square().sum(1).sqrt().unsqueeze(1));
    List<Tensor> got = gradients(layer.call(x), g, v);
    List<Tensor> want = gradients(F.linear(x, weight, layer.bias()), g, v);
    for (int i = 0; i < 2; i++) assertClose(want.get(i), got.get(i));
    assertEquals("""
        ParametrizedLinear(
          in_features=3, out_features=4, bias=True
          (parametrizations): ModuleDict(
            (weight): ParametrizationList()
          )
        )""", layer.toString());
  }

  @Test
  void weightNormAlongOtherDimensions() {
    Conv2d layer = new Conv2d(options(FLOAT64), 2, 3, new long[] {2}, ConvOptions.defaults());
    Tensor x = randn(options(FLOAT64), 1, 2, 4, 4);
    Tensor before = layer.forward(x).detach();
    Parametrizations.weightNorm(layer, "weight", 1);
    assertEquals(
        2, layer.namedParameters().get("parametrizations.weight.original0").numel());
    assertClose(before, layer.call(x));
    Parametrizations.weightNorm(layer, "bias", -1);
    assertEquals(
        0, layer.namedParameters().get("parametrizations.bias.original0").dim());
    assertClose(before, layer.call(x));
  }

  @Test
  void aRemovedParametrizationLeavesItsValue() {
    Linear layer = linear();
    Tensor parameter = layer.weight();
    Parametrizations.weightNorm(layer);
    new SGD(layer.parameters(), 0.1).step();
    Tensor x = randn(options(FLOAT64), 2, 3);
    layer.call(x).square().sum().backward();
    new SGD(layer.parameters(), 0.1).step();
    Tensor before = layer.call(x).detach();
    assertTrue(Parametrizations.isParametrized(layer, "weight"));
    Parametrizations.remove(layer, "weight");
    assertFalse(Parametrizations.isParametrized(layer));
    assertSame(parameter, layer.weight());
    assertTrue(layer.namedParameters().get("weight") == parameter && parameter.requiresGrad());
    assertClose(before, layer.call(x));
    assertEquals("Linear(in_features=3, out_features=4, bias=True)", layer.toString());
  }

  /** The matrix diag(3, 2, 1) has the largest singular value 3. */
  @Test
  void spectralNormDividesByTheLargestSingularValue() {
    Linear layer = new Linear(options(FLOAT64), 3, 3, false);
    Tensor matrix = Init.zeros_(randn(options(FLOAT64), 3, 3));
    for (int i = 0; i < 3; i++) matrix.select(0, i).select(0, i).fill_(3 - i);
    layer.weight().detach().copy_(matrix);
    Parametrizations.spectralNorm(layer);
    assertEquals(
        List.of("parametrizations.weight.0._u", "parametrizations.weight.0._v"),
        List.copyOf(layer.namedBuffers().keySet()));
    for (int i = 0; i < 60; i++) layer.weight();
    assertClose(matrix.div(3), layer.weight());
    layer.eval();
    Tensor u = layer.namedBuffers().get("parametrizations.weight.0._u").clone();
    assertTrue(layer.weight().equal(layer.weight()));
    assertTrue(u.equal(layer.namedBuffers().get("parametrizations.weight.0._u")));
    // sigma = u^T W v, whose derivative by W is u v^T: at u = v = e0 that of sum(W / sigma) is
    // (1 - e0 e0^T sum(W) / sigma) / sigma.
    Tensor original = layer.namedParameters().get("parametrizations.weight.original");
    Tensor gradient = Autograd.grad(layer.weight().sum(), original);
    Tensor want = Init.constant_(randn(options(FLOAT64), 3, 3), 1.0 / 3);
    want.select(0, 0).select(0, 0).fill_((1 - 6.0 / 3) / 3);
    assertClose(want, gradient);
  }

  @Test
  void severalCallsOfOneStepTrainTogether() {
    Conv2d layer = Parametrizations.spectralNorm(
        new Conv2d(options(FLOAT64), 2, 3, new long[] {2}, ConvOptions.defaults()));
    Tensor x = randn(options(FLOAT64), 1, 2, 4, 4);
    layer.call(x).sum().add(layer.call(x.neg()).square().sum()).backward();
    assertTrue(layer.parameters().stream().allMatch(p -> p.grad() != null));
  }

  @Test
  void modulesOfOnesOwn() {
    Linear layer = new Linear(3, 3);
    Module symmetric = Lambda.of(w -> w.triu().add(w.triu(1).t()));
    Parametrizations.register(layer, "weight", symmetric);
    assertTrue(layer.weight().equal(layer.weight().t()));
    Parametrizations.register(layer, "weight", Lambda.of(w -> w.mul(0.5)));
    Tensor original = layer.namedParameters().get("parametrizations.weight.original");
    assertTrue(layer.weight().equal(symmetric.call(original).mul(0.5)));
    assertThrows(
        ShapeException.class,
        () -> Parametrizations.register(layer, "weight", Lambda.of(Tensor::sum)));
    assertEquals(2, layer.modules().stream().filter(Lambda.class::isInstance).count());
  }

  @Test
  void aParametrizationTakesTheModulesMode() {
    Linear layer = linear();
    layer.eval();
    Parametrizations.spectralNorm(layer);
    Tensor u = layer.namedBuffers().get("parametrizations.weight.0._u");
    Tensor before = u.clone();
    layer.weight();
    assertTrue(u.equal(before));
    layer.train();
    layer.weight();
    assertFalse(u.equal(before));
  }

  @Test
  void aFrozenParameterStaysFrozen() {
    for (UnaryOperator<Linear> parametrize : List.<UnaryOperator<Linear>>of(
        Parametrizations::weightNorm, Parametrizations::spectralNorm)) {
      Linear layer = linear();
      layer.weight().requiresGrad_(false);
      parametrize.apply(layer);
      assertFalse(layer.weight().requiresGrad());
      assertEquals(
          List.of(layer.bias()),
          layer.parameters().stream().filter(Tensor::requiresGrad).toList());
      assertFalse(Parametrizations.remove(layer, "weight").weight().requiresGrad());
    }
  }

  @Test
  void containersKeepTheirNumbers() {
    final class Scaled extends Sequential {
      private final Tensor scale = parameter(randn(3));

      Scaled() {
        super(new Linear(3, 3), new ReLU());
      }

      @Override
      public Tensor forward(Tensor x) {
        return super.forward(x).mul(parametrized(scale));
      }
    }
    Sequential chain = Parametrizations.weightNorm(new Scaled(), "scale", 0);
    assertEquals(2, chain.size());
    chain.call(randn(2, 3)).sum().backward();
    assertTrue(chain.parameters().stream().allMatch(p -> p.grad() != null));
    assertThrows(IllegalArgumentException.class, () -> chain.append("parametrizations", F::relu));
    ParameterList list = new ParameterList(randn(3), randn(3), randn(3));
    Parametrizations.register(list, "1", Lambda.of(w -> w.mul(2)));
    list.append(randn(3));
    assertEquals(
        List.of("0", "2", "3", "parametrizations.1.original"),
        List.copyOf(list.namedParameters().keySet()));
    Tensor original = list.parameters().get(3);
    assertTrue(list.get(1).equal(original.mul(2)));
    int i = 0;
    for (Tensor each : list) assertTrue(each.equal(list.get(i++)));
    assertEquals(4, i);
  }

  @Test
  void aFieldGetsItsParameterBack() {
    final class Scale extends Module {
      private Tensor scale = parameter(randn(3));

      void set(Tensor value) {
        scale = parameter(value);
      }
    }
    Scale module = Parametrizations.weightNorm(new Scale(), "scale", 0);
    Parametrizations.remove(module, "scale");
    Tensor other = randn(3);
    module.set(other);
    assertSame(other, module.scale);
    assertEquals(Map.of("scale", other), module.namedParameters());
  }

  @Test
  void aModuleThatReadsItsParameterItselfIsToldOnce() {
    Module plain = new Module() {
      private final Tensor scale = parameter(randn(3));

      @Override
      public Tensor forward(Tensor x) {
        return x.mul(scale);
      }
    };
    Parametrizations.weightNorm(plain, "scale", 0);
    Parametrizations.register(plain, "scale", new Identity());
    List<String> told = Warnings.during(() -> {
      for (int i = 0; i < 2; i++) plain.call(randn(3));
    });
    assertEquals(1, told.size());
    assertTrue(
        told.get(0).contains("did not read \"scale\" by parametrized(...)"), told.toString());
    Module asks = new Module() {
      private final Tensor scale = parameter(randn(3));

      @Override
      public Tensor forward(Tensor x) {
        return x.mul(parametrized(scale));
      }
    };
    Parametrizations.weightNorm(asks, "scale", 0);
    assertEquals(List.of(), Warnings.during(() -> asks.call(randn(3)).sum().backward()));
    assertEquals(2, asks.parameters().size());
    assertEquals(
        List.of("scale"),
        List.copyOf(Parametrizations.remove(asks, "scale").namedParameters().keySet()));
  }

  @Test
  void errors() {
    assertThrows(
        IllegalArgumentException.class, () -> Parametrizations.weightNorm(linear(), "w", 0));
    assertThrows(IllegalArgumentException.class, () -> Parametrizations.remove(linear(), "weight"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Parametrizations.spectralNorm(linear(), "weight", 0, 1e-12, 0));
    assertThrows(
        io.retrograd.IndexException.class,
        () -> Parametrizations.spectralNorm(linear(), "weight", 1, 1e-12, 2));
  }
}
