package io.retrograd.internal;

import io.retrograd.internal.presets.OpsPreset;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;

/**
 * Loads the two native libraries, once, before any class with native methods is used: those classes extend this one.
 * They come from the class path, or from the folder that the system property {@code retrograd.library.path} names.
 *
 * <p>The libraries are loaded here by name rather than by {@code Loader.load(Class)}, which would initialise the other
 * classes from inside this one's initialiser: two threads doing so could wait for each other for ever.
 */
@Properties(inherit = OpsPreset.class)
@Platform(include = "jni/exceptions.h")
public class Library {
  private static String path = "";

  static {
    if (Loader.isLoadLibraries()) {
      String engine = load("retrograd");
      load("jniretrograd", engine);
      path = engine;
      initJava();
    }
  }

  protected Library() {}

  /** The file from which the engine was loaded. */
  public static String path() {
    return path;
  }

  private static String load(String name, String... preloaded) {
    String folder = System.getProperty("retrograd.library.path");
    File file = folder == null ? null : new File(folder, "lib" + name + ".so");
    try {
      URL[] urls;
      if (file != null && file.isFile()) {
        urls = new URL[] {file.toURI().toURL()};
      } else {
        ClassProperties properties = Loader.loadProperties(Library.class, Loader.loadProperties(), true);
        urls = Loader.findLibrary(Library.class, properties, name, false);
      }
      return Loader.loadLibrary(Library.class, urls, name, preloaded);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("retrograd.library.path is not a folder: " + folder, e);
    }
  }

  @Namespace("retrograd::jni")
  @Raw(withEnv = true)
  private static native void initJava();
}
