package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The logarithm of {@link Softmax}, without overflow. Several threads may share it as they may any
 * {@link Module}.
 */
public class LogSoftmax extends Module {
  private final long dim;

  /**
   * A layer.
   *
   * @param dim the dimension
   */
  public LogSoftmax(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.logSoftmax(x, dim);
  }

  @Override
  protected String describe() {
    return "dim=" + dim;
  }
}
