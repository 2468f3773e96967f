package io.retrograd.internal;

import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** What the engine asks of the program that it runs in; called from native code alone (native/core/host.h). */
final class Host {
  private Host() {}

  /** The system property {@code retrograd.<name>}. */
  static @Nullable String setting(String name) {
    return System.getProperty("retrograd." + name);
  }

  /**
   * The path of one of NVIDIA's libraries, where a jar of org.bytedeco:cuda-redist on the class path holds it: JavaCPP's
   * loader copies it to its cache.
   */
  static @Nullable String unpacked(String file) {
    String resource = "/org/bytedeco/cuda/" + Loader.getPlatform() + "/" + file;
    try {
      File copy = Loader.cacheResource(Library.class, resource);
      return copy == null ? null : copy.getPath();
    } catch (IOException e) {
      Log.warn("cannot unpack " + resource + " from the class path into JavaCPP's cache: " + e);
      return null;
    }
  }

  static void warn(String text) {
    Log.warn(text);
  }
}
