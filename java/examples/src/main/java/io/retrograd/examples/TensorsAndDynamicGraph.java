package io.retrograd.examples;

import static io.retrograd.BackwardOptions.retainGraph;
import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.manualSeed;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.nn.F;
import io.retrograd.nn.MSELoss;
import io.retrograd.nn.Reduction;
import io.retrograd.optim.Adam;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Tensors, a network of two layers by gradients written by hand and by autograd, and the homework: the same with
 * biases. Headings follow the notebook's.
 */
public final class TensorsAndDynamicGraph {
  private static final int BATCH_SIZE = 64;
  private static final int INPUT_SIZE = 3;
  private static final int HIDDEN_SIZE = 2;
  private static final int OUTPUT_SIZE = 1;
  private static final double LEARNING_RATE = 1e-4; // of the homework
  private static final int ITERATIONS = 1001;

  private final Setup setup;
  private final PrintStream out;
  private final TensorOptions options; // device=device, dtype=torch.float
  private final TensorOptions leaf; // and requires_grad=True

  private TensorsAndDynamicGraph(Setup setup) {
    this.setup = setup;
    out = setup.out();
    options = setup.options().dtype(FLOAT32);
    leaf = options.requiresGrad(true);
  }

  /** Runs the program; {@code --help} lists its options. */
  public static void main(String[] args) {
    run(Setup.of(args));
  }

  static void run(Setup setup) {
    manualSeed(7);
    TensorsAndDynamicGraph program = new TensorsAndDynamicGraph(setup);
    program.tensors();
    program.network();
    program.whyBackprop();
    program.homework();
  }

  // ---- tensors ----

  private void tensors() {
    setup.heading("Tensors");
    int n = 100;
    int dIn = 50;
    Random random = new Random(1);
    double[][] array = new double[n][dIn];
    for (double[] row : array) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    Tensor x = tensor(options, array);
    out.println("a tensor of an array: " + Arrays.toString(x.shape()) + " " + x.dtype());

    Tensor xTorch = setup.draws().randn(options, n, dIn);
    out.println(xTorch);

    for (double[] row : array) {
      Arrays.fill(row, 1);
    }
    out.println(tensor(options, array));

    out.println(tensor(options, 1, 2, 3));
    out.println(tensor(options.dtype(INT32), 1, 2, 3));
    out.println(tensor(options, 3, 4, 5));
    out.println(tensor(1, 2, 3)); // as torch.tensor, which keeps integers
    out.println(setup.draws().rand(options.dtype(FLOAT64), 2, 2));

    setup.heading("add, sub, mul, mm, ones, view");
    Tensor x1 = tensor(options, new int[][] {{1, 2, 3}, {4, 5, 6}});
    Tensor x2 = tensor(options, new int[][] {{7, 8}, {9, 1}, {2, 3}});
    out.println(x1.mm(x2));
    Tensor one = ones(options, 2, 3);
    out.println(x1.add(one));
    out.println(x1.sub(one));
    out.println(x1.mul(x1));
    out.println(x2.view(2, 3)); // another order of elements than t(), the transpose
    out.println(x2.t());
  }

  // ---- two layers ----

  private void network() {
    setup.heading("Dynamic computational graph: gradients by hand");
    Tensor x = setup.draws().randn(options, BATCH_SIZE, INPUT_SIZE);
    Tensor y = setup.draws().randn(options, BATCH_SIZE, OUTPUT_SIZE);
    Tensor w1 = setup.draws().randn(options, INPUT_SIZE, HIDDEN_SIZE);
    Tensor w2 = setup.draws().randn(options, HIDDEN_SIZE, OUTPUT_SIZE);
    Tensor w1Start = w1.clone();
    Tensor w2Start = w2.clone();

    double learningRate = 1e-6;
    for (int t = 0; t < 500; t++) {
      Tensor h = x.mm(w1);
      Tensor hRelu = h.clampMin(0);
      Tensor yPred = hRelu.mm(w2);
      double loss = yPred.sub(y).pow(2).sum().item();

      Tensor gradYPred = yPred.sub(y).mul(2);
      Tensor gradW2 = hRelu.t().mm(gradYPred);
      Tensor gradH = gradYPred.mm(w2.t());
      gradH.set(0, h.lt(0));
      Tensor gradW1 = x.t().mm(gradH);

      w1.sub_(gradW1.mul(learningRate));
      w2.sub_(gradW2.mul(learningRate));
      if (t % 100 == 99) {
        out.println("Loss on iteration " + t + " = " + loss);
      }
    }

    setup.heading("Autograd: the same gradients from the tape");
    w1 = w1Start.requiresGrad_(true);
    w2 = w2Start.requiresGrad_(true);
    for (int t = 0; t < 500; t++) {
      Tensor yPred = x.mm(w1).clampMin(0).mm(w2);
      Tensor loss = yPred.sub(y).pow(2).sum();
      if (t % 100 == 99) {
        out.println(t + " " + loss.item());
      }
      loss.backward();
      try (var g = noGrad()) {
        w1.sub_(w1.grad().mul(learningRate));
        w2.sub_(w2.grad().mul(learningRate));
        w1.grad().zero_();
        w2.grad().zero_();
      }
    }

    setup.heading("optim and nn: Adam and MSELoss");
    MSELoss lossFn = new MSELoss(Reduction.SUM);
    Adam optimizer = new Adam(List.of(w1, w2), learningRate);
    Tensor yPred = null;
    for (int t = 0; t < 500; t++) {
      optimizer.zeroGrad();
      yPred = x.mm(w1).clampMin(0).mm(w2);
      Tensor loss = lossFn.forward(yPred, y);
      if (t % 100 == 99) {
        out.println(t + " " + loss.item());
      }
      loss.backward();
      optimizer.step();
    }
    Tensor squares = new MSELoss(Reduction.NONE).forward(yPred, y);
    out.println("reduction none: " + Arrays.toString(squares.shape()));
    out.println("sum = 64 means: "
        + squares.sum().allclose(new MSELoss(Reduction.MEAN).forward(yPred, y).mul(64)));

    setup.heading("retainGraph and gradFn");
    Tensor loss = lossFn.forward(x.mm(w1).clampMin(0).mm(w2), y);
    optimizer.zeroGrad();
    loss.backward(retainGraph());
    Tensor once = w1.grad().clone();
    loss.backward();
    out.println("twice the gradient: " + w1.grad().equal(once.mul(2)));
    out.println(yPred.gradFn());

    setup.heading("enableGrad inside noGrad");
    x = tensor(leaf, new double[] {1});
    try (var none = noGrad()) {
      try (var some = enableGrad()) {
        y = x.mul(2);
      }
    }
    out.println(y.requiresGrad());
  }

