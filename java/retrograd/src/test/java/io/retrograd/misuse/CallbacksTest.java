package io.retrograd.misuse;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.autograd.GradCheck;
import io.retrograd.memory.Usage;
import io.retrograd.nn.Module;
import io.retrograd.nn.ReLU;
import io.retrograd.nn.Sequential;
import io.retrograd.optim.SGD;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A function of the program's that returns null where a tensor is due: the exception names its class. */
class CallbacksTest {
  /** Whatever earlier tests dropped. */
  @BeforeAll
  static void clear() {
    Usage.settled();
  }

  /** Returns what it was made with. */
  private static final class Careless extends Function {
    private final Tensor[] outputs;
    private final Tensor[] gradients;

    Careless(Tensor[] outputs, Tensor[] gradients) {
      this.outputs = outputs;
      this.gradients = gradients;
    }

    @Override
    protected Tensor[] forwardAll(Context ctx, Tensor... inputs) {
      return outputs;
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return gradients;
    }
  }

  private static final class Nothing extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      return null;
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return grads;
    }
  }

  private static final class Hollow extends Module {
    @Override
    public Tensor forward(Tensor input) {
      return null;
    }
  }

  private static void raises(String words, Executable mistake) {
    Usage before = Usage.now();
    try (Scope scope = Scope.open()) {
      String message = assertThrows(AutogradException.class, mistake).getMessage();
      for (String word : words.split(" ")) {
        assertTrue(message.contains(word), () -> "\"" + word + "\" is not in: " + message);
      }
    }
    assertEquals(before, Usage.now());
    assertTrue(io.retrograd.Retrograd.isGradEnabled());
  }

  @Test
  void forward() {
    for (boolean records : new boolean[] {false, true}) {
      raises("Nothing: forward null", () -> new Nothing().apply(ones(2).requiresGrad_(records)));
      raises(
          "Careless: forwardAll null",
          () -> new Careless(null, null).apply(ones(2).requiresGrad_(records)));
      raises(
          "Careless: forward null output 1",
          () -> new Careless(new Tensor[] {ones(1), null}, null)
              .applyAll(ones(2).requiresGrad_(records)));
    }
    raises(
        "CallbacksTest$1: forward null",
        () -> new Function() {
          @Override
          protected Tensor forward(Context ctx, Tensor... inputs) {
            return null;
          }

          @Override
          protected Tensor[] backward(Context ctx, Tensor... grads) {
            return grads;
          }
        }.apply(ones(1)));
  }

  @Test
  void backward() {
    raises(
        "Careless: backward null",
        () -> new Careless(new Tensor[] {ones(1)}, null)
            .apply(ones(1).requiresGrad_(true))
            .backward());
    Tensor x = ones(1).requiresGrad_(true);
    new Careless(new Tensor[] {ones(1)}, new Tensor[1]).apply(x).backward();
    assertNull(x.grad(), "null stands for none");
  }

  @Test
  void derivatives() {
    Tensor x = tensor(1.0, 2.0);
    List<Tensor> list = List.of(x);
    raises("jacobian: CallbacksTest null", () -> Autograd.jacobian(t -> null, x));
    raises("jacobian: CallbacksTest null", () -> Autograd.jacobian(t -> null, x, true));
    raises("jacobian: CallbacksTest null", () -> noGrad(() -> Autograd.jacobian(t -> null, x)));
    raises(
        "jacobian: CallbacksTest null",
        () -> Autograd.jacobian((List<Tensor> t) -> (Tensor) null, list));
    raises("hessian: CallbacksTest null", () -> Autograd.hessian(t -> null, x));
    raises(
        "hessian: CallbacksTest null",
        () -> Autograd.hessian((List<Tensor> t) -> (Tensor) null, list));
    raises("vjp: CallbacksTest null", () -> Autograd.vjp(t -> null, x, x));
    raises("vjp: CallbacksTest null", () -> Autograd.vjp((List<Tensor> t) -> null, list, x));
    raises("jvp: CallbacksTest null", () -> Autograd.jvp(t -> null, x, x));
    raises("jvp: CallbacksTest null", () -> Autograd.jvp((List<Tensor> t) -> null, list, list));
    raises("vhp: CallbacksTest null", () -> Autograd.vhp(t -> null, x, x));
    raises("vhp: CallbacksTest null", () -> Autograd.vhp((List<Tensor> t) -> null, list, list));
    raises("hvp: CallbacksTest null", () -> Autograd.hvp(t -> null, x, x));
    raises("hvp: CallbacksTest null", () -> Autograd.hvp((List<Tensor> t) -> null, list, list));
    java.util.function.Function<Tensor, Tensor> named = new java.util.function.Function<>() {
      @Override
      public Tensor apply(Tensor t) {
        return null;
      }
    };
    raises(
        "jacobian: " + named.getClass().getName().replaceAll(".*\\.", ""),
        () -> Autograd.jacobian(named, x));
  }

  @Test
  void checks() {
    Tensor x = randn(options(FLOAT64).requiresGrad(true), 2);
    raises("gradcheck: CallbacksTest null", () -> GradCheck.gradcheck(t -> null, x));
    raises("gradgradcheck: CallbacksTest null", () -> GradCheck.gradgradcheck(t -> null, x));
    GradCheck.Options how = GradCheck.Options.DEFAULT;
    raises(
        "gradcheck: CallbacksTest null",
        () -> GradCheck.gradcheck(t -> (List<Tensor>) null, List.of(x), how));
    raises(
        "gradcheck: CallbacksTest null",
        () -> GradCheck.gradcheck(t -> Arrays.asList((Tensor) null), List.of(x), how));
    raises(
        "gradgradcheck: CallbacksTest null",
        () -> GradCheck.gradgradcheck(t -> null, List.of(x), how));
  }

  @Test
  void modulesAndClosures() {
    raises(
        "Sequential: Hollow null",
        () -> new Sequential(new ReLU(), new Hollow(), new ReLU()).forward(ones(1)));
    raises("scoped: Hollow null", () -> new Hollow().scoped().forward(ones(1)));
    raises(
        "step: CallbacksTest null",
        () -> new SGD(List.of(ones(1).requiresGrad_(true)), 0.1).step(() -> null));
  }

  /** Where null means something, it stays allowed. */
  @Test
  void allowed() {
    assertNull(noGrad(() -> null));
    assertNull(Scope.run(() -> null));
    Tensor x = ones(1).requiresGrad_(true);
    x.registerHook(g -> null);
    x.mul(2).backward();
    assertEquals(2, x.grad().item());
  }
}
