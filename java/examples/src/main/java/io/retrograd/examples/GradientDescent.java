package io.retrograd.examples;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.AutogradException;
import io.retrograd.Tensor;
import io.retrograd.TensorOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Calibrates a thermometer of unknown unit by gradient descent, leaving the derivatives to the tape. Headings carry the
 * numbers of the notebook's cells.
 */
public final class GradientDescent {
  private final Setup setup;
  private final PrintStream out;
  private final TensorOptions options;
  private final List<Double> losses = new ArrayList<>(); // of every epoch

  private GradientDescent(Setup setup) {
    this.setup = setup;
    out = setup.out();
    options = setup.options();
  }

  /** Runs the program; {@code --help} lists its options. */
  public static void main(String[] args) throws IOException {
    run(Setup.of(args));
  }

  static void run(Setup setup) throws IOException {
    new GradientDescent(setup).run();
  }

  private void run() throws IOException {
    Tensor x = tensor(options.requiresGrad(true), 1.0, 1.0);
    gradientOfScalar(x);
    jacobianOfVector(x);
    calibration();
  }

  private void gradientOfScalar(Tensor x) {
    setup.heading("In [2-4]: the gradient of a scalar");
    out.println("(" + x + ", " + x.grad() + ")");
    Tensor y = x.pow(2).sum();
    out.println("(" + y + ", " + x.grad() + ")");
    y.backward();
    out.println(x.grad());

    setup.heading("In [5]: a second backward through the same graph");
    try {
      y.backward();
      out.println(x.grad());
    } catch (AutogradException e) {
      out.println("-".repeat(80));
      out.println("FYI: " + e.getMessage());
      out.println("-".repeat(80));

      x.setGrad(null);
      y = x.pow(2).sum();
      y.backward();
      out.println("going via except: " + x.grad());
    }
  }

  private void jacobianOfVector(Tensor x) {
    setup.heading("In [6-7]: a function whose value is a vector");
    Tensor matrix = tensor(options, new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
    out.println(matrix);
    x.setGrad(null);
    Tensor y = matrix.matmul(x);
    out.println("(" + y + ", " + x.grad() + ")");

    setup.heading("In [8-9]: its Jacobian, row by row");
    try {
      y.backward();
      out.println(x.grad());
    } catch (AutogradException e) {
      out.println("-".repeat(80));
      out.println("FYI: " + e.getMessage());
      out.println("-".repeat(80));

      List<Tensor> rows = new ArrayList<>();
      for (int i = 0; i < y.shape()[0]; i++) {
        x.setGrad(null);
        y = matrix.matmul(x);
        y.get(i).backward();
        rows.add(x.grad());
      }
      Tensor jacobian = stack(rows);
      out.println("going via except:");
      out.println(jacobian);
      out.println(
          matrix.ne(jacobian).sum().item() == 0
              ? "The Jacobian is right!"
              : "The Jacobian is wrong!");
    }
  }

  private Tensor model(Tensor tU, Tensor params) {
    Tensor design = stack(ones(options, tU.shape()[0]), tU).T();
    return design.matmul(params);
  }

  private static Tensor lossFn(Tensor tP, Tensor tC) {
    Tensor squaredDiffs = tP.sub(tC).pow(2);
    return squaredDiffs.mean();
  }

  private void calibration() throws IOException {
    // Readings in Celsius, and of the thermometer.
    Tensor tC = tensor(options, 0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0);
    Tensor tU = tensor(options, 35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4);
    Tensor tUn = tU.mul(0.1);

    setup.heading("In [13-14]: the starting point");
    Tensor params = tensor(options.requiresGrad(true), 0.0, 1.0);
    out.println("b = " + params.get(0) + " \nw = " + params.get(1));
    out.println(params);
    out.println(params.grad());

    setup.heading("In [15]: the first gradient");
    Tensor loss = lossFn(model(tU, params), tC);
    loss.backward();
    out.println(params.grad());

    // In [16]: gradients add up, so each epoch begins by clearing them.
    if (params.grad() != null) {
      params.grad().zero_();
    }

    setup.heading("In [17-18]: training");
    params = trainingLoop(5000, 1e-2, tensor(options.requiresGrad(true), 0.0, 1.0), tUn, tC);
    out.println(params);

    if (setup.pictures().isPresent()) {
      float[] bw = params.toFloatArray();
      Path folder = setup.pictures().get();
      Path file = Plots.calibration(
          folder, tU.toDoubleArray(), tC.toDoubleArray(), bw[0], 0.1 * bw[1], losses);
      out.println("\nwrote " + file);
    }
  }

  private Tensor trainingLoop(
      int nEpochs, double learningRate, Tensor params, Tensor tU, Tensor tC) {
    for (int epoch = 1; epoch <= nEpochs; epoch++) {
      if (params.grad() != null) {
        params.grad().zero_();
      }

      Tensor tP = model(tU, params);
      Tensor loss = lossFn(tP, tC);
      loss.backward();

      try (var g = noGrad()) { // a step is no part of the function to differentiate
        params.sub_(params.grad().mul(learningRate));
      }

      losses.add(loss.item());
      if (epoch % 500 == 0) {
        out.println("Epoch " + epoch + " : Loss = " + loss.item());
      }
    }
    return params;
  }
}
