package io.retrograd.memory;

import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randn;

import io.retrograd.GradMode;
import io.retrograd.Memory;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Context;
import io.retrograd.internal.Library;
import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Sequential;
import io.retrograd.nn.Tanh;
import io.retrograd.optim.SGD;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What a server loads with a class loader of its own, together with the library. Does what it is told in a word. */
public final class Application implements Function<String, String> {
  private static final int SIZE = ForkedJvm.BRIEF ? 16 : 128;

  // What a program leaves behind: tensors, graphs and hooks that refer to each other.
  private static final List<Object> KEPT = new ArrayList<>();
  private GradMode mode;

  private static final class Doubled extends io.retrograd.autograd.Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      ctx.saveForBackward(inputs[0]);
      return inputs[0].mul(2);
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      return gradients(grads[0].mul(2));
    }
  }

  @Override
  public String apply(String what) {
    String[] words = what.split(" ");
    switch (words[0]) {
      case "engine" -> {
        return Library.path();
      }
      case "seed" -> Retrograd.manualSeed(Long.parseLong(words[1]));
      case "random" -> {
        return Arrays.toString(rand(4).toDoubleArray());
      }
      case "limit" -> {
        if (words.length > 1) Memory.setLimit(Long.parseLong(words[1]));
        return Long.toString(Memory.limit());
      }
      case "threads" -> {
        if (words.length > 1) Retrograd.setNumThreads(Integer.parseInt(words[1]));
        return Integer.toString(Retrograd.getNumThreads());
      }
      case "allocate" -> KEPT.add(ones(Long.parseLong(words[1])));
      case "allocated" -> {
        return Long.toString(Memory.allocated());
      }
      case "noGrad" -> mode = noGrad();
      case "records" -> {
        return Boolean.toString(ones(1).requiresGrad_(true).mul(2).requiresGrad());
      }
      case "endMode" -> mode.close();
      case "wrong" -> {
        try {
          ones(2).add(ones(3));
        } catch (io.retrograd.ShapeException e) {
          return "ShapeException";
        }
      }
      case "train" -> train();
      default -> throw new IllegalArgumentException(what);
    }
    return "";
  }

  private void train() {
    enableGrad(); // after what an earlier call left behind
    Sequential model = new Sequential(new Linear(SIZE, SIZE), new Tanh(), new Linear(SIZE, SIZE));
    SGD optimizer = new SGD(model.parameters(), 0.1);
    int[] calls = {0};
    for (Tensor p : model.parameters()) {
      p.registerHook(g -> {
        calls[0]++;
        return g.mul(1);
      });
      p.registerPostAccumulateGradHook(t -> calls[0]++);
    }
    for (int step = 0; step < 20; step++) {
      try (Scope scope = Scope.open()) {
        Tensor x = randn(SIZE, SIZE);
        optimizer.zeroGrad();
        F.mseLoss(new Doubled().apply(model.forward(x)), x).backward();
        optimizer.step();
      }
    }
    Tensor x = randn(SIZE, SIZE);
    Tensor unused =
        F.mseLoss(new Doubled().apply(model.forward(x)), x); // outside scopes, its graph never run
    if (Double.isNaN(unused.item())) throw new AssertionError(); // waits for the device
    if (calls[0] != 20 * 2 * model.parameters().size())
      throw new AssertionError(calls[0] + " calls of hooks");
    apply("wrong");
    Scope.open(); // and never closed
    noGrad();
    KEPT.add(model);
    KEPT.add(unused);
    KEPT.add(ones(1 << 20)); // 4 MiB
  }
}
