package io.retrograd.internal;

/**
 * Stands in for JavaCPP's class of this name in the generated classes of this package, each of which begins with a call
 * of {@link #load}. They extend {@link Library}, which has loaded what they need. JavaCPP's would search for it anew, and
 * give it to the class loader of JavaCPP, which a server may share among its applications.
 */
final class Loader {
  private Loader() {}

  static void load() {}
}
