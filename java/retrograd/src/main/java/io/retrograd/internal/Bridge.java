package io.retrograd.internal;

import static io.retrograd.internal.Arguments.allGiven;
import static io.retrograd.internal.Arguments.given;

import io.retrograd.Tensor;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of native methods, in one pattern: the arguments are handles, and the result passes through {@code wrap} or
 * {@code after} together with the tensors that they belong to. Those thereby stay reachable, and their handles open,
 * until the call has returned.
 *
 * <p>The seam between packages: it stands above Tensor, whose handle and constructor are private, and gets at them by
 * what Tensor connects. Nothing else in this package knows tensors.
 */
public abstract class Bridge {
  private static @Nullable Bridge instance;

  protected Bridge() {}

  protected abstract Tensor make(long handle);

  protected abstract TensorRef refOf(Tensor tensor);

  /** Called once, by the class Tensor. */
  public static void connect(Bridge bridge) {
    instance = bridge;
  }

  private static Bridge bridge() {
    Bridge bridge = instance;
    return bridge != null ? bridge : initialise();
  }

  private static Bridge initialise() {
    try {
      Class.forName("io.retrograd.Tensor", true, Bridge.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return java.util.Objects.requireNonNull(instance);
  }

  public static TensorRef ref(Tensor tensor) {
    return bridge().refOf(tensor);
  }

  public static long handle(Tensor tensor) {
    return bridge().refOf(tensor).handle();
  }

  /** The handle of a tensor that an argument of this name must give. */
  public static long handle(String name, Tensor tensor) {
    return handle(given(name, tensor));
  }

  /** The handle of a tensor that may be missing. */
  public static long orZero(@Nullable Tensor tensor) {
    return tensor == null ? 0 : handle(tensor);
  }

  public static long[] handles(List<? extends @Nullable Tensor> tensors) {
    long[] handles = new long[tensors.size()];
    int i = 0;
    for (Tensor t : tensors) handles[i++] = orZero(t);
    return handles;
  }

  /** The handles of the tensors that an argument of this name must give. */
  public static long[] handles(String name, List<? extends Tensor> tensors) {
    return handles(allGiven(name, tensors));
  }

  /** The tensors that an argument of this name must give, as a list. */
  public static List<Tensor> listOf(String name, Tensor... tensors) {
    allGiven(name, Arrays.asList(given(name, tensors)));
    return List.of(tensors);
  }

  /** A tensor that owns the handle. */
  public static Tensor wrap(long handle) {
    return bridge().make(handle);
  }

  public static Tensor wrap(long handle, Object a) {
    Tensor result = bridge().make(handle);
    Reference.reachabilityFence(a);
    return result;
  }

  public static Tensor wrap(long handle, Object a, @Nullable Object b) {
    Tensor result = bridge().make(handle);
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    return result;
  }

  public static Tensor wrap(long handle, Object a, @Nullable Object b, @Nullable Object c) {
    Tensor result = bridge().make(handle);
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    Reference.reachabilityFence(c);
    return result;
  }

  public static Tensor wrap(
      long handle, Object a, @Nullable Object b, @Nullable Object c, @Nullable Object d) {
    Tensor result = wrap(handle, a, b, c);
    Reference.reachabilityFence(d);
    return result;
  }

  public static Tensor wrap(
      long handle,
      Object a,
      @Nullable Object b,
      @Nullable Object c,
      @Nullable Object d,
      @Nullable Object e) {
    Tensor result = wrap(handle, a, b, c, d);
    Reference.reachabilityFence(e);
    return result;
  }

  /** Both, to be kept reachable as one. */
  public static Object pair(@Nullable Object a, @Nullable Object b) {
    return new @Nullable Object[] {a, b};
  }

  /** Null for the handle 0. */
  public static @Nullable Tensor wrapOrNull(long handle, Object a) {
    Tensor result = handle == 0 ? null : bridge().make(handle);
    Reference.reachabilityFence(a);
    return result;
  }

  /** Several results. Should one fail, no handle is left behind. */
  public static List<Tensor> wrapAll(long[] handles, Object a) {
    return List.of(wrapEach(handles, a));
  }

  /** Several results; an output that is one of them, under another handle, stands for itself. */
  public static List<Tensor> wrapResults(long[] handles, List<Tensor> outputs, Object a) {
    for (int i = 0; i < handles.length; i++) {
      if (Engine.tensorId(handles[i]) != Engine.tensorId(handle(outputs.get(i)))) continue;
      Natives.close(handles[i]);
      handles[i] = 0;
    }
    @Nullable Tensor[] others = wrapOptional(handles, a);
    Tensor[] results = new Tensor[handles.length];
    for (int i = 0; i < results.length; i++) {
      Tensor other = others[i];
      results[i] = other != null ? other : outputs.get(i);
    }
    return List.of(results);
  }

  private static Tensor[] wrapEach(long[] handles, Object a) {
    @Nullable Tensor[] tensors = wrapOptional(handles, a);
    for (Tensor t : tensors) java.util.Objects.requireNonNull(t);
    @SuppressWarnings("NullAway") // none is null
    Tensor[] result = tensors;
    return result;
  }

  /** Several results, null for the handle 0. Should one fail, no handle is left behind. */
  public static @Nullable Tensor[] wrapOptional(long[] handles, Object a) {
    Bridge bridge = bridge();
    @Nullable Tensor[] tensors = new Tensor[handles.length];
    int done = 0;
    try {
      for (; done < handles.length; done++)
        tensors[done] = handles[done] == 0 ? null : bridge.make(handles[done]);
    } finally {
      for (int i = done; i < handles.length; i++) Natives.close(handles[i]);
      Reference.reachabilityFence(a);
    }
    return tensors;
  }

  public static <T> T after(T result, Object a) {
    Reference.reachabilityFence(a);
    return result;
  }

  public static long after(long result, Object a) {
    Reference.reachabilityFence(a);
    return result;
  }

  public static int after(int result, Object a) {
    Reference.reachabilityFence(a);
    return result;
  }

  public static double after(double result, Object a) {
    Reference.reachabilityFence(a);
    return result;
  }

  public static boolean after(boolean result, Object a) {
    Reference.reachabilityFence(a);
    return result;
  }
}
