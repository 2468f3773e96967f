package io.retrograd.examples;

import static io.retrograd.BackwardOptions.retainGraph;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.AutogradException;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import java.io.PrintStream;
import java.util.function.Function;

/**
 * Leaves, gradients that add up, three ways not to record, and three common mistakes. Headings carry the numbers of the
 * notebook's cells.
 */
public final class AutogradBasics {
  private final Setup setup;
  private final PrintStream out;
  private final TensorOptions options;
  private final TensorOptions leaf; // torch.tensor(..., requires_grad=True)

  private AutogradBasics(Setup setup) {
    this.setup = setup;
    out = setup.out();
    options = setup.options();
    leaf = options.requiresGrad(true);
  }

  /** Runs the program; {@code --help} lists its options. */
  public static void main(String[] args) {
    run(Setup.of(args));
  }

  static void run(Setup setup) {
    AutogradBasics program = new AutogradBasics(setup);
    program.graph();
    program.twice();
    program.innerGradients();
    program.notRecording();
    program.mistakes();
  }

  private void graph() {
    setup.heading("In [2-3]: f(x, y) = x² + xy + (x + y)² and its gradient");
    Tensor x = tensor(leaf, 2.0);
    Tensor y = tensor(leaf, 2.0);
    Tensor a = x.pow(2);
    Tensor b = x.mul(y);
    Tensor c = x.add(y);
    Tensor d = a.add(b);
    Tensor e = c.pow(2);
    Tensor f = d.add(e);
    out.println(f);
    f.backward();
    out.println(x.grad());
    out.println(y.grad());
  }

  private void twice() {
    setup.heading("In [4]: backward twice adds up");
    Tensor x = tensor(leaf, 2.0);
    Tensor y = tensor(leaf, 2.0);
    Tensor f = x.pow(2).add(x.mul(y)).add(x.add(y).pow(2));
    out.println("First call");
    f.backward(retainGraph());
    out.println("Derivative by x:  " + x.grad());
    out.println("Derivative by y:  " + y.grad());
    out.println("\nSecond call");
    f.backward(retainGraph());
    out.println("Derivative by x:  " + x.grad());
    out.println("Derivative by y:  " + y.grad());

    setup.heading("In [5]: two ways to clear a gradient");
    x = tensor(leaf, 2.0);
    y = tensor(leaf, 2.0);
    f = x.pow(2).add(x.mul(y)).add(x.add(y).pow(2));
    out.println("First call");
    f.backward(retainGraph());
    out.println("Derivative by x:  " + x.grad());
    out.println("Derivative by y:  " + y.grad());
    x.setGrad(null);
    y.setGrad(tensor(options, 0.0));
    out.println("\nSecond call");
    f.backward(retainGraph());
    out.println("Derivative by x:  " + x.grad());
    out.println("Derivative by y:  " + y.grad());
  }

  private void innerGradients() {
    setup.heading("In [6]: no gradient inside the graph, and a warning in the log");
    Tensor x = tensor(leaf, 1.0);
    Tensor y = x.add(1);
    Tensor z = y.pow(2);
    z.backward();
    out.println(y.grad());

    setup.heading("In [7]: retainGrad");
    x = tensor(leaf, 1.0);
    y = x.add(1);
    y.retainGrad();
    z = y.pow(2);
    z.backward(retainGraph());
    out.println(y.grad());
  }

  private void notRecording() {
    setup.heading("In [8]: requiresGrad_(false)");
    Tensor x = tensor(leaf, 1.0);
    Tensor y = x.add(1);
    out.println(y.requiresGrad());
    x.requiresGrad_(false);
    y = x.add(1);
    out.println(y.requiresGrad());

    setup.heading("In [9]: noGrad for a block");
    x = tensor(leaf, 1.0);
    y = x.add(1);
    out.println(x.requiresGrad());
    try (var g = noGrad()) {
      y = x.add(1);
    }
    out.println(y.requiresGrad());

    setup.heading("In [10]: noGrad around a function");
    Function<Tensor, Tensor> addOne = t -> t.add(1);
    Function<Tensor, Tensor> addTwo = noGrad((Tensor t) -> t.add(2));
    x = tensor(leaf, 1.0);
    y = addOne.apply(x);
    out.println(y.requiresGrad());
    Tensor z = addTwo.apply(x);
    out.println(z.requiresGrad());

    setup.heading("In [11]: detach");
    x = tensor(leaf, 1.0);
    y = x.add(1);
    out.println(x.requiresGrad());
    z = y.detach();
    out.println(z.requiresGrad());
  }

  private void mistakes() {
    setup.heading("In [12]: mistake 1, a parameter updated in place while recording");
    Tensor w = tensor(leaf, 1.0);
    Tensor f = w.add(1);
    f.backward();
    try {
      w.sub_(w.grad());
    } catch (AutogradException e) {
      out.println(e);
    }

    setup.heading("In [13]: mistake 2, a parameter reassigned is no leaf");
    w = tensor(leaf, 1.0);
    f = w.add(1);
    f.backward();
    w = w.sub(w.grad()); // from here on w is the result of an operation
    f = w.add(1);
    f.backward();
    out.println(w.isLeaf() + " " + w.grad());
    try {
      w = w.sub(w.grad());
    } catch (NullPointerException e) {
      out.println(e);
    }

    setup.heading("In [14]: mistake 3, a parameter reassigned without recording");
    w = tensor(leaf, 1.0);
    f = w.add(1);
    f.backward();
    try (var g = noGrad()) {
      w = w.sub(w.grad()); // requires no gradient
    }
    f = w.add(1);
    try {
      f.backward();
    } catch (AutogradException e) {
      out.println(e);
    }
  }
}
