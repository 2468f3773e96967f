package io.retrograd.nn;

/** What dropouts share. */
abstract class AnyDropout extends Module {
  final double p;

  AnyDropout(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException(Text.name(this) + ": a probability is needed, not " + p);
    this.p = p;
  }

  @Override
  protected String describe() {
    return "p=" + p;
  }
}
