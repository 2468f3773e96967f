package io.retrograd.misuse;

import io.retrograd.memory.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What could end a JVM, tried in one of its own: each must end with exit code 0. */
class ForkedTest {
  private static final int SECONDS = ForkedJvm.SOAK ? 30 : 10;

  @Test
  void threadsThatShareTensors() {
    System.out.println(
        "threads: " + ForkedJvm.run(SharedTensors.class, List.of(), SECONDS).strip());
  }

  @Test
  void operandsWrittenMeanwhile() {
    System.out.println("races: "
        + ForkedJvm.run(Races.class, List.of(), ForkedJvm.SOAK ? 1000 : 50).strip());
  }

  /** Compiled code knows when a variable is used for the last time; interpreted code does not. */
  @Test
  void collectionsInsideCalls() {
    List<String> options = List.of(
        "-Xcomp",
        "-XX:-TieredCompilation",
        "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=compileonly,io.retrograd.*::*");
    System.out.println(
        "temporaries: " + ForkedJvm.run(Temporaries.class, options, SECONDS / 2).strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"live", "scope", "busy", "backward", "collecting", "exitInHook", "exitInBusyThread"
      })
  void exits(String inTheMiddleOf) {
    for (int i = 0; i < (ForkedJvm.SOAK ? 20 : 2); i++)
      ForkedJvm.run(Exits.class, List.of(), inTheMiddleOf);
  }
}
