package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * log(sigmoid(x)), element by element. Several threads may share it as they may any {@link Module}.
 */
public class LogSigmoid extends Module {
  /** A layer. */
  public LogSigmoid() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.logsigmoid(x);
  }
}
