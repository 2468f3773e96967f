package io.retrograd.internal;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;

/** Which public method or constructor of the library is running: messages begin with it. */
final class Caller {
  private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Caller() {}

  /** The innermost one outside this package, followed by a colon. */
  static String prefix() {
    return STACK.walk(frames -> frames.filter(Caller::isPublic).findFirst()).map(f -> name(f) + ": ").orElse("");
  }

  private static boolean isPublic(StackFrame frame) {
    Class<?> type = frame.getDeclaringClass();
    if (type.getPackage() == Caller.class.getPackage()) return false;
    Class<?>[] parameters = frame.getMethodType().parameterArray();
    try {
      Executable called =
          isConstructor(frame)
              ? type.getDeclaredConstructor(parameters)
              : type.getDeclaredMethod(frame.getMethodName(), parameters);
      return Modifier.isPublic(called.getModifiers());
    } catch (NoSuchMethodException initialiser) {
      return false;
    }
  }

  private static String name(StackFrame frame) {
    return isConstructor(frame) ? frame.getDeclaringClass().getSimpleName() : frame.getMethodName();
  }

  private static boolean isConstructor(StackFrame frame) {
    return frame.getMethodName().equals("<init>");
  }
}
