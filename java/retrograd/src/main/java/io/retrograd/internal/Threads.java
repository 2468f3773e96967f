package io.retrograd.internal;

import io.retrograd.Device;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What belongs to a thread: its innermost scope, its default device and its changes of native state. */
public final class Threads {
  private static final ThreadLocal<State> STATE = ThreadLocal.withInitial(State::new);
  private static final Queue<State> WITH_SCOPES = new ConcurrentLinkedQueue<>();
  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

  private Threads() {}

  static final class State {
    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());
    private boolean listed;
    @Nullable Bag top;
    @Nullable Device device;
    TensorRef @Nullable [] spare;
    private final Map<String, int[]> open = new HashMap<>();

    private boolean isDead() {
      Thread t = thread.get();
      return t == null || !t.isAlive();
    }
  }

  static @Nullable Bag top() {
    return STATE.get().top;
  }

  /** The device on which the calling thread makes tensors: at first the one that retrograd.device names. */
  public static Device device() {
    State state = STATE.get();
    Device device = state.device;
    return device != null ? device : (state.device = startingDevice());
  }

  /** Chooses the device of {@link #device} for the calling platform thread. */
  public static void setDevice(Device device) {
    requirePlatform("the default device");
    Bridge.code(device); // raises where it does not exist
    STATE.get().device = device;
  }

  private static Device startingDevice() {
    String name = System.getProperty("retrograd.device");
    try {
      return name == null ? Device.CPU : Device.of(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("-Dretrograd.device: " + e.getMessage(), e);
    }
  }

  /** Opens a bag on the calling platform thread. */
  public static Bag push() {
    requirePlatform("a scope");
    State state = STATE.get();
    if (!state.listed) list(state);
    return state.top = new Bag(state);
  }

  /** Closes a bag, which must be the innermost of the calling thread. */
  public static void pop(Bag bag) {
    State state = STATE.get();
    if (state.top != bag) {
      throw new IllegalStateException(
          contains(state.top, bag)
              ? "Scope.close: a scope opened later is still open; try-with-resources closes in the right order"
              : "Scope.close: this scope was opened by another thread, which alone may close it");
    }
    state.top = bag.parent;
    bag.close();
  }

  /** Moves a tensor out of {@code bag} and the bags inside it, to the enclosing one or to the net. */
  public static void keep(Bag bag, TensorRef ref) {
    Bag top = STATE.get().top;
    if (!contains(top, bag)) {
      throw new IllegalStateException("Scope.keep: the scope is closed or belongs to another thread");
    }
    for (Bag b = top; b != null && b != bag.parent; b = b.parent) {
      if (ref.bag == b) move(ref, bag.parent);
    }
  }

  /** Moves a tensor out of every scope: its owner outlives them. */
  public static void release(TensorRef ref) {
    if (ref.bag != null) move(ref, null);
  }

  private static void move(TensorRef ref, @Nullable Bag target) {
    ref.bag = null;
    if (ref.isClosed()) return;
    if (target != null) target.add(ref);
    else Net.link(ref);
  }

  /** Adds the unreachable tensors of all scopes. */
  static void addDead(List<TensorRef> dead) {
    for (State state : WITH_SCOPES) {
      for (Bag b = state.top; b != null; b = b.parent) b.addDead(dead);
    }
  }

  private static boolean contains(@Nullable Bag top, Bag bag) {
    for (Bag b = top; b != null; b = b.parent) {
      if (b == bag) return true;
    }
    return false;
  }

  /** A thread's first scope: the list keeps its bags reachable. Clears away threads that died with one open. */
  private static void list(State state) {
    state.listed = true;
    WITH_SCOPES.removeIf(
        s -> {
          if (!s.isDead()) return false;
          for (Bag b = s.top; b != null; b = b.parent) b.abandon();
          return true;
        });
    WITH_SCOPES.add(state);
  }

  /**
   * A change of the calling platform thread's native state, such as its gradient mode, that can be undone. Undoing one
   * ends those of its kind made since, so that no order of undoing leaves anything behind.
   */
  public static final class Change {
    private final Thread thread = Thread.currentThread();
    private final String kind;
    private final int[] open; // how many of this kind the thread has
    private final int place; // among them, from 1
    private boolean ended;

    /** Counts a change that is about to be made; {@code kind} is also its name in messages. */
    public Change(String kind) {
      requirePlatform(kind);
      this.kind = kind;
      open = STATE.get().open.computeIfAbsent(kind, k -> new int[1]);
      place = ++open[0];
    }

    /** Whether to restore what was before: false where that was done, by this change or an earlier one. */
    public boolean end() {
      if (ended) return false;
      if (Thread.currentThread() != thread) {
        throw new IllegalStateException(
            kind + " belongs to the thread " + thread.getName() + ", which alone may close it");
      }
      ended = true;
      if (place > open[0]) return false;
      open[0] = place - 1;
      return true;
    }
  }

  /** Throws where the calling thread is virtual: native modes and scopes belong to the thread that carries it. */
  public static void requirePlatform(String what) {
    if (isVirtualThread()) {
      throw new IllegalStateException(
          what + " belongs to a platform thread, but this is a virtual one, which may wander between threads: "
              + "run this part on an executor of platform threads, such as Executors.newFixedThreadPool(n)");
    }
  }

  private static boolean isVirtualThread() {
    if (IS_VIRTUAL == null) return false;
    try {
      return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable MethodHandle isVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException beforeJdk21) {
      return null;
    }
  }
}
