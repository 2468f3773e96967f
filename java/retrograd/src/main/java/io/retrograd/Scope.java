package io.retrograd;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bag;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Threads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Frees the tensors made on its thread while it was open, except those kept. Ownership of a tensor never depends on its
 * operands: it belongs to the innermost scope that was open on the thread that made it, or to none, and then lives
 * until it is closed or unreachable.
 *
 * <pre>{@code
 * try (var scope = Scope.open()) {
 *   Tensor loss = model.forward(x).sub(y).square().mean();
 *   loss.backward();
 *   total += loss.item();
 * }
 * }</pre>
 *
 * <p>What a tape saved, gradients, parameters, buffers and an optimizer's state live on: they are held natively. A
 * tensor that becomes unreachable inside a long scope is freed before its end. Scopes nest, and close in reverse order
 * on the platform thread that opened them; anything else raises {@link IllegalStateException}.
 */
public final class Scope implements AutoCloseable {
  private final Bag bag;
  private boolean closed;

  private Scope() {
    bag = Threads.push();
  }

  /**
   * A new scope inside those open on this thread.
   *
   * @throws IllegalStateException on a virtual thread
   */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Runs an action in a scope of its own, keeping its result.
   *
   * @param action what to run
   * @param <T> a tensor, an array, collection, map, entry, optional or record of what may be kept, or anything without
   *     tensors; no {@code java.util.stream.Stream}, whose elements come too late: return its {@code toList()}
   * @return the action's result
   */
  public static <T extends @Nullable Object> T run(Supplier<T> action) {
    Arguments.given("action", action);
    try (Scope scope = open()) {
      T result = action.get();
      scope.keepAll(result);
      return result;
    }
  }

  /**
   * Runs an action in a scope of its own.
   *
   * @param action what to run
   */
  public static void run(Runnable action) {
    Arguments.given("action", action);
    try (Scope scope = open()) {
      action.run();
    }
  }

  /**
   * Moves a tensor to the enclosing scope, or out of all scopes where there is none. A tensor that was not made in this
   * scope stays where it is.
   *
   * @param tensor what to keep
   * @return the same tensor
   * @throws IllegalStateException where the scope is closed or belongs to another thread
   */
  public Tensor keep(Tensor tensor) {
    Threads.keep(bag, Bridge.ref(Arguments.given("tensor", tensor)));
    return tensor;
  }

  private void keepAll(@Nullable Object result) {
    if (result instanceof Tensor tensor) {
      Threads.hand(bag, Bridge.ref(tensor));
    } else if (result instanceof Object[] array) {
      for (Object element : array) keepAll(element);
    } else if (result instanceof Collection<?> elements) {
      for (Object element : elements) keepAll(element);
    } else if (result instanceof Map<?, ?> map) {
      keepAll(map.entrySet());
    } else if (result instanceof Map.Entry<?, ?> entry) {
      keepAll(entry.getKey());
      keepAll(entry.getValue());
    } else if (result instanceof Optional<?> optional) {
      optional.ifPresent(this::keepAll);
    } else if (result instanceof Record fields) {
      for (RecordComponent component : fields.getClass().getRecordComponents())
        keepAll(valueOf(component, fields));
    }
  }

  private static @Nullable Object valueOf(RecordComponent component, Record fields) {
    Class<?> type = component.getType();
    if (type.isPrimitive() || type == String.class) return null;
    try {
      var accessor = component.getAccessor();
      if (!accessor.canAccess(fields)) accessor.setAccessible(true);
      return accessor.invoke(fields);
    } catch (IllegalAccessException | InvocationTargetException | RuntimeException e) {
      throw new IllegalArgumentException(
          "Scope.run: cannot read " + component
              + ": return a list, or call keep(...) in a scope of your own",
          e);
    }
  }

  /**
   * Frees what this scope still holds. Closing again does nothing.
   *
   * @throws IllegalStateException on another thread, or while a scope opened later is open
   */
  @Override
  public void close() {
    if (closed) return;
    Threads.pop(bag);
    closed = true;
  }
}
