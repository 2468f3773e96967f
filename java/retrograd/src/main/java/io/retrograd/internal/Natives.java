package io.retrograd.internal;

import io.retrograd.internal.presets.EnginePreset;
import io.retrograd.internal.presets.OpsPreset;
import java.lang.ref.ReferenceQueue;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;

/** Native methods that no header of the engine declares: handles, copies of elements, callbacks. */
@Properties(inherit = {OpsPreset.class, EnginePreset.class})
@Platform(include = {"jni/data.h", "jni/callbacks.h", "jni/library.h"})
@Namespace("retrograd::jni")
public final class Natives extends Library {
  private Natives() {}

  // ---- handles ----

  /** Closes a handle; false where it was closed already. */
  @NoException
  public static native boolean close(long handle);

  /** Closes the first {@code n} handles; returns how many of them were open. */
  public static native int closeAll(@Raw(withEnv = true) long[] handles, int n);

  /** Whether a handle is open. */
  @NoException
  public static native boolean isOpen(long handle);

  /** A second handle of the same object. */
  public static native long share(long handle);

  // ---- elements ----

  /**
   * A tensor with elements of dtype {@code from}, converted to {@code to}.
   *
   * @param source a primitive array, or a direct buffer where {@code direct}
   */
  @Cast("retrograd::jni::TensorResult")
  public static native long copyIn(
      @Raw(withEnv = true) Object source,
      boolean direct,
      long byteOffset,
      long elements,
      @Cast("retrograd::jni::DTypeCode") int from,
      @Cast("retrograd::jni::DTypeCode") int to,
      @Raw @Cast("retrograd::jni::DimsArgument") long[] shape,
      @Cast("retrograd::jni::DeviceCode") int device);

  /** Writes a tensor's elements, converted to {@code to}, into memory as that of {@code copyIn}. */
  public static native void copyOut(
      @Cast("retrograd::jni::TensorArgument") long handle,
      @Raw(withEnv = true) Object target,
      boolean direct,
      long byteOffset,
      long elements,
      @Cast("retrograd::jni::DTypeCode") int to);

  // ---- memory of the caller's ----

  /** A tensor over memory of a device; {@code release} runs when nothing uses it any more. */
  @Cast("retrograd::jni::TensorResult")
  public static native long fromDevicePointer(
      long address,
      @Raw @Cast("retrograd::jni::DimsArgument") long[] shape,
      @Cast("retrograd::jni::DTypeCode") int dtype,
      @Cast("retrograd::jni::DeviceCode") int device,
      @Raw(withEnv = true) Runnable release);

  // ---- callbacks ----

  /** Makes {@code outputs} the results of one graph node with the given backward; see native/engine/engine.h. */
  @Raw
  @Cast("retrograd::jni::HandlesResult")
  public static native long[] attachFunction(
      @Raw @Cast("retrograd::jni::StringArgument") String name,
      @Raw @Cast("retrograd::jni::TensorsArgument") long[] inputs,
      @Raw @Cast("retrograd::jni::TensorsArgument") long[] outputs,
      @Raw @Cast("retrograd::jni::TensorsArgument") long[] saved,
      @Raw(withEnv = true) Callbacks.Backward backward,
      boolean materialize,
      boolean once);

  /** Adds a hook to a tensor that requires a gradient; returns a number for {@code Engine.removeHook}. */
  public static native long addHook(
      @Cast("retrograd::jni::TensorArgument") long tensor,
      @Raw(withEnv = true) Callbacks.Hook hook);

  /** Adds a hook that runs after a leaf's gradient was written; returns a number for {@code Engine.removeHook}. */
  public static native long addPostAccumulateHook(
      @Cast("retrograd::jni::TensorArgument") long leaf, @Raw(withEnv = true) Callbacks.Hook hook);

  /** Starts the thread that passes what comes to the queue to {@code Net.releaseAll}. */
  static native void startDrainer(@Raw(withEnv = true) ReferenceQueue<Object> queue);

  /** From now on the allocators ask {@code Net.pressure} for help. */
  @Raw(withEnv = true)
  public static native void installPressureHook();
}
