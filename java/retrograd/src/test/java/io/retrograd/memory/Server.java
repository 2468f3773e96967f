package io.retrograd.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Loads applications as a server does, each with the library in a class loader of its own. Arguments: what to try, and
 * whether the applications have JavaCPP of their own or share it.
 */
public final class Server {
  private static final int DEPLOYMENTS = 10;
  private static final int SETTLED = 2; // from then on nothing grows
  private static final long MIB = 1 << 20;

  /** The address sanitizer puts freed memory by for a while; the emulated device leaves its own behind. */
  private static final boolean MEASURED =
      !String.valueOf(System.getenv("LD_PRELOAD")).contains("asan")
          && System.getProperty("retrograd.device") == null;

  private final ClassLoader parent;
  private final URL[] jars;

  private Server(boolean shared) throws MalformedURLException {
    List<URL> own = new ArrayList<>();
    List<URL> common = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      boolean isCommon = shared && Path.of(entry).getFileName().toString().startsWith("javacpp");
      (isCommon ? common : own).add(Path.of(entry).toUri().toURL());
    }
    assertEquals(shared, !common.isEmpty());
    parent = new URLClassLoader(
        "common", common.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    jars = own.toArray(URL[]::new);
  }

  public static void main(String[] args) throws Exception {
    Server server = new Server(args[1].equals("shared"));
    switch (args[0]) {
      case "beside" -> server.beside();
      case "again" -> server.again();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private URLClassLoader loader(int number) {
    return new URLClassLoader("application " + number, jars, parent);
  }

  @SuppressWarnings("unchecked")
  private static Function<String, String> deploy(ClassLoader loader)
      throws ReflectiveOperationException {
    Class<?> type = loader.loadClass("io.retrograd.memory.Application");
    assertEquals(loader, type.getClassLoader());
    return (Function<String, String>) type.getConstructor().newInstance();
  }

  private void beside() throws Exception {
    Function<String, String> a = deploy(loader(1));
    Function<String, String> b = deploy(loader(2));
    Function<String, String> c = deploy(loader(3));
    for (Function<String, String> f : List.of(a, b, c)) f.apply("seed 5");
    List<String> sequence = List.of(a.apply("random"), a.apply("random"), a.apply("random"));
    assertNotEquals(sequence.get(0), sequence.get(1));
    assertEquals(sequence, List.of(b.apply("random"), b.apply("random"), b.apply("random")));
    b.apply("seed 6");
    assertNotEquals(sequence.get(0), b.apply("random"));
    assertEquals(sequence, List.of(c.apply("random"), c.apply("random"), c.apply("random")));

    a.apply("noGrad");
    assertEquals(List.of("false", "true", "true"), each("records", a, b, c));
    a.apply("endMode");
    assertEquals(List.of("true", "true", "true"), each("records", a, b, c));

    String before = c.apply("limit");
    a.apply("limit " + 300 * MIB);
    b.apply("limit " + 200 * MIB);
    a.apply("threads 1");
    b.apply("threads 3");
    assertEquals(List.of("" + 300 * MIB, "" + 200 * MIB, before), each("limit", a, b, c));
    assertEquals(List.of("1", "3"), each("threads", a, b));
    List<Long> allocated = longs("allocated", a, b, c);
    a.apply("allocate " + 10 * MIB); // of 4 bytes
    List<Long> later = longs("allocated", a, b, c);
    assertEquals(40 * MIB, later.get(0) - allocated.get(0));
    assertEquals(allocated.subList(1, 3), later.subList(1, 3));

    assertEquals(
        List.of("ShapeException", "ShapeException", "ShapeException"), each("wrong", a, b, c));
    for (Function<String, String> f : List.of(a, b, c)) f.apply("train");
    assertEquals(3, new TreeSet<>(each("engine", a, b, c)).size());
  }

  @SafeVarargs
  private static List<String> each(String what, Function<String, String>... applications) {
    List<String> answers = new ArrayList<>();
    for (Function<String, String> a : applications) answers.add(a.apply(what));
    return answers;
  }

  @SafeVarargs
  private static List<Long> longs(String what, Function<String, String>... applications) {
    return each(what, applications).stream().map(Long::valueOf).collect(Collectors.toList());
  }

  private void again() throws Exception {
    ExecutorService pool =
        Executors.newFixedThreadPool(2); // the server's: its threads outlive all applications
    for (int i = 0; i < 2; i++) pool.submit(() -> {});
    long copies = 0;
    long resident = 0;
    for (int number = 1; number <= DEPLOYMENTS; number++) {
      WeakReference<ClassLoader> gone = deployAndDrop(number, pool);
      boolean collected = false;
      for (int i = 0; i < 100 && !(collected && mapped() == 0); i++) {
        System.gc();
        Thread.sleep(20);
        collected = gone.refersTo(null);
      }
      System.out.println("deployment " + number + (collected ? ": collected, " : ": there, ")
          + mapped() + " libraries mapped, " + resident() / MIB + " MiB resident");
      assertTrue(collected, "the class loader of deployment " + number + " is still there");
      if (number <= SETTLED) {
        copies = mapped();
        resident = resident();
      }
      assertTrue(mapped() <= copies, "the number of mapped libraries grows");
      if (MEASURED) assertTrue(resident() <= resident + 24 * MIB, "resident memory grows");
    }
    for (Thread t : Thread.getAllStackTraces().keySet())
      assertTrue(!t.getName().equals("retrograd-net"), t.toString());
    pool.shutdown();
  }

  /** In a method of its own: no variable of the caller may keep the application. */
  private WeakReference<ClassLoader> deployAndDrop(int number, ExecutorService pool)
      throws Exception {
    URLClassLoader loader = loader(number);
    Callable<Void> serve = () -> {
      Thread.currentThread().setContextClassLoader(loader);
      try {
        deploy(loader).apply("train");
      } finally {
        Thread.currentThread().setContextClassLoader(null);
      }
      return null;
    };
    for (int i = 0; i < 4; i++) pool.submit(serve).get();
    assertTrue(mapped() >= 2, "the libraries of deployment " + number + " are mapped nowhere");
    for (int i = 0; i < 4; i++)
      pool.submit(() -> {}).get(); // a worker remembers its last task until the next
    loader.close();
    return new WeakReference<>(loader);
  }

  private static long mapped() throws Exception {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(l -> l.contains("retrograd") && l.contains(".so"))
          .map(l -> l.substring(l.indexOf('/')))
          .distinct()
          .count();
    }
  }

  private static long resident() throws Exception {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    }
  }
}
