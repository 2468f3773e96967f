package io.retrograd.memory;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each class loader has an engine of its own, which goes with it. */
class ClassLoadersTest {
  @ParameterizedTest
  @ValueSource(strings = {"own", "shared"})
  void threeBesideEachOther(String javacpp, @TempDir Path cache) {
    ForkedJvm.run(
        Server.class, List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache), "beside", javacpp);
  }

  @Test
  void threeFromOneFolder(@TempDir Path folder, @TempDir Path cache) throws Exception {
    ForkedJvm.run(
        Server.class,
        List.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + cache,
            "-Dretrograd.library.path=" + ForkedJvm.librariesIn(folder)),
        "beside",
        "own");
  }

  /** Application servers drop and load again, while their threads stay. */
  @ParameterizedTest
  @ValueSource(strings = {"own", "shared"})
  void tenAfterEachOther(String javacpp, @TempDir Path cache) {
    assumeUnloading();
    System.out.println(ForkedJvm.run(
        Server.class,
        List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache, "-XX:+UseSerialGC"),
        "again",
        javacpp));
  }

  @Test
  void tenAfterEachOtherFromOneFolder(@TempDir Path folder, @TempDir Path cache) throws Exception {
    assumeUnloading();
    ForkedJvm.run(
        Server.class,
        List.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + cache,
            "-Dretrograd.library.path=" + ForkedJvm.librariesIn(folder)),
        "again",
        "own");
  }

  private static void assumeUnloading() {
    String preloaded = System.getenv().getOrDefault("LD_PRELOAD", "");
    Assumptions.assumeFalse(
        preloaded.contains("asan"),
        "the JVM logs a library's name after unloading it, where the sanitizer ends it");
  }
}
