package io.retrograd.nn;

import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.IndexException;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolTest {
  /** A GPU reports indices out of range when it is waited for. */
  private static void finished(Runnable run) {
    run.run();
    Retrograd.getDefaultDevice().synchronize();
  }

  @Test
  void textIsPyTorchs() {
    Map<String, Module> modules = Map.ofEntries(
        Map.entry(
            "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
            new MaxPool1d(2)),
        Map.entry(
            "MaxPool2d(kernel_size=(3, 2), stride=2, padding=1, dilation=1, ceil_mode=True)",
            new MaxPool2d(
                new long[] {3, 2}, PoolOptions.stride(2).withPadding(1).withCeilMode(true))),
        Map.entry("AvgPool1d(kernel_size=(3,), stride=(2,), padding=(0,))", new AvgPool1d(3, 2)),
        Map.entry("AvgPool2d(kernel_size=3, stride=3, padding=1)", new AvgPool2d(3, 3, 1)),
        Map.entry("AdaptiveAvgPool2d(output_size=(5, None))", new AdaptiveAvgPool2d(5, -1)),
        Map.entry("AdaptiveMaxPool3d(output_size=11)", new AdaptiveMaxPool3d(11)),
        Map.entry(
            "LPPool2d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)",
            new LPPool2d(2, 3)),
        Map.entry(
            "LPPool1d(norm_type=1.5, kernel_size=3, stride=2, ceil_mode=False)",
            new LPPool1d(1.5, 3, 2)),
        Map.entry("FractionalMaxPool2d()", new FractionalMaxPool2d(3, 0.5)),
        Map.entry(
            "MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))", new MaxUnpool2d(2)),
        Map.entry(
            "MaxUnpool1d(kernel_size=(3,), stride=(2,), padding=(1,))", new MaxUnpool1d(3, 2, 1)),
        Map.entry("Unfold(kernel_size=3, dilation=1, padding=0, stride=1)", new Unfold(3)),
        Map.entry(
            "Fold(output_size=(4, 5), kernel_size=2, dilation=1, padding=0, stride=1)",
            new Fold(
                new long[] {4, 5}, new long[] {2}, new long[] {1}, new long[] {0}, new long[] {1})),
        Map.entry(
            "Bilinear(in1_features=20, in2_features=30, out_features=40, bias=True)",
            new Bilinear(20, 30, 40)));
    modules.forEach((text, module) -> assertEquals(text, module.toString()));
  }

  @Test
  void parametersAreNamedAndStartWithinPyTorchsBound() {
    Bilinear layer = new Bilinear(4, 50, 60);
    assertEquals(List.of("weight", "bias"), List.copyOf(layer.namedParameters().keySet()));
    assertArrayEquals(new long[] {60, 4, 50}, layer.weight().shape());
    double most = layer.weight().abs().max().item();
    assertTrue(most <= 0.5 && most > 0.49);
    assertNull(new Bilinear(2, 3, 4, false).bias());
    var samples = new FractionalMaxPool2d(new long[] {2}, new long[] {2}, zeros(1, 1, 2));
    assertEquals(List.of("_random_samples"), List.copyOf(samples.namedBuffers().keySet()));
  }

  @Test
  void largestOfInfinitiesAndNaNs() {
    float inf = Float.POSITIVE_INFINITY, nan = Float.NaN;
    // A window each: nothing but -inf, NaN twice, equals; also in rows that vectors cover.
    for (long wide : new long[] {6, 64}) {
      Tensor x = Retrograd.tensor(new float[] {-inf, -inf, nan, nan, 3, 3})
          .reshape(1, 1, 6)
          .expand(1, wide, 6)
          .contiguous();
      var both = F.maxPool1dWithIndices(x, 2);
      assertArrayEquals(new float[] {-inf, nan, 3}, both.values().select(1, 0).toFloatArray());
      assertArrayEquals(new long[] {0, 3, 4}, both.indices().select(1, wide - 1).toLongArray());
      var all = F.adaptiveMaxPool1dWithIndices(x, 1);
      assertTrue(Double.isNaN(all.values().select(1, 0).item()));
      assertEquals(3, all.indices().select(1, 0).itemLong());
    }
    Tensor wide = full(new long[] {1, 1, 100}, (double) -inf);
    assertEquals(0, F.adaptiveMaxPool1dWithIndices(wide, 1).indices().itemLong());
    wide.narrow(2, 40, 3).fill_(nan);
    assertEquals(42, F.adaptiveMaxPool1dWithIndices(wide, 1).indices().itemLong());
    wide.narrow(2, 40, 3).fill_(7);
    assertEquals(40, F.adaptiveMaxPool1dWithIndices(wide, 1).indices().itemLong());
  }

  @Test
  void samplesBeyondTheirRangeStayInTheImage() {
    Tensor x = randn(1, 2, 9, 9);
    for (double s : new double[] {-1e30, -3, 1, 7.5, 1e30, Double.NaN, Double.NEGATIVE_INFINITY}) {
      var both = F.fractionalMaxPool2dWithIndices(x, 2, 4, zeros(1, 2, 2).fill_(s));
      assertTrue(both.indices().min().itemLong() >= 0 && both.indices().max().itemLong() < 81);
      Tensor leaf = x.clone().requiresGrad_(true);
      F.fractionalMaxPool2d(leaf, 2, 4, zeros(1, 2, 2).fill_(s)).sum().backward();
      assertEquals(32, leaf.grad().sum().item(), 1e-3);
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tensor x = randn(1, 2, 6, 7);
    long huge = 1L << 31, large = huge - 1;
    for (Runnable bad : List.<Runnable>of(
        () -> F.maxPool2d(x, 0),
        () -> F.maxPool2d(x, -1),
        () -> F.maxPool2d(x, huge),
        () -> F.maxPool2d(x, 2, 0),
        () -> F.maxPool2d(x, 2, Long.MAX_VALUE),
        () -> F.maxPool2d(x, 2, 2, 2),
        () -> F.maxPool2d(x, 2, 2, -1),
        () -> F.maxPool2d(x, 2, 2, 0, 0),
        () -> F.maxPool2d(x, new long[] {2, 2, 2}),
        () -> F.maxPool2d(x, new long[0]),
        () -> F.maxPool2d(x, 7),
        () -> F.maxPool2d(x, large, 1, 0, large),
        () -> F.maxPool2d(randn(2, 2, 2), 2, 1, 1, 3),
        () -> F.maxPool2d(randn(3, 3), 2),
        () -> F.maxPool2d(empty(0, 0, 0), 1),
        () -> F.avgPool3d(x, 7),
        () -> F.adaptiveAvgPool2d(x, -2),
        () -> F.adaptiveMaxPool2d(x, huge),
        () -> F.adaptiveMaxPool2d(x, large),
        () -> F.lpPool2d(x, 2, 8),
        () -> F.lpPool2d(x, 2, 0),
        () -> F.fractionalMaxPool2d(x, 6, 2),
        () -> F.fractionalMaxPool2d(x, large, large),
        () -> F.fractionalMaxPool2d(x, 2, 2, zeros(1, 2, 3)),
        () -> F.maxUnpool2d(x, zeros(1, 2, 6, 7), 2),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 6), 2),
        () -> F.maxUnpool2d(x, longs(99999, 1, 2, 6, 7), 2),
        () -> F.maxUnpool2d(x, longs(-1, 1, 2, 6, 7), 2),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 7), large, large),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 7), 2, 2, large),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 7), 2, 2, 0, 12),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 7), 2, 2, 0, 20, 14),
        () -> F.maxUnpool2d(x, longs(0, 1, 2, 6, 7), 2, 2, 0, Long.MAX_VALUE, Long.MIN_VALUE),
        () -> F.unfold(x, 8),
        () -> F.unfold(x, 2, large),
        () -> F.unfold(x, 2, 1, large),
        () -> F.fold(x, 5, 2),
        () -> F.fold(randn(1, 8, 16), large, 2, 1, large),
        () -> F.fold(randn(8), 5, 2),
        () -> F.bilinear(x, x, randn(2, 3, 4)),
        () -> F.bilinear(randn(3), randn(2), randn(3, 2)),
        () -> new MaxPool2d(2, PoolOptions.defaults().withDivisorOverride(3)),
        () -> new AvgPool2d(2, PoolOptions.defaults().withDilation(2)),
        () -> new AvgPool1d(2, PoolOptions.defaults().withDivisorOverride(3)),
        () -> new FractionalMaxPool2d(2, 1.5),
        () -> new FractionalMaxPool2d(new long[] {2}, new double[] {0.5, 0.5, 0.5}),
        () -> new Bilinear(0, 1, 1),
        () -> new AvgPool1d(new long[0], PoolOptions.defaults()),
        () -> new AvgPool1d(2, PoolOptions.stride(1, 1)),
        () -> new AvgPool2d(new long[] {2, 2, 2}, PoolOptions.defaults()),
        () -> new AvgPool3d(2, PoolOptions.defaults().withPadding(0, 0)),
        () -> new MaxPool1d(2, PoolOptions.defaults().withDilation()),
        () -> new LPPool1d(2, new long[0], new long[0], false),
        () -> new LPPool2d(2, new long[] {2}, new long[] {1, 1, 1}, false),
        () -> new MaxUnpool2d(new long[] {2}, new long[0], new long[0]),
        () -> new FractionalMaxPool2d(new long[] {2, 2, 2}, new double[] {0.5}),
        () -> new AdaptiveAvgPool1d(2, 2),
        () -> new AdaptiveMaxPool3d())) {
      RuntimeException e = assertThrows(RuntimeException.class, () -> finished(bad));
      assertTrue(
          e instanceof RetrogradException || e instanceof IllegalArgumentException, e.toString());
      assertTrue(e.getMessage().matches("(?s)[a-zA-Z0-9]+: .*"), e.getMessage());
    }
    assertThrows(DTypeException.class, () -> F.maxPool2d(x.to(DType.INT64), 2));
    assertThrows(
        DTypeException.class,
        () -> F.fractionalMaxPool2d(x, 2, 2, zeros(1, 2, 2).to(DType.FLOAT64)));
    assertThrows(
        IndexException.class, () -> finished(() -> F.maxUnpool1d(ones(1, 2), longs(4, 1, 2), 2)));
    String text =
        assertThrows(ShapeException.class, () -> new MaxPool2d(8).call(x)).getMessage();
    assertEquals(
        "maxPool2d: the windows of 8 places do not fit the input [1, 2, 6, 7] padded by 0 in dimension 2",
        text);
    // Wide, but not wrong.
    assertArrayEquals(
        new long[] {1, 2, 1, 1}, F.avgPool2d(x, large, large, large / 2).shape());
    long kernel = 1L << 28;
    Tensor none = F.fold(zeros(0, kernel * kernel, 4), 2 * kernel, kernel, 1, 0, kernel - 1);
    assertEquals(0, none.numel());
  }

  private static Tensor longs(long value, long... shape) {
    return zeros(shape).to(DType.INT64).fill_(value);
  }

  @Test
  void optionsMayBeginWithAnyOfThem() {
    Tensor x = randn(1, 1, 7, 7);
    var all = PoolOptions.defaults();
    assertTrue(new MaxPool2d(3, PoolOptions.padding(1))
        .call(x)
        .equal(new MaxPool2d(3, all.withPadding(1)).call(x)));
    assertTrue(new MaxPool2d(3, PoolOptions.dilation(2))
        .call(x)
        .equal(new MaxPool2d(3, all.withDilation(2)).call(x)));
    assertTrue(new MaxPool2d(3, PoolOptions.ceilMode(true))
        .call(x)
        .equal(new MaxPool2d(3, all.withCeilMode(true)).call(x)));
    assertTrue(new AvgPool2d(3, PoolOptions.countIncludePad(false).withPadding(1))
        .call(x)
        .equal(new AvgPool2d(3, all.withCountIncludePad(false).withPadding(1)).call(x)));
    assertTrue(new AvgPool2d(3, PoolOptions.divisorOverride(2))
        .call(x)
        .equal(new AvgPool2d(3, all.withDivisorOverride(2)).call(x)));
  }
}
