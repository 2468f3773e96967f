package io.retrograd.memory;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DTypeException;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a program can call again and again leaves anything behind. */
class BaselineTest {
  private static final int OPERATIONS = ForkedJvm.SOAK ? 100_000 : ForkedJvm.BRIEF ? 1_000 : 10_000;
  private static final int CALLS = ForkedJvm.BRIEF ? 10_000 : 100_000;
  private static final Set<String> SLOW = Set.of("toString", "unbind");
  private static final Set<String> OTHERS =
      Set.of("close", "backward", "cuda", "devicePointer", "pinMemory");

  /** Whatever earlier tests dropped. */
  @BeforeAll
  static void clear() {
    Usage.settled();
  }

  /** Every public method of Tensor without arguments, save those that end the tensor or need a GPU. */
  static Stream<Method> accessors() {
    return Stream.of(Tensor.class.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
        .filter(m -> m.getParameterCount() == 0 && !OTHERS.contains(m.getName()))
        .sorted(Comparator.comparing(Method::getName));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accessors")
  void accessors(Method accessor) throws Throwable {
    boolean operation =
        accessor.getReturnType() == Tensor.class && !accessor.getName().equals("grad");
    int calls = operation || SLOW.contains(accessor.getName()) ? OPERATIONS : CALLS;
    MethodHandle call = MethodHandles.lookup()
        .unreflect(accessor)
        .asType(MethodType.methodType(Object.class, Tensor.class));
    Usage before = Usage.now();
    try (Scope scope = Scope.open()) {
      Tensor leaf = ones(1, 1).requiresGrad_(true);
      Tensor result = leaf.mul(2);
      result.retainGrad();
      result.sum().backward();
      Tensor receiver =
          accepts(call, result.mul(1)) ? result : accepts(call, rand(1)) ? rand(1) : tensor(true);
      if (receiver == result) result.setGrad(ones(1, 1));
      for (int i = 0; i < calls; i++) {
        Object unused = call.invokeExact(receiver);
      }
    }
    before.assertBack(accessor.getName());
  }

  private static boolean accepts(MethodHandle call, Tensor receiver) throws Throwable {
    try {
      Object unused = call.invokeExact(receiver);
      return true;
    } catch (DTypeException
        | IllegalArgumentException e) { // bitwiseNot wants integers, bernoulli probabilities
      return false;
    }
  }

  /** Saves its own output. */
  private static final class Exp extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      Tensor result = inputs[0].exp();
      ctx.saveForBackward(result);
      return result;
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return gradients(grads[0].mul(ctx.savedTensors().get(0)));
    }
  }

  /** The graph holds a Java object that no collector may see as a cycle. */
  @Test
  void functionsThatNeverRunBackward() {
    Usage before = Usage.settled();
    Tensor x = ones(4).requiresGrad_(true);
    Usage with = Usage.now();
    Tensor y = x;
    for (int i = 0; i < CALLS; i++) y = new Exp().apply(x);
    y.sum().backward();
    assertEquals(Math.E, x.grad().get(0).item(), 1e-6);
    y = null;
    x.setGrad(null);
    with.assertBack("forwards of a function");
    assertTrue(x.requiresGrad());
    x.close();
    before.assertBack("all");
  }

  @Test
  void failedCalls() {
    try (Scope scope = Scope.open()) {
      Tensor x = ones(2, 3).requiresGrad_(true);
      Usage before = Usage.now();
      for (int i = 0; i < 1000; i++) {
        assertThrows(ShapeException.class, () -> x.mm(x));
      }
      assertEquals(before, Usage.now());
    }
  }
}
