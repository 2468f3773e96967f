package io.retrograd.optim;

import io.retrograd.Tensor;
import java.util.List;

/**
 * {@link Adam} whose weight decay (0.01 by default) shrinks the parameters directly, not through their gradients. One
 * thread at a time.
 */
public final class AdamW extends Adam {
  /**
   * AdamW with a learning rate of 0.001.
   *
   * @param parameters leaves
   */
  public AdamW(List<Tensor> parameters) {
    this(parameters, 1e-3);
  }

  /**
   * AdamW.
   *
   * @param parameters leaves
   * @param lr the learning rate
   */
  public AdamW(List<Tensor> parameters, double lr) {
    this(parameters, lr, Options.DEFAULT.weightDecay(0.01));
  }

  /**
   * AdamW with options; {@link Adam.Options#DEFAULT} has no decay.
   *
   * @param parameters leaves
   * @param lr the learning rate
   * @param options means, decay and so on
   */
  public AdamW(List<Tensor> parameters, double lr, Options options) {
    super(parameters, lr, options, true);
  }
}
