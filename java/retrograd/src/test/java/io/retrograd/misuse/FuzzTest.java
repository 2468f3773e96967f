package io.retrograd.misuse;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.memory.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No call of a public method, however wrong, ends the JVM or throws what it should not. See scripts/fuzz.sh. */
class FuzzTest {
  @Test
  void everyPublicMethod(@TempDir Path folder) throws Exception {
    run(folder, ForkedJvm.BRIEF ? 20_000 : 100_000, false);
  }

  @Test
  void everyPublicMethodWhileItsOperandsAreWritten(@TempDir Path folder) throws Exception {
    run(folder, ForkedJvm.BRIEF ? 5_000 : 25_000, true);
  }

  private static void run(Path folder, int count, boolean writes) throws Exception {
    long seed = Long.getLong("retrograd.fuzz.seed", 1);
    int calls = Integer.getInteger("retrograd.fuzz.count", count);
    Path log = folder.resolve("call");
    try {
      String output = ForkedJvm.run(Fuzzer.class, List.of(), seed, calls, log, writes);
      System.out.println("fuzzer, seed " + seed + ": " + output.lines().reduce("", (a, b) -> b));
      assertTrue(output.contains("returned"), output);
    } catch (AssertionError e) {
      String last = Files.exists(log) ? Files.readString(log).replace("\0", "") : "none";
      throw new AssertionError("seed " + seed + ", last call: " + last, e);
    }
  }
}
