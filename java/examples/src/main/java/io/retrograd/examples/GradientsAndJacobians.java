package io.retrograd.examples;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.manualSeed;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.onesLike;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.Index;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.nn.Linear;
import io.retrograd.nn.MSELoss;
import io.retrograd.optim.SGD;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Gradients of vectors, a batch of Jacobians in two ways, and gradient descent from plain arrays to modules and an
 * optimizer. Headings carry the numbers of the notebook's cells.
 */
public final class GradientsAndJacobians {
  private final Setup setup;
  private final PrintStream out;
  private final TensorOptions options; // dtype=torch.float32
  private final TensorOptions leaf; // and requires_grad=True

  private GradientsAndJacobians(Setup setup) {
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
    manualSeed(4);
    GradientsAndJacobians program = new GradientsAndJacobians(setup);
    program.vectorAndScalar();
    program.jacobians();
    program.notTracking();
    program.accumulation();
    float w = program.chainRule();
    program.descentOnArrays(w);
    program.descentByAutograd();
    program.descentByOptimizer();
    program.descentByModules();
  }

  private void vectorAndScalar() {
    setup.heading("In [2-5]: the gradient of a vector");
    Tensor x = setup.draws().rand(leaf, 3);
    out.println(x);
    Tensor y = x.add(2);
    out.println(y);
    y.backward(onesLike(y));
    out.println(x.grad());
    Tensor z = y.mul(y).mul(2);
    out.println(z);

    setup.heading("In [6-7]: the gradient of a scalar, added to the one before");
    z = z.mean();
    out.println(z);
    z.backward();
    out.println(x.grad());
  }

  // ---- the Jacobians of Bx = x³ - y², By = y² + z², Bz = z³ - x² at ten points ----

  /** The gradient of y with respect to x, where x is along the batch dimension. */
  private static Tensor getGrad(Tensor y, Tensor x) {
    return Autograd.grad(
        y, x, GradOptions.createGraph().gradOutputs(onesLike(y)).allowUnused());
  }

  private static Tensor getJacobCol(Tensor y, Tensor x) {
    List<Tensor> jacobCol = new ArrayList<>();
    for (int i = 0; i < y.size(-1); i++) {
      jacobCol.add(getGrad(y.get(Index.all(), Index.at(i)), x).unsqueeze(1));
    }
    return cat(jacobCol, 1);
  }

  /** From y [batch, output] and three x [batch], the Jacobians [batch, output, input]. */
  private static Tensor getJacob(Tensor y, Tensor x1, Tensor x2, Tensor x3) {
    Tensor jx = getJacobCol(y, x1);
    Tensor jy = getJacobCol(y, x2);
    Tensor jz = getJacobCol(y, x3);
    return stack(List.of(jx, jy, jz), 1).permute(0, 2, 1);
  }

  private static Tensor getB(Tensor points) {
    Tensor bx = column(points, 0).pow(3).sub(column(points, 1).pow(2));
    Tensor by = column(points, 1).pow(2).add(column(points, 2).pow(2));
    Tensor bz = column(points, 2).pow(3).sub(column(points, 0).pow(2));
    return stack(List.of(bx, by, bz), 1);
  }

  private static Tensor column(Tensor x, int i) {
    return x.get(Index.all(), Index.at(i));
  }

  private void jacobians() {
    setup.heading("In [8-9]: a function at ten points");
    Tensor x = arange(leaf, 0, 10);
    Tensor y = arange(leaf, 0, 10);
    Tensor z = arange(leaf, 0, 10);
    Tensor bx = x.pow(3).sub(y.pow(2));
    Tensor by = y.pow(2).add(z.pow(2));
    Tensor bz = z.pow(3).sub(x.pow(2));
    Tensor b = stack(List.of(bx, by, bz), 1);
    out.println(b);

    setup.heading("In [10-11]: its Jacobians by Autograd.grad");
    out.println(getJacob(b, x, y, z));

    setup.heading("In [12-14]: the same by Autograd.jacobian");
    Tensor points = stack(List.of(x, y, z), 1);
    Tensor bJacob = Autograd.jacobian(GradientsAndJacobians::getB, points);
    // One point's output depends on that point alone: take dimensions 0 and 2 together.
    Tensor bGrad = bJacob.diagonal(0, 0, 2); // [output, input, batch]
    out.println(bGrad.permute(2, 0, 1));
  }

  private void notTracking() {
    setup.heading("In [15-17]: how not to track");
    Tensor x = setup.draws().rand(leaf, 3);
    out.println(x);
    x.requiresGrad_(false);
    out.println(x);

    x = setup.draws().rand(leaf, 3);
    out.println(x);
    Tensor y = x.detach();
    out.println(y);

    x = setup.draws().randn(leaf, 3);
    try (var g = noGrad()) {
      y = x.add(2);
      out.println(y);
    }
  }

