package io.retrograd;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.DType.INT8;
import static io.retrograd.DType.UINT8;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.ones;
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
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradCheck;
import io.retrograd.autograd.GradOptions;
import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Reduction;
import io.retrograd.nn.Sequential;
import io.retrograd.nn.Sigmoid;
import io.retrograd.optim.SGD;
import java.util.Arrays;
import java.util.List;
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

  /** The derivative of the sum of the gradient. */
  private static double[] second(UnaryOperator<Tensor> f, DType dtype, double... at) {
    Tensor x = tensor(FLOAT64, at).to(dtype).requiresGrad_(true);
    Tensor gradient = Autograd.grad(f.apply(x).sum(), x, GradOptions.createGraph());
    return numbers(Autograd.grad(gradient.sum(), x));
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
          assertEquals(
              target == 1 ? -slope : slope, logit.grad().item(), unit * slope, "slope at " + x);
        }
      }
  }

  @Test
  void lossOfInfiniteLogits() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor target = tensor(new double[] {1, 0, 0, 1}).to(dtype);
      double[] at = {INF, -INF, INF, -INF};
      UnaryOperator<Tensor> each = x -> F.binaryCrossEntropyWithLogits(x, target, Reduction.NONE);
      assertArrayEquals(
          new double[] {0, 0, INF, INF}, numbers(each.apply(tensor(at).to(dtype))));
      assertArrayEquals(new double[] {0, 0, 1, -1}, gradient(each, dtype, at));
      assertArrayEquals(new double[4], second(each, dtype, at));
    }
  }

  @Test
  void logsigmoidKeepsItsDigits() {
    double[] at = {0, -0.7, 0.7, -5, 5, -15, 15, -20.1, 20.1, -30, 30, -35.9, 35.9, -40, 40, -80, 80
    };
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      double unit = dtype == FLOAT32 ? 1e-6 : 2e-15;
      double[] x = numbers(tensor(at).to(dtype)),
          value = numbers(F.logsigmoid(tensor(x).to(dtype)));
      double[] first = gradient(F::logsigmoid, dtype, x), second = second(F::logsigmoid, dtype, x);
      for (int i = 0; i < x.length; i++) {
        double e = Math.exp(-Math.abs(x[i])), v = Math.min(x[i], 0) - Math.log1p(e);
        double g = (x[i] < 0 ? 1 : e) / (1 + e), h = -e / ((1 + e) * (1 + e));
        assertEquals(v, value[i], unit * Math.abs(v), "at " + x[i]);
        assertEquals(g, first[i], unit * g, "gradient at " + x[i]);
        assertEquals(h, second[i], 4 * unit * -h, "second gradient at " + x[i]);
      }
      assertArrayEquals(
          new double[] {-INF, 0, NAN},
          numbers(F.logsigmoid(tensor(-INF, INF, NAN).to(dtype))));
      assertArrayEquals(new double[] {1, 0, NAN}, gradient(F::logsigmoid, dtype, -INF, INF, NAN));
      assertArrayEquals(new double[] {0, 0, NAN}, second(F::logsigmoid, dtype, -INF, INF, NAN), 0);
    }
    var error = assertThrows(DTypeException.class, () -> F.logsigmoid(tensor(true, false)));
    assertTrue(error.getMessage().startsWith("logsigmoid: "), error.getMessage());
  }

  @Test
  void secondDerivativesOfActivationsAtTheEnds() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      double most = dtype == FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
      double[] at = {INF, -INF, most, -most, 1e5, -1e5};
      for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
          F::elu, F::softplus, F::gelu, x -> F.gelu(x, "tanh"), F::logsigmoid, F::sigmoid, F::tanh))
        assertArrayEquals(
            new double[at.length], numbers(tensor(second(f, dtype, at)).abs()));
      for (String approximate : new String[] {"none", "tanh"})
        assertArrayEquals(
            new double[] {1, 0, 1, 0, 1, 0},
            numbers(tensor(gradient(x -> F.gelu(x, approximate), dtype, at)).abs()));
      // Where the derivative jumps it belongs to the constant side, as in PyTorch.
      assertArrayEquals(
          new double[] {0, 0}, numbers(tensor(second(F::elu, dtype, 0.0, -0.0)).abs()));
      assertArrayEquals(new double[] {0}, second(F::softplus, dtype, 20));
    }
  }

  @Test
  void derivativesOfNormsStayInTheirPlaces() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      double[] at = {3, 0, -4, 0.5};
      for (double p : new double[] {1.2, 1.5, 0.5, -1, -2}) {
        double[] h = second(x -> x.norm(p), dtype, at);
        double sum = 0, y = tensor(FLOAT64, at).norm(p).item();
        for (double v : at)
          if (v != 0 || p > 1) sum += Math.signum(v) * Math.pow(Math.abs(v), p - 1);
        for (int i = 0; i < at.length; i++) {
          double size = Math.abs(at[i]), slope = Math.signum(at[i]) * Math.pow(size, p - 1);
          double want = at[i] == 0
              ? NAN
              : p < 0
                  ? 0
                  : (p - 1)
                      * (Math.pow(size, p - 2) * Math.pow(y, 1 - p)
                          - slope * sum * Math.pow(y, 1 - 2 * p));
          assertEquals(want, h[i], dtype == FLOAT32 ? 1e-5 : 1e-13, "norm " + p + " at " + at[i]);
        }
      }
      for (double p : new double[] {3, 4, 2.5})
        assertArrayEquals(new double[3], second(x -> x.norm(p), dtype, 0, 0, 0));
    }
    assertArrayEquals(
        new double[3],
        numbers(tensor(second(x -> x.norm(1.5), FLOAT64, 2, 1, 1e300)).abs()));
    double[] g = gradient(x -> x.norm(1.5), FLOAT64, 1e160, 1e-310, 0.5);
    assertEquals(1, g[0], 1e-12);
    assertEquals(Math.sqrt(1e-310) / 1e80, g[1], 1e-12 * g[1]);
    assertEquals(Math.sqrt(0.5) / 1e80, g[2], 1e-12 * g[2]);
  }

  @Test
  void linspaceEndsAtItsEnds() {
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      double scale = Math.pow(10, random.nextInt(40) - 20);
      double start = random.nextGaussian() * scale,
          end = random.nextGaussian() * (i % 3 == 0 ? 1 : scale);
      int n = 2 + random.nextInt(40);
      double[] v = linspace(FLOAT64, start, end, n).toDoubleArray();
      assertEquals(start, v[0]);
      assertEquals(end, v[n - 1]);
      for (int k = 1; k < n; k++)
        assertTrue((v[k] - v[k - 1]) * (end - start) >= 0, start + " " + end + " " + n);
      assertEquals((float) end, linspace(start, end, n).select(0, -1).item());
    }
    double most = Double.MAX_VALUE;
    assertArrayEquals(
        new double[] {-most, 0, most}, linspace(FLOAT64, -most, most, 3).toDoubleArray());
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
    powers = new double[616];
    wanted = new double[616];
    for (int k = -307; k <= 308; k++) {
      powers[k + 307] = Double.parseDouble("1e" + k);
      wanted[k + 307] = k;
    }
    Tensor x = tensor(FLOAT64, powers);
    assertArrayEquals(wanted, numbers(x.log10()));
    // One alone, some that fill no vector, every other one.
    for (int i = 0; i < 616; i++) assertEquals(wanted[i], x.select(0, i).log10().item());
    assertArrayEquals(
        Arrays.copyOfRange(wanted, 5, 18), numbers(x.narrow(0, 5, 13).log10()));
    assertArrayEquals(
        wanted, numbers(Retrograd.stack(List.of(x, x), 1).select(1, 1).log10()));
  }

  @Test
  void gradientOfAtan2() {
    double tiny = 1e-30, huge = 1e30;
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor a = tensor(FLOAT64, new double[] {0, tiny, huge, 3, INF, 1, INF})
          .to(dtype)
          .requiresGrad_(true);
      Tensor b = tensor(FLOAT64, new double[] {0, tiny, huge, 4, 2, -INF, INF})
          .to(dtype)
          .requiresGrad_(true);
      a.atan2(b).sum().backward();
      double[] da = {0, 0.5 / tiny, 0.5 / huge, 4 / 25.0, 0, 0, 0};
      double[] db = {0, -0.5 / tiny, -0.5 / huge, -3 / 25.0, 0, 0, 0};
      double[] ga = numbers(a.grad()), gb = numbers(b.grad());
      for (int i = 0; i < da.length; i++) {
        assertEquals(da[i], ga[i], 1e-6 * Math.abs(da[i]), "by y, " + i);
        assertEquals(db[i], gb[i], 1e-6 * Math.abs(db[i]), "by x, " + i);
      }
    }
    assertArrayEquals(
        new double[] {0.5 / 1e200, 0.5e200},
        gradient(x -> x.atan2(x.detach()), FLOAT64, 1e200, 1e-200),
        1e186);
    // Second derivatives where one product's factors are 0 and infinity, or whose difference is
    // that of infinities.
    double least = Double.MIN_VALUE;
    assertArrayEquals(
        new double[] {0, 0},
        second(a -> a.atan2(tensor(FLOAT64, least, 1e-200)), FLOAT64, 0, 0),
        0);
    assertArrayEquals(
        new double[] {0, 0},
        second(b -> tensor(FLOAT64, 0, 0).atan2(b), FLOAT64, least, 1e-200),
        0);
    Tensor a = tensor(FLOAT64, least, 1e-200).requiresGrad_(true),
        b = a.detach().requiresGrad_(true);
    Tensor byA = Autograd.grad(a.atan2(b).sum(), a, GradOptions.createGraph());
    assertArrayEquals(new double[] {0, 0}, numbers(Autograd.grad(byA.sum(), b)), 0);
    // Third ones against differences.
    GradCheck.gradgradcheck(
        in -> List.of(
            Autograd.grad(in.get(0).atan2(in.get(1)).sum(), in.get(0), GradOptions.createGraph()),
            Autograd.grad(in.get(0).atan2(in.get(1)).sum(), in.get(1), GradOptions.createGraph())),
        List.of(
            tensor(FLOAT64, 0.3, -1.2, 0.9).requiresGrad_(true),
            tensor(FLOAT64, 0.8, 0.4, -1.1).requiresGrad_(true)),
        GradCheck.Options.DEFAULT);
  }

  @Test
  void extremaGiveTheirGradientToNans() {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      double[] x = {1, NAN, 3, NAN}, shared = {0, 0.5, 0, 0.5};
      assertArrayEquals(shared, gradient(Tensor::max, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::min, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::amax, dtype, x));
      assertArrayEquals(shared, gradient(Tensor::amin, dtype, x));
      UnaryOperator<Tensor> rows = t -> t.view(2, 2).amax(1),
          columns = t -> t.view(2, 2).amin(0, true);
      assertArrayEquals(new double[] {0, 1, 0, 1}, gradient(rows, dtype, x));
      assertArrayEquals(
          new double[] {0.5, 0.5, 0.5, 0.5}, gradient(columns, dtype, NAN, NAN, NAN, NAN));
      assertArrayEquals(new double[] {1, 0.5, 0, 0.5}, gradient(columns, dtype, 1, NAN, 3, NAN));
    }
  }

  @Test
  void boundsThatAreNanGiveNan() {
    double[] nans = {NAN, NAN, NAN}, zeros = new double[3];
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      Tensor bound = tensor(NAN).to(dtype);
      for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
          x -> x.clampMin(NAN),
          x -> x.clampMax(NAN),
          x -> x.clamp(NAN, 1),
          x -> x.clamp(0, NAN),
          x -> x.clamp(NAN, NAN),
          x -> x.clampMin(bound),
          x -> x.clampMax(bound),
          x -> x.mul(1).clampMin_(NAN),
          x -> x.mul(1).clampMax_(NAN),
          x -> x.mul(1).clamp_(0, NAN),
          x -> x.mul(1).clamp_(NAN, 1),
          x -> x.mul(1).clampMin_(bound),
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
  void longProductsDoNotDrift() {
    assumeFalse(Retrograd.getDefaultDevice().isCuda(), "products are cuBLAS's there");
    int n = 1_000_000;
    double right = n * (double) 0.1f;
    Tensor x = full(new long[] {2, n}, 0.1), w = full(new long[] {4, 2}, 1.0).requiresGrad_(true);
    for (Tensor y : Arrays.asList(
        x.mm(ones(n, 3)),
        x.mv(ones(n)),
        ones(2, n).mm(x.t()),
        x.unsqueeze(0).bmm(ones(1, n, 3)),
        x.t().contiguous().t().mm(ones(3, n).t())))
      for (double v : numbers(y.reshape(-1))) assertEquals(right, v, 1e-6 * right);
    x.t().matmul(w.t()).sum().backward();
    for (double v : numbers(w.grad().reshape(-1))) assertEquals(right, v, 1e-6 * right);
  }

  @Test
  void manyAdditionsToOneElementDoNotDrift() {
    int n = 1_000_000;
    double right = n * (double) 0.1f;
    Tensor tenths = full(new long[] {n}, 0.1), zeros = zeros(new long[] {n}).to(INT64);
    for (int size : new int[] {1, 50_000}) {
      Tensor empty = zeros(size);
      for (Tensor y :
          Arrays.asList(empty.indexAdd(0, zeros, tenths), empty.scatterAdd(0, zeros, tenths)))
        assertEquals(right, y.select(0, 0).item(), 1e-6 * right);
      for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
          x -> x.gather(0, zeros),
          x -> x.indexSelect(0, zeros),
          x -> x.get(zeros),
          x -> x.asStrided(new long[] {n}, new long[] {0}))) {
        Tensor x = zeros(size).requiresGrad_(true);
        f.apply(x).backward(tenths);
        assertEquals(right, x.grad().select(0, 0).item(), 1e-6 * right);
      }
    }
  }

  @Test
  void gradientOfRemaindersByTheDivisor() {
    // 0.3f / 0.1f rounds to 3, but 0.1f goes into 0.3f twice.
    for (UnaryOperator<Tensor> f : Arrays.<UnaryOperator<Tensor>>asList(
        b -> tensor(new double[] {0.3, 0.7, -0.7}).to(FLOAT32).remainder(b),
        b -> tensor(new double[] {0.3, 0.7, -0.7}).to(FLOAT32).fmod(b))) {
      double[] g = gradient(f, FLOAT32, 0.1, 0.2, 0.2),
          value = numbers(f.apply(tensor(FLOAT32, 0.1, 0.2, 0.2)));
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
      for (double[] bad :
          new double[][] {{-largest, largest}, {0, 2 * largest}, {Double.NEGATIVE_INFINITY, 0}})
        assertThrows(IllegalArgumentException.class, () -> x.uniform_(bad[0], bad[1]));
      long end = dtype == FLOAT32 ? 1L << 25 : 1L << 54;
      assertThrows(IllegalArgumentException.class, () -> randint(options(dtype), end - 1, end, 4));
      assertThrows(
          IllegalArgumentException.class, () -> randint(options(dtype), -end + 1, -end + 2, 4));
      for (double v : randint(options(dtype), end - 5, end + 7, 1000).toDoubleArray())
        assertTrue(v >= end - 4 && v <= end + 4, () -> "" + v);
      for (double v : randint(options(dtype), -end - 7, -end + 3, 1000).toDoubleArray())
        assertTrue(v >= -end - 4 && v <= -end + 2, () -> "" + v);
    }
    assertThrows(IllegalArgumentException.class, () -> randperm(options(UINT8), 257));
    assertEquals(255, randperm(options(UINT8), 256).max().item());
    assertThrows(IllegalArgumentException.class, () -> randperm(options(INT8), 129));
    assertEquals(127, randperm(options(INT8), 128).max().item());
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
