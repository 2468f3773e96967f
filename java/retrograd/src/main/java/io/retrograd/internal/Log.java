package io.retrograd.internal;

import java.lang.System.Logger.Level;

/** What users are told where nothing is thrown. */
public final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.retrograd");

  private Log() {}

  /** Something that a user would rather know. */
  public static void warn(String text) {
    LOGGER.log(Level.WARNING, text);
  }

  /** Something went wrong that the caller cannot be told. */
  public static void warn(String text, Throwable cause) {
    LOGGER.log(Level.WARNING, text, cause);
  }
}
