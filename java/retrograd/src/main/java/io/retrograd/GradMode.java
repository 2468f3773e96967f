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
  private final Threads.Change change = new Threads.Change("a gradient mode");
  private final boolean gradBefore;
  private final boolean inferenceBefore;

  private GradMode(boolean grad, boolean inference) {
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
    if (change.end()) set(gradBefore, inferenceBefore);
  }
}
