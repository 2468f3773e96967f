package io.retrograd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library's classes stand on floors: none depends on a higher one. Read from the compiled classes. */
class FloorsTest {
  /**
   * The classes of each floor, from bottom to top, as a regular expression without {@code io.retrograd.}; a class
   * belongs to the first that names it. So packages form no circle, three exceptions apart: errors are public, but what
   * throws them lies below; {@code Bridge}, the seam, is hidden with the rest of {@code internal}, but makes tensors and
   * takes their handles for the other packages; {@code Node} is what {@code Tensor.gradFn} returns.
   */
  private static final List<String> FLOORS = List.of(
      "\\w+Exception",
      "internal\\.(presets\\.)?(?!Bridge)\\w+",
      "DType|Device|Stream|Options|TensorOptions|Elements",
      "Tensor|internal\\.Bridge|autograd\\.Node|Index|Indexing|Printer|BackwardOptions|HookHandle|ValuesAndIndices|VarMean|StdMean",
      "Retrograd|Literals|GradMode|Scope|Memory|Doctor",
      "autograd\\.\\w+",
      "nn\\.\\w+",
      "optim\\.\\w+");

  private static final Pattern DEPENDENCY =
      Pattern.compile("io\\.retrograd\\.(\\S+) +-> io\\.retrograd\\.(\\S+) .*");

  @Test
  void noClassDependsOnAHigherFloor() throws Exception {
    List<String> dependencies = dependencies();
    assertTrue(dependencies.size() > 200, "too few dependencies are seen: " + dependencies);
    assertEquals(List.of(), dependencies.stream().filter(FloorsTest::leadsUp).toList());
  }

  @Test
  void everyClassBelongsToAFloor() throws Exception {
    assertEquals(List.of(), classes().stream().filter(c -> floor(c) < 0).toList());
  }

  private static boolean leadsUp(String dependency) {
    String[] ends = dependency.split(" -> ");
    return floor(ends[0]) < floor(ends[1]);
  }

  private static int floor(String type) {
    for (int i = 0; i < FLOORS.size(); i++) {
      if (type.matches(FLOORS.get(i))) return i;
    }
    return -1;
  }

  /** Each pair once, with nested classes counted as the class that they are in. */
  private static List<String> dependencies() throws Exception {
    Optional<ToolProvider> jdeps = ToolProvider.findFirst("jdeps");
    assumeTrue(jdeps.isPresent(), "this is no JDK");
    // The files one by one: with a module's folder, jdeps wants all modules that it requires.
    List<String> arguments = Stream.concat(
            Stream.of("-v", "--ignore-missing-deps", "--multi-release", "base"),
            files().stream().map(Path::toString))
        .toList();
    StringWriter out = new StringWriter();
    int status = jdeps
        .get()
        .run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
    assertEquals(0, status, out.toString());
    return out.toString()
        .lines()
        .map(String::strip)
        .map(DEPENDENCY::matcher)
        .filter(Matcher::matches)
        .map(m -> outer(m.group(1)) + " -> " + outer(m.group(2)))
        .distinct()
        .toList();
  }

  private static List<String> classes() throws Exception {
    Path folder = folder();
    return files().stream()
        .map(f -> outer(folder.relativize(f).toString().replace(".class", "").replace('/', '.')))
        .map(c -> c.replaceFirst("io\\.retrograd\\.", ""))
        .distinct()
        .toList();
  }

  private static String outer(String type) {
    return type.replaceFirst("\\$.*", "");
  }

  private static List<Path> files() throws Exception {
    try (Stream<Path> all = Files.walk(folder())) {
      return all.filter(
              f -> f.toString().endsWith(".class") && !f.toString().matches(".*/\\w+-info.class"))
          .toList();
    }
  }

  /** The compiled classes of the library; the test is skipped where they are in a jar. */
  private static Path folder() throws Exception {
    Path classes =
        Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(Files.isDirectory(classes), "the classes are in a jar");
    return classes;
  }
}
