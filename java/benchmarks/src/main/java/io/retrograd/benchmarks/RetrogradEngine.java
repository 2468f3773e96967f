package io.retrograd.benchmarks;

import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.setNumThreads;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.nn.Conv2d;
import io.retrograd.nn.F;
import io.retrograd.nn.Flatten;
import io.retrograd.nn.Linear;
import io.retrograd.nn.MaxPool2d;
import io.retrograd.nn.ReLU;
import io.retrograd.nn.Sequential;
import io.retrograd.optim.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Retrograd, with a scope around each run or with none at all. */
final class RetrogradEngine implements Engine {
  private final boolean scoped;

  RetrogradEngine(boolean scoped) {
    this.scoped = scoped;
  }

  @Override
  public void threads(int n) {
    setNumThreads(n);
  }

  private Case of(String name, int unit, Supplier<Runnable> work) {
    return new Case(name, unit, () -> {
      Runnable run = work.get();
      return scoped ? () -> Scope.run(run) : run;
    });
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>(List.of(
        of("document 000, one epoch", 1, RetrogradEngine::calibration),
        of("recorded add of one element", 1000, () -> {
          Tensor x = tensor(1.0).requiresGrad_(true);
          Tensor y = tensor(2.0);
          return () -> {
            for (int i = 0; i < 1000; i++) x.add(y);
          };
        }),
        of("chain of 100 mul, forward and backward", 100, () -> {
          Tensor x = tensor(1.0).requiresGrad_(true);
          Tensor factor = tensor(1.01);
          return () -> {
            Tensor y = x;
            for (int i = 0; i < 100; i++) y = y.mul(factor);
            y.backward();
          };
        }),
        of(NETWORK, 1, () -> network(128)),
        of("tanh(x)*x + x on 4M, forward and backward", 1, () -> {
          Tensor x = randn(1 << 22).requiresGrad_(true);
          Tensor g = ones(1 << 22);
          return () -> {
            x.setGrad(null);
            x.tanh().mul(x).add(x).backward(g);
          };
        }),
        of("sum of 16M", 1, () -> {
          Tensor x = randn(1 << 24);
          return x::sum;
        }),
        of("write a row of 50,000 x 256 by an index", 1, () -> {
          Tensor x = randn(50_000, 256);
          Tensor row = randn(256);
          Tensor index = tensor(new long[] {31_415});
          return () -> x.set(row, index);
        }),
        of("write 1M elements of 4M by a mask", 1, () -> {
          Tensor x = randn(1 << 22);
          Tensor mask = arange(0, 1 << 22).remainder(4).eq(1);
          Tensor values = randn(1 << 20);
          return () -> x.set(values, mask);
        }),
        of("10,000 rows of 50,000 x 256, forward and backward", 1, () -> {
          Tensor x = randn(50_000, 256).requiresGrad_(true);
          Tensor index = tensor(Data.spread(10_000, 50_000));
          Tensor g = ones(10_000, 256);
          return () -> {
            x.setGrad(null);
            x.get(index).backward(g);
          };
        }),
        of("matmul 256", 1, () -> matmul(256)),
        of("matmul 1024", 1, () -> matmul(1024)),
        of(CONVOLUTION, 1, () -> convolution(64, 1)),
        of(DEPTHWISE, 1, () -> convolution(1, 64)),
        of(CONVOLUTIONAL, 1, RetrogradEngine::convolutional),
        of(MAX_POOL, 1, () -> pooling(x -> F.maxPool2d(x, 3, 2, 1), 32, 64, 112, 112)),
        of(SMALL_MAX_POOL, 1, () -> pooling(x -> F.maxPool2d(x, 2), 64, 1, 32, 32)),
        of(AVG_POOL, 1, () -> pooling(x -> F.avgPool2d(x, 2), 32, 64, 112, 112)),
        of(SMALL_AVG_POOL, 1, () -> pooling(x -> F.avgPool2d(x, 2), 64, 1, 32, 32))));
    for (Normalizing n : Normalizing.ALL) cases.add(of(n.toString(), 1, () -> normalizing(n)));
    return cases;
  }

  private static Runnable pooling(UnaryOperator<Tensor> pool, long... shape) {
    Tensor x = randn(shape).requiresGrad_(true);
    Tensor g = ones(pool.apply(x).shape());
    return () -> {
      x.setGrad(null);
      pool.apply(x).backward(g);
    };
  }

  private static Runnable convolution(long channels, long groups) {
    Tensor x = randn(32, 64, 56, 56).requiresGrad_(true);
    Tensor w = randn(64, channels, 3, 3).requiresGrad_(true), b = randn(64).requiresGrad_(true);
    Tensor g = ones(32, 64, 56, 56);
    return () -> {
      for (Tensor t : List.of(x, w, b)) t.setGrad(null);
      F.conv2d(x, w, b, 1, 1, 1, groups).backward(g);
    };
  }

  private static Runnable normalizing(Normalizing n) {
    long width = n.width();
    Tensor x = randn(n.shape()).requiresGrad_(true), g = ones(n.shape());
    Tensor w = ones(width).requiresGrad_(true), b = randn(width).requiresGrad_(true);
    Tensor mean = zeros(width), variance = ones(width);
    Supplier<Tensor> forward =
        switch (n.operation()) {
          case "batchNorm" -> () -> F.batchNorm(x, mean, variance, w, b, true);
          case "groupNorm" -> () -> F.groupNorm(x, 32, w, b);
          case "layerNorm" -> () -> F.layerNorm(x, new long[] {width}, w, b);
          case "softmax" -> () -> x.softmax(1);
          default -> throw new IllegalArgumentException(n.operation());
        };
    return () -> {
      for (Tensor t : List.of(x, w, b)) t.setGrad(null);
      forward.get().backward(g);
    };
  }

  static Runnable matmul(int n) {
    Tensor a = randn(n, n);
    Tensor b = randn(n, n);
    return () -> a.matmul(b);
  }

  static Runnable calibration() {
    Tensor target = tensor(Data.CELSIUS);
    Tensor reading = tensor(Data.UNKNOWN).mul(0.1);
    Tensor params = tensor(0.0, 1.0).requiresGrad_(true);
    return () -> {
      Tensor grad = params.grad();
      if (grad != null) grad.zero_();
      Tensor prediction = stack(List.of(ones(reading.shape()[0]), reading)).T().matmul(params);
      prediction.sub(target).pow(2).mean().backward();
      try (var g = noGrad()) {
        params.sub_(params.grad().mul(1e-2));
      }
    };
  }

  static Runnable network(int batch) {
    var model = new Sequential(
        new Linear(784, 512), new ReLU(), new Linear(512, 512), new ReLU(), new Linear(512, 10));
    return training(model, randn(batch, 784));
  }

  private static Runnable convolutional() {
    var model = new Sequential(
        new Conv2d(1, 32, 3),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(32, 64, 3),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(1600, 128),
        new ReLU(),
        new Linear(128, 10));
    return training(model, randn(64, 1, 28, 28));
  }

  private static Runnable training(Sequential model, Tensor x) {
    var optimizer = new Adam(model.parameters(), 1e-3);
    Tensor y = tensor(Data.labels((int) x.size(0)));
    return () -> {
      optimizer.zeroGrad();
      F.crossEntropy(model.forward(x), y).backward();
      optimizer.step();
    };
  }
}
