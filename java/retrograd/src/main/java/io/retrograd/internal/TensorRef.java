package io.retrograd.internal;

import io.retrograd.ClosedTensorException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import org.jspecify.annotations.Nullable;

/**
 * The one native handle of a tensor, which outlives the Java object for as long as it takes to close it. Held by a
 * {@link Bag} (the tensor was made in a scope) or linked into the {@link Net}.
 */
public final class TensorRef extends PhantomReference<Object> {
  /** With tracking on, a closed tensor remembers where it was closed. */
  private static final boolean TRACK = Boolean.getBoolean("retrograd.track");

  private static final VarHandle HANDLE;

  static {
    try {
      HANDLE = MethodHandles.lookup().findVarHandle(TensorRef.class, "handle", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // 0 once closed. Not volatile, whose fence would cost as much as the rest: other threads need not
  // see a change at
  // once, since native code knows best whether a handle is open. Who sees a handle sees the tensor
  // that it belongs to.
  private long handle;

  // Written by the thread that made or keeps the tensor; read by whoever releases it, after it
  // became unreachable. The
  // bag stays where its scope's end closed the tensor, and goes by close().
  @Nullable
  Bag bag;

  Net.@Nullable Ring ring;

  @Nullable
  TensorRef previous;

  @Nullable
  TensorRef next;

  private @Nullable ClosedTensorException closing;

  TensorRef(Object tensor, long handle) {
    super(tensor, Net.QUEUE);
    HANDLE.setRelease(this, handle);
  }

  /** The open handle. Throws {@link ClosedTensorException}. */
  public long handle() {
    long h = read();
    if (h == 0) throw closed();
    return h;
  }

  public boolean isClosed() {
    return read() == 0;
  }

  private long read() {
    return (long) HANDLE.getAcquire(this);
  }

  /** Puts another handle in place, which this reference owns from now on, and closes the old one. */
  public void replace(long other) {
    long old = handle();
    HANDLE.setRelease(this, other);
    Natives.close(old);
  }

  /** Closes the handle unless that was done before. */
  public void close() {
    long h = take();
    if (h == 0) return;
    bag = null;
    Natives.close(h);
    Net.unlink(this);
  }

  /** Gives up the handle, for the caller to close; 0 where it was closed already. */
  long take() {
    long h = read();
    if (h != 0 && TRACK) remember(h);
    HANDLE.setOpaque(this, 0L);
    return h;
  }

  private void remember(long h) {
    String what = "unknown";
    try {
      what = Engine.describe(h);
    } catch (RuntimeException closedMeanwhile) {
      // Another thread was faster: it remembers.
    }
    closing = new ClosedTensorException("the tensor was closed here: " + what);
  }

  private ClosedTensorException closed() {
    ClosedTensorException where = closing;
    if (where != null) {
      return new ClosedTensorException(
          Caller.prefix() + where.getMessage() + " (see the cause)", where);
    }
    return new ClosedTensorException(Caller.prefix() + "the tensor is closed, by " + by()
        + "; -Dretrograd.track=true tells where");
  }

  private String by() {
    Bag end = bag;
    if (end == null) return "close()";
    if (!end.ofCall) return "the end of its Scope, from which keep(...) saves a tensor";
    return "the end of the Function call, forward or backward, that made it; save it by saveForBackward(...), or by"
        + " keep(...) of a Scope opened in the call";
  }
}
