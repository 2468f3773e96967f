package io.retrograd.memory;

import static io.retrograd.Retrograd.ones;

import io.retrograd.BackwardOptions;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;

/** Gradients with a graph that has hooks, where the argument says so: those may hold the leaf. */
public final class HookCycle {
  private HookCycle() {}

  public static void main(String[] args) {
    boolean hooks = Boolean.parseBoolean(args[0]);
    for (int i = 0; i < 3; i++) {
      Tensor x = ones(2).requiresGrad_(true);
      Tensor y = x.mul(x);
      if (hooks) y.registerHook(g -> g.mul(x));
      Tensor loss = y.sum();
      Autograd.grad(loss, x, GradOptions.createGraph()); // stores nothing
      System.out.println("no warning before this");
      loss.backward(hooks ? BackwardOptions.createGraph() : BackwardOptions.retainGraph());
      loss.backward(BackwardOptions.createGraph());
    }
  }
}
