package io.retrograd.benchmarks;

import java.util.List;

/** The work of the comparison, as one library does it. */
interface Engine {
  /** All cases, with the same names in the same order for every engine. */
  List<Case> cases();

  void threads(int n);

  /** One training step of the memory comparison, with no manual memory management at all. */
  Runnable plainStep();
}
