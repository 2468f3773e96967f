package io.retrograd;

import io.retrograd.internal.Engine;
import io.retrograd.internal.Threads;

/**
 * A change of the calling thread's gradient mode, undone by {@link #close}. Made by {@link Retrograd#noGrad()}, {@link
 * Retrograd#enableGrad()} and {@link Retrograd#inferenceMode()}, for try-with-resources:
 *
 * <pre>{@code
 * try (var g = noGrad()) {
 *   w.sub_(w.grad().mul(0.1));
 * }
 * }</pre>
 *
 * <p>Each platform thread has its own mode and starts with gradients on.
 */
public final class GradMode implements AutoCloseable {
  private static final ThreadLocal<int[]> OPEN = ThreadLocal.withInitial(() -> new int[1]);

  private final Thread thread = Thread.currentThread();
  private final int place; // among the thread's open ones, from 1
  private final boolean gradBefore;
  private final boolean inferenceBefore;
  private boolean closed;

  private GradMode(boolean grad, boolean inference) {
    Threads.requirePlatform("a gradient mode");
    place = ++OPEN.get()[0];
    gradBefore = Engine.gradEnabled();
    inferenceBefore = Engine.inferenceEnabled();
    set(grad, inference);
  }

  static GradMode of(boolean grad) {
    boolean inference = Engine.inferenceEnabled();
    return new GradMode(grad && !inference, inference);
  }

  static GradMode inference() {
    return new GradMode(false, true);
  }

  private static void set(boolean grad, boolean inference) {
    Engine.setInferenceEnabled(inference);
    Engine.setGradEnabled(grad);
  }

  /**
   * Restores what was before this mode, and so ends those opened since, too. Closing again does nothing.
   *
   * @throws IllegalStateException on another thread than the one that opened it
   */
  @Override
  public void close() {
    if (closed) return;
    Threads.requireOpener(thread, "a gradient mode");
    closed = true;
    int[] open = OPEN.get();
    if (place > open[0]) return; // an outer one was closed first
    open[0] = place - 1;
    set(gradBefore, inferenceBefore);
  }
}
