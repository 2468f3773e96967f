package io.retrograd;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.UINT8;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randint;
import static io.retrograd.Retrograd.randperm;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Reduction;
import io.retrograd.nn.Sequential;
import io.retrograd.nn.Sigmoid;
import io.retrograd.optim.SGD;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What operations give where libtorch gives something else or nothing of use; the op table holds the rest. */
class SpecialPointsTest {
  private static final double NAN = Double.NaN, INF = Double.POSITIVE_INFINITY;

  private static double[] gradient(UnaryOperator<Tensor> f, DType dtype, double... at) {
    Tensor x = tensor(FLOAT64, at).to(dtype).requiresGrad_(true);
    f.apply(x).sum().backward();
    return x.grad().toDoubleArray();
  }

  private static double[] numbers(Tensor x) {
    return x.to(FLOAT64).toDoubleArray();
  }

  @Test
  void lossOfSaturatedProbabilities() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor target = tensor(new double[] {1, 0, 0, 1, 0.5}).to(dtype);
      double[] g =
          gradient(p -> F.binaryCrossEntropy(p, target, Reduction.SUM), dtype, 1, 0, 1, 0, 0);
      assertArrayEquals(new double[] {0, 0, 1e12, -1e12, -0.5e12}, g, 1e6);
      double[] mean = gradient(p -> F.binaryCrossEntropy(p, target), dtype, 1, 0, 1, 0, 0);
      assertArrayEquals(new double[] {0, 0, 2e11, -2e11, -1e11}, mean, 1e5);
      // The derivative of the gradient by p, and the gradient by the target, are finite as well.
      Tensor p = tensor(new double[] {1, 0, 1, 0, 0}).to(dtype).requiresGrad_(true);
      Tensor t = target.clone().requiresGrad_(true);
      F.binaryCrossEntropy(p, t).backward(BackwardOptions.createGraph());
      Tensor gradient = p.grad();
      p.setGrad(null);
      t.setGrad(null);
      gradient.sum().backward();
      assertTrue(p.grad().isfinite().all().itemLong() != 0, p.grad() + "");
      assertTrue(t.grad().isfinite().all().itemLong() != 0, t.grad() + "");
    }
  }

  @Test
  void separableDataCanBeTrainedOnForLong() {
    Retrograd.manualSeed(1);
    Tensor x = tensor(new double[][] {{-90}, {-60}, {60}, {90}}).to(FLOAT32);
    Tensor y = tensor(new double[][] {{0}, {0}, {1}, {1}}).to(FLOAT32);
    var model = new Sequential(new Linear(1, 1), new Sigmoid());
    var optimizer = new SGD(model.parameters(), 1.0);
    for (int step = 0; step < 50; step++) {
      optimizer.zeroGrad();
      F.binaryCrossEntropy(model.forward(x), y).backward();
      optimizer.step();
    }
    assertTrue(F.binaryCrossEntropy(model.forward(x), y).item() < 1e-6);
  }

  @Test
  void lossOfLogitsKeepsItsDigits() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64})
      for (double x : new double[] {0, 0.5, 5, 10, 15, 20, 50, 80}) {
        double unit = dtype == FLOAT32 ? 1e-6 : 1e-14, want = Math.log1p(Math.exp(-x));
        double slope = Math.exp(-x) / (1 + Math.exp(-x));
        for (int target = 0; target <= 1; target++) {
          Tensor t = tensor(target).to(dtype);
          Tensor logit = tensor(target == 1 ? x : -x).to(dtype).requiresGrad_(true);
          Tensor loss = F.binaryCrossEntropyWithLogits(logit, t);
          loss.backward();
          assertEquals(want, loss.item(), unit * want, "loss at " + x);
          assertEquals(target == 1 ? -slope : slope, logit.grad().item(), unit * slope, "slope at " + x);
        }
      }
  }

  @Test
  void linspaceEndsAtItsEnds() {
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      double scale = Math.pow(10, random.nextInt(40) - 20);
      double start = random.nextGaussian() * scale, end = random.nextGaussian() * (i % 3 == 0 ? 1 : scale);
      int n = 2 + random.nextInt(40);
      double[] v = linspace(FLOAT64, start, end, n).toDoubleArray();
      assertEquals(start, v[0]);
      assertEquals(end, v[n - 1]);
      for (int k = 1; k < n; k++) assertTrue((v[k] - v[k - 1]) * (end - start) >= 0, start + " " + end + " " + n);
      assertEquals((float) end, linspace(start, end, n).select(0, -1).item());
    }
    double most = Double.MAX_VALUE;
    assertArrayEquals(new double[] {-most, 0, most}, linspace(FLOAT64, -most, most, 3).toDoubleArray());
    assertArrayEquals(new double[] {5}, linspace(FLOAT64, 5, 9, 1).toDoubleArray());
  }

  @Test
  void rangesOfWholeNumbersAreCounted() {
    assertEquals(101, arange(0, 10_000_000_000_000_001L, 100_000_000_000_000L).numel());
    long far = 1L << 60;
    assertArrayEquals(new long[] {far, far + 1, far + 2}, arange(far, far + 3).toLongArray());
    // Whole numbers in floating tensors are the nearest ones of what was counted.
    long odd = (1L << 53) + 1;
    double[] nearest = {odd, odd + 3, odd + 6};
    assertArrayEquals(nearest, arange(FLOAT64, odd, odd + 9, 3).toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> arange(INT32, 0, 1L << 40, 1L << 38));
    assertThrows(IllegalArgumentException.class, () -> arange(0, 5, 0));
    assertThrows(IllegalArgumentException.class, () -> arange(0, 5, -1));
    assertThrows(ShapeException.class, () -> arange(Long.MIN_VALUE, Long.MAX_VALUE));
    assertEquals(0, arange(5, 5, -1).numel());
  }

  @Test
  void logarithmsOfPowersOfTenAreWhole() {
    double[] powers = new double[38], wanted = new double[38];
    for (int k = 0; k < 38; k++) {
      powers[k] = Double.parseDouble("1e" + k);
      wanted[k] = k;
    }
    assertArrayEquals(wanted, numbers(tensor(FLOAT32, powers).log10()));
  }

  @Test
  void gradientOfAtan2() {
    double tiny = 1e-30, huge = 1e30;
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor a = tensor(FLOAT64, new double[] {0, tiny, huge, 3, INF, 1, INF}).to(dtype).requiresGrad_(true);
      Tensor b = tensor(FLOAT64, new double[] {0, tiny, huge, 4, 2, -INF, INF}).to(dtype).requiresGrad_(true);
      a.atan2(b).sum().backward();
      double[] da = {0, 0.5 / tiny, 0.5 / huge, 4 / 25.0, 0, 0, 0};
      double[] db = {0, -0.5 / tiny, -0.5 / huge, -3 / 25.0, 0, 0, 0};
      double[] ga = numbers(a.grad()), gb = numbers(b.grad());
      for (int i = 0; i < da.length; i++) {
        assertEquals(da[i], ga[i], 1e-6 * Math.abs(da[i]), "by y, " + i);
        assertEquals(db[i], gb[i], 1e-6 * Math.abs(db[i]), "by x, " + i);
      }
    }
    assertArrayEquals(new double[] {0.5 / 1e200, 0.5e200},
        gradient(x -> x.atan2(x.detach()), FLOAT64, 1e200, 1e-200), 1e186);
  }

  @Test
  void extremaGiveTheirGradientToNans() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      double[] x = {1, NAN, 3, NAN}, shared = {0, 0.5, 0, 0.5};
      assertArrayEquals(shared, gradient(Tensor::max, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::min, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::amax, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::amin, dtype, x));
      UnaryOperator<Tensor> rows = t -> t.view(2, 2).amax(1), columns = t -> t.view(2, 2).amin(0, true);
      assertArrayEquals(new double[] {0, 1, 0, 1}, gradient(rows, dtype, x));
      assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5}, gradient(columns, dtype, NAN, NAN, NAN, NAN));
      assertArrayEquals(new double[] {1, 0.5, 0, 0.5}, gradient(columns, dtype, 1, NAN, 3, NAN));
    }
  }

  @Test
  void boundsThatAreNanGiveNan() {
    double[] nans = {NAN, NAN, NAN}, zeros = new double[3];
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor bound = tensor(NAN).to(dtype);
      for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
          x -> x.clampMin(NAN), x -> x.clampMax(NAN), x -> x.clamp(NAN, 1), x -> x.clamp(0, NAN),
          x -> x.clamp(NAN, NAN),
          x -> x.clampMin(bound), x -> x.clampMax(bound), x -> x.mul(1).clampMin_(NAN), x -> x.mul(1).clampMax_(NAN),
          x -> x.mul(1).clamp_(0, NAN), x -> x.mul(1).clamp_(NAN, 1), x -> x.mul(1).clampMin_(bound),
          x -> x.mul(1).clampMax_(bound))) {
        assertArrayEquals(nans, numbers(f.apply(tensor(new double[] {-1, 0, 2}).to(dtype))));
        assertArrayEquals(zeros, gradient(f, dtype, -1, 0, 2));
      }
    }
    assertArrayEquals(nans, numbers(tensor(new long[] {-1, 0, 2}).clampMin(NAN)));
  }

  @Test
  void runningSumsDoNotDrift() {
    int n = 1_000_000;
    Tensor x = full(new long[] {n}, 0.1).requiresGrad_(true);
    Tensor y = x.cumsum(0);
    double last = n * (double) 0.1f;
    assertEquals(last, y.select(0, -1).item(), 1e-7 * last);
    y.backward(full(new long[] {n}, 0.1));
    assertEquals(last, x.grad().select(0, 0).item(), 1e-7 * last);
  }

  @Test
  void gradientOfRemaindersByTheDivisor() {
    // 0.3f / 0.1f rounds to 3, but 0.1f goes into 0.3f twice.
    for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
        b -> tensor(new double[] {0.3, 0.7, -0.7}).to(FLOAT32).remainder(b),
        b -> tensor(new double[] {0.3, 0.7, -0.7}).to(FLOAT32).fmod(b))) {
      double[] g = gradient(f, FLOAT32, 0.1, 0.2, 0.2), value = numbers(f.apply(tensor(FLOAT32, 0.1, 0.2, 0.2)));
      double[] a = {0.3f, 0.7f, -0.7f}, b = {0.1f, 0.2f, 0.2f};
      for (int i = 0; i < 3; i++) assertEquals(Math.rint((value[i] - a[i]) / b[i]), g[i]);
    }
  }

  @Test
  void randomNumbersStayWithinTheirBounds() {
    DType[] floating = {FLOAT32, FLOAT64};
    for (DType dtype : floating) {
      double largest = dtype == FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
      Tensor x = zeros(options(dtype), 4);
      x.uniform_(0, largest);
      for (double[] bad : new double[][] {{-largest, largest}, {0, 2 * largest}, {Double.NEGATIVE_INFINITY, 0}})
        assertThrows(IllegalArgumentException.class, () -> x.uniform_(bad[0], bad[1]));
      long end = dtype == FLOAT32 ? 1L << 25 : 1L << 54;
      assertThrows(IllegalArgumentException.class, () -> randint(options(dtype), end - 1, end, 4));
      assertThrows(IllegalArgumentException.class, () -> randint(options(dtype), -end + 1, -end + 2, 4));
      for (double v : randint(options(dtype), end - 5, end + 7, 1000).toDoubleArray())
        assertTrue(v >= end - 4 && v <= end + 4, () -> "" + v);
      for (double v : randint(options(dtype), -end - 7, -end + 3, 1000).toDoubleArray())
        assertTrue(v >= -end - 4 && v <= -end + 2, () -> "" + v);
    }
    assertThrows(IllegalArgumentException.class, () -> randperm(options(UINT8), 257));
    assertEquals(255, randperm(options(UINT8), 256).max().item());
    assertThrows(IllegalArgumentException.class, () -> randperm(options(FLOAT32), (1L << 24) + 2));
  }

  @Test
  void rangesOfFractionsFit() {
    assertThrows(IllegalArgumentException.class, () -> arange(options(UINT8), 250.0, 260.0, 1.0));
    assertThrows(IllegalArgumentException.class, () -> arange(options(INT32), 0.0, 1e10, 4e9));
    assertThrows(IllegalArgumentException.class, () -> arange(options(FLOAT32), 0.0, 1e39, 1e38));
    assertEquals(255, arange(options(UINT8), 250.0, 255.5, 1.0).max().item());
  }

  @Test
  void integersAreCloseOnlyWhereTheyAreEqual() {
    Tensor x = tensor((1L << 53) + 1), y = tensor(1L << 53);
    assertFalse(x.allclose(y, 0, 0));
    assertTrue(x.allclose(y, 1e-9, 0));
    assertTrue(x.allclose(x, 0, 0));
    for (double bad : new double[] {-1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> x.allclose(y, bad, 0));
      assertThrows(IllegalArgumentException.class, () -> x.allclose(y, 0, bad));
    }
  }

  @Test
  void lerpByOneIsTheEnd() {
    Tensor x = tensor(new double[] {1e10, -7.3, 1e-9}), end = tensor(new double[] {0.1, 1e-8, 3e7});
    assertTrue(x.lerp(end, 1.0).equal(end));
    assertTrue(x.lerp(end, tensor(1.0)).equal(end));
    assertTrue(x.lerp(end, 0.0).equal(x));
  }
}
