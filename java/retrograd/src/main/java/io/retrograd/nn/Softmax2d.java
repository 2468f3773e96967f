package io.retrograd.nn;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;

/**
 * {@link Softmax} over the channels of [batch, channels, height, width], or without the batch, at each place. Several
 * threads may share it as they may any {@link Module}.
 */
public class Softmax2d extends Module {
  /** A layer. */
  public Softmax2d() {}

  @Override
  public Tensor forward(Tensor x) {
    if (Arguments.given("x", x).dim() == 3 || x.dim() == 4) return F.softmax(x, -3);
    throw new ShapeException(
        "Softmax2d: needs [batch, channels, height, width], or without the batch, got "
            + Arrays.toString(x.shape()));
  }
}
