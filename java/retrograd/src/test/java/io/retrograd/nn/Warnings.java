package io.retrograd.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the library logs. */
final class Warnings {
  private Warnings() {}

  static List<String> during(Runnable run) {
    List<String> texts = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord record) {
        texts.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    Logger logger = Logger.getLogger("io.retrograd");
    logger.addHandler(handler);
    try {
      run.run();
    } finally {
      logger.removeHandler(handler);
    }
    return texts;
  }
}