  // ---- why backprop should be understood ----

  /**
   * Attention by coin flips: passes each hidden value with its own probability. A flip has no derivative, so backward
   * goes through as if a flip were its probability: the hidden values get the flips as they fell, the probabilities the
   * hidden values.
   */
  static final class Bernoulli extends Function {
    @Override
    protected Tensor forward(Context ctx, Tensor... inputs) {
      Tensor hidden = inputs[0];
      Tensor flips = inputs[1].bernoulli();
      ctx.saveForBackward(hidden, flips);
      return hidden.mul(flips);
    }

    @Override
    protected Tensor[] backward(Context ctx, Tensor... grads) {
      Tensor hidden = ctx.savedTensors().get(0);
      Tensor flips = ctx.savedTensors().get(1);
      return gradients(grads[0].mul(flips), grads[0].mul(hidden));
    }
  }

  private void whyBackprop() {
    setup.heading("Why backprop should be understood, 1: cat keeps gradients apart, add does not");
    Tensor a = tensor(leaf, 1., 2.);
    Tensor b = tensor(leaf, 3., 4.);
    Tensor weights = tensor(options, 1., 10., 100., 1000.);
    cat(a, b).mul(weights).sum().backward();
    out.println(a.grad() + " " + b.grad());
    a.setGrad(null);
    b.setGrad(null);
    a.add(b).mul(tensor(options, 1., 10.)).sum().backward();
    out.println(a.grad() + " " + b.grad());

    setup.heading("2: where relu stops a gradient, leakyRelu lets some through");
    Tensor x = tensor(leaf, -2., -1., 0.5, 1.);
    F.relu(x).sum().backward();
    out.println(x.grad());
    x.setGrad(null);
    F.leakyRelu(x).sum().backward();
    out.println(x.grad());

    setup.heading("3: an operation without derivative, and one written for it");
    Tensor hidden = tensor(leaf, 1., 2., 3., 4., 5., 6.);
    Tensor probabilities = tensor(leaf, 0., 0.2, 0.4, 0.6, 0.8, 1.);
    hidden.mul(probabilities.bernoulli()).sum().backward();
    out.println(probabilities.grad());
    hidden.setGrad(null);
    probabilities.setGrad(null);
    Tensor attended = new Bernoulli().apply(hidden, probabilities);
    out.println(attended.gradFn());
    attended.sum().backward();
    out.println("hidden values that passed have a gradient: "
        + hidden.grad().equal(attended.ne(0).to(FLOAT32)));
    out.println(probabilities.grad());
  }

  // ---- homework: biases ----

  /** Parameters of the network with biases. */
  private record Parameters(Tensor w1, Tensor w2, Tensor b1, Tensor b2) {
    Parameters map(UnaryOperator<Tensor> function) {
      return new Parameters(
          function.apply(w1), function.apply(w2), function.apply(b1), function.apply(b2));
    }

    List<Tensor> all() {
      return List.of(w1, w2, b1, b2);
    }

    /** All elements, one after the other. */
    Tensor flat() {
      return cat(all().stream().map(t -> t.view(-1)).toList());
    }
  }

