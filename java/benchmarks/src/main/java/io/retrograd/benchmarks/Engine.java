package io.retrograd.benchmarks;

import java.util.List;

/** The work of the comparison, as one library does it. */
interface Engine {
  /** The case whose memory is compared, too. */
  String NETWORK = "784-512-512-10 step, batch 128, Adam";

  /** All cases, with the same names in the same order for every engine. */
  List<Case> cases();

  void threads(int n);
}
