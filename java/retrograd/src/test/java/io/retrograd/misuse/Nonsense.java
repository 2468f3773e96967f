package io.retrograd.misuse;

import io.retrograd.BackwardOptions;
import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.GradOptions;
import io.retrograd.nn.BackwardHook;
import io.retrograd.nn.ForwardHook;
import io.retrograd.nn.ForwardPreHook;
import io.retrograd.nn.Layer;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Values of any type that the library takes, most of them unsuitable. What calls returned is offered again. */
final class Nonsense {
  private static final int MOST_TENSORS = 40;
  private static final int MOST_ELEMENTS = 500;
  // Either harmless or so large that it must fail at once: between them lies what only takes long.
  private static final long[] LONGS = {
    0,
    1,
    2,
    3,
    -1,
    -2,
    4,
    5,
    -7,
    1L << 31,
    1L << 40,
    1L << 62,
    -(1L << 31),
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };
  private static final int[] INTS = {
    0, 1, 2, -1, 3, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16
  };
  private static final double[] DOUBLES = {
    0,
    1,
    -1,
    0.5,
    2,
    -0.0,
    1e-3,
    1e300,
    -1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE
  };
  private static final String[] STRINGS = {
    "", "cpu", "cuda", "cuda:1", "cuda:-1", "weight", "a.b", "\0", "\ud800", "tensor"
  };

  private final Random random;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Object> others = new ArrayList<>();

  Nonsense(Random random) {
    this.random = random;
  }

