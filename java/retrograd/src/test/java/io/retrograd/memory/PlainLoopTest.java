package io.retrograd.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without scopes and without close(), memory stays within the net's limit, whatever collects the garbage. */
class PlainLoopTest {
  private static final String WARNING = "System.gc() does nothing here";

  @ParameterizedTest
  @ValueSource(strings = {"G1", "Parallel", "Serial", "Z"})
  void memoryStaysBounded(String collector) {
    String preloaded = System.getenv().getOrDefault("LD_PRELOAD", "");
    Assumptions.assumeFalse(
        collector.equals("Z") && preloaded.contains("asan"),
        "ZGC and the address sanitizer want the same addresses");
    int steps = ForkedJvm.SOAK ? 20_000 : ForkedJvm.BRIEF ? 200 : 600;
    String output =
        ForkedJvm.run(PlainLoop.class, List.of("-XX:+Use" + collector + "GC"), steps, 512);
    assertFalse(output.contains(WARNING), output);
  }

  @Test
  void withoutExplicitCollectionsOneWarning() {
    String output = ForkedJvm.run(PlainLoop.class, List.of("-XX:+DisableExplicitGC"), 60, 0);
    assertEquals(2, output.split(java.util.regex.Pattern.quote(WARNING), -1).length, output);
  }
}
