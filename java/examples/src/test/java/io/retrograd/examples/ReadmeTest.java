package io.retrograd.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs, word for word, print what the README says. */
class ReadmeTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?)```\\s+It prints\\s+```\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsProgramsPrintWhatItSays(@TempDir Path folder) throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../README.md")));
    int programs = 0;
    for (; program.find(); programs++) check(program, folder);
    assertEquals(2, programs);
  }

  private static void check(MatchResult program, Path folder) throws Exception {
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
