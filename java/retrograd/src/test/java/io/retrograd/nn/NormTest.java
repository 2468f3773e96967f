package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.AutogradException;
import io.retrograd.DTypeException;
import io.retrograd.Device;
import io.retrograd.DeviceException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.GradCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NormTest {
  @Test
  void namesAndTextArePyTorchs() {
    var norm = new BatchNorm2d(3);
    assertEquals(List.of("weight", "bias"), List.copyOf(norm.namedParameters().keySet()));
    assertEquals(
        List.of("running_mean", "running_var", "num_batches_tracked"),
        List.copyOf(norm.namedBuffers().keySet()));
    assertTrue(norm.weight().equal(ones(3)) && norm.bias().equal(zeros(3)));
    assertTrue(norm.runningVar().equal(ones(3)) && norm.runningMean().equal(zeros(3)));
    assertEquals(INT64, norm.numBatchesTracked().dtype());
    assertEquals(
        "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
        norm.toString());
    assertEquals(
        "BatchNorm1d(3, eps=0.001, momentum=None, affine=False, track_running_stats=False)",
        new BatchNorm1d(
                3,
                NormOptions.eps(1e-3)
                    .withMomentum(null)
                    .withAffine(false)
                    .withTrackRunningStats(false))
            .toString());
    var instance = new InstanceNorm1d(3);
    assertEquals(
        "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)",
        instance.toString());
    assertNull(instance.weight());
    assertNull(instance.runningMean());
    assertEquals("GroupNorm(3, 6, eps=1e-05, affine=True)", new GroupNorm(3, 6).toString());
    assertEquals("RMSNorm((4,), eps=None, elementwise_affine=True)", new RMSNorm(4).toString());
    assertEquals(
        "RMSNorm((2, 3), eps=1e-06, elementwise_affine=False)",
        new RMSNorm(new long[] {2, 3}, 1e-6, false).toString());
    assertEquals(
        "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)",
        new LocalResponseNorm(2).toString());
  }

  @Test
  void numbersAreWrittenAsInPython() {
    assertEquals("1e-05", Text.number(1e-5));
    assertEquals("2.5e-07", Text.number(2.5e-7));
    assertEquals("0.0001", Text.number(1e-4));
    assertEquals("0.1", Text.number(0.1));
    assertEquals("12345678.0", Text.number(12345678));
    assertEquals("1e+16", Text.number(1e16));
  }

  @Test
  void runningStatisticsAreWrittenInPlaceInTrainingAlone() {
    var norm = new BatchNorm1d(2);
    Tensor mean = norm.runningMean(), x = randn(8, 2);
    norm.call(x);
    assertTrue(mean.version() > 0 && norm.numBatchesTracked().itemLong() == 1);
    float[] before = mean.toFloatArray();
    norm.eval();
    norm.call(x);
    assertArrayEquals(before, mean.toFloatArray());
    norm.train();
    norm.call(zeros(0, 2));
    assertArrayEquals(before, mean.toFloatArray());
    norm.resetRunningStats();
    assertEquals(0, norm.numBatchesTracked().itemLong());
    assertTrue(mean.equal(zeros(2)) && norm.runningVar().equal(ones(2)));
  }

  @Test
  void withoutMomentumTheyAreAveragesOfAllBatches() {
    var norm = new BatchNorm1d(1, NormOptions.momentum(null));
    Tensor first = randn(9, 1), second = randn(7, 1), third = randn(5, 1);
    for (Tensor x : List.of(first, second, third)) norm.call(x);
    double mean = (first.mean().item() + second.mean().item() + third.mean().item()) / 3;
    double variance = (first.var().item() + second.var().item() + third.var().item()) / 3;
    assertEquals(mean, norm.runningMean().item(), 1e-6);
    assertEquals(variance, norm.runningVar().item(), 1e-6);
  }

  /** What is written while it is read: a strided running mean, and one that is the input's memory. */
  @Test
  void runningStatisticsMayLieAnywhere() {
    Tensor x = randn(6, 3), mean = zeros(3, 2).select(1, 0), variance = ones(3);
    Tensor expected = zeros(3), expectedVariance = ones(3);
    Tensor y = F.batchNorm(x, expected, expectedVariance, null, null, true);
    assertTrue(F.batchNorm(x, mean, variance, null, null, true).equal(y));
    assertTrue(mean.equal(expected) && variance.equal(expectedVariance));
    Tensor copy = x.clone();
    assertTrue(F.batchNorm(copy, copy.select(0, 0), null, null, null, true).equal(y));
    assertTrue(copy.select(0, 1).equal(x.select(0, 1)));
  }

  @Test
  void aLargeMeanLosesNothing() {
    Tensor x = randn(options(FLOAT64), 4, 6, 5, 5).mul(16).round();
    Tensor shifted = x.add(1 << 17).to(io.retrograd.DType.FLOAT32);
    var batch = F.batchNorm(x, null, null, null, null, true).to(io.retrograd.DType.FLOAT32);
    var group = F.groupNorm(x, 3).to(io.retrograd.DType.FLOAT32);
    Tensor ours = F.batchNorm(shifted, null, null, null, null, true);
    assertEquals(0, ours.sub(batch).abs().max().item(), 1e-6);
    assertEquals(0, F.groupNorm(shifted, 3).sub(group).abs().max().item(), 1e-6);
  }

  @Test
  void derivativesOfHigherOrderThroughTheStatistics() {
    List<Tensor> inputs = List.of(
        randn(options(FLOAT64), 3, 4, 2).requiresGrad_(true),
        randn(options(FLOAT64), 4).requiresGrad_(true),
        randn(options(FLOAT64), 4).requiresGrad_(true));
    GradCheck.gradgradcheck(
        x -> List.of(
            F.batchNorm(x.get(0), null, null, x.get(1), x.get(2), true, 0, 0.3).pow(3)),
        inputs,
        GradCheck.Options.DEFAULT);
    GradCheck.gradgradcheck(
        x -> List.of(F.groupNorm(x.get(0), 2, x.get(1), x.get(2), 0.3).pow(3)),
        inputs,
        GradCheck.Options.DEFAULT);
  }

  @Test
  void aCopyHasTheRunningStatistics() {
    var norm = new BatchNorm2d(3);
    norm.call(randn(4, 3, 2, 2));
    var copy = norm.copyTo(new BatchNorm2d(3));
    assertTrue(copy.runningVar().equal(norm.runningVar()));
    assertEquals(1, copy.numBatchesTracked().itemLong());
    norm.to(FLOAT64);
    assertEquals(FLOAT64, norm.runningMean().dtype());
    assertEquals(INT64, norm.numBatchesTracked().dtype());
  }

  @Test
  void otherChannelsThanTheLayersAreNamed() {
    Map<Module, Tensor> wrong = Map.of(
        new BatchNorm1d(5), randn(2, 3),
        new BatchNorm2d(5, NormOptions.DEFAULTS.withAffine(false)), randn(2, 3, 8, 8),
        new InstanceNorm1d(5, NormOptions.DEFAULTS.withAffine(true)), randn(3, 8),
        new GroupNorm(1, 5), randn(2, 3, 8));
    wrong.forEach((layer, x) -> assertEquals(
        layer.getClass().getSimpleName() + ": needs 5 channels, got 3 in "
            + Arrays.toString(x.shape()),
        assertThrows(ShapeException.class, () -> layer.call(x)).getMessage()));
    new InstanceNorm2d(5).call(randn(2, 3, 8, 8)); // has a number for none
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tensor x = randn(2, 4, 3);
    for (Runnable bad : List.<Runnable>of(
        () -> F.batchNorm(randn(1, 4), null, null, null, null, true),
        () -> F.batchNorm(randn(4), null, null, null, null, true),
        () -> F.batchNorm(x, zeros(3), ones(4)),
        () -> F.batchNorm(x, null, null, ones(4, 1), null, true),
        () -> F.groupNorm(x, 3),
        () -> F.groupNorm(randn(1, 2), 2),
        () -> F.groupNorm(randn(4), 2),
        () -> F.instanceNorm(randn(2, 4, 1)),
        () -> F.instanceNorm(randn(2, 4)),
        () -> F.rmsNorm(x, new long[] {4}),
        () -> F.localResponseNorm(randn(2, 4), 2),
        () -> new GroupNorm(4, 6),
        () -> new BatchNorm2d(-1),
        () -> new BatchNorm1d(4).call(randn(2, 4, 3, 3)),
        () -> new BatchNorm2d(4).call(x),
        () -> new InstanceNorm2d(4).call(randn(2, 4)),
        () -> new BatchNorm1d(5).call(x))) assertThrows(ShapeException.class, bad::run);
    for (Runnable bad : List.<Runnable>of(
        () -> F.batchNorm(x, null, null),
        () -> F.instanceNorm(x, null, null, null, null, false),
        () -> F.groupNorm(x, 0),
        () -> F.groupNorm(x, Long.MIN_VALUE),
        () -> F.localResponseNorm(x, 0))) assertThrows(IllegalArgumentException.class, bad::run);
    assertThrows(
        DTypeException.class, () -> F.batchNorm(x.to(INT64), null, null, null, null, true));
    assertThrows(DTypeException.class, () -> F.groupNorm(x, 2, ones(options(FLOAT64), 4)));
    assertThrows(
        AutogradException.class,
        () -> F.batchNorm(x, zeros(4).requiresGrad_(true), null, null, null, true));
    assertThrows(
        ShapeException.class, () -> F.batchNorm(x, zeros(1).expand(4), null, null, null, true));
    String text = assertThrows(ShapeException.class, () -> F.groupNorm(x, 3)).getMessage();
    assertTrue(text.startsWith("groupNorm: ") && text.contains("4 channels"), text);
  }

  @Test
  void manyChannelsOfAHugeWindowAreHarmless() {
    Tensor x = full(new long[] {1, 3, 2}, 1.0);
    Tensor y = F.localResponseNorm(x, Long.MAX_VALUE);
    assertEquals(1, y.max().item(), 1e-6);
    assertFalse(F.normalize(zeros(2, 3)).isnan().any().item() != 0);
    assertEquals(0, F.localResponseNorm(zeros(0, 1L << 40, 3), 1L << 41).numel());
  }

  @Test
  void runningStatisticsAreWhereTheInputIs() {
    assumeTrue(getDefaultDevice().isCuda());
    Tensor x = randn(2, 4, 3);
    Tensor mean = zeros(options(Device.CPU), 4), variance = ones(options(Device.CPU), 4);
    for (Runnable bad : List.<Runnable>of(
        () -> F.batchNorm(x, mean, variance, null, null, true),
        () -> F.batchNorm(x.to(Device.CPU), zeros(4), ones(4), null, null, true),
        () -> F.instanceNorm(x, mean, variance),
        () -> F.batchNorm(x, mean, variance))) {
      String text = assertThrows(DeviceException.class, bad::run).getMessage();
      assertTrue(text.contains("running statistics on"), text);
    }
  }
}
