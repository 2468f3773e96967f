package io.retrograd;

import io.retrograd.internal.Engine;
import io.retrograd.internal.Library;
import io.retrograd.internal.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what Retrograd finds on this machine, what is missing, and what to do about it: {@code java -cp ...
 * io.retrograd.Doctor [--json]}. Works without a GPU, without a driver, and where the native libraries cannot be
 * loaded.
 *
 * <p>Ends with exit code 0 where tensors can be computed with, on the CPU at least; 1 where they cannot; 2 for an
 * unknown option.
 */
public final class Doctor {
  private static final String USAGE = """
      Tells what Retrograd finds on this machine, and what is missing.
      Options:
        --json   as JSON
      """;

  private final Map<String, Object> report = new LinkedHashMap<>();
  private final List<Object> missing = new ArrayList<>();

  private Doctor() {}

  /** Prints the report; see the class. */
  public static void main(String[] args) {
    System.exit(run(new PrintStream(System.out, true, StandardCharsets.UTF_8), args));
  }

  /** Returns the exit code. */
  static int run(PrintStream out, String... args) {
    boolean json = false;
    for (String arg : args) {
      if (!arg.equals("--json")) {
        boolean help = arg.equals("--help") || arg.equals("-h");
        out.print((help ? "" : "unknown option: " + arg + "\n") + USAGE);
        return help ? 0 : 2;
      }
      json = true;
    }
    Doctor doctor = new Doctor();
    boolean works = doctor.examine();
    out.print(json ? Report.json(doctor.report) : Report.text(doctor.report));
    return works ? 0 : 1;
  }

  private boolean examine() {
    Map<String, Object> retrograd = section("retrograd");
    retrograd.put("version", version());
    Map<String, Object> java = section("java");
    for (String key : List.of("version", "vendor", "home"))
      java.put(key, System.getProperty("java." + key));
    Map<String, Object> system = section("system");
    for (String key : List.of("name", "version", "arch"))
      system.put(key, System.getProperty("os." + key));
    Map<String, Object> cpu = section("cpu");
    processor(cpu);
    boolean works = true;
    try {
      cpu.put("vectorUnit", Engine.vectorUnit()); // the first use of the native libraries
      retrograd.put("library", Library.path());
      cpu.put("threads", Retrograd.getNumThreads());
      cpu.put("memoryLimit", new Report.Bytes(Memory.limit(Device.CPU)));
      cuda(section("cuda"));
      libraries();
    } catch (LinkageError e) {
      works = false;
      String reason = rootOf(e).toString();
      retrograd.put("library", "cannot be loaded");
      missing("the native libraries cannot be loaded: " + reason, remedyFor(reason));
    }
    report.put("missing", missing);
    return works;
  }

  private Map<String, Object> section(String name) {
    Map<String, Object> section = new LinkedHashMap<>();
    report.put(name, section);
    return section;
  }

  private void missing(String what, String remedy) {
    missing.add(Report.map("what", what, "remedy", remedy));
  }

  /** What the engine says about something missing ends with the remedy, after a semicolon. */
  private void missing(String text) {
    int at = text.lastIndexOf("; ");
    missing(at < 0 ? text : text.substring(0, at), at < 0 ? "" : text.substring(at + 2));
  }

  private static String version() {
    try (InputStream in = Library.class.getResourceAsStream("version.txt")) {
      return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static void processor(Map<String, Object> cpu) {
    cpu.put("processor", find(textOf("/proc/cpuinfo"), "model name\\s*: (.*)"));
    cpu.put("cores", Runtime.getRuntime().availableProcessors());
  }

  /** A file of the system's; empty where there is none. */
  private static String textOf(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** What the pattern's group matches first; "unknown" where nothing does. */
  private static String find(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    return m.find() ? m.group(1) : "unknown";
  }

  /** The driver's version by its file in /proc, whose line differs between NVIDIA's kernel module and its open one. */
  static String driver(String text) {
    return find(text, "Module.*?\\s([0-9]+\\.[0-9.]+)");
  }

  private void cuda(Map<String, Object> cuda) {
    cuda.put("status", Device.cudaStatus());
    String[] facts = Engine.cudaFacts();
    if (facts.length > 0) cuda.put("driver", driver(textOf("/proc/driver/nvidia/version")));
    put(cuda, facts);
    int count = Device.cudaCount();
    if (count == 0) missing("no GPU can be used: " + Device.cudaStatus());
    List<Object> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Object> device = Report.map("device", Device.cuda(i).toString());
      put(device, Engine.cudaDeviceFacts(i));
      if (device.get("problem") instanceof String problem) missing(Device.cuda(i) + ": " + problem);
      else device.put("memoryLimit", new Report.Bytes(Memory.limit(Device.cuda(i))));
      devices.add(device);
    }
    cuda.put("devices", devices);
  }

  /** Names and values in turn. */
  private static void put(Map<String, Object> section, String[] facts) {
    for (int i = 0; i + 1 < facts.length; i += 2) {
      boolean bytes = facts[i].equals("memory") || facts[i].equals("free");
      section.put(facts[i], bytes ? new Report.Bytes(Long.parseLong(facts[i + 1])) : facts[i + 1]);
    }
  }

  private void libraries() {
    List<Object> libraries = new ArrayList<>();
    String[] texts = Engine.optionalLibraries();
    for (int i = 0; i < texts.length; i += 6) {
      String name = texts[i];
      boolean found = !texts[i + 2].isEmpty();
      List<Object> tried = new ArrayList<>(texts[i + 4].lines().toList());
      libraries.add(Report.map(
          "name",
          name,
          "purpose",
          texts[i + 1],
          "version",
          found ? texts[i + 2] : "not found",
          "path",
          texts[i + 3],
          "tried",
          tried));
      if (!found && Device.cudaCount() > 0) missing(name + ": " + texts[i + 1], texts[i + 5]);
    }
    report.put("libraries", libraries);
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  private static String remedyFor(String reason) {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64"))
      return "there are libraries for Linux on x86_64 only, this is " + platform;
    if (reason.contains("org/bytedeco") || reason.contains("org.bytedeco")) {
      return "put org.bytedeco:javacpp on the class path (Maven does so by itself)";
    }
    if (reason.contains("libgomp")) return "install GCC's OpenMP library: apt-get install libgomp1";
    if (reason.contains("GLIBC")) {
      return "use a newer Linux, or build the libraries on this one and name their folder: -Dretrograd.library.path=FOLDER";
    }
    if (reason.contains("mapping") || reason.contains("not permitted")) {
      return "programs may not run from the folder of the cache: name another, -Dorg.bytedeco.javacpp.cachedir=FOLDER";
    }
    return "put io.retrograd:retrograd with the classifier linux-x86_64 on the class path, or name the folder that holds"
        + " libretrograd.so and libjniretrograd.so: -Dretrograd.library.path=FOLDER";
  }
}
