package io.retrograd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say of the sources is so: code said to come from a file stands there, and files named exist. */
class DocsTest {
  private static final Pattern EXCERPT =
      Pattern.compile("(?m)^From (\\S+):\\n\\n```\\w*\\n((?s).*?)^```$");
  private static final Pattern FROM = Pattern.compile("(?m)^From \\S+:$");
  /** A file or folder of the repository, in backticks: a path from a folder of ours, or a page's or class's name. */
  private static final Pattern NAMED =
      Pattern.compile("`((?:native|java|scripts|docs|cmake)/[\\w./-]+|[\\w.-]+\\.(?:java|md))`");

  private final Path root = Sources.root();

  @Test
  void excerptsStandInTheirFiles() throws IOException {
    int excerpts = 0;
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher excerpt = EXCERPT.matcher(text);
      int found = 0;
      for (; excerpt.find(); ++found) {
        String source = spaced(Files.readString(root.resolve(excerpt.group(1))));
        assertTrue(
            source.contains(spaced(excerpt.group(2))),
            root.relativize(page) + ": not in " + excerpt.group(1) + ":\n" + excerpt.group(2));
      }
      assertEquals(
          FROM.matcher(text).results().count(),
          found,
          root.relativize(page) + ": a \"From\" without code");
      excerpts += found;
    }
    assertTrue(excerpts > 10, "too few excerpts are seen: " + excerpts);
  }

  @Test
  void filesThatAreNamedExist() throws IOException {
    List<String> missing = new ArrayList<>();
    int seen = 0;
    for (Path page : pages()) {
      for (Matcher name = NAMED.matcher(Files.readString(page)); name.find(); ++seen) {
        if (!exists(name.group(1))) missing.add(root.relativize(page) + ": " + name.group(1));
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(seen > 20, "too few names are seen: " + seen);
  }

  @Test
  void allLayersAreListed() throws IOException {
    String page = Files.readString(root.resolve("docs/layers.md"));
    List<String> listed = Pattern.compile("\\w+(?=,|$)", Pattern.MULTILINE)
        .matcher(page.substring(page.indexOf("\n- ")))
        .results()
        .map(MatchResult::group)
        .sorted()
        .toList();
    Pattern layer = Pattern.compile("(?m)^public (?:final )?class (\\w+) extends");
    List<String> layers = new ArrayList<>();
    try (Stream<Path> files =
        Files.list(root.resolve("java/retrograd/src/main/java/io/retrograd/nn"))) {
      for (Path file : files.toList())
        layer.matcher(Files.readString(file)).results().forEach(m -> layers.add(m.group(1)));
    }
    assertEquals(layers.stream().sorted().toList(), listed);
  }

  private boolean exists(String name) throws IOException {
    if (name.contains("/")) return Files.exists(root.resolve(name));
    try (Stream<Path> files = sources()) {
      return files.anyMatch(f -> f.endsWith(name));
    }
  }

  /** Of the repository, without what builds make. */
  private Stream<Path> sources() throws IOException {
    return Files.walk(root)
        .filter(f -> !("/" + root.relativize(f)).matches(".*/(\\.git|build|target|shared)/.*"));
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
      return Stream.concat(
              Stream.of(root.resolve("README.md")),
              docs.filter(f -> f.toString().endsWith(".md")))
          .sorted()
          .toList();
    }
  }

  private static String spaced(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
