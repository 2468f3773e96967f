package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * [..., channels, height * r, width * r] as [..., channels * r * r, height, width].
 * Several threads may share it as they may any {@link Module}.
 */
public final class PixelUnshuffle extends Module {
  private final long downscaleFactor;

  /**
   * A layer.
   *
   * @param downscaleFactor r: how much lower and narrower the result is
   */
  public PixelUnshuffle(long downscaleFactor) {
    this.downscaleFactor = downscaleFactor;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pixelUnshuffle(x, downscaleFactor);
  }

  @Override
  protected String describe() {
    return "downscale_factor=" + downscaleFactor;
  }
}
