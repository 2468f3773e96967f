package io.retrograd.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.Memory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What tensors take at one moment.
 *
 * @param bytes of storage
 * @param tensors open handles
 */
public record Usage(long bytes, long tensors) {
  public static Usage now() {
    Memory.Snapshot s = Memory.snapshot();
    return new Usage(s.allocated(), s.openTensors());
  }

  /** Now, once everything unreachable is gone. */
  public static Usage settled() {
    Usage last = null;
    for (int same = 0; same < 3; ) {
      collect();
      Usage now = now();
      same = now.equals(last) ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Fails unless usage comes back to this, at the latest after a few collections. */
  public void assertBack(String what) {
    for (int i = 0; i < 50 && !now().equals(this); i++) collect();
    assertEquals(this, now(), what);
  }

  /** Collections that the JVM ran so far. */
  public static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static void collect() {
    System.gc();
    try {
      Thread.sleep(20); // the net's own thread waits 5 ms for a batch
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
