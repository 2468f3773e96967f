package io.retrograd;

import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.ones;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.internal.Engine;
import io.retrograd.memory.ForkedJvm;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs a JVM of its own. */
class ProcessTest {
  private record Result(int code, String output) {}

  private static Result run(Class<?> main, String... options) throws Exception {
    return run(Map.of(), main, options);
  }

  private static Result run(Map<String, String> environment, Class<?> main, String... options)
      throws Exception {
    Path tests =
        Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path classes =
        Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) command.add("--enable-native-access=ALL-UNNAMED");
    for (String name : List.of("retrograd.library.path", "retrograd.device")) {
      String value = System.getProperty(name);
      if (value != null) command.add("-D" + name + "=" + value);
    }
    command.addAll(Arrays.asList(options));
    command.add("-cp");
    command.add(String.join(
        File.pathSeparator,
        tests.toString(),
        classes.toString(),
        System.getProperty("java.class.path"),
        System.getProperty("jdk.module.path", "")));
    command.add(main.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Result(process.waitFor(), output);
  }

  static final class Closed {
    public static void main(String[] args) {
      Tensor t = ones(2, 3);
      closeIt(t);
      try {
        t.sum();
      } catch (ClosedTensorException e) {
        System.out.println(e.getMessage());
        for (StackTraceElement frame : e.getCause().getStackTrace())
          System.out.println(frame.getMethodName());
      }
    }

    private static void closeIt(Tensor t) {
      t.close();
    }
  }

  @Test
  void trackingTellsWhere() throws Exception {
    Result r = run(Closed.class, "-Dretrograd.track=true");
    assertEquals(0, r.code, r.output);
    assertTrue(r.output.contains("shape [2, 3], float32"), r.output);
    assertTrue(r.output.contains("\ncloseIt"), r.output);
  }

  static final class Garbage {
    public static void main(String[] args) {
      for (int i = 0; i < 1000; i++) empty(1 << 18); // 1 MiB each
      System.out.println("done");
    }
  }

  @Test
  void withoutForcedCollectionsItWarnsOnce() throws Exception {
    Result r = run(Garbage.class, "-XX:+DisableExplicitGC", "-Xmx256m");
    assertEquals(0, r.code, r.output);
    assertEquals(2, r.output.split("DisableExplicitGC", -1).length, r.output);
    assertTrue(r.output.contains("done"), r.output);
  }

  static final class Products {
    public static void main(String[] args) {
      for (int i = 0; i < 3; i++) ones(128, 128).matmul(ones(128, 128));
    }
  }

  @Test
  void productsOnAGpuWithoutCublasWarnOnce() throws Exception {
    assumeTrue(List.of(Engine.optionalLibraries()).contains("emulated")); // which can do without
    Result r = run(
        Map.of("RETROGRAD_EMULATED_CUBLAS", "none"),
        Products.class,
        "-Dretrograd.cublas.path=/nowhere");
    assertEquals(0, r.code, r.output);
    assertEquals(2, r.output.split("products of matrices on cuda:0", -1).length, r.output);
    for (String part :
        List.of("/nowhere: ", "libcublas.so.emulated: in no jar", "RETROGRAD_CUBLAS_PATH"))
      assertTrue(r.output.contains(part), r.output);
  }

  static final class Loads {
    public static void main(String[] args) {
      try {
        ones(1);
      } catch (UnsatisfiedLinkError e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** A JNI library that wants another hash in the name of the engine's build (native/core/build.h). */
  @Test
  void librariesOfDifferentBuildsAreRefused(@TempDir Path folder) throws Exception {
    Path binding = ForkedJvm.librariesIn(folder).resolve("libjniretrograd.so");
    String bytes = Files.readString(binding, StandardCharsets.ISO_8859_1);
    String other = bytes.replaceAll("(?<=build_)[0-9a-f]{16}(?=E)", "0".repeat(16));
    assertNotEquals(bytes, other);
    Files.writeString(binding, other, StandardCharsets.ISO_8859_1);
    Result r = run(Loads.class, "-Dretrograd.library.path=" + folder);
    assertEquals(0, r.code, r.output);
    assertTrue(r.output.contains("different builds"), r.output);
    assertTrue(r.output.contains("-Dretrograd.library.path=" + folder), r.output);
  }

  static final class Busy {
    public static void main(String[] args) throws InterruptedException {
      Tensor[] live = new Tensor[100];
      Arrays.setAll(live, i -> ones(10).requiresGrad_(true).mul(2));
      Thread busy = new Thread(() -> {
        while (true) ones(100).mul(2).sum();
      });
      busy.setDaemon(true);
      busy.start();
      Thread.sleep(100);
      System.gc();
    }
  }

  @Test
  void exitsWithLiveTensorsAndABusyThread() throws Exception {
    Result r = run(Busy.class);
    assertEquals(0, r.code, r.output);
    assertEquals("", r.output);
  }
}
