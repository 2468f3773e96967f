package io.retrograd.nn;

import static io.retrograd.internal.Arguments.given;

import io.retrograd.AutogradException;
import io.retrograd.HookHandle;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.internal.Callbacks;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The hooks of one module. Thread-safe. */
final class Hooks {
  final Ordered<ForwardPreHook> before = new Ordered<>();
  final Ordered<ForwardHook> after = new Ordered<>();
  final Ordered<BackwardHook> backward = new Ordered<>();

  /** In the order in which they were added. */
  static final class Ordered<H> {
    private final AtomicLong added = new AtomicLong();
    private final ConcurrentSkipListMap<Long, H> hooks = new ConcurrentSkipListMap<>();

    HookHandle add(H hook) {
      Long number = added.getAndIncrement();
      hooks.put(number, given("hook", hook));
      return new HookHandle(() -> hooks.remove(number));
    }

    Collection<H> all() {
      return hooks.values();
    }

    boolean isEmpty() {
      return hooks.isEmpty();
    }
  }

  boolean isEmpty() {
    return before.isEmpty() && after.isEmpty() && backward.isEmpty();
  }

  /** The module's forward with all that is around it, in PyTorch's order. */
  Tensor around(Module module, Tensor input) {
    Tensor x = input;
    for (ForwardPreHook hook : before.all()) x = or(hook.call(module, x), x);
    Call call = backward.isEmpty() || !Retrograd.isGradEnabled() ? null : new Call(module);
    if (call != null) x = call.input(x);
    Tensor y = Callbacks.returned(module.forward(x), "call", module);
    for (ForwardHook hook : after.all()) y = or(hook.call(module, x, y), y);
    return call == null ? y : call.output(y);
  }

  private static Tensor or(@Nullable Tensor other, Tensor tensor) {
    return other == null ? tensor : other;
  }

  /**
   * One call whose gradients the backward hooks shall see. Input and output go through nodes of their own, so that these
   * are the gradients of this call alone. Holds no tensor of the graph, which holds this.
   */
  private final class Call {
    private final Module module;
    private boolean inputRequiresGrad;
    private volatile @Nullable Tensor gradOutput;

    Call(Module module) {
      this.module = module;
    }

    Tensor input(Tensor x) {
      inputRequiresGrad = x.requiresGrad();
      if (!inputRequiresGrad) return x;
      Tensor seen = new BackwardHookFunction().apply(x);
      seen.registerHook(this::atInput);
      return seen;
    }

    Tensor output(Tensor y) {
      if (!y.requiresGrad()) return y;
      Tensor seen = new BackwardHookFunction().apply(y);
      seen.registerHook(this::atOutput);
      return seen;
    }

    private @Nullable Tensor atOutput(@Nullable Tensor gradient) {
      if (gradient == null) return null;
      if (inputRequiresGrad) {
        // Without its graph, which holds this.
        gradOutput = gradient.requiresGrad() ? gradient.detach() : gradient;
        return null;
      }
      for (BackwardHook hook : backward.all()) {
        if (hook.call(module, null, gradient) != null) {
          throw new AutogradException("registerFullBackwardHook: the hook of "
              + Callbacks.title(module)
              + " returned a gradient, but the module's input requires none; return null");
        }
      }
      return null;
    }

    private @Nullable Tensor atInput(@Nullable Tensor gradient) {
      Tensor output = gradOutput;
      gradOutput = null;
      if (output == null) return null; // the input was used on another way than to the output
      Tensor other = null;
      for (BackwardHook hook : backward.all()) {
        Tensor next = hook.call(module, other == null ? gradient : other, output);
        if (next != null) other = next;
      }
      return other;
    }
  }

  /** The identity, by PyTorch's name. */
  private static final class BackwardHookFunction extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      return inputs[0];
    }

    @Override
    protected @Nullable Tensor[] backward(Context ctx, Tensor... grads) {
      return grads;
    }
  }
}
