package io.retrograd;

import io.retrograd.internal.Natives;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Copies of elements between tensors, by their handles, and Java's arrays and buffers. */
final class Elements {
  private Elements() {}

  /**
   * A tensor with the elements of a primitive array, converted to {@code dtype}.
   *
   * @param array boolean[], byte[] (as uint8), short[], int[], long[], float[] or double[] of as many elements as the shape has
   */
  static long fromArray(Object array, int dtype, long[] shape, int device) {
    int type = arrayType(array).ordinal();
    return Natives.copyIn(array, false, 0, Array.getLength(array), type, dtype, shape, device);
  }

  /** Writes a tensor's elements, converted to the array's type, into a primitive array of as many elements. */
  static void toArray(long handle, Object array) {
    Natives.copyOut(
        handle, array, false, 0, Array.getLength(array), arrayType(array).ordinal());
  }

  /**
   * A tensor with what remains in a buffer, whose position stays. A {@code ByteBuffer} holds raw elements of {@code
   * dtype} in native byte order; other buffers hold elements of their own type.
   */
  static long fromBuffer(Buffer buffer, int dtype, long[] shape, int device) {
    DType type = bufferType(buffer, dtype);
    Object memory = memory(buffer);
    return Natives.copyIn(
        memory,
        buffer.isDirect(),
        offset(buffer, type),
        elements(buffer, type),
        type.ordinal(),
        dtype,
        shape,
        device);
  }

  /**
   * Writes a tensor's elements into what remains of a buffer, whose position stays. A {@code ByteBuffer} gets raw
   * elements of {@code dtype}; other buffers get elements of their own type.
   */
  static void toBuffer(long handle, Buffer buffer, int dtype) {
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("copyTo: the buffer is read-only");
    }
    DType type = bufferType(buffer, dtype);
    Natives.copyOut(
        handle,
        memory(buffer),
        buffer.isDirect(),
        offset(buffer, type),
        elements(buffer, type),
        type.ordinal());
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
          "a buffer of byte, short, int, long, float or double is needed, not "
              + buffer.getClass().getSimpleName());
    }
    if (order != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "the buffer's byte order is not native: use order(ByteOrder.nativeOrder())");
    }
    return type;
  }

  private static Object memory(Buffer buffer) {
    if (buffer.isDirect()) return buffer;
    if (buffer.hasArray()) return buffer.array();
    throw new IllegalArgumentException(
        "the buffer is neither direct nor backed by an accessible array");
  }

  /** Bytes from the start of the buffer's memory to its position. */
  private static long offset(Buffer buffer, DType type) {
    long unit = buffer instanceof ByteBuffer ? 1 : type.itemSize();
    return (buffer.isDirect() ? buffer.position() : (long) buffer.arrayOffset() + buffer.position())
        * unit;
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
}
