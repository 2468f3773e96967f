package io.retrograd.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program, word for word, prints what the README says. */
class ReadmeTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?)```\\s+It prints\\s+```\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsProgramPrintsWhatItSays(@TempDir Path folder) throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../README.md")));
    assertTrue(program.find());
    Path source = Files.writeString(folder.resolve("Program.java"), program.group(1));
    String libraries = System.getProperty("retrograd.library.path");
    Process process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            libraries == null ? "-ea" : "-Dretrograd.library.path=" + libraries,
            "-cp",
            System.getProperty("java.class.path"),
            source.toString()))
        .redirectError(Redirect.INHERIT)
        .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
    Transcript.check(
        "README.md",
        Stream.concat(Stream.of("% relative 1e-2"), program.group(2).lines()).toList(),
        output);
  }
}
