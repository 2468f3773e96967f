package io.retrograd.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever request of the native libraries the system refuses, the call ends with its right value or an {@link
 * io.retrograd.OutOfMemoryException}.
 */
class FailingMemoryTest {
  private static final String PRELOADED = System.getProperty("retrograd.test.failing", "");

  @BeforeEach
  void wherePossible() {
    Assumptions.assumeFalse(
        System.getenv().containsKey("LD_PRELOAD"), "a sanitizer answers the requests");
    Assumptions.assumeTrue(
        System.getProperty("retrograd.device") == null, "the emulated device asks for memory, too");
    assertTrue(
        Files.exists(Path.of(PRELOADED)), PRELOADED + ": build with -Dretrograd.native.tests=ON");
  }

  /** Each of some 10,000 requests, once alone and once with all that follow. */
  @Test
  void eachRequestOfEachProgram() {
    System.out.println("failing memory: " + run("each"));
  }

  /** The same with all programs one after the other, of which each goes its way when those before it have failed. */
  @Test
  void inOneGo() {
    run("row", 1, 5000, ForkedJvm.SOAK ? 1 : 97);
  }

  /** What a process does once: before it, nothing has been asked for. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fromTheBeginning(boolean andAllThatFollow) {
    for (int i = 1; i <= (ForkedJvm.SOAK ? 200 : 4); i++)
      run("cold", ForkedJvm.SOAK ? i : 5 * i, andAllThatFollow);
  }

  private static String run(Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = PRELOADED;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    String printed = ForkedJvm.run(
            Map.of("LD_PRELOAD", PRELOADED), FailingMemory.class, List.of(), all)
        .strip();
    return printed.substring(printed.lastIndexOf('\n') + 1);
  }
}
