package io.retrograd.examples;

import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.fromBuffer;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.manualSeed;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.examples.Setup.tuple;

import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.Node;
import io.retrograd.optim.SGD;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What a tensor remembers: the graph behind it, the gradients at its leaves, and how to leave it out. */
public final class Fundamentals {
  private final Setup setup;
  private final PrintStream out;
  private final TensorOptions options;

  private Fundamentals(Setup setup) {
    this.setup = setup;
    out = setup.out();
    options = setup.options();
  }

  /** Runs the program; {@code --help} lists its options. */
  public static void main(String[] args) throws IOException {
    run(Setup.of(args));
  }

  static void run(Setup setup) throws IOException {
    manualSeed(3);
    Fundamentals program = new Fundamentals(setup);
    Tensor a = program.leaf();
    program.arrays();
    program.history(a);
    program.training();
    program.modes();
    program.detached();
    program.derivatives();
  }

  private Tensor leaf() {
    setup.heading("What do we need autograd for?");
    Tensor a = linspace(options.requiresGrad(true), 0., 2. * Math.PI, 25);
    out.println(a);
    return a;
  }

  private void arrays() {
    setup.heading("Tensors and Java arrays");
    try (var g = noGrad()) {
      Tensor x = setup.draws().rand(options, 3, 4);
      float[] y = new float[8];
      Arrays.fill(y, 1);
      out.println(x.matmul(fromArray(options, y, 4, 2))); // with a tensor made from an array
      float[] rows = x.toFloatArray(); // the same in Java, on an array made from the tensor
      for (int i = 0; i < 3; i++) {
        float sum = 0;
        for (int j = 0; j < 4; j++) {
          sum += rows[4 * i + j] * y[2 * j];
        }
        out.printf("%.4f ", sum);
      }
      out.println();

      FloatBuffer buffer = FloatBuffer.allocate(12);
      x.copyTo(buffer);
      Tensor copy = fromBuffer(buffer, 3, 4).to(setup.device());
      out.println(copy.equal(x));
    }
  }

  private void history(Tensor a) throws IOException {
    setup.heading("Each result names the operation behind it");
    Tensor b = a.sin();
    Tensor c = b.mul(2);
    Tensor d = c.add(1);
    Tensor sum = d.sum();
    for (Tensor t : List.of(b, d, c, sum)) {
      out.println("grad_fn=<" + t.gradFn().name() + ">");
    }

    setup.heading("Walking back to the leaf");
    out.println("d:");
    out.println(d.gradFn());
    out.println(tuple(d.gradFn().nextFunctions()));
    Node mul = d.gradFn().nextFunctions().get(0).function();
    out.println(tuple(mul.nextFunctions()));
    Node sin = mul.nextFunctions().get(0).function();
    out.println(tuple(sin.nextFunctions()));
    Node leaf = sin.nextFunctions().get(0).function();
    out.println(tuple(leaf.nextFunctions()));
    out.println("\nc:");
    out.println(c.gradFn());
    out.println("\nb:");
    out.println(b.gradFn());
    out.println("\na:");
    out.println(a.gradFn());

    setup.heading("Gradients are at leaves only");
    sum.backward();
    out.println(a.grad());
    out.println(c.grad());
    out.println("the same as 2·cos(a): " + a.grad().allclose(a.detach().cos().mul(2)));
    if (setup.pictures().isPresent()) {
      double[] gradient =
          a.grad().toDoubleArray(); // arrays are copies, outside any graph: no detach() is needed
      Path folder = setup.pictures().get();
      Path file =
          Plots.sine(folder, a.toDoubleArray(), b.toDoubleArray(), "a.grad() = 2·cos(a)", gradient);
      out.println("wrote " + file);
    }
  }

  private void training() {
    setup.heading("zeroGrad() after each step");
    Tensor w = ones(options.requiresGrad(true), 2);
    SGD optimizer = new SGD(List.of(w), 0.1);
    for (int i = 0; i < 2; i++) { // without it: gradients add up
      w.square().sum().backward();
      out.println(w.grad());
    }
    optimizer.step();
    out.println(w);
    optimizer.zeroGrad();
    out.println(w.grad());
    w.square().sum().backward();
    out.println(w.grad());
  }

  private void modes() {
    setup.heading("noGrad() and enableGrad(), for a block and around a function");
    Tensor a = ones(options.requiresGrad(true), 2, 3);
    Function<Tensor, Tensor> twice = x -> x.mul(2);
    try (var none = noGrad()) {
      out.println(twice.apply(a));
      out.println(enableGrad(twice).apply(a));
      try (var some = enableGrad()) {
        out.println(twice.apply(a));
      }
    }
  }

  private void detached() {
    setup.heading("A copy without history");
    Tensor x = setup.draws().rand(options.requiresGrad(true), 5);
    Tensor y = x.detach();
    out.println(x);
    out.println(y);
  }

  private void derivatives() {
    setup.heading("Jacobian");
    List<Tensor> inputs = List.of(setup.draws().rand(options, 3), setup.draws().rand(options, 3));
    out.println(tuple(inputs));
    Function<List<Tensor>, Tensor> expAdder =
        x -> x.get(0).exp().mul(2).add(x.get(1).mul(3));
    out.println(tuple(Autograd.jacobian(expAdder, inputs)));

    setup.heading("Hessian");
    Function<Tensor, Tensor> function = x -> x.get(0).pow(2).mul(x.get(1)); // x₀²·x₁
    out.println(Autograd.hessian(function, tensor(options, 1., 3.)));
  }
}
