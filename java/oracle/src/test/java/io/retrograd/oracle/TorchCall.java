package io.retrograd.oracle;

import io.retrograd.DType;
import io.retrograd.nn.Reduction;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A call of libtorch's function that has the name of a method of ours, in snake case, and takes its arguments, in types
 * of its own. Found at the first use, so that a table that is not compared with libtorch does not need it.
 */
final class TorchCall implements Row.Op<Tensor> {
  /** What makes a function the wrong one. */
  private static final int FAR = 1000;

  /** What an argument that is left off weighs: more than any other type of one that is given. */
  private static final int LEFT_OFF = 5;

  private final String name;
  private final List<Object> given;
  private Method method;

  /** The arguments as {@link Call} has them, {@link Operand#X} among them also where it is the receiver. */
  TorchCall(String name, List<Object> arguments) {
    this.name = snake(name);
    given = new ArrayList<>(arguments);
    // Dtypes come last.
    given.sort((a, b) -> Boolean.compare(a instanceof DType, b instanceof DType));
  }

  static TorchCall like(Call ours) {
    return new TorchCall(ours.method().getName(), ours.allArguments());
  }

  /** {@code masked_fill_} of {@code maskedFill_}. */
  static String snake(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  @Override
  public Object apply(List<Tensor> operands) {
    if (method == null) method = find();
    List<Object> arguments = listed(method, given), values = new ArrayList<>();
    Class<?>[] types = types(method);
    for (int i = 0; i < types.length; i++)
      values.add(converted(
          types[i], i < arguments.size() ? Call.filled(arguments.get(i), operands) : null));
    boolean isStatic = Modifier.isStatic(method.getModifiers());
    return Call.invoke(method, isStatic ? null : values.remove(0), values);
  }

  /** Of all overloads, functions before methods, the one whose types are nearest to ours; there must be one. */
  private Method find() {
    for (Class<?> type : List.of(torch.class, Tensor.class)) {
      List<Method> nearest = new ArrayList<>();
      int least = FAR - 1;
      for (Method m : type.getMethods()) {
        boolean isMeant = m.getName().equals(name) && !m.isBridge();
        if (!isMeant || Modifier.isStatic(m.getModifiers()) != (type == torch.class)) continue;
        List<Object> taken = listed(m, given);
        int distance = distance(types(m), taken) + (taken == given ? 0 : 1);
        if (distance < least) nearest.clear();
        if (distance <= least) nearest.add(m);
        least = Math.min(least, distance);
      }
      if (nearest.size() == 1) return nearest.get(0);
      if (nearest.size() > 1)
        throw new AssertionError(
            "several functions of libtorch fit %s%s: %s".formatted(name, given, nearest));
    }
    throw new AssertionError(
        "no function of libtorch is %s%s; see Row.theirs".formatted(name, given));
  }

  /** With numbers at the end as one array where the method takes any number of them. */
  private static List<Object> listed(Method m, List<Object> given) {
    int fixed = types(m).length - 1;
    if (!m.isVarArgs() || given.size() < fixed) return given;
    List<Object> last = given.subList(fixed, given.size());
    if (!last.stream().allMatch(a -> a instanceof Long)) return given;
    List<Object> out = new ArrayList<>(given.subList(0, fixed));
    out.add(last.stream().mapToLong(a -> (Long) a).toArray());
    return out;
  }

  private static Class<?>[] types(Method m) {
    Class<?>[] types = m.getParameterTypes();
    if (Modifier.isStatic(m.getModifiers())) return types;
    return Stream.concat(Stream.of(Tensor.class), Arrays.stream(types)).toArray(Class<?>[]::new);
  }

  /** The places of the arguments' types in the lists of what may become of them; FAR where one is not among them. */
  private static int distance(Class<?>[] types, List<Object> given) {
    if (types.length < given.size()) return FAR;
    int sum = 0;
    for (int i = 0; i < types.length; i++) {
      String type = types[i].getSimpleName();
      int at = i < given.size()
          ? becomes(given.get(i)).indexOf(type)
          : type.endsWith("Optional") ? LEFT_OFF : -1;
      if (at < 0) return FAR;
      sum += at;
    }
    return sum;
  }

  /** The types that an argument may have there, the nearest first. */
  private static List<String> becomes(Object a) {
    if (a == null)
      return List.of("TensorOptional", "ScalarOptional", "LongOptional", "DoubleOptional");
    if (a instanceof Operand) return List.of("Tensor", "TensorOptional");
    if (a instanceof Long)
      return List.of("long", "Scalar", "LongOptional", "ScalarOptional", "long[]");
    if (a instanceof Double) return List.of("double", "Scalar", "DoubleOptional", "ScalarOptional");
    if (a instanceof DType) return List.of("ScalarType", "ScalarTypeOptional", "TensorOptions");
    if (a instanceof Reduction) return List.of("long");
    if (a instanceof List<?>) return List.of("TensorVector");
    return List.of(a instanceof Boolean ? "boolean" : a.getClass().getSimpleName());
  }

  private static Object converted(Class<?> type, Object value) {
    String name = type.getSimpleName();
    if (value instanceof Reduction r) return (long) r.ordinal();
    if (value instanceof DType t) value = Torch.type(t);
    if (name.equals("TensorOptions")) return new TensorOptions((torch.ScalarType) value);
    if (value instanceof List<?> list) return new TensorVector(list.toArray(Tensor[]::new));
    if (value instanceof Long n && type == long[].class) return new long[] {n};
    Object given = value instanceof Number n && name.startsWith("Scalar") ? Torch.s(n) : value;
    return name.endsWith("Optional") ? optional(type, given) : given;
  }

  /** With a value, or empty. */
  private static Object optional(Class<?> type, Object value) {
    for (Constructor<?> c : type.getConstructors()) {
      Class<?>[] takes = c.getParameterTypes();
      boolean isOf = takes.length == 1
          && takes[0] != Pointer.class
          && (takes[0].isInstance(value) || takes[0].isPrimitive());
      boolean fits = value == null ? takes.length == 0 : isOf;
      try {
        if (fits) return value == null ? c.newInstance() : c.newInstance(value);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("no " + type + " of " + value);
  }
}
