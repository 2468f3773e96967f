package io.retrograd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The hand-written files stay short: a family or a class that grows is to be parted. */
class FilesTest {
  private static final int LINES = 600;
  private static final int LINES_OF_TENSOR = 1000;

  @Test
  void noSourceFileIsLong() throws IOException {
    Path root = Sources.root();
    List<Path> files;
    try (Stream<Path> all =
        Stream.concat(Files.walk(root.resolve("native")), Files.walk(root.resolve("java")))) {
      files = all.filter(f -> f.toString().matches(".*\\.(h|cpp|cuh|cu|inc|java)"))
          .map(root::relativize)
          .filter(f -> f.startsWith("native") || f.toString().matches("java/\\w+/src/main/.*"))
          .filter(f -> !f.startsWith("native/tests"))
          .toList();
    }
    assertTrue(files.size() > 150, "too few files are seen: " + files.size());
    List<String> tooLong = files.stream()
        .filter(f -> lines(root.resolve(f)) > (f.endsWith("Tensor.java") ? LINES_OF_TENSOR : LINES))
        .map(f -> f + ": " + lines(root.resolve(f)))
        .toList();
    assertEquals(List.of(), tooLong);
  }

  /** The lines outside generated regions. */
  private static long lines(Path file) {
    try {
      String text = Files.readString(file);
      return text.replaceAll("(?s), written by scripts/Facade\\.java ----.*?---- end of what", "")
          .lines()
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
