package io.retrograd.memory;

import static org.junit.jupiter.api.Assertions.fail;

import io.retrograd.internal.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;

/** Runs a main class of these tests in a JVM of its own, whose death takes no other test along. */
public final class ForkedJvm {
  /** Whether to run at full length, as scripts/soak.sh does. */
  public static final boolean SOAK = Boolean.getBoolean("retrograd.soak");

  /** Whether to run a tenth of the rounds, as scripts/test.sh does on the emulated device, where each takes longer. */
  public static final boolean BRIEF = Boolean.getBoolean("retrograd.brief");

  private static final long MINUTES = SOAK ? 30 : 5;

  private ForkedJvm() {}

  /**
   * Fails where the exit code is not 0, showing the end of what was printed.
   *
   * @param options of the JVM, added to the library's own system properties
   * @return what it printed
   */
  public static String run(Class<?> main, List<String> options, Object... arguments) {
    return run(Map.of(), 0, main, options, arguments);
  }

  /** The same with variables added to the environment. */
  public static String run(
      Map<String, String> environment, Class<?> main, List<String> options, Object... arguments) {
    return run(environment, 0, main, options, arguments);
  }

  /**
   * The same where address space is short.
   *
   * @param addressSpace MiB that the process may have; 0 for no limit
   */
  public static String run(
      int addressSpace, Class<?> main, List<String> options, Object... arguments) {
    return run(Map.of(), addressSpace, main, options, arguments);
  }

  private static String run(
      Map<String, String> environment,
      int addressSpace,
      Class<?> main,
      List<String> options,
      Object... arguments) {
    List<String> command = new ArrayList<>();
    if (addressSpace > 0) {
      command.addAll(
          List.of("sh", "-c", "ulimit -v " + addressSpace * 1024 + "; exec \"$@\"", "sh"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 22) command.add("--enable-native-access=ALL-UNNAMED");
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("retrograd.")) command.add("-D" + name + "=" + System.getProperty(name));
    }
    command.addAll(
        List.of("-ea", "-Xmx512m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/stdout"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) command.add(argument.toString());
    try {
      Path printed = Files.createTempFile("forked", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) process.destroyForcibly().waitFor();
        String output = Files.readString(printed);
        if (ended && process.exitValue() == 0) return output;
        return fail(main.getSimpleName() + " " + options + " " + List.of(arguments)
            + (ended ? " ended with exit code " + process.exitValue() : " did not end") + ":\n"
            + excerpt(output));
      } finally {
        Files.delete(printed);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies the two libraries in use into a folder, for {@code -Dretrograd.library.path}. */
  public static Path librariesIn(Path folder) throws IOException {
    Path engine = Path.of(Library.path());
    Files.copy(engine, folder.resolve("libretrograd.so"));
    Path binding = engine.resolveSibling("libjniretrograd.so"),
        copy = folder.resolve(binding.getFileName());
    if (Files.exists(binding)) return Files.copy(binding, copy).getParent();
    try (InputStream in =
        Library.class.getResourceAsStream(Loader.getPlatform() + "/" + binding.getFileName())) {
      Files.copy(in, copy);
    }
    return folder;
  }

  private static String excerpt(String output) {
    int most = 6000; // the head of a crash report
    return output.length() <= most ? output : output.substring(0, most) + "\n[...]";
  }
}
