package io.retrograd.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/**
 * When to force a collection for the sake of one device: when more than a step of memory came to live since the last
 * one. The step grows until forced collections take no more than a fiftieth of the time, unless the system property
 * {@code retrograd.net.step} pins it.
 */
final class Pressure {
  private static final String PROPERTY = "retrograd.net.step";
  private static final long PINNED = pinned(); // 0 where the property does not say
  private static final long FIRST_STEP = PINNED > 0 ? PINNED : 64L << 20;
  private static final int SHARE = 50; // of wall time: 2 %

  private static final ReentrantLock COLLECTING = new ReentrantLock();
  private static volatile long collections;
  private static int inVain; // collections that found nothing, one after the other

  private final int device;
  private final long cap;
  private long step = FIRST_STEP;
  private long threshold;
  private boolean wasDear; // the last collection took more than its share
  private long lastEnd = System.nanoTime();

  Pressure(int device) {
    this.device = device;
    long[] stats = Engine.memoryStats(device);
    // A quarter of a GPU's memory. On the CPU an eighth of RAM, of which the limit is 0.8.
    long limit = stats[4];
    cap = PINNED > 0 ? PINNED : Math.max(FIRST_STEP, device == 0 ? limit / 32 * 5 : limit / 4);
    allow(live());
  }

  boolean relieve(boolean failing) {
    long seen = collections;
    Net.drain(Integer.MAX_VALUE);
    COLLECTING.lock();
    try {
      if (collections != seen) return true; // another thread collected while this one waited
      if (failing || live() > threshold) {
        if (inVain < 2) collect(failing);
        allow(live());
      }
      return true;
    } finally {
      COLLECTING.unlock();
    }
  }

  private void collect(boolean failing) {
    long start = System.nanoTime();
    boolean works = collectAndSweep();
    inVain = works ? 0 : inVain + 1;
    if (inVain == 2) {
      Log.warn(
          "System.gc() does nothing here (-XX:+DisableExplicitGC?): tensors without a Scope are freed only when the JVM"
              + " collects by itself. Remove that option, or open a Scope around each step.");
    }
    long end = System.nanoTime();
    if (!failing) adapt(end - start, end - lastEnd);
    lastEnd = end;
    collections++;
  }

  private void adapt(long cost, long since) {
    boolean isDear = cost * SHARE > since;
    if (isDear && wasDear) step = Math.min(2 * step, cap); // one alone may be the machine's hiccup
    else if (cost * SHARE * 8 < since) step = Math.max(step / 2, FIRST_STEP);
    wasDear = isDear;
  }

  /** Whether the collection found anything: at least the object planted for it. */
  private static boolean collectAndSweep() {
    PhantomReference<Object> sentinel =
        new PhantomReference<>(new Object(), new ReferenceQueue<>());
    System.gc();
    boolean found = sentinel.refersTo(null);
    boolean freed = Net.sweep() > 0;
    Net.drain(Integer.MAX_VALUE);
    Engine.trimHeaders(); // or freed objects of one size keep room that those of another cannot use
    return found || freed;
  }

  private void allow(long live) {
    threshold = live + step;
    Engine.setPressureThreshold(device, threshold);
  }

  /** What lives on the device; headers live on the CPU. */
  private long live() {
    return Engine.memoryStats(device)[0] + (device == 0 ? Engine.headerBytes() : 0);
  }

  /** Bytes, or a number with k, m or g behind it. */
  private static long pinned() {
    String text = System.getProperty(PROPERTY, "").trim().toLowerCase(Locale.ROOT);
    if (text.isEmpty()) return 0;
    int unit = "kmg".indexOf(text.charAt(text.length() - 1)) + 1;
    try {
      long number = Long.parseLong(unit > 0 ? text.substring(0, text.length() - 1) : text);
      if (number > 0 && number <= Long.MAX_VALUE >> 10 * unit + 1) return number << 10 * unit;
    } catch (NumberFormatException e) {
      // As for a number that makes no sense.
    }
    Log.warn("-D" + PROPERTY + "=" + text
        + " is ignored: it wants a number of bytes, such as 64m or 1g");
    return 0;
  }
}
