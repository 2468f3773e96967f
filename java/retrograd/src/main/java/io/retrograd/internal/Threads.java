package io.retrograd.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What belongs to a thread: its innermost scope, its default device and its changes of native state. */
public final class Threads {
  // A thread knows its state weakly, and only this class knows them all: the thread of somebody's
  // pool may outlive the
  // class loader of this class, which a value of a class of ours would keep.
  private static final ThreadLocal<WeakReference<State>> STATE = new ThreadLocal<>();
  private static final Set<State> ALL = ConcurrentHashMap.newKeySet();
  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();
  private static volatile int tidyAt = 64; // so many states

  private Threads() {}

  static final class State {
    private static final int UNKNOWN = -1;

    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());

    @Nullable
    Bag top;

    private int device = UNKNOWN;
    TensorRef @Nullable [] spare;
    private final Map<String, int[]> open = new HashMap<>();

    private boolean isDead() {
      Thread t = thread.get();
      return t == null || !t.isAlive();
    }
  }

  private static State state() {
    WeakReference<State> known = STATE.get();
    State state = known == null ? null : known.get();
    return state != null ? state : makeState();
  }

  private static State makeState() {
    if (ALL.size() >= tidyAt) tidy();
    State state = new State();
    ALL.add(state);
    STATE.set(new WeakReference<>(state));
    return state;
  }

  /** Forgets the threads that have died; the scopes that they left open go to the net. */
  private static synchronized void tidy() {
    for (State state : ALL) {
      if (!state.isDead()) continue;
      for (Bag b = state.top; b != null; b = b.parent) b.abandon();
      ALL.remove(state);
    }
    tidyAt = 2 * ALL.size() + 64;
  }

  static @Nullable Bag top() {
    return state().top;
  }

  /** The code of the device on which the calling thread makes tensors; {@code starting} gives the first. */
  public static int device(IntSupplier starting) {
    State state = state();
    return state.device != State.UNKNOWN ? state.device : (state.device = starting.getAsInt());
  }

  /** Chooses the device of {@link #device} for the calling platform thread. */
  public static void setDevice(int device) {
    requirePlatform("the default device");
    Net.watch(device); // raises where it does not exist
    state().device = device;
  }

  /** Opens a bag on the calling platform thread. */
  public static Bag push() {
    requirePlatform("a scope");
    return open(false);
  }

  /** Opens a bag around a Function's forward or backward, on any thread: {@link #leave} ends it before they return. */
  public static Bag enter() {
    return open(true);
  }

  private static Bag open(boolean ofCall) {
    State state = state();
    return state.top = new Bag(state, ofCall);
  }

  /** Closes a bag of {@link #enter}, and first those that the call left open. */
  public static void leave(Bag bag) {
    closeDownTo(bag.outer());
  }

  private static void closeDownTo(@Nullable Bag outer) {
    State state = state();
    for (Bag b = state.top; b != null && b != outer; b = state.top) {
      state.top = b.outer();
      b.close();
    }
  }

  /**
   * Sets aside the calls of Functions that the calling code is in, for a hook: what it makes belongs to the program's
   * innermost scope.
   *
   * @return the innermost bag, for {@link #resume}
   */
  static @Nullable Bag suspend() {
    State state = state();
    Bag top = state.top;
    state.top = beyondCalls(top);
    return top;
  }

  /** Undoes {@link #suspend}. */
  static void resume(@Nullable Bag top) {
    if (top == null || !top.ofCall) return;
    closeDownTo(beyondCalls(top));
    state().top = top;
  }

  private static @Nullable Bag beyondCalls(@Nullable Bag bag) {
    while (bag != null && bag.ofCall) bag = bag.outer();
    return bag;
  }

  /** Closes a bag, which must be the innermost of the calling thread. */
  public static void pop(Bag bag) {
    if (bag.isClosed()) return; // by leave
    State state = state();
    if (state.top != bag) {
      throw new IllegalStateException(
          contains(state.top, bag)
              ? "Scope.close: a scope opened later is still open; try-with-resources closes in the right order"
              : "Scope.close: this scope was opened by another thread, which alone may close it");
    }
    state.top = bag.outer();
    bag.close();
  }

  /**
   * Moves a tensor out of {@code bag} and the bags inside it, to the enclosing scope's or to the net. The calls of
   * Functions in between are left as well.
   */
  public static void keep(Bag bag, TensorRef ref) {
    move(bag, ref, beyondCalls(bag.outer()));
  }

  /** Moves a result out of {@code bag} and the bags inside it, to the one around it or to the net. */
  public static void hand(Bag bag, TensorRef ref) {
    if (ref.bag != null) move(bag, ref, bag.outer());
  }

  private static void move(Bag bag, TensorRef ref, @Nullable Bag target) {
    Bag top = state().top;
    if (!contains(top, bag)) {
      throw new IllegalStateException(
          "Scope.keep: the scope is closed or belongs to another thread");
    }
    for (Bag b = top; b != null && b != target; b = b.outer()) {
      if (ref.bag == b) move(ref, target);
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
    for (State state : ALL) {
      for (Bag b = state.top; b != null; b = b.parent) b.addDead(dead);
    }
  }

  private static boolean contains(@Nullable Bag top, Bag bag) {
    for (Bag b = top; b != null; b = b.parent) {
      if (b == bag) return true;
    }
    return false;
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
      open = state().open.computeIfAbsent(kind, k -> new int[1]);
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
          what
              + " belongs to a platform thread, but this is a virtual one, which may wander between threads: "
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
