package io.retrograd.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Frees tensors that became unreachable. The JDK's Cleaner would do the same on a thread of its own, which cannot keep
 * up with a busy loop; here each new tensor also polls the queue, so whoever makes garbage helps to clear it away.
 */
public final class Net {
  static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();

  private static final int PER_TENSOR =
      32; // polled by each new tensor; a collection finds thousands at once
  private static final int BATCH = 256; // released in one native call
  private static final Ring[] RINGS = new Ring[16];
  private static final Map<Integer, Pressure> DEVICES = new ConcurrentHashMap<>();

  static {
    for (int i = 0; i < RINGS.length; i++) RINGS[i] = new Ring();
    Natives.installPressureHook();
    watch(0);
    Natives.startDrainer(QUEUE);
  }

  private Net() {}

  /** Keeps references reachable. Several of them, so that threads seldom meet at a lock. */
  static final class Ring {
    private @Nullable TensorRef head;

    synchronized void link(TensorRef ref) {
      ref.ring = this;
      ref.next = head;
      if (head != null) head.previous = ref;
      head = ref;
    }

    synchronized void unlink(TensorRef ref) {
      if (ref.ring != this) return;
      if (ref.previous != null) ref.previous.next = ref.next;
      else head = ref.next;
      if (ref.next != null) ref.next.previous = ref.previous;
      ref.ring = null;
      ref.previous = null;
      ref.next = null;
    }

    synchronized void addDead(List<TensorRef> dead) {
      for (TensorRef ref = head; ref != null; ref = ref.next) {
        if (ref.refersTo(null)) dead.add(ref);
      }
    }
  }

  /** Makes the calling thread's innermost scope, or the net, the owner of a handle. */
  public static TensorRef register(Object tensor, long handle) {
    TensorRef ref = new TensorRef(tensor, handle);
    Bag bag = Threads.top();
    if (bag != null) bag.add(ref);
    else link(ref);
    drain(PER_TENSOR);
    return ref;
  }

  /** Makes the net the owner of a handle, whatever scopes are open. */
  public static TensorRef registerOutside(Object owner, long handle) {
    TensorRef ref = new TensorRef(owner, handle);
    link(ref);
    return ref;
  }

  static void link(TensorRef ref) {
    RINGS[(int) Thread.currentThread().getId() & (RINGS.length - 1)].link(ref);
  }

  static void unlink(TensorRef ref) {
    Ring ring = ref.ring;
    if (ring != null) ring.unlink(ref);
  }

  /** Releases up to {@code most} unreachable tensors; returns how many there were. */
  static int drain(int most) {
    Reference<?> first = QUEUE.poll();
    return first == null ? 0 : release((TensorRef) first, most);
  }

  /**
   * Releases what a collection has found unreachable; returns how many there were. The references themselves come to the
   * queue only some time later, one by one. When it returns, the bytes of all of them are free.
   */
  static synchronized int sweep() {
    List<TensorRef> dead = new ArrayList<>();
    for (Ring ring : RINGS) ring.addDead(dead);
    Threads.addDead(dead);
    long[] handles = new long[dead.size()];
    int n = 0;
    for (TensorRef ref : dead) {
      unlink(ref);
      long handle = ref.take();
      if (handle != 0) handles[n++] = handle;
    }
    Natives.closeAll(handles, n);
    return n;
  }

  /** Whoever waits for this lock learns that nobody is in the middle of freeing. */
  private static synchronized int release(TensorRef first, int most) {
    long[] handles = new long[Math.min(most, BATCH)];
    int total = 0;
    int n = 0;
    for (Reference<?> r = first; r != null; r = ++total < most ? QUEUE.poll() : null) {
      TensorRef ref = (TensorRef) r;
      unlink(ref);
      long handle = ref.take();
      if (handle != 0) handles[n++] = handle;
      if (n == handles.length) {
        Natives.closeAll(handles, n);
        n = 0;
      }
    }
    if (n > 0) Natives.closeAll(handles, n);
    return total;
  }

  /**
   * Called by a thread that waits for unreachable tensors, for when nobody makes any. Waits a little after the first, so
   * that the rest comes in batches.
   */
  static void releaseAll(Reference<?> first) throws InterruptedException {
    Thread.sleep(5);
    release((TensorRef) first, Integer.MAX_VALUE);
  }

  /** Starts to watch over a device's memory, the first time that a program names it. */
  public static void watch(int device) {
    DEVICES.computeIfAbsent(device, Pressure::new);
  }

  /** Called when nothing uses memory of the caller's any more, by whichever thread let go last. */
  static void release(Runnable release) {
    try {
      release.run();
    } catch (Throwable e) {
      Log.warn("releasing a tensor's memory failed", e);
    }
  }

  /**
   * Called by the allocators, on the thread that allocates: live bytes have passed the threshold ({@code failing}
   * false), or an allocation is about to fail.
   *
   * @return whether to try again
   */
  static boolean pressure(int device, boolean failing) {
    return DEVICES.computeIfAbsent(device, Pressure::new).relieve(failing);
  }
}
