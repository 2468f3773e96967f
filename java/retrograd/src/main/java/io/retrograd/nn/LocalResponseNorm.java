package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * Each element of [batch, channels, ...] divided by a power of the mean square of neighbouring channels; see {@link
 * F#localResponseNorm(Tensor, long)}. Several threads may share it as they may any {@link Module}.
 */
public class LocalResponseNorm extends Module {
  private final long size;
  private final double alpha;
  private final double beta;
  private final double k;

  /**
   * A layer with the factor 1e-4, the exponent 0.75 and the addend 1.
   *
   * @param size how many channels are taken together
   */
  public LocalResponseNorm(long size) {
    this(size, 1e-4, 0.75, 1);
  }

  /**
   * A layer.
   *
   * @param size how many channels are taken together
   * @param alpha factor of their mean square
   * @param beta exponent
   * @param k what is added
   */
  public LocalResponseNorm(long size, double alpha, double beta, double k) {
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.localResponseNorm(input, size, alpha, beta, k);
  }

  @Override
  protected String describe() {
    return size + ", alpha=" + Text.number(alpha) + ", beta=" + Text.number(beta) + ", k="
        + Text.number(k);
  }
}
