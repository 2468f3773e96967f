package io.retrograd.internal;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;

/** Which method or constructor that users see is running: messages begin with it. */
final class Caller {
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Caller() {}

  /** The innermost one outside this package, followed by a colon. */
  static String prefix() {
    return STACK
        .walk(frames -> frames.filter(Caller::isVisible).findFirst())
        .map(f -> name(f) + ": ")
        .orElse("");
  }

  private static boolean isVisible(StackFrame frame) {
    Class<?> type = frame.getDeclaringClass();
    if (type.getPackage() == Caller.class.getPackage()) return false;
    Class<?>[] parameters = frame.getMethodType().parameterArray();
    try {
      Executable called = isConstructor(frame)
          ? type.getDeclaredConstructor(parameters)
          : type.getDeclaredMethod(frame.getMethodName(), parameters);
      return (called.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
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
