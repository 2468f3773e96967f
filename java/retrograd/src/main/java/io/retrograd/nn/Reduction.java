package io.retrograd.nn;

import io.retrograd.Tensor;

/** What a loss makes of the losses of single elements. Immutable. */
public enum Reduction {
  /** Nothing: one loss per element. */
  NONE,
  /** Their mean: the default. */
  MEAN,
  /** Their sum. */
  SUM,
  /** Their sum, divided by the input's first size: of {@link F#klDiv(Tensor, Tensor, Reduction)} alone. */
  BATCH_MEAN
}
