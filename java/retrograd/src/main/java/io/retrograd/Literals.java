package io.retrograd;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tensors from Java arrays. */
final class Literals {
  private Literals() {}

  /** A tensor with the elements of an array, which may be nested: {@code dtype} unless the options name another. */
  static Tensor literal(TensorOptions options, Object array, DType dtype) {
    long[] shape = shapeOf(Arguments.given("values", array));
    return checked(options, shape.length == 1 ? array : flatten(array, shape), dtype, shape);
  }

  /** A 0-d tensor with the one element of a primitive array. */
  static Tensor scalar(TensorOptions options, Object array, DType dtype) {
    return checked(options, array, dtype);
  }

  /** The least and the largest number that an element may be made of; null where any. */
  private record Range(double low, double high) {
    static @Nullable Range of(DType type, boolean floating) {
      return switch (type) {
        case BOOL, FLOAT32, FLOAT64 -> null;
        case UINT8 -> new Range(floating ? 0 : -255, 255); // integers modulo 256
        case INT8 -> new Range(Byte.MIN_VALUE, Byte.MAX_VALUE);
        case INT16 -> new Range(Short.MIN_VALUE, Short.MAX_VALUE);
        case INT32 -> new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);
        case INT64 -> new Range(Long.MIN_VALUE, Math.nextDown(0x1p63));
      };
    }
  }

  /** As PyTorch, refuses what an integer type cannot hold. */
  private static Tensor checked(TensorOptions options, Object flat, DType dtype, long... shape) {
    DType type = options.dtype() != null ? options.dtype() : dtype;
    Range range = Range.of(type, flat instanceof float[] || flat instanceof double[]);
    boolean holdsAll = flat instanceof boolean[] || type == DType.INT64 && flat instanceof long[];
    if (range != null && !holdsAll) {
      for (int i = 0; i < Array.getLength(flat); i++) {
        double v = Array.getDouble(flat, i);
        if (!(v >= range.low && v <= range.high)) {
          throw new IllegalArgumentException(
              "tensor: " + Array.get(flat, i) + " does not fit into " + type);
        }
      }
    }
    return make(options, flat, dtype, shape);
  }

  /** A tensor with the elements of a primitive array, in the given shape. */
  static Tensor make(TensorOptions options, Object flat, DType dtype, long... shape) {
    DType type = options.dtype() != null ? options.dtype() : dtype;
    return finish(options, Elements.fromArray(flat, type.ordinal(), shape, device(options)));
  }

  /** Wraps a new handle, with a gradient where the options want one. */
  static Tensor finish(TensorOptions options, long handle) {
    Tensor t = Bridge.wrap(handle);
    try {
      return options.requiresGrad() ? t.requiresGrad_(true) : t;
    } catch (Throwable e) {
      t.close();
      throw e;
    }
  }

  /** The device's code; without one in the options, that of the calling thread's default. */
  static int device(TensorOptions options) {
    Device device = options.device();
    return (device != null ? device : Device.ofThread()).codeForUse();
  }

  private static long[] shapeOf(Object array) {
    int dims = 0;
    for (Class<?> c = array.getClass(); c.isArray(); c = c.getComponentType()) dims++;
    long[] shape = new long[dims];
    Object level = array;
    for (int d = 0; d < dims; d++) {
      shape[d] = Array.getLength(level);
      if (d == dims - 1) break;
      if (shape[d] == 0) {
        throw new ShapeException(
            "tensor: the array has no rows, so its shape is unknown: use zeros(0, n) for an empty tensor");
      }
      level = Array.get(level, 0);
      if (level == null) throw new ShapeException("tensor: the first row is null");
    }
    return shape;
  }

  private static Object flatten(Object array, long[] shape) {
    Class<?> element = array.getClass();
    while (element.isArray()) element = element.getComponentType();
    long n = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (n > Integer.MAX_VALUE - 8)
      throw new ShapeException("tensor: an array of " + n + " elements is too large");
    Object flat = Array.newInstance(element, (int) n);
    copy(array, shape, 0, flat, 0, "");
    return flat;
  }

  private static int copy(Object level, long[] shape, int dim, Object flat, int at, String place) {
    int length = level == null ? -1 : Array.getLength(level);
    if (length != shape[dim]) {
      throw new ShapeException("tensor: the rows differ in length: " + place
          + (level == null ? " is null" : " has " + length + " elements")
          + ", the first one of this depth has " + shape[dim]);
    }
    if (dim == shape.length - 1) {
      System.arraycopy(level, 0, flat, at, length);
      return at + length;
    }
    Object[] rows = (Object[]) level;
    for (int i = 0; i < length; i++)
      at = copy(rows[i], shape, dim + 1, flat, at, place + "[" + i + "]");
    return at;
  }
}