  /** Thrown by callbacks. */
  static final class Deliberate extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A function whose backward may return anything. */
  final class Odd extends io.retrograd.autograd.Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      offer(ctx);
      if (random.nextBoolean()) ctx.saveForBackward(inputs);
      return callback(inputs.length == 0 ? null : inputs[0]);
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      offer(ctx);
      return random.nextInt(4) == 0 ? array(tensors()) : new Tensor[] {callback(grads[0])};
    }
  }

  void begin(List<Tensor> fresh) {
    tensors.clear();
    others.clear();
    tensors.addAll(fresh);
    others.add(new Odd());
  }

  /** The tensors that calls may get now. */
  Tensor[] pool() {
    return array(tensors);
  }

  /** Takes a result into the pool, unless it is too large to go on with. */
  void offer(Object result) {
    if (result instanceof Tensor t) {
      if (!t.isClosed() && t.numel() > MOST_ELEMENTS) return;
      if (tensors.size() < MOST_TENSORS) tensors.add(t);
      else tensors.set(random.nextInt(tensors.size()), t);
    } else if (result instanceof List<?> list) {
      list.stream().limit(3).forEach(this::offer);
    } else if (result != null && result.getClass().getName().startsWith("io.retrograd")) {
      if (others.size() < MOST_TENSORS) others.add(result);
      else others.set(random.nextInt(others.size()), result);
    }
  }

  /** An object to call methods of; null where there is none. */
  Object instance(Class<?> type) {
    if (type == Tensor.class) return tensors.get(random.nextInt(tensors.size()));
    List<Object> fitting = others.stream().filter(type::isInstance).toList();
    return !fitting.isEmpty()
        ? pick(fitting)
        : type.isEnum() ? pick(type.getEnumConstants()) : make(type);
  }

  Object of(Type type) {
    if (type instanceof Class<?> c) {
      if (c.isPrimitive()) return primitive(c);
      if (random.nextInt(30) == 0) return null;
      if (c.isArray()) return array(c.getComponentType());
      Object made = make(c);
      return made != null ? made : instance(c);
    }
    if (type instanceof ParameterizedType p) {
      if (random.nextInt(30) == 0) return null;
      if (p.getRawType() == List.class) return list(p.getActualTypeArguments()[0]);
      Type[] arguments = p.getActualTypeArguments();
      if (p.getRawType() == Function.class && raw(arguments[1]) == List.class) {
        return (Function<Object, Object>) x -> Arrays.asList(callbackOfAnything(x));
      }
      return of(p.getRawType());
    }
    if (type instanceof GenericArrayType a) return array(raw(a.getGenericComponentType()));
    return of(raw(type));
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) return c;
    if (type instanceof ParameterizedType p) return raw(p.getRawType());
    if (type instanceof WildcardType w) return raw(w.getUpperBounds()[0]);
    if (type instanceof TypeVariable<?> v) return raw(v.getBounds()[0]);
    throw new AssertionError(type);
  }

  private Object primitive(Class<?> type) {
    if (type == long.class) return number();
    if (type == int.class) return INTS[random.nextInt(INTS.length)];
    if (type == double.class) return DOUBLES[random.nextInt(DOUBLES.length)];
    if (type == float.class) return (float) DOUBLES[random.nextInt(DOUBLES.length)];
    if (type == boolean.class) return random.nextBoolean();
    if (type == byte.class) return (byte) random.nextInt();
    if (type == short.class) return (short) random.nextInt();
    throw new AssertionError(type);
  }

  /** Mostly small, so that many calls get past the first check. */
  private long number() {
    return LONGS[random.nextInt(random.nextInt(3) == 0 ? LONGS.length : 5)];
  }

  private Object array(Class<?> element) {
    Object array = Array.newInstance(element, random.nextInt(4));
    for (int i = 0; i < Array.getLength(array); i++) Array.set(array, i, of(element));
    return array;
  }

  private List<Object> list(Type element) {
    return Arrays.asList(
        (Object[]) array(raw(element) == Object.class ? Tensor.class : raw(element)));
  }

  private Tensor[] array(List<Tensor> list) {
    return list.toArray(new Tensor[0]);
  }

  private List<Tensor> tensors() {
    return tensors.subList(0, random.nextInt(Math.min(4, tensors.size())));
  }

  private Tensor callback(Tensor argument) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> throw new Deliberate();
      case 2 -> (Tensor) instance(Tensor.class);
      case 3 -> argument;
      default -> argument == null ? Retrograd.ones(2) : argument.mul(2).sum();
    };
  }

  private Object callbackOfAnything(Object argument) {
    if (argument instanceof List<?> list)
      return callbackOfAnything(list.isEmpty() ? null : list.get(0));
    return callback(argument instanceof Tensor t ? t : null);
  }

  /** A value of a type that is not made by calls alone; null where it is. */
  private Object make(Class<?> type) {
    if (type == Tensor.class || type == Object.class) return instance(Tensor.class);
    if (type == String.class) return pick(STRINGS);
    if (type == Class.class) return pick(new Object[] {String.class, Tensor.class, Integer.class});
    if (type == DType.class) return pick(DType.values());
    if (type == Device.class)
      return random.nextInt(4) > 0 ? Retrograd.getDefaultDevice() : Device.cuda(random.nextInt(3));
    if (type == io.retrograd.Options.class) {
      return random.nextBoolean()
          ? pick(DType.values())
          : Retrograd.options(pick(DType.values())).requiresGrad(random.nextBoolean());
    }
    if (type == Index.class) return index();
    if (type == BackwardOptions.class)
      return random.nextBoolean() ? BackwardOptions.retainGraph() : BackwardOptions.defaults();
    if (type == GradOptions.class)
      return random.nextBoolean() ? GradOptions.createGraph() : GradOptions.defaults();
    if (type == Scope.class && random.nextBoolean()) return Scope.open();
    if (type == Supplier.class) return (Supplier<Object>) () -> callback(null);
    if (type == Runnable.class) return (Runnable) () -> callback(null);
    if (type == Function.class) return (Function<Object, Object>) this::callbackOfAnything;
    if (type == UnaryOperator.class) return (UnaryOperator<Tensor>) this::callback;
    if (type == Consumer.class) return (Consumer<Object>) this::callbackOfAnything;
    if (type == Map.class) return Map.of();
    if (type == LinkedHashMap.class) return new LinkedHashMap<>();
    if (type == Layer.class) return (Layer) this::callback;
    if (type == ForwardPreHook.class) return (ForwardPreHook) (module, x) -> callback(x);
    if (type == ForwardHook.class) return (ForwardHook) (module, x, y) -> callback(y);
    if (type == BackwardHook.class) return (BackwardHook) (module, x, y) -> callback(x);
    return Buffer.class.isAssignableFrom(type) ? buffer(type) : null;
  }

  private Index index() {
    return switch (random.nextInt(6)) {
      case 0 -> Index.all();
      case 1 -> Index.slice(number(), number());
      case 2 -> Index.newAxis();
      case 3 -> Index.ellipsis();
      case 4 -> (Tensor) instance(Tensor.class);
      default -> Index.at(number());
    };
  }

  private Buffer buffer(Class<?> type) {
    int bytes = random.nextInt(80);
    ByteBuffer b =
        random.nextBoolean() ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    b.position(random.nextInt(bytes + 1));
    if (random.nextBoolean()) b = b.slice();
    if (random.nextInt(4) == 0) b = b.asReadOnlyBuffer();
    b.order(random.nextInt(4) > 0 ? ByteOrder.nativeOrder() : ByteOrder.BIG_ENDIAN);
    if (type == FloatBuffer.class)
      return random.nextBoolean() ? b.asFloatBuffer() : FloatBuffer.allocate(6);
    if (type == DoubleBuffer.class)
      return random.nextBoolean() ? b.asDoubleBuffer() : DoubleBuffer.allocate(6);
    if (type == LongBuffer.class)
      return random.nextBoolean() ? b.asLongBuffer() : LongBuffer.allocate(6);
    if (type == ShortBuffer.class)
      return random.nextBoolean() ? b.asShortBuffer() : ShortBuffer.allocate(6);
    if (type == IntBuffer.class)
      return random.nextBoolean() ? b.asIntBuffer() : IntBuffer.allocate(6);
    return b;
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
