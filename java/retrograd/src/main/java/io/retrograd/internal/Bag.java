package io.retrograd.internal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one scope, or one call of a Function, holds. Used by its own thread, which alone changes it. */
public final class Bag {
  private static final int SPARE = 4096; // an array up to this length serves the thread's next bag

  private static final TensorRef[] NONE = {};

  private final Threads.State owner;
  final @Nullable Bag parent;
  final boolean ofCall; // of a Function: no scope that the program opened
  private TensorRef[] refs;
  private int size;

  Bag(Threads.State owner, boolean ofCall) {
    this.owner = owner;
    this.ofCall = ofCall;
    parent = owner.top;
    TensorRef[] spare = owner.spare;
    owner.spare = null;
    refs = spare != null ? spare : new TensorRef[64];
  }

  void add(TensorRef ref) {
    if (size == refs.length) makeRoom();
    refs[size++] = ref;
    ref.bag = this;
  }

  /** Forgets what was closed or moved meanwhile: a long scope grows with what is alive, not with time. */
  private void makeRoom() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (holds(refs[i])) refs[kept++] = refs[i];
    }
    Arrays.fill(refs, kept, size, null);
    size = kept;
    if (kept > refs.length / 2) refs = Arrays.copyOf(refs, 2 * refs.length);
  }

  private boolean holds(TensorRef ref) {
    return ref.bag == this && !ref.isClosed();
  }

  /** Called by any thread: what a race hides comes by the queue. The handle is read first, for then all else is there. */
  void addDead(List<TensorRef> dead) {
    for (TensorRef ref : refs) {
      if (ref != null && !ref.isClosed() && ref.refersTo(null)) dead.add(ref);
    }
  }

  boolean isClosed() {
    return refs == NONE;
  }

  /** The bag around this one: the innermost that is open, for a hook inside a call may close a scope around it. */
  @Nullable
  Bag outer() {
    Bag bag = parent;
    while (bag != null && bag.isClosed()) bag = bag.parent;
    return bag;
  }

  /** Closes all that is still here, in one native call. */
  void close() {
    long[] handles = new long[size];
    int n = 0;
    for (int i = 0; i < size; i++) {
      long handle = refs[i].bag == this ? refs[i].take() : 0;
      if (handle != 0) handles[n++] = handle;
    }
    Arrays.fill(refs, 0, size, null);
    size = 0;
    if (refs.length <= SPARE) owner.spare = refs;
    refs = NONE;
    if (n > 0) Natives.closeAll(handles, n);
  }

  /** Hands all that is still here to the net: its thread has died. */
  void abandon() {
    for (int i = 0; i < size; i++) {
      if (holds(refs[i])) Net.link(refs[i]);
    }
    size = 0;
  }
}
