package io.retrograd.oracle;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A call of one of our methods, found by its name and by the types of its arguments: numbers, truth values, dimensions
 * and the like, and {@link Operand}s where tensors stand. A method of {@code Tensor} is called on {@link Operand#X}.
 */
record Call(Method method, List<Object> arguments) implements Row.Op<Tensor> {
  /** The classes that have operations. */
  static final List<Class<?>> FACADE = List.of(Tensor.class, Retrograd.class, F.class);

  /** Every public method of the facade. */
  static Stream<Method> methods() {
    return FACADE.stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic());
  }

  /** A method's name in the table, such as {@code add} and {@code F.relu}: methods of {@code Tensor} have no class. */
  static String nameOf(Method m) {
    Class<?> type = m.getDeclaringClass();
    return type == Tensor.class ? m.getName() : type.getSimpleName() + "." + m.getName();
  }

  /** Of the one overload that takes exactly these arguments: no number becomes one of another type. */
  static Call of(String name, Object... arguments) {
    List<Object> given = new ArrayList<>();
    for (Object a : arguments) given.add(a instanceof Integer n ? (Object) n.longValue() : a);
    List<Method> named = methods().filter(m -> nameOf(m).equals(name)).toList();
    List<Method> fitting = named.stream().filter(m -> fits(m, given)).toList();
    // As in Java, a variable number of arguments comes last.
    if (fitting.isEmpty())
      fitting =
          named.stream().filter(m -> m.isVarArgs() && fitsVariably(m, given)).toList();
    if (fitting.size() != 1)
      throw new IllegalArgumentException(
          "%s%s: %d such methods in %s".formatted(name, given, fitting.size(), named));
    return new Call(fitting.get(0), given);
  }

  /** The form in place, which has an underscore; null where there is none. */
  Call inPlace() {
    return methods()
        .filter(m -> nameOf(m).equals(nameOf(method) + "_"))
        .filter(m -> Arrays.equals(m.getParameterTypes(), method.getParameterTypes()))
        .findFirst()
        .map(m -> new Call(m, arguments))
        .orElse(null);
  }

  /** The arguments with the receiver as the first. */
  List<Object> allArguments() {
    List<Object> all = new ArrayList<>(arguments);
    if (!Modifier.isStatic(method.getModifiers())) all.add(0, Operand.X);
    return all;
  }

  @Override
  public Object apply(List<Tensor> operands) {
    List<Object> values = new ArrayList<>();
    for (Object a : arguments) values.add(filled(a, operands));
    if (!fits(method, arguments)) {
      Class<?>[] types = method.getParameterTypes();
      List<Object> last = values.subList(types.length - 1, values.size());
      Object array = Array.newInstance(types[types.length - 1].getComponentType(), last.size());
      for (int i = 0; i < last.size(); i++) Array.set(array, i, last.get(i));
      last.clear();
      values.add(array);
    }
    return invoke(
        method, Modifier.isStatic(method.getModifiers()) ? null : operands.get(0), values);
  }

  /** An argument with tensors in the places of operands. */
  static Object filled(Object argument, List<?> operands) {
    if (argument instanceof Operand o) return operands.get(o.ordinal());
    return argument instanceof List<?> list
        ? list.stream().map(a -> filled(a, operands)).toList()
        : argument;
  }

  /** Returns or throws what the method does. */
  static Object invoke(Method method, Object receiver, List<Object> arguments) {
    try {
      return method.invoke(receiver, arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      throw new AssertionError(method + " throws " + e.getCause(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean fits(Method m, List<Object> arguments) {
    Class<?>[] types = m.getParameterTypes();
    if (types.length != arguments.size()) return false;
    for (int i = 0; i < types.length; i++) if (!takes(types[i], arguments.get(i))) return false;
    return true;
  }

  private static boolean fitsVariably(Method m, List<Object> arguments) {
    Class<?>[] types = m.getParameterTypes();
    int fixed = types.length - 1;
    if (arguments.size() < fixed) return false;
    for (int i = 0; i < arguments.size(); i++)
      if (!takes(i < fixed ? types[i] : types[fixed].getComponentType(), arguments.get(i)))
        return false;
    return true;
  }

  private static boolean takes(Class<?> type, Object argument) {
    if (argument == null) return !type.isPrimitive();
    if (argument instanceof Operand) return type.isAssignableFrom(Tensor.class);
    if (argument instanceof Long) return type == long.class;
    if (argument instanceof Double) return type == double.class;
    if (argument instanceof Boolean) return type == boolean.class;
    return type.isInstance(argument);
  }
}
