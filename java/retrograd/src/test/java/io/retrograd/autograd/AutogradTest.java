package io.retrograd.autograd;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Shown;
import io.retrograd.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutogradTest {
  @Test
  void gradLeavesGradAlone() {
    Tensor x = tensor(3.0).requiresGrad_(true);
    Tensor y = tensor(1.0).requiresGrad_(true);
    assertEquals(6, Autograd.grad(x.square(), x).item());
    assertNull(x.grad());
    assertThrows(AutogradException.class, () -> Autograd.grad(x.square(), y));
    assertNull(Autograd.grad(x.square(), y, GradOptions.defaults().allowUnused()));
    assertEquals(
        12,
        Autograd.grad(x.square(), x, GradOptions.retainGraph().gradOutputs(tensor(2.0)))
            .item());
  }

  @Test
  void gradNeedsAnInput() {
    Tensor x = tensor(3.0).requiresGrad_(true);
    List<Tensor> y = List.of(x.square());
    assertThrows(
        IllegalArgumentException.class, () -> Autograd.grad(y, List.of(), GradOptions.defaults()));
    assertEquals(6, Autograd.grad(y.get(0), x).item());
  }

  @Test
  void jacobianOfADocument() {
    List<Tensor> inputs = List.of(tensor(0.7074, 0.9178, 0.3003), tensor(0.9081, 0.2903, 0.7643));
    List<Tensor> j =
        Autograd.jacobian(in -> in.get(0).exp().mul(2).add(in.get(1).mul(3)), inputs);
    assertEquals("""
        tensor([[3., 0., 0.],
                [0., 3., 0.],
                [0., 0., 3.]])""", Shown.text(j.get(1)));
    assertEquals(2 * Math.exp(0.7074), j.get(0).get(0, 0).item(), 1e-5);
    assertEquals(0, j.get(0).get(0, 1).item());
    assertFalse(j.get(0).requiresGrad());
    Tensor unrecorded = Retrograd.noGrad(() -> Autograd.jacobian(x -> x.mul(2), tensor(1.0)));
    assertEquals(2, unrecorded.item());
  }

  @Test
  void jacobianOfAToyProblem() {
    Tensor x = stack(List.of(arange(10.0), arange(10.0), arange(10.0)), 1);
    Tensor j = Autograd.jacobian(
        p -> {
          Tensor a = p.get(Index.all(), Index.at(0));
          Tensor b = p.get(Index.all(), Index.at(1));
          Tensor c = p.get(Index.all(), Index.at(2));
          return stack(
              List.of(a.pow(3).sub(b.pow(2)), b.pow(2).add(c.pow(2)), c.pow(3).sub(a.pow(2))), 1);
        },
        x);
    assertArrayEquals(new long[] {10, 3, 10, 3}, j.shape());
    Tensor perRow = j.diagonal(0, 0, 2).permute(2, 0, 1);
    assertEquals("""
        tensor([[243., -18.,   0.],
                [  0.,  18.,  18.],
                [-18.,   0., 243.]])""", Shown.text(perRow.get(9)));
  }

  @Test
  void hessiansAndProducts() {
    Tensor x = tensor(1.0, 2.0);
    Tensor h = Autograd.hessian(p -> p.pow(3).sum().add(p.prod()), x);
    assertArrayEquals(new double[] {6, 1, 1, 12}, h.toDoubleArray());
    Tensor v = tensor(1.0, -1.0);
    assertArrayEquals(
        new double[] {5, -11},
        Autograd.vhp(p -> p.pow(3).sum().add(p.prod()), x, v).product().toDoubleArray());
    assertArrayEquals(
        new double[] {5, -11},
        Autograd.hvp(p -> p.pow(3).sum().add(p.prod()), x, v).product().toDoubleArray());
    assertArrayEquals(
        new double[] {3, -12}, Autograd.jvp(p -> p.pow(3), x, v).product().toDoubleArray());
    var vjp = Autograd.vjp(p -> p.pow(3), x, v);
    assertArrayEquals(new double[] {3, -12}, vjp.product().toDoubleArray());
    assertArrayEquals(new double[] {1, 8}, vjp.output().toDoubleArray());
    assertEquals(
        0,
        Autograd.hessian(p -> p.get(0).mul(p.get(1)).sum(), List.of(x, ones(2)))
            .get(0)
            .get(0)
            .abs()
            .sum()
            .item());
  }

  @Test
  void jacobiansCanBeDifferentiated() {
    Tensor x = tensor(1.0, 2.0).requiresGrad_(true);
    Tensor j = Autograd.jacobian(p -> p.pow(3), x, true);
    assertTrue(j.requiresGrad());
    j.sum().backward();
    assertArrayEquals(new double[] {6, 12}, x.grad().toDoubleArray());
  }

  /** Without an element the Jacobian has the input's device and dtype too. */
  @Test
  void jacobiansOfNothing() {
    for (Device device :
        Device.cudaCount() > 0 ? List.of(Device.CPU, Device.cuda(0)) : List.of(Device.CPU)) {
      Tensor x = ones(options(FLOAT64).device(device), 2, 3);
      Tensor j = Autograd.jacobian(t -> t.get(Index.until(0)), x);
      assertArrayEquals(new long[] {0, 3, 2, 3}, j.shape());
      assertEquals(device, j.device());
      assertEquals(FLOAT64, j.dtype());
    }
  }

  private static Tensor random(long... shape) {
    return randn(options(FLOAT64).requiresGrad(true), shape);
  }

  @Test
  void gradCheckAcceptsWhatIsRight() {
    GradCheck.gradcheck(x -> x.tanh().mul(x), random(2, 3));
    GradCheck.gradgradcheck(x -> x.tanh().mul(x), random(2, 3));
    java.util.function.Function<List<Tensor>, List<Tensor>> both =
        in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).sum(0).exp());
    GradCheck.gradcheck(both, List.of(random(2, 3), random(3, 2)), GradCheck.Options.DEFAULT);
    GradCheck.gradcheck(both, List.of(random(2, 3), random(3, 2)), GradCheck.Options.FAST);
    GradCheck.gradgradcheck(both, List.of(random(2, 3), random(3, 2)), GradCheck.Options.FAST);
  }

  @Test
  void gradCheckFindsWhatIsWrong() {
    Function wrong = new Function() {
      @Override
      protected Tensor forward(Context ctx, Tensor... inputs) {
        ctx.saveForBackward(inputs[0]);
        return inputs[0].square();
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return gradients(grads[0].mul(ctx.savedTensors().get(0)));
      }
    };
    var e =
        assertThrows(AssertionError.class, () -> GradCheck.gradcheck(wrong::apply, random(2, 2)));
    assertTrue(
        e.getMessage().contains("d output[0, 0] / d input[0, 0] is numerically"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> GradCheck.gradcheck(x -> x, randn(2).requiresGrad_(true)));
    assertThrows(
        IllegalArgumentException.class, () -> GradCheck.gradcheck(x -> x, randn(FLOAT64, 2)));
  }
}
