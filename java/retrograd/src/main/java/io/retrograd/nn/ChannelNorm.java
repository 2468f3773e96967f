package io.retrograd.nn;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.DType;
import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What batch and instance normalization of one to three dimensions share. */
abstract sealed class ChannelNorm extends Module
    permits BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d {
  private final long numFeatures;
  private final NormOptions norm;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;
  private final @Nullable Tensor runningMean;
  private final @Nullable Tensor runningVar;
  private final @Nullable Tensor numBatchesTracked;

  /** `usually`: whether there are parameters and running statistics where the options say nothing. */
  @SuppressWarnings("this-escape")
  ChannelNorm(Options options, long numFeatures, NormOptions norm, boolean usually) {
    this.numFeatures = numFeatures;
    this.norm = Arguments.given("norm", norm).orUsually(usually);
    if (numFeatures < 0)
      throw new ShapeException(
          Text.name(this) + ": the number of channels must not be negative, got " + numFeatures);
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    boolean affine = this.norm.affine(), tracks = this.norm.trackRunningStats();
    weight = affine ? parameter("weight", ones(plain, numFeatures)) : null;
    bias = affine ? parameter("bias", zeros(plain, numFeatures)) : null;
    runningMean = tracks ? buffer("running_mean", zeros(plain, numFeatures)) : null;
    runningVar = tracks ? buffer("running_var", ones(plain, numFeatures)) : null;
    numBatchesTracked =
        tracks ? buffer("num_batches_tracked", zeros(plain.toOptions().dtype(DType.INT64))) : null;
  }

  /** Returns the weight, a number for each channel, at first 1; null in a layer without. */
  public @Nullable Tensor weight() {
    return weight == null ? null : parametrized(weight);
  }

  /** Returns the bias, a number for each channel, at first 0; null in a layer without. */
  public @Nullable Tensor bias() {
    return bias == null ? null : parametrized(bias);
  }

  /** Returns the running mean of each channel, at first 0; null in a layer without. */
  public @Nullable Tensor runningMean() {
    return runningMean;
  }

  /** Returns the running variance of each channel, at first 1; null in a layer without. */
  public @Nullable Tensor runningVar() {
    return runningVar;
  }

  /** Returns how many batches the running statistics have seen, a 0-d tensor; null in a layer without. */
  public @Nullable Tensor numBatchesTracked() {
    return numBatchesTracked;
  }

  /** Sets the running statistics, where there are any, to what they are at first. */
  public void resetRunningStats() {
    if (runningMean == null || runningVar == null || numBatchesTracked == null) return;
    runningMean.zero_();
    runningVar.fill_(1);
    numBatchesTracked.zero_();
  }

  /** Over the batch; `input` has one of these numbers of dimensions. */
  final Tensor byBatch(Tensor input, int least, int most) {
    check(input, least, most);
    checkChannels(input, 1);
    Double momentum = norm.momentum();
    double factor = momentum == null ? 0 : momentum;
    if (isTraining() && numBatchesTracked != null) {
      numBatchesTracked.add_(1);
      if (momentum == null) factor = 1.0 / numBatchesTracked.itemLong();
    }
    return F.batchNorm(
        input,
        runningMean,
        runningVar,
        weight(),
        bias(),
        isTraining() || runningMean == null,
        factor,
        norm.eps());
  }

  /** Of each image, or of one with so many dimensions without a batch. */
  final Tensor byInstance(Tensor input, int unbatched) {
    check(input, unbatched, unbatched + 1);
    checkChannels(input, (int) input.dim() - unbatched);
    if (input.dim() == unbatched)
      return byInstance(input.unsqueeze(0), unbatched).squeeze(0);
    Double momentum = norm.momentum();
    return F.instanceNorm(
        input,
        runningMean,
        runningVar,
        weight(),
        bias(),
        isTraining() || runningMean == null,
        momentum == null ? 0 : momentum,
        norm.eps());
  }

  private void check(Tensor input, int least, int most) {
    long rank = Arguments.given("input", input).dim();
    if (rank < least || rank > most)
      throw new ShapeException(Text.name(this) + ": needs an input of "
          + (least == most ? "" : least + " or ") + most + " dimensions, got "
          + Arrays.toString(input.shape()));
  }

  /** Like PyTorch only where something has a number for each. */
  private void checkChannels(Tensor input, int dim) {
    if (weight != null || runningMean != null) Numbers.checkChannels(this, numFeatures, input, dim);
  }

  @Override
  protected String describe() {
    Double momentum = norm.momentum();
    return numFeatures + ", eps=" + Text.number(norm.eps()) + ", momentum="
        + (momentum == null ? "None" : Text.number(momentum))
        + ", affine=" + Text.of(norm.affine())
        + ", track_running_stats=" + Text.of(norm.trackRunningStats());
  }
}
