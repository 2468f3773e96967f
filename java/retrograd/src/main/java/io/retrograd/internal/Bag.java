package io.retrograd.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one scope holds. Used by its own thread alone. */
public final class Bag {
  final @Nullable Bag parent;
  private TensorRef[] refs = new TensorRef[32];
  private int size;

  Bag(@Nullable Bag parent) {
    this.parent = parent;
  }

  void add(TensorRef ref) {
    if (size == refs.length) makeRoom();
    refs[size++] = ref;
    ref.bag = this;
  }

  /** Forgets the references that were closed or moved meanwhile: a long scope grows with what is alive, not with time. */
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

  /** Closes all that is still here, in one native call. */
  void close() {
    long[] handles = new long[size];
    int n = 0;
    for (int i = 0; i < size; i++) {
      long handle = refs[i].bag == this ? refs[i].take() : 0;
      if (handle != 0) handles[n++] = handle;
    }
    refs = new TensorRef[0];
    size = 0;
    Natives.closeAll(handles, n);
  }

  /** Hands all that is still here to the net: its thread has died. */
  void abandon() {
    for (int i = 0; i < size; i++) {
      if (holds(refs[i])) Net.link(refs[i]);
    }
    size = 0;
  }
}
