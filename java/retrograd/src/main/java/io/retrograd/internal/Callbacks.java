package io.retrograd.internal;

import io.retrograd.AutogradException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What native code calls in Java. Handles that a callback gets are its own to close; those it returns it gives away. */
public final class Callbacks {
  private static final List<Object[]> HELD = new ArrayList<>();

  private Callbacks() {}

  /** An array for objects that native code holds (native/jni/held.h), which stays. */
  static synchronized Object[] moreRoom(int length) {
    Object[] array = new Object[length];
    HELD.add(array);
    return array;
  }

  /** The backward of a custom function. */
  @FunctionalInterface
  public interface Backward {
    /**
     * @param grads handles of the outputs' gradients; 0 where one is absent
     * @param saved handles of what the forward saved, in its order
     * @return handles of the inputs' gradients; 0 where one is absent. A handle that somebody else may close is to be
     *     passed through {@link Natives#share} first
     */
    long[] backward(long[] grads, long[] saved) throws Throwable;
  }

  /** A hook on a gradient, or on a leaf whose gradient was written. */
  @FunctionalInterface
  public interface Hook {
    /**
     * @param tensor a handle of the gradient, or of the leaf
     * @return a handle of the gradient to go on with, given away; 0 to leave it as it is
     */
    long call(long tensor) throws Throwable;
  }

  /**
   * What a function or module of the program's returned, which may not be null.
   *
   * @param method what called it
   * @param function the object, whose class the message names
   */
  public static <T> T returned(@Nullable T result, String method, Object function) {
    if (result == null)
      throw new AutogradException(method + ": " + title(function) + " returned null");
    return result;
  }

  /** A class with a name even where it is anonymous; of a lambda, the class that it was written in. */
  public static String title(Object object) {
    String name = object.getClass().getName();
    name = name.substring(
        name.lastIndexOf('.', name.indexOf('/') < 0 ? name.length() : name.indexOf('/')) + 1);
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : "a lambda in " + name.substring(0, lambda);
  }

  /**
   * A hook whose tensors belong to the program's innermost scope, where a Function's backward runs a backward pass too.
   */
  public static Hook ofProgram(Hook hook) {
    return tensor -> {
      Bag top = Threads.suspend();
      try {
        return hook.call(tensor);
      } finally {
        Threads.resume(top);
      }
    };
  }
}
