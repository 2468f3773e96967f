package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.retrograd.internal.Library;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private record Result(int code, String output) {
    Map<?, ?> json() {
      Json json = new Json(output);
      Map<?, ?> value = (Map<?, ?>) json.value();
      json.end();
      return value;
    }
  }

  private static Result here(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code = Doctor.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), args);
    return new Result(code, bytes.toString(StandardCharsets.UTF_8));
  }

  /** In a JVM of its own, with {@code options} before the main class, and without this one's cuBLAS. */
  private static Result fork(String classPath, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath, "io.retrograd.Doctor", "--json"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove("RETROGRAD_CUBLAS_PATH");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  @Test
  void tellsWhatIsThere() {
    Result r = here("--json");
    assertEquals(0, r.code, r.output);
    Map<?, ?> report = r.json();
    Map<?, ?> retrograd = (Map<?, ?>) report.get("retrograd");
    assertTrue(retrograd.get("version").toString().matches("[0-9]+\\.[0-9]+.*"), r.output);
    assertEquals(Library.path(), retrograd.get("library"));
    Map<?, ?> cpu = (Map<?, ?>) report.get("cpu");
    assertEquals((double) Retrograd.getNumThreads(), cpu.get("threads"));
    assertEquals((double) Memory.limit(Device.CPU), cpu.get("memoryLimit"));
    assertTrue(
        List.of("AVX-512", "AVX2", "SSE2", "none").contains(cpu.get("vectorUnit")), r.output);
  }

  @Test
  void tellsOfEachGpu() {
    Map<?, ?> report = here("--json").json();
    Map<?, ?> cuda = (Map<?, ?>) report.get("cuda");
    List<?> devices = (List<?>) cuda.get("devices");
    assertEquals(Device.cudaCount(), devices.size());
    assertEquals(Device.cudaStatus(), cuda.get("status"));
    for (int i = 0; i < devices.size(); i++) {
      Map<?, ?> device = (Map<?, ?>) devices.get(i);
      assertEquals("cuda:" + i, device.get("device"));
      assertTrue(
          device.get("computeCapability").toString().matches("[0-9]+\\.[0-9]"), device.toString());
      assertTrue((double) device.get("free") <= (double) device.get("memory"), device.toString());
      assertEquals((double) Memory.limit(Device.cuda(i)), device.get("memoryLimit"));
    }
    boolean said = report.get("missing").toString().contains("no GPU can be used");
    assertEquals(devices.isEmpty(), said, report.toString());
    if (Device.cudaStatus().contains("without CUDA")) return;
    assertTrue(cuda.get("driverNeeded").toString().matches("[0-9]{3}"), cuda.toString());
    Map<?, ?> cublas = (Map<?, ?>) ((List<?>) report.get("libraries")).get(0);
    assertEquals("cublas", cublas.get("name"));
    boolean found = !cublas.get("version").equals("not found");
    assertEquals(
        !found && !devices.isEmpty(),
        report.get("missing").toString().contains("RETROGRAD_CUBLAS_PATH"));
    if (!found && devices.isEmpty())
      assertTrue(cublas.get("tried").toString().contains("libcublas.so"), cublas.toString());
  }

  @Test
  void theDriverOfEitherKernelModule() {
    String compiler = "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n";
    String closed =
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\n";
    String open =
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (builder@host)"
            + "  Sun Jul 27 06:54:38 UTC 2025\n";
    assertEquals("535.104.05", Doctor.driver(closed + compiler));
    assertEquals("580.65.06", Doctor.driver(open + compiler));
    assertEquals("unknown", Doctor.driver(compiler));
    assertEquals("unknown", Doctor.driver(""));
  }

  @Test
  void theTextHoldsWhatTheJsonHolds() {
    Result text = here();
    assertEquals(0, text.code);
    for (String part : List.of(
        "retrograd\n  version: ", "\ncpu\n", "  vector unit: ", "\ncuda\n  status: ", "GiB\n"))
      assertTrue(text.output.contains(part), part + " is missing in\n" + text.output);
    assertEquals(
        Device.cudaCount() == 0,
        text.output.contains("\n  - what: no GPU can be used"),
        text.output);
    assertEquals(Device.cudaCount() == 0, text.output.contains("\n    remedy: "), text.output);
  }

  @Test
  void librariesThatCannotBeLoaded(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("libretrograd.so"), "no library");
    Result r = fork(System.getProperty("java.class.path"), "-Dretrograd.library.path=" + folder);
    assertEquals(1, r.code, r.output);
    Map<?, ?> missing = (Map<?, ?>) ((List<?>) r.json().get("missing")).get(0);
    assertTrue(missing.get("what").toString().contains("libretrograd.so"), r.output);
    assertTrue(missing.get("remedy").toString().contains("-Dretrograd.library.path="), r.output);
  }

  @Test
  void tellsWhereCublasWasLookedFor(@TempDir Path folder) throws Exception {
    Path jar = folder.resolve("redist.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("org/bytedeco/cuda/linux-x86_64/libcublas.so.12"));
      out.write("no library".getBytes(StandardCharsets.UTF_8));
    }
    List<String> options = new ArrayList<>();
    options.add("-Dretrograd.cublas.path=" + folder.resolve("nowhere"));
    options.add("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"));
    String own = System.getProperty("retrograd.library.path");
    if (own != null) options.add("-Dretrograd.library.path=" + own);
    Result r = fork(
        System.getProperty("java.class.path") + File.pathSeparator + jar,
        options.toArray(String[]::new));
    assertEquals(0, r.code, r.output);
    List<?> libraries = (List<?>) r.json().get("libraries");
    assumeFalse(libraries.isEmpty(), "the library was built without CUDA");
    Object built = ((Map<?, ?>) r.json().get("cuda")).get("compiledFor");
    assumeFalse("the emulated device".equals(built), "the emulated device has a cuBLAS of its own");
    Map<?, ?> cublas = (Map<?, ?>) libraries.get(0);
    String tried = cublas.get("tried").toString();
    String unpacked = folder
        .resolve("cache/redist.jar/org/bytedeco/cuda/linux-x86_64/libcublas.so.12")
        .toString();
    int at = -1;
    for (String part : List.of("/nowhere: ", "libcublas.so.13: in no jar", unpacked)) {
      int next = tried.indexOf(part);
      assertTrue(next > at, part + " is missing or out of order in " + tried);
      at = next;
    }
  }

  @Test
  void withoutJavacpp() throws Exception {
    Path classes =
        Path.of(Doctor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Result r = fork(classes.toString());
    assertEquals(1, r.code, r.output);
    assertTrue(
        r.json()
            .get("missing")
            .toString()
            .contains("remedy=put org.bytedeco:javacpp on the class path"),
        r.output);
  }

  @Test
  void options() {
    assertEquals(0, here("--help").code);
    Result r = here("--yaml");
    assertEquals(2, r.code);
    assertTrue(r.output.startsWith("unknown option: --yaml"), r.output);
    assertFalse(here("--help").output.contains("unknown"));
  }

  /** Reads JSON strictly; numbers become doubles. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      space();
      switch (text.charAt(at)) {
        case '{':
          Map<String, Object> map = new LinkedHashMap<>();
          for (boolean more = open('}'); more; more = next('}')) {
            space();
            String key = string();
            space();
            expect(':');
            assertEquals(null, map.put(key, value()), "twice: " + key);
          }
          return map;
        case '[':
          List<Object> list = new ArrayList<>();
          for (boolean more = open(']'); more; more = next(']')) list.add(value());
          return list;
        case '"':
          return string();
        default:
          int from = at;
          while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
          return Double.valueOf(text.substring(from, at));
      }
    }

    void end() {
      space();
      assertEquals(text.length(), at, "more text after the value");
    }

    private boolean open(char close) {
      at++;
      space();
      if (text.charAt(at) != close) return true;
      at++;
      return false;
    }

    private boolean next(char close) {
      space();
      char c = text.charAt(at++);
      assertTrue(c == ',' || c == close, "at " + at + ": " + c);
      return c == ',';
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
        assertTrue(c >= ' ', "a control character");
        if (c != '\\') {
          out.append(c);
        } else if (text.charAt(at) == 'u') {
          out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 5;
        } else {
          out.append(text.charAt(at++));
        }
      }
      return out.toString();
    }

    private void expect(char c) {
      assertEquals(c, text.charAt(at++), "at " + at);
    }

    private void space() {
      while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) at++;
    }
  }
}
