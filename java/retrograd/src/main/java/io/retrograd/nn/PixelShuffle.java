package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * [..., channels * r * r, height, width] as [..., channels, height * r, width * r].
 * Several threads may share it as they may any {@link Module}.
 */
public final class PixelShuffle extends Module {
  private final long upscaleFactor;

  /**
   * A layer.
   *
   * @param upscaleFactor r: how much higher and wider the result is
   */
  public PixelShuffle(long upscaleFactor) {
    this.upscaleFactor = upscaleFactor;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pixelShuffle(x, upscaleFactor);
  }

  @Override
  protected String describe() {
    return "upscale_factor=" + upscaleFactor;
  }
}
