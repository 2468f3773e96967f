package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.eye;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
  @BeforeEach
  void seed() {
    Retrograd.manualSeed(5);
  }

  /** Mean and standard deviation of 20,000 numbers; the errors of the two are below 0.01 std and 0.01 std by far. */
  private static void assertSpread(double mean, double std, Consumer<Tensor> fill) {
    Tensor t = zeros(options(FLOAT64), 100, 20, 10).requiresGrad_(true);
    fill.accept(t);
    assertEquals(mean, t.mean().item(), 0.03 * std);
    assertEquals(std, t.std().item(), 0.03 * std);
    assertTrue(t.isLeaf() && t.gradFn() == null);
  }

  @Test
  void spreads() {
    assertSpread(0.5, Math.sqrt(1 / 12.0), Init::uniform_);
    assertSpread(1, Math.sqrt(16 / 12.0), t -> Init.uniform_(t, -1, 3));
    assertSpread(0, 1, Init::normal_);
    assertSpread(2, 0.1, t -> Init.normal_(t, 2, 0.1));
    // The variance of a standard normal number in [-2, 2] is 1 - 4 phi(2) / (2 Phi(2) - 1).
    assertSpread(
        0, Math.sqrt(1 - 4 * 0.05399096651318806 / 0.9544997361036416), Init::truncNormal_);
    double fans = 20 * 10 + 100 * 10;
    assertSpread(0, Math.sqrt(2 / fans), Init::xavierUniform_);
    assertSpread(0, 3 * Math.sqrt(2 / fans), t -> Init.xavierNormal_(t, 3));
    assertSpread(0, Math.sqrt(2 / 200.0), Init::kaimingUniform_);
    assertSpread(0, Math.sqrt(2 / 200.0), Init::kaimingNormal_);
    assertSpread(0, 5 / 3.0 / Math.sqrt(1000), t -> Init.kaimingNormal_(t, 0, "fan_out", "tanh"));
    assertSpread(
        0, Math.sqrt(2 / 1.25 / 1000), t -> Init.kaimingUniform_(t, 0.5, "fan_out", "leaky_relu"));
  }

  @Test
  void truncatedNumbersStayWithin() {
    Tensor t = Init.truncNormal_(empty(10_000), 1, 2, 1.5, 4);
    assertTrue(t.min().item() >= 1.5 && t.max().item() <= 4);
    assertTrue(t.min().item() < 1.51 && t.max().item() > 3.97);
    Tensor far = Init.truncNormal_(empty(100), 0, 1, 20, 21);
    assertTrue(far.min().item() >= 20 && far.max().item() <= 21);
    // Above 6 a normal number's mean is about 6 + 1 / 6.
    Tensor tail = Init.truncNormal_(empty(options(FLOAT64), 1000), 0, 1, 6, 8);
    assertEquals(6.16, tail.mean().item(), 0.03);
  }

  @ParameterizedTest
  @CsvSource({"3,5", "5,3", "1,4", "4,1", "130,130", "200,70"})
  void rowsOrColumnsAreOrthogonal(long rows, long columns) {
    Tensor t = empty(options(FLOAT64), rows, columns);
    assertSame(t, Init.orthogonal_(t, 2));
    Tensor product = rows <= columns ? t.matmul(t.t()) : t.t().matmul(t);
    double error =
        product.sub(eye(options(FLOAT64), product.size(0)).mul(4)).abs().max().item();
    assertTrue(error < 1e-13, () -> "an error of " + error);
  }

  /** What a block takes is freed before the next: beside the matrix, no more than two blocks of it. */
  @Test
  void orthogonalMatricesTakeLittleMemory() {
    Tensor t = empty(options(FLOAT64), 512, 512);
    long bytes = 512 * 512 * 8, before = Memory.allocated();
    Memory.resetPeak();
    Init.orthogonal_(t);
    long taken = Memory.peak() - before;
    assertTrue(taken < 3 * bytes, () -> taken + " bytes");
  }

  /** Each entry of a random orthogonal matrix is as likely negative as positive, on the diagonal too. */
  @Test
  void orthogonalMatricesAreEquallyLikely() {
    double sum = 0;
    for (int i = 0; i < 400; i++)
      sum += Init.orthogonal_(empty(2, 2)).diagonal().sum().item();
    assertEquals(0, sum / 400, 0.2);
    Tensor kernel = Init.orthogonal_(empty(2, 3, 2, 2));
    assertEquals(0, kernel.select(0, 0).mul(kernel.select(0, 1)).sum().item(), 1e-6);
  }

  @Test
  void identities() {
    assertTrue(Init.eye_(empty(2, 3))
        .equal(tensor(new double[][] {{1, 0, 0}, {0, 1, 0}}).to(DType.FLOAT32)));
    Tensor signal = Retrograd.randn(1, 4, 6, 5);
    Tensor weight = Init.dirac_(empty(4, 4, 3, 3));
    assertTrue(F.conv2d(signal, weight, null, 1, 1, 1, 1).equal(signal));
    Tensor grouped = Init.dirac_(empty(4, 2, 3), 2);
    assertTrue(F.conv1d(signal.select(2, 0), grouped, null, 1, 1, 1, 2).equal(signal.select(2, 0)));
    assertEquals(2, Init.dirac_(empty(3, 2, 1, 3, 2)).sum().item());
    assertTrue(Init.ones_(empty(options(INT64), 3)).equal(tensor(1L, 1L, 1L)));
    assertEquals(6, Init.constant_(empty(3), 2).sum().item());
  }

  @Test
  void sparseColumns() {
    Tensor t = Init.sparse_(empty(10, 7), 0.25);
    assertTrue(t.eq(0).sum(0).equal(tensor(3L, 3L, 3L, 3L, 3L, 3L, 3L)));
  }

  @Test
  void gains() {
    assertEquals(Math.sqrt(2 / 1.0001), Init.calculateGain("leaky_relu"));
    assertEquals(0.75, Init.calculateGain("selu"));
    assertEquals(1, Init.calculateGain("conv_transpose2d"));
  }

  @Test
  void emptyTensorsStay() {
    assertEquals(0, Init.kaimingUniform_(empty(0, 3)).numel());
    assertEquals(0, Init.orthogonal_(empty(3, 0)).numel());
    assertEquals(0, Init.dirac_(empty(0, 3, 1)).numel());
  }

  @Test
  void errors() {
    assertThrows(ShapeException.class, () -> Init.xavierNormal_(empty(3)));
    assertThrows(ShapeException.class, () -> Init.eye_(empty(3)));
    assertThrows(ShapeException.class, () -> Init.dirac_(empty(3, 3)));
    assertThrows(ShapeException.class, () -> Init.dirac_(empty(3, 3, 3), 2));
    assertThrows(ShapeException.class, () -> Init.orthogonal_(empty()));
    assertThrows(DTypeException.class, () -> Init.normal_(zeros(options(INT64), 2)));
    assertEquals(
        "calculateGain: there is no nonlinearity \"softmax\", only tanh, relu, leaky_relu, selu, linear, sigmoid, "
            + "conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d",
        assertThrows(IllegalArgumentException.class, () -> Init.calculateGain("softmax"))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Init.truncNormal_(empty(3), 0, 1, 2, 1));
    assertThrows(IllegalArgumentException.class, () -> Init.sparse_(empty(3, 3), 1.5));
    assertThrows(
        IllegalArgumentException.class, () -> Init.kaimingNormal_(empty(3, 3), 0, "fan", "relu"));
  }
}
