package io.retrograd.consumer;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;

/** Runs {@link Main} and all of Retrograd in each of two class loaders, as application servers and Spark do. */
public final class ChildLoader {
  private ChildLoader() {}

  /**
   * Runs it.
   *
   * @param args the jars
   */
  public static void main(String[] args) throws Exception {
    URL[] jars = new URL[args.length];
    for (int i = 0; i < args.length; i++) {
      jars[i] = new File(args[i]).toURI().toURL();
    }
    try (URLClassLoader first = run(jars, args);
        URLClassLoader second = run(jars, args)) {}
  }

  private static URLClassLoader run(URL[] jars, String[] args) throws Exception {
    URLClassLoader loader = new URLClassLoader("child", jars, ClassLoader.getPlatformClassLoader());
    loader.loadClass("io.retrograd.consumer.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    return loader;
  }
}