  private void homework() {
    Tensor x = setup.draws().randn(options, BATCH_SIZE, INPUT_SIZE);
    Tensor y = setup.draws().randn(options, BATCH_SIZE, OUTPUT_SIZE);
    Parameters start = new Parameters(
        setup.draws().randn(leaf, INPUT_SIZE, HIDDEN_SIZE),
        setup.draws().randn(leaf, HIDDEN_SIZE, OUTPUT_SIZE),
        setup.draws().randn(leaf, 1, HIDDEN_SIZE),
        setup.draws().randn(leaf, 1, OUTPUT_SIZE));

    setup.heading("Homework In [110]: gradients by hand, with biases");
    byHand(x, y, start.map(Tensor::clone));

    // The next loop changes the leaves themselves.
    Parameters again = start.map(t -> t.detach().clone().requiresGrad_(true));

    setup.heading("Homework In [112]: PyTorch AutoGrad");
    byAutograd(x, y, start);

    setup.heading("Why they differ: the gradient of a bias is a sum over the batch alone");
    correctedByHand(x, y, again);
  }

  /** The notebook's loop. Its copies of leaves stay in the graph, so every write in place below is recorded. */
  private void byHand(Tensor x, Tensor y, Parameters p) {
    for (int t = 0; t < ITERATIONS; t++) {
      Tensor h1 = x.mm(p.w1).add(p.b1);
      Tensor hRelu = h1.clampMin(0);
      Tensor output = hRelu.mm(p.w2).add(p.b2);

      double loss = output.sub(y).pow(2).sum().item();

      Tensor dlossDout = output.sub(y).mul(2);
      Tensor gradW2 = hRelu.t().mm(dlossDout);
      Tensor gradHRelu = dlossDout.mm(p.w2.t());
      gradHRelu.set(0, h1.lt(0));
      Tensor gradW1 = x.t().mm(gradHRelu);
      Tensor gradB2 = dlossDout;
      Tensor gradH1 = dlossDout.mm(p.w2.t());
      gradH1.set(0, h1.lt(0));
      Tensor gradB1 = gradH1;

      p.w1.sub_(gradW1.mul(LEARNING_RATE));
      p.w2.sub_(gradW2.mul(LEARNING_RATE));
      p.b1.sub_(
          gradB1.sum().mul(LEARNING_RATE)); // over both hidden units: one number for two biases
      p.b2.sub_(gradB2.sum().mul(LEARNING_RATE));
      if (t % 100 == 0) {
        out.println("Loss on iteration " + t + " = " + loss);
      }
    }
    out.println("written in place, outside noGrad: " + p.w1.gradFn().name() + ", version "
        + p.w1.version());
  }

  private void byAutograd(Tensor x, Tensor y, Parameters p) {
    for (int t = 0; t < ITERATIONS; t++) {
      Tensor loss = loss(x, y, p);
      if (t % 100 == 0) {
        out.println(t + " " + loss.item());
      }
      loss.backward();
      try (var g = noGrad()) {
        for (Tensor parameter : p.all()) {
          parameter.sub_(parameter.grad().mul(LEARNING_RATE));
          parameter.grad().zero_();
        }
      }
    }
  }

  private static Tensor loss(Tensor x, Tensor y, Parameters p) {
    Tensor yPred = x.mm(p.w1).add(p.b1).clampMin(0).mm(p.w2).add(p.b2);
    return yPred.sub(y).pow(2).sum();
  }

  /** By hand with sum(0, keepdim=True) for the biases, and at each step beside what autograd says at the same place. */
  private void correctedByHand(Tensor x, Tensor y, Parameters p) {
    double furthest = 0;
    for (int t = 0; t < ITERATIONS; t++) {
      Tensor loss = loss(x, y, p);
      loss.backward();
      try (var g = noGrad()) {
        Parameters hand = gradientsByHand(x, y, p);
        Tensor tape = p.map(Tensor::grad).flat();
        furthest =
            Math.max(furthest, hand.flat().sub(tape).norm().item() / tape.norm().item());
        for (int i = 0; i < 4; i++) {
          p.all().get(i).sub_(hand.all().get(i).mul(LEARNING_RATE));
          p.all().get(i).grad().zero_();
        }
      }
      if (t % 100 == 0) {
        out.println(t + " " + loss.item());
      }
    }
    out.println("furthest from autograd's gradient: " + furthest + " of its size");
  }

  private static Parameters gradientsByHand(Tensor x, Tensor y, Parameters p) {
    Tensor h1 = x.mm(p.w1).add(p.b1);
    Tensor hRelu = h1.clampMin(0);
    Tensor dlossDout = hRelu.mm(p.w2).add(p.b2).sub(y).mul(2);
    Tensor gradH1 = dlossDout.mm(p.w2.t());
    gradH1.set(0, h1.lt(0));
    return new Parameters(
        x.t().mm(gradH1), hRelu.t().mm(dlossDout), gradH1.sum(0, true), dlossDout.sum(0, true));
  }
}
