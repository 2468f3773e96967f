package io.retrograd.oracle;

import java.util.Random;

/** Where random inputs come from. {@code -Dretrograd.seed=S} gives others than 1 does; failures name it. */
final class Seed {
  static final long VALUE = Long.getLong("retrograd.seed", 1);

  private Seed() {}

  /** {@code purpose}: what tells one stream of numbers from others of this seed. */
  static Random random(long purpose) {
    return new Random(purpose + 1_000_003 * (VALUE - 1));
  }

  /** As an option of the run that it came from. */
  static String option() {
    return "-Dretrograd.seed=" + VALUE;
  }
}
