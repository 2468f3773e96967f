package io.retrograd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The repository that these tests were built from. */
final class Sources {
  private Sources() {}

  /** Its folder; the test is skipped where there is none, as on a GPU server that has the built library only. */
  static Path root() {
    Path root = Path.of("../..").toAbsolutePath().normalize();
    assumeTrue(Files.exists(root.resolve("scripts/Facade.java")), "the sources are not here");
    return root;
  }

  /** Compiles a single-file Java program into a folder. */
  static void compile(Path program, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assumeTrue(compiler != null, "this is no JDK");
    assertEquals(0, compiler.run(null, null, null, "-d", classes.toString(), program.toString()));
  }

  /** Runs a compiled program, expects the status, and returns what it printed. */
  static String run(int status, Path classes, String main, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(
        List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classes.toString(), main));
    for (Object argument : arguments) command.add(argument.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(status, process.waitFor(), output);
    return output;
  }
}
