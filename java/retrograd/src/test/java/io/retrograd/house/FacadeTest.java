package io.retrograd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/Facade.java: the generated regions are up to date, and what it cannot read is an error that says where. */
class FacadeTest {
  private static final String REGIONS = """
      final class %s {
        // ---- from native/ops, written by scripts/Facade.java ----
        // spotless:off

        // spotless:on
        // ---- end of what scripts/Facade.java wrote ----
        // ---- from Java's types, written by scripts/Facade.java ----
        // spotless:off

        // spotless:on
        // ---- end of what scripts/Facade.java wrote ----
      }
      """;

  @TempDir
  static Path classes;

  @TempDir
  Path root;

  @BeforeAll
  static void compile() {
    Sources.compile(Sources.root().resolve("scripts/Facade.java"), classes);
  }

  @Test
  void generatedRegionsAreUpToDate() throws Exception {
    Sources.run(0, classes, "Facade", "--check", Sources.root());
  }

  @Test
  void writesEachFormOnce() throws Exception {
    String tensor = written(
        "/// The sum of `x` and `other`. [Tensor; numbers: long]\n"
            + "Tensor plus(const Tensor& x, const Operand& other, double alpha = 2, Into into = Into::Fresh);\n");
    List<String> methods =
        tensor.lines().filter(l -> l.startsWith("  public ")).map(String::strip).toList();
    assertEquals(
        List.of(
            "public Tensor plus(Tensor other) {",
            "public Tensor plus(Tensor other, double alpha) {",
            "public Tensor plus(long other) {",
            "public Tensor plus_(Tensor other) {",
            "public Tensor plus_(Tensor other, double alpha) {",
            "public Tensor plus_(long other) {"),
        methods);
    assertTrue(
        tensor.contains("/** The sum of this and {@code other}. Here {@code alpha} is 2. */"),
        tensor);
    assertTrue(
        tensor.contains("return same(Ops.plus(handle(), new Whole(other), 2, true));"), tensor);
  }

  @Test
  void whatItCannotReadIsAnErrorWithItsPlace() throws Exception {
    rejects("bad.h:2: no such class: Tensors", "/// Text. [Tensors]\nTensor f(const Tensor& x);\n");
    rejects(
        "bad.h:2: not understood: in place",
        "/// Text. [Tensor; in place]\nTensor f(const Tensor& x);\n");
    rejects("bad.h:2: the comment ends in no tag", "/// Text.\nTensor f(const Tensor& x);\n");
    rejects("bad.h:1: no comment", "Tensor f(const Tensor& x);\n");
    rejects(
        "bad.h:2: no Java type for Scalar",
        "/// Text. [Tensor]\nTensor f(const Tensor& x, Scalar s);\n");
    rejects(
        "bad.h:2: not understood: template",
        "/// Text. [Tensor]\ntemplate <class T> Tensor f(T x) { return x; };\n");
    rejects("bad.h:2: a method of Tensor needs", "/// Text. [Tensor]\nTensor f(double x);\n");
    rejects("bad.h:1: not understood: the end", "/// Text. [Tensor]\n");
  }

  private String written(String header) throws Exception {
    run(0, header);
    return Files.readString(root.resolve("java/retrograd/src/main/java/io/retrograd/Tensor.java"));
  }

  private void rejects(String message, String header) throws Exception {
    String output = run(2, header);
    assertTrue(output.startsWith(message), output);
  }

  private String run(int status, String header) throws Exception {
    Path sources = root.resolve("java/retrograd/src/main/java/io/retrograd");
    Files.createDirectories(sources.resolve("nn"));
    Files.createDirectories(root.resolve("native/ops"));
    for (String name : List.of("Tensor", "Retrograd", "nn/F")) {
      Files.writeString(sources.resolve(name + ".java"), REGIONS.formatted(name));
    }
    Files.writeString(root.resolve("native/ops/ops.h"), "#include \"ops/bad.h\"\n");
    Files.writeString(root.resolve("native/ops/bad.h"), header);
    return Sources.run(status, classes, "Facade", root);
  }
}
