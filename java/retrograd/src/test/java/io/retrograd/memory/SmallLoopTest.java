package io.retrograd.memory;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loop of small tensors without scopes is as flat as one of large ones: the net counts all that they cost. */
class SmallLoopTest {
  private static final int ROUNDS = ForkedJvm.SOAK ? 1_000_000 : ForkedJvm.BRIEF ? 10_000 : 100_000;
  private static final int IN_SCOPES = ForkedJvm.BRIEF ? 2_000 : 10_000;
  private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

  /** Resident memory and, from the end of the scopes on, address space. */
  @ParameterizedTest
  @ValueSource(strings = {"G1", "Parallel", "Serial", "Z"})
  void residentMemoryStaysNearThatOfScopes(String collector) {
    String preloaded = System.getenv().getOrDefault("LD_PRELOAD", "");
    Assumptions.assumeFalse(
        preloaded.contains("asan"), "the address sanitizer keeps what was freed");
    List<String> options = new ArrayList<>(HEAP);
    options.add("-XX:+Use" + collector + "GC");
    options.add("-Dretrograd.net.step=64m");
    ForkedJvm.run(SmallLoop.class, options, ROUNDS, IN_SCOPES, 128, 512);
  }

  /** Where the net's step is its own choice, it stays within the process's address space. */
  @Test
  void loopsSurviveAnAddressSpaceOf3GiB() {
    String preloaded = System.getenv().getOrDefault("LD_PRELOAD", "");
    Assumptions.assumeFalse(preloaded.contains("asan"), "the address sanitizer wants terabytes");
    ForkedJvm.run(3072, SmallLoop.class, HEAP, ROUNDS, IN_SCOPES, 1 << 20, 0);
  }
}
