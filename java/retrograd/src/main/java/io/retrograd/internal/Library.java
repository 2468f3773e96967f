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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 */
@Properties(inherit = OpsPreset.class)
@Platform(include = {"jni/exceptions.h", "jni/host.h"})
public class Library {
  private static String path = "";

  static {
    if (Loader.isLoadLibraries()) {
      path = load("retrograd");
      loadJni();
      initJava();
      installHost();
    }
  }

  protected Library() {}

  /** The file from which the engine was loaded. */
  public static String path() {
    return path;
  }

  /** A missing symbol is how the dynamic linker refuses an engine of another build (native/core/build.h). */
  private static void loadJni() {
    try {
      load("jniretrograd", path);
    } catch (UnsatisfiedLinkError e) {
      String reason = String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      if (!reason.contains("undefined symbol")) throw e;
      String folder = System.getProperty("retrograd.library.path");
      throw new UnsatisfiedLinkError(
          "libjniretrograd.so and " + path + " come from different builds: take both from the same one"
              + (folder == null ? "" : ", not libraries left in -Dretrograd.library.path=" + folder)
              + " (" + reason + ")");
    }
  }

  /** JavaCPP's loader remembers that the library is there: the generated classes ask it. */
  private static String load(String name, String... preloaded) {
    try {
      URL file = find("lib" + name + ".so").toUri().toURL();
      return Loader.loadLibrary(Library.class, new URL[] {file}, name, preloaded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path find(String name) throws IOException {
    String folder = System.getProperty("retrograd.library.path");
    if (folder != null) {
      if (!Files.isDirectory(Path.of(folder))) {
        throw new UnsatisfiedLinkError("retrograd.library.path names no folder: " + folder);
      }
      Path file = Path.of(folder, name).toAbsolutePath();
      if (Files.isRegularFile(file)) return file;
    }
    String resource = "/io/retrograd/internal/" + Loader.getPlatform() + "/" + name;
    URL url = Loader.findResource(Library.class, resource);
    if (url == null) {
      throw new UnsatisfiedLinkError(
          "no " + resource + " on the class path: add io.retrograd:retrograd with the classifier " + Loader.getPlatform()
              + ", or name the folder that holds it with -Dretrograd.library.path");
    }
    return url.getProtocol().equals("file") ? Path.of(URI.create(url.toString())) : copy(url, name);
  }

  private static Path copy(URL url, String name) throws IOException {
    Path folder = Loader.getCacheDir().toPath().resolve("retrograd").resolve(Long.toHexString(checksum(url)));
    Path file = folder.resolve(name);
    if (Files.exists(file)) return file;
    Files.createDirectories(folder);
    // Another process may be doing the same: each makes a file of its own, and the last one takes the place.
    Path copy = Files.createTempFile(folder, name, ".tmp");
    try (InputStream in = url.openStream()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /** Jars know the checksums of their entries. */
  private static long checksum(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    if (connection instanceof JarURLConnection jar) return jar.getJarEntry().getCrc();
    CRC32 sum = new CRC32();
    try (InputStream in = new CheckedInputStream(connection.getInputStream(), sum)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return sum.getValue();
  }

  @Namespace("retrograd::jni")
  @Raw(withEnv = true)
  private static native void initJava();

  @Namespace("retrograd::jni")
  @Raw(withEnv = true)
  private static native void installHost();
}