  private void accumulation() {
    setup.heading("In [18]: gradients add up");
    Tensor weights = ones(leaf, 4);
    for (int epoch = 0; epoch < 3; epoch++) {
      Tensor modelOutput = weights.mul(3).sum();
      out.println(modelOutput);
      modelOutput.backward();
      out.println(weights.grad());
    }

    setup.heading("In [19]: unless cleared");
    weights = tensor(leaf, 1., 2., 3., 4.);
    for (int epoch = 0; epoch < 3; epoch++) {
      Tensor modelOutput = weights.mul(3).sum();
      modelOutput.backward();
      out.println(weights.grad());
      weights.grad().zero_();
    }
  }

  private float chainRule() {
    setup.heading("In [20]: the chain rule");
    Tensor x = tensor(options, 1.0);
    Tensor y = tensor(options, 2.0);
    Tensor w = tensor(leaf, 1.5);

    // forward pass
    Tensor yHat = w.mul(x);
    Tensor loss = yHat.sub(y).pow(2);
    out.println("loss value = " + loss.item());

    // backward pass
    loss.backward();
    out.println("gradient of loss w.r.t. w = " + w.grad().item());
    return (float) w.item();
  }

  // ---- gradient descent on y = 2x, in four ways ----

  /** Derivatives by hand, on arrays. The notebook prints the w of the cell before, not the weight trained here. */
  private void descentOnArrays(float w) {
    setup.heading("In [21]: gradient descent on arrays");
    float[] x = {1, 2, 3, 4};
    float[] y = {2, 4, 6, 8};
    double weight = 0.0;
    print("Prediction before training:f(5)=%.3f", weight * 5);
    double lr = 0.01;
    for (int epoch = 0; epoch < 10; epoch++) {
      float squares = 0;
      float dw = 0;
      for (int i = 0; i < x.length; i++) {
        float error = (float) weight * x[i] - y[i];
        squares += error * error;
        dw += 2 * x[i] * error;
      }
      weight -= lr * dw;
      print("epoch %d: w = %.3f,loss=%.8f", epoch + 1, w, squares / x.length);
    }
    print("Prediction after training:f(5)=%.3f", weight * 5);
  }

  private void descentByAutograd() {
    setup.heading("In [22]: the derivatives from the tape");
    Tensor x = tensor(options, 1, 2, 3, 4);
    Tensor y = tensor(options, 2, 4, 6, 8);
    Tensor w = tensor(leaf, 0.0);
    double lr = 0.01;
    for (int epoch = 0; epoch < 10; epoch++) {
      Tensor yPred = w.mul(x);
      Tensor l = y.sub(yPred).pow(2).mean();
      l.backward(); // dL/dw
      try (var g = noGrad()) {
        w.sub_(w.grad().mul(lr));
      }
      w.grad().zero_();
      if (epoch % 2 == 0) {
        print("epoch %d: w = %.3f,loss=%.8f", epoch + 1, w.item(), l.item());
      }
    }
  }

  private void descentByOptimizer() {
    setup.heading("In [23]: the loss from nn, the step from optim");
    Tensor x = tensor(options, 1, 2, 3, 4);
    Tensor y = tensor(options, 2, 4, 6, 8);
    Tensor w = tensor(leaf, 0.0);
    UnaryOperator<Tensor> forward = input -> w.mul(input);
    MSELoss loss = new MSELoss();
    SGD optimizer = new SGD(List.of(w), 0.01);
    for (int epoch = 0; epoch < 10; epoch++) {
      Tensor yPred = forward.apply(x);
      Tensor l = loss.forward(y, yPred);
      l.backward();
      optimizer.step();
      optimizer.zeroGrad();
      print("epoch %d: w = %.3f,loss=%.8f", epoch + 1, w.item(), l.item());
    }
  }

  private void descentByModules() {
    setup.heading("In [24]: model, loss and optimizer");
    Tensor x = tensor(options, new int[][] {{1}, {2}, {3}, {4}});
    Tensor y = tensor(options, new int[][] {{2}, {4}, {6}, {8}});
    Tensor xTest = tensor(options, new int[] {5});
    long numFeatures = x.size(1);

    Linear model = setup.draws().linear(options, numFeatures, numFeatures);
    MSELoss loss = new MSELoss();
    SGD optimizer = new SGD(model.parameters(), 0.001);
    print("Prediction before training:f(5)=%.3f", model.forward(xTest.detach()).item());
    for (int epoch = 0; epoch < 1000; epoch++) {
      Tensor yPred = model.forward(x);
      Tensor l = loss.forward(y, yPred);
      l.backward();
      optimizer.step();
      optimizer.zeroGrad();
      if (epoch % 100 == 0) {
        Tensor w = model.parameters().get(0);
        print("epoch %d: w = %.3f,loss=%.8f", epoch + 1, w.get(0, 0).item(), l.item());
      }
    }
    print("Prediction after training:f(5)=%.3f", model.forward(xTest.detach()).item());
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
