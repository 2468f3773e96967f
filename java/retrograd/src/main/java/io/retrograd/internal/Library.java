package io.retrograd.internal;

import io.retrograd.internal.presets.OpsPreset;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;

/**
 * Loads the two native libraries, once, before any class with native methods is used: those classes extend this one.
 * They come from the class path, or from the folder that the system property {@code retrograd.library.path} names.
 *
 * <p>What comes from a jar is copied to JavaCPP's cache, into a folder named by its checksum. {@code Loader.load} would
 * tell copies apart by size and time alone, which two builds of one version may share; and it would initialise the
 * other classes from inside this one's initialiser: two threads doing so could wait for each other for ever.
 *
 * <p>Each class loader has an engine of its own. The first in a process takes the files as they are. Others take copies
 * from the cache, where the engine goes by another name: the dynamic linker knows a library by the name inside it, and
 * would give every JNI library the first engine.
 */
@Properties(inherit = OpsPreset.class)
@Platform(include = {"jni/exceptions.h", "jni/host.h"})
public class Library {
  private static final String ENGINE = "libretrograd.so";
  private static final String JNI = "libjniretrograd.so";

  /** Set by the first class loader of the process. */
  private static final String TAKEN = "io.retrograd.internal.taken";

  private static String path = "";

  static {
    if (Loader.isLoadLibraries()) {
      load();
      initJava();
      installHost();
    }
  }

  protected Library() {}

  /** The file from which the engine was loaded. */
  public static String path() {
    return path;
  }

  private static void load() {
    try {
      URL engine = find(ENGINE);
      URL jni = find(JNI);
      boolean isFirst = System.getProperties().putIfAbsent(TAKEN, "true") == null;
      if (isFirst && load(file(engine, ENGINE), file(jni, JNI))) return;
      // As many copies as there are class loaders at a time, whatever the number of those that have
      // gone.
      for (int number = 1;
          !load(copy(engine, jni, number, ENGINE), copy(engine, jni, number, JNI));
          number++) {}
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** False where another class loader has them. */
  private static boolean load(Path engine, Path jni) {
    if (!load(engine)) return false;
    path = engine.toString();
    try {
      return load(jni);
    } catch (UnsatisfiedLinkError e) {
      // A missing symbol is how the dynamic linker refuses an engine of another build
      // (native/core/build.h).
      String reason = String.valueOf(e.getMessage());
      if (!reason.contains("undefined symbol")) throw e;
      String folder = System.getProperty("retrograd.library.path");
      throw new UnsatisfiedLinkError(
          JNI + " and " + path + " come from different builds: take both from the same one"
              + (folder == null ? "" : ", not libraries left in -Dretrograd.library.path=" + folder)
              + " (" + reason + ")");
    }
  }

  private static boolean load(Path file) {
    try {
      System.load(file.toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      // The JVM's books, and the engine's own word that it has begun (native/core/unload.cpp).
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("already loaded") || reason.contains("unsupported JNI version"))
        return false;
      throw e;
    }
  }

  private static URL find(String name) throws IOException {
    String folder = System.getProperty("retrograd.library.path");
    if (folder != null) {
      if (!Files.isDirectory(Path.of(folder))) {
        throw new UnsatisfiedLinkError("retrograd.library.path names no folder: " + folder);
      }
      Path file = Path.of(folder, name).toAbsolutePath();
      if (Files.isRegularFile(file)) return file.toUri().toURL();
    }
    String resource = "/io/retrograd/internal/" + Loader.getPlatform() + "/" + name;
    URL url = Loader.findResource(Library.class, resource);
    if (url != null) return url;
    throw new UnsatisfiedLinkError(
        "no " + resource + " on the class path: add io.retrograd:retrograd with the classifier "
            + Loader.getPlatform()
            + ", or name the folder that holds it with -Dretrograd.library.path");
  }

  private static Path file(URL url, String name) throws IOException {
    if (url.getProtocol().equals("file")) return Path.of(URI.create(url.toString()));
    return cached(Long.toHexString(checksum(url)), name, () -> bytes(url));
  }

  /** A copy of the engine, or of the JNI library, in which the engine has a name of its own. */
  private static Path copy(URL engine, URL jni, int number, String name) throws IOException {
    // As long as the old one, whose place it takes: the engine's name for itself, and the JNI
    // library's for the engine.
    String own = String.format("rg%08x.%04x", checksum(engine), number);
    return cached(
        Long.toHexString(checksum(engine)) + "-" + Long.toHexString(checksum(jni)) + "-" + number,
        name,
        () -> renamed(bytes(name.equals(ENGINE) ? engine : jni), ENGINE, own));
  }

  /** Puts a string of the same length in place of another, which ends with a zero as it begins after one. */
  private static byte[] renamed(byte[] library, String from, String to) {
    byte[] old = ("\0" + from + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] replacement = ("\0" + to + "\0").getBytes(StandardCharsets.US_ASCII);
    boolean found = false;
    for (int i = 0; i + old.length <= library.length; i++) {
      if (library[i] != 0 || !Arrays.equals(library, i, i + old.length, old, 0, old.length))
        continue;
      System.arraycopy(replacement, 0, library, i, replacement.length);
      found = true;
    }
    if (!found)
      throw new UnsatisfiedLinkError(
          "the library does not name " + from + ": it is no build of Retrograd");
    return library;
  }

  private interface Content {
    byte[] bytes() throws IOException;
  }

  private static Path cached(String folder, String name, Content content) throws IOException {
    Path parent = Loader.getCacheDir().toPath().resolve("retrograd").resolve(folder);
    Path file = parent.resolve(name);
    if (Files.exists(file)) return file;
    Files.createDirectories(parent);
    // Another process may be doing the same: each makes a file of its own, and the last one takes
    // the place.
    Path copy = Files.createTempFile(parent, name, ".tmp");
    try {
      Files.write(copy, content.bytes());
      return Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static byte[] bytes(URL url) throws IOException {
    try (InputStream in = open(url).getInputStream()) {
      return in.readAllBytes();
    }
  }

  /** Jars know the checksums of their entries. */
  private static long checksum(URL url) throws IOException {
    URLConnection connection = open(url);
    try (InputStream in = connection.getInputStream()) {
      if (connection instanceof JarURLConnection jar) return jar.getJarEntry().getCrc();
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
      checked.transferTo(OutputStream.nullOutputStream());
      return checked.getChecksum().getValue();
    }
  }

  /** Not through the JVM's cache of open jars, which would keep the application's. */
  private static URLConnection open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }

  @Namespace("retrograd::jni")
  @Raw(withEnv = true)
  private static native void initJava();

  @Namespace("retrograd::jni")
  @Raw(withEnv = true)
  private static native void installHost();
}
