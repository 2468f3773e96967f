package io.retrograd.nn;

/** What a loss makes of the losses of single elements. Immutable. */
public enum Reduction {
  /** Nothing: one loss per element. */
  NONE,
  /** Their mean: the default. */
  MEAN,
  /** Their sum. */
  SUM
}
