package io.retrograd.misuse;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.retrograd.BackwardOptions;
import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.Stream;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.GradCheck;
import io.retrograd.autograd.GradOptions;
import io.retrograd.autograd.Node;
import io.retrograd.nn.BackwardHook;
import io.retrograd.nn.ConvOptions;
import io.retrograd.nn.CrossEntropyLoss;
import io.retrograd.nn.F;
import io.retrograd.nn.ForwardHook;
import io.retrograd.nn.ForwardPreHook;
import io.retrograd.nn.Identity;
import io.retrograd.nn.InterpolateOptions;
import io.retrograd.nn.Layer;
import io.retrograd.nn.Module;
import io.retrograd.nn.MultiMarginLoss;
import io.retrograd.nn.NormOptions;
import io.retrograd.nn.PoissonNLLLoss;
import io.retrograd.nn.PoolOptions;
import io.retrograd.nn.Reduction;
import io.retrograd.nn.Sequential;
import io.retrograd.nn.TripletMarginLoss;
import io.retrograd.nn.TripletMarginWithDistanceLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.SGD;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
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
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each reference that a public method or constructor takes, set to null in turn, and so each element of an array or a
 * list: the call accepts it, or its exception begins with an operation and tells that and what is null.
 */
class NullsTest {
  @TestFactory
  List<DynamicTest> nulls() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Executable target : targets()) {
      Parameter[] parameters = target.getParameters();
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i].getType().isPrimitive()) continue;
        int place = i;
        String name = target.toGenericString().replaceAll("public |final |static |(\\w+\\.)+", "")
            + " " + parameters[i].getName();
        tests.add(DynamicTest.dynamicTest(name, () -> check(target, place, null)));
        Object hollow = hollow(parameters[i]);
        if (hollow != null)
          tests.add(DynamicTest.dynamicTest(name + "[0]", () -> check(target, place, hollow)));
      }
    }
    return tests;
  }

  /** Those of all public classes, and what subclasses of the user's may call. */
  private static List<Executable> targets() throws Exception {
    List<Executable> targets = new ArrayList<>();
    for (Class<?> type : Fuzzer.publicClasses()) {
      if (!Modifier.isAbstract(type.getModifiers()))
        targets.addAll(Arrays.asList(type.getConstructors()));
      for (Method m : type.getDeclaredMethods()) {
        boolean user = (m.getModifiers() & Modifier.PUBLIC) != 0
            || Modifier.isProtected(m.getModifiers()) && Modifier.isFinal(m.getModifiers());
        boolean generated = m.isSynthetic() || type.isEnum() && m.getName().equals("valueOf");
        if (user && !generated && !m.getName().equals("main")) targets.add(m);
      }
    }
    return targets;
  }

  /** As many as there are today, at least: the walk over the classes finds them. */
  @Test
  void walksOverTheLibrary() throws Exception {
    assertTrue(targets().size() > 550, () -> "only a few");
    assertTrue(targets().stream().anyMatch(t -> t.getName().equals("addcmul")));
    assertTrue(targets().stream().anyMatch(t -> t.getDeclaringClass() == SGD.class));
  }

  private static void check(Executable target, int place, Object value) throws Exception {
    try (Scope scope = Scope.open()) {
      Object[] arguments = new Object[target.getParameterCount()];
      Type[] types = target.getGenericParameterTypes();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] =
            i == place ? value : of(types[i], target, target.getParameters()[i].getName());
      }
      target.setAccessible(true);
      try {
        call(target, arguments);
      } catch (InvocationTargetException e) {
        require(target, target.getParameters()[place].getName(), e.getCause());
      }
    }
  }

  private static void call(Executable target, Object[] arguments) throws Exception {
    if (target instanceof Constructor<?> c) {
      c.newInstance(arguments);
      return;
    }
    Object receiver = Modifier.isStatic(target.getModifiers()) ? null : receiver((Method) target);
    try {
      ((Method) target).invoke(receiver, arguments);
    } finally {
      if (receiver instanceof Scope scope) scope.close();
    }
  }

  private static void require(Executable target, String parameter, Throwable e) {
    String name = target instanceof Constructor<?> c
        ? c.getDeclaringClass().getSimpleName()
        : target.getName();
    String message = String.valueOf(e.getMessage());
    boolean type = e instanceof NullPointerException
        || e instanceof IllegalArgumentException
        || e instanceof RetrogradException;
    if (type && message.matches("(?s)(\\w+\\.)?" + name + ":.*\\bnull\\b.*")) return;
    if (type && message.matches("\\w+: " + parameter + "(\\[0])? is null"))
      return; // by the method that does the work
    fail("wants " + name + ": ... null, got " + e, e);
  }

  /** An array or a list whose only element is null; null where the parameter is neither. */
  private static Object hollow(Parameter p) {
    if (Object[].class.isAssignableFrom(p.getType()))
      return Array.newInstance(p.getType().getComponentType(), 1);
    return p.getType() == List.class ? Arrays.asList((Object) null) : null;
  }

  // ---- values that suit ----

  private static Object of(Type type, Executable target, String name) {
    Class<?> c = raw(type);
    if (c == Object.class) return "x";
    if (target.getName().startsWith("conv")) return ofConvolution(c, target.getName(), name);
    if (name.matches("kernelSize|outputSize") && c == long[].class) return new long[] {1};
    if (c == Tensor.class && target.getName().matches("(fractional|bilinear|batch|instance).*"))
      return ofLayer(target.getName(), name);
    if (c == Tensor.class || c == Index.class) {
      boolean classes =
          name.equals("target") && target.getName().matches("nllLoss|crossEntropy|multiMarginLoss");
      return classes ? tensor(0, 1) : name.matches("weight|bias") ? ones(2) : ones(2, 2);
    }
    if (c.isPrimitive())
      return c == boolean.class ? false : c == long.class ? 1L : c == int.class ? 1 : (Object) 1.0;
    if (name.equals("shape") || name.equals("size")) return new long[] {2, 2};
    if (name.equals("normalizedShape")) return new long[] {2};
    if (c.isArray()) {
      Object array = Array.newInstance(c.getComponentType(), 1);
      if (c.getComponentType().isPrimitive()) return array;
      Array.set(
          array,
          0,
          of(
              type instanceof GenericArrayType a
                  ? a.getGenericComponentType()
                  : c.getComponentType(),
              target,
              name));
      return array;
    }
    if (c == List.class) return List.of(ones(2, 2).requiresGrad_(true));
    if (c == Function.class) return function((ParameterizedType) type);
    return plain(c);
  }

  private static Object ofLayer(String target, String name) {
    boolean isNorm = target.endsWith("Norm");
    if (name.equals("weight")) return isNorm ? ones(2) : ones(2, 2, 2);
    if (isNorm) return name.equals("input") ? ones(2, 2, 2) : ones(2);
    if (target.equals("bilinear")) return name.equals("bias") ? ones(2) : ones(2, 2);
    int dims = target.contains("2d") ? 2 : 3;
    if (name.equals("randomSamples")) return Retrograd.zeros(1, 1, dims);
    return dims == 2 ? ones(1, 1, 2, 2) : ones(1, 1, 2, 2, 2);
  }

  private static Object ofConvolution(Class<?> c, String target, String name) {
    long[] ones = new long[Character.digit(target.charAt(target.length() - 2), 10)];
    Arrays.fill(ones, 1);
    if (c == Tensor.class)
      return name.equals("bias") ? ones(1) : ones(ones).unsqueeze(0).unsqueeze(0);
    if (c == String.class) return "valid";
    long value = name.matches("padding|outputPadding") ? 0 : 1;
    return c == long.class ? (Object) value : new long[] {value};
  }

  private static Function<Object, Object> function(ParameterizedType type) {
    boolean many = raw(type.getActualTypeArguments()[1]) == List.class;
    return x -> many
        ? x
        : (x instanceof List<?> list ? (Tensor) list.get(0) : (Tensor) x)
            .square()
            .sum();
  }

  private static Object plain(Class<?> c) {
    if (c == String.class) return "cpu";
    if (c == Class.class) return String.class;
    if (c == DType.class || c == io.retrograd.Options.class) return DType.FLOAT32;
    if (c == TensorOptions.class) return Retrograd.options();
    if (c == Device.class) return Device.CPU;
    if (c == Stream.class) return Stream.current(Device.CPU);
    if (c == BackwardOptions.class) return BackwardOptions.defaults();
    if (c == GradOptions.class) return GradOptions.defaults();
    if (c == GradCheck.Options.class) return GradCheck.Options.DEFAULT;
    if (c == SGD.Options.class) return SGD.Options.DEFAULT;
    if (c == Adam.Options.class) return Adam.Options.DEFAULT;
    if (c == ConvOptions.class) return ConvOptions.defaults();
    if (c == Double.class) return 0.5;
    if (c == NormOptions.class) return NormOptions.defaults();
    if (c == PoolOptions.class) return PoolOptions.defaults();
    if (c == InterpolateOptions.class) return InterpolateOptions.scaleFactor(2);
    if (c == CrossEntropyLoss.Options.class) return CrossEntropyLoss.Options.DEFAULT;
    if (c == MultiMarginLoss.Options.class) return MultiMarginLoss.Options.DEFAULT;
    if (c == PoissonNLLLoss.Options.class) return PoissonNLLLoss.Options.DEFAULT;
    if (c == TripletMarginLoss.Options.class) return TripletMarginLoss.Options.DEFAULT;
    if (c == TripletMarginWithDistanceLoss.class)
      return new TripletMarginWithDistanceLoss(F::pairwiseDistance);
    if (c == BinaryOperator.class) return (BinaryOperator<Tensor>) F::pairwiseDistance;
    if (c == Reduction.class) return Reduction.MEAN;
    if (c == Module.class) return new Sequential();
    if (c == Node.class) return Node.ofGradFn(ones(2).requiresGrad_(true).mul(2));
    if (c == Map.class) return Map.of();
    if (c == LinkedHashMap.class) return new LinkedHashMap<>();
    if (c == Layer.class) return new Identity();
    if (c == ForwardPreHook.class) return (ForwardPreHook) (module, x) -> null;
    if (c == ForwardHook.class) return (ForwardHook) (module, x, y) -> null;
    if (c == BackwardHook.class) return (BackwardHook) (module, x, y) -> null;
    if (c == Supplier.class) return (Supplier<Object>) () -> ones(1);
    if (c == Runnable.class) return (Runnable) () -> {};
    if (c == UnaryOperator.class) return UnaryOperator.identity();
    if (c == Consumer.class) return (Consumer<Object>) x -> {};
    if (c == FloatBuffer.class) return FloatBuffer.allocate(4);
    if (c == DoubleBuffer.class) return DoubleBuffer.allocate(4);
    if (c == IntBuffer.class) return IntBuffer.allocate(4);
    if (c == LongBuffer.class) return LongBuffer.allocate(4);
    if (c == ShortBuffer.class) return ShortBuffer.allocate(4);
    if (c == ByteBuffer.class || c == Buffer.class) return ByteBuffer.allocate(16);
    throw new AssertionError("no value of " + c);
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) return c;
    if (type instanceof ParameterizedType p) return raw(p.getRawType());
    if (type instanceof GenericArrayType a)
      return raw(a.getGenericComponentType()).arrayType();
    if (type instanceof WildcardType w) return raw(w.getUpperBounds()[0]);
    return raw(((TypeVariable<?>) type).getBounds()[0]);
  }

  /** Hands its input through and shows its context. */
  private static final class Through extends io.retrograd.autograd.Function {
    private Context context;

    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      context = ctx;
      return inputs[0];
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return grads;
    }
  }

  private static Object receiver(Method method) throws Exception {
    Class<?> type = method.getDeclaringClass();
    if (type == Tensor.class)
      return method.getName().equals("backward") ? ones(1).requiresGrad_(true) : ones(2, 2);
    if (type == io.retrograd.autograd.Function.class) return new Through();
    if (type == Context.class) {
      Through identity = new Through();
      identity.apply(ones(1));
      return identity.context;
    }
    if (type == Optimizer.class) return new SGD(List.of(ones(2).requiresGrad_(true)), 0.1);
    if (type == Scope.class) return Scope.open();
    if (type.isEnum()) return type.getEnumConstants()[0];
    if (type == io.retrograd.Options.class) return DType.FLOAT32;
    if (type == Index.class) return Index.all();
    for (Constructor<?> c : type.getConstructors()) {
      Object[] arguments = new Object[c.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        Class<?> p = c.getParameterTypes()[i];
        boolean reference =
            !p.isPrimitive() && p != Device.class && p != DType.class && p != long[].class;
        arguments[i] = reference
            ? (p.isArray() ? Array.newInstance(p.getComponentType(), 0) : null)
            : of(p, c, c.getParameters()[i].getName());
      }
      try {
        return c.newInstance(arguments);
      } catch (InvocationTargetException refused) {
        // another constructor may do
      }
    }
    return plain(type);
  }
}
