package io.retrograd;

import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.inferenceMode;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operands of several dtypes, of none, and of modes: what the op table's samples do not combine. */
class MixedTypesTest {
  private static Tensor of(DType dtype, long value) {
    return tensor(new long[] {value}).to(dtype);
  }

  @Test
  void aNumberBeyondTheDtypeDividesAsItself() {
    assertEquals(0.5f, of(DType.INT8, 100).div(200).item());
    assertEquals(0.0025f, of(DType.INT16, 100).div(40000).item());
    assertEquals(0.5f, of(DType.UINT8, 200).div(400).item());
    assertEquals(Math.atan2(1, 300), of(DType.INT8, 1).atan2(300).item(), 1e-6);
  }

  @Test
  void theDtypeOfAllThreeOperandsCounts() {
    Tensor a = of(DType.INT8, 100), b = of(DType.INT8, 2);
    assertEquals(200, zeros(1).addcmul(a, b).item());
    assertEquals(200, zeros(DType.INT64, 1).addcmul_(a, b).item());
    assertEquals(
        1.0 / 3, zeros(DType.FLOAT64, 1).addcdiv(tensor(1.0), tensor(3.0)).item());
    assertEquals(
        1e60, zeros(DType.FLOAT64, 1).addcmul(tensor(1e30), tensor(1e30)).item(), 1e54);
  }

  @Test
  void aBoolHasARemainderWhoseDerivativeIsKnown() {
    Tensor b = tensor(2.5, 3).requiresGrad_(true);
    tensor(true, false).fmod(b).sum().backward();
    assertArrayEquals(new float[] {0, 0}, b.grad().abs().toFloatArray());
  }

  @Test
  void theNormOfZerosPassesNothingOn() {
    Tensor x = zeros(3).requiresGrad_(true), w = tensor(2.0).requiresGrad_(true);
    Autograd.grad(x.norm().mul(w), x, GradOptions.createGraph()).sum().backward();
    assertEquals(0, w.grad().item());
  }

  @Test
  void nothingThatIsJoinedGetsAGradientOfNothing() {
    Tensor nothing = zeros(0).requiresGrad_(true), x = ones(2).requiresGrad_(true);
    cat(List.of(nothing, x), 0).sum().backward();
    assertArrayEquals(new long[] {0}, nothing.grad().shape());
  }

  @Test
  void anInferenceTensorIsRefusedBeforeTheWrite() {
    Tensor made = inferenceMode(() -> tensor(3.0, 4));
    Tensor x = tensor(1.0, 2).requiresGrad_(true).mul(1);
    for (Runnable write : List.<Runnable>of(
        () -> x.mul_(made), () -> x.div_(made), () -> x.pow_(made), () -> x.addcmul_(made, made))) {
      String text = assertThrows(AutogradException.class, write::run).getMessage();
      assertTrue(text.matches("(mul|div|pow|addcmul)_: an inference tensor.*"), text);
      assertArrayEquals(new float[] {1, 2}, x.toFloatArray());
    }
  }

  @Test
  void zeroDividesNothing() {
    assertEquals(0, zeros(DType.INT8, 2, 0).floorDivide(zeros(DType.INT16, 1)).numel());
    assertEquals(0, tensor(new long[0]).remainder(0).numel());
  }

  @Test
  void literalsAreRefusedAsFullRefusesThem() {
    assertThrows(IllegalArgumentException.class, () -> tensor(options(DType.INT64), 0x1p63));
    assertThrows(IllegalArgumentException.class, () -> tensor(options(DType.UINT8), -1.0));
    assertEquals(255, tensor(options(DType.UINT8), -1L).item());
  }

  @Test
  void theSquareOfABoolIsANumber() {
    assertEquals(DType.INT64, tensor(true, false).square().dtype());
  }
}
