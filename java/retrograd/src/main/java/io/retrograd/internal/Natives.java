package io.retrograd.internal;

import io.retrograd.DType;
import io.retrograd.internal.presets.EnginePreset;
import io.retrograd.internal.presets.OpsPreset;
import java.lang.ref.ReferenceQueue;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.Raw;
import org.jspecify.annotations.Nullable;

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
   * A tensor with the elements of a primitive array, converted to {@code dtype}.
   *
   * @param array boolean[], byte[] (as uint8), short[], int[], long[], float[] or double[] of as many elements as the shape has
   */
  public static long fromArray(Object array, int dtype, long[] shape, int device) {
    int type = arrayType(array).ordinal();
    return copyIn(array, false, 0, java.lang.reflect.Array.getLength(array), type, dtype, shape, device);
  }

  /** Writes a tensor's elements, converted to the array's type, into a primitive array of as many elements. */
  public static void toArray(long handle, Object array) {
    copyOut(handle, array, false, 0, java.lang.reflect.Array.getLength(array), arrayType(array).ordinal());
  }

  /**
   * A tensor with what remains in a buffer, whose position stays. A {@code ByteBuffer} holds raw elements of {@code
   * dtype} in native byte order; other buffers hold elements of their own type, to be converted.
   */
  public static long fromBuffer(Buffer buffer, int dtype, long[] shape, int device) {
    DType type = bufferType(buffer, dtype);
    Object memory = memory(buffer);
    return copyIn(
        memory, buffer.isDirect(), offset(buffer, type), elements(buffer, type), type.ordinal(), dtype, shape, device);
  }

  /**
   * Writes a tensor's elements into what remains of a buffer, whose position stays. A {@code ByteBuffer} gets raw
   * elements of {@code dtype}; other buffers get elements of their own type.
   */
  public static void toBuffer(long handle, Buffer buffer, int dtype) {
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("copyTo: the buffer is read-only");
    }
    DType type = bufferType(buffer, dtype);
    copyOut(handle, memory(buffer), buffer.isDirect(), offset(buffer, type), elements(buffer, type), type.ordinal());
  }

  private static DType arrayType(Object array) {
    if (array instanceof float[]) return DType.FLOAT32;
    if (array instanceof double[]) return DType.FLOAT64;
    if (array instanceof long[]) return DType.INT64;
    if (array instanceof int[]) return DType.INT32;
    if (array instanceof short[]) return DType.INT16;
    if (array instanceof byte[]) return DType.UINT8;
    if (array instanceof boolean[]) return DType.BOOL;
    throw new IllegalArgumentException(
        "an array of boolean, byte, short, int, long, float or double is needed, not "
            + array.getClass().getSimpleName());
  }

  private static DType bufferType(Buffer buffer, int dtype) {
    ByteOrder order;
    DType type;
    if (buffer instanceof ByteBuffer b) {
      type = DType.of(dtype);
      order = type.itemSize() == 1 ? ByteOrder.nativeOrder() : b.order();
    } else if (buffer instanceof FloatBuffer b) {
      order = b.order();
      type = DType.FLOAT32;
    } else if (buffer instanceof DoubleBuffer b) {
      order = b.order();
      type = DType.FLOAT64;
    } else if (buffer instanceof LongBuffer b) {
      order = b.order();
      type = DType.INT64;
    } else if (buffer instanceof IntBuffer b) {
      order = b.order();
      type = DType.INT32;
    } else if (buffer instanceof ShortBuffer b) {
      order = b.order();
      type = DType.INT16;
    } else {
      throw new IllegalArgumentException(
          "a buffer of byte, short, int, long, float or double is needed, not " + buffer.getClass().getSimpleName());
    }
    if (order != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException("the buffer's byte order is not native: use order(ByteOrder.nativeOrder())");
    }
    return type;
  }

  private static Object memory(Buffer buffer) {
    if (buffer.isDirect()) return buffer;
    if (buffer.hasArray()) return buffer.array();
    throw new IllegalArgumentException("the buffer is neither direct nor backed by an accessible array");
  }

  /** Bytes from the start of the buffer's memory to its position. */
  private static long offset(Buffer buffer, DType type) {
    long unit = buffer instanceof ByteBuffer ? 1 : type.itemSize();
    return (buffer.isDirect() ? buffer.position() : (long) buffer.arrayOffset() + buffer.position()) * unit;
  }

  private static long elements(Buffer buffer, DType type) {
    int remaining = buffer.remaining();
    if (!(buffer instanceof ByteBuffer)) return remaining;
    if (remaining % type.itemSize() != 0) {
      throw new IllegalArgumentException(
          remaining + " bytes are no whole number of elements of " + type.itemSize() + " bytes");
    }
    return remaining / type.itemSize();
  }

  @Cast("retrograd::jni::TensorResult")
  private static native long copyIn(
      @Raw(withEnv = true) Object source,
      boolean direct,
      long byteOffset,
      long elements,
      @Cast("retrograd::jni::DTypeCode") int from,
      @Cast("retrograd::jni::DTypeCode") int to,
      @Raw @Cast("retrograd::jni::DimsArgument") long[] shape,
      @Cast("retrograd::jni::DeviceCode") int device);

  private static native void copyOut(
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
      @Cast("retrograd::jni::TensorArgument") long tensor, @Raw(withEnv = true) Callbacks.Hook hook);

  /** Adds a hook that runs after a leaf's gradient was written; returns a number for {@code Engine.removeHook}. */
  public static native long addPostAccumulateHook(
      @Cast("retrograd::jni::TensorArgument") long leaf, @Raw(withEnv = true) Callbacks.Hook hook);

  /** Starts the thread that passes what comes to the queue to {@code Net.releaseAll}. */
  static native void startDrainer(@Raw(withEnv = true) ReferenceQueue<Object> queue);

  /** From now on the allocators ask {@code Net.pressure} for help. */
  @Raw(withEnv = true)
  public static native void installPressureHook();
}
