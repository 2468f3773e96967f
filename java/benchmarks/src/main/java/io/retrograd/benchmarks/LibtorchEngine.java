package io.retrograd.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch through org.bytedeco:pytorch, with a PointerScope around each run. */
final class LibtorchEngine implements Engine {
  @Override
  public void threads(int n) {
    torch.set_num_threads(n);
  }

  private static Case of(String name, int unit, Supplier<Runnable> work) {
    return new Case(name, unit, () -> {
      Runnable run = work.get();
      return () -> {
        try (var scope = new PointerScope()) {
          run.run();
        }
      };
    });
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>(List.of(
        of("document 000, one epoch", 1, LibtorchEngine::calibration),
        of("recorded add of one element", 1000, () -> {
          Tensor x = scalar(1).requires_grad_(true);
          Tensor y = scalar(2);
          return () -> {
            for (int i = 0; i < 1000; i++) x.add(y);
          };
        }),
        of("chain of 100 mul, forward and backward", 100, () -> {
          Tensor x = scalar(1).requires_grad_(true);
          Tensor factor = scalar(1.01f);
          return () -> {
            Tensor y = x;
            for (int i = 0; i < 100; i++) y = y.mul(factor);
            y.backward();
          };
        }),
        of(NETWORK, 1, LibtorchEngine::network),
        of("tanh(x)*x + x on 4M, forward and backward", 1, () -> {
          Tensor x = torch.randn(1 << 22).requires_grad_(true);
          Tensor g = torch.ones(1 << 22);
          return () -> {
            x.mutable_grad().put(new Tensor());
            x.tanh()
                .mul(x)
                .add(x)
                .backward(g, new BoolOptional(), false, new TensorArrayRefOptional());
          };
        }),
        of("sum of 16M", 1, () -> {
          Tensor x = torch.randn(1 << 24);
          return x::sum;
        }),
        of("write a row of 50,000 x 256 by an index", 1, () -> {
          Tensor x = torch.randn(50_000, 256);
          Tensor row = torch.randn(256);
          TensorOptionalList index = list(Tensor.create(31_415L));
          return () -> x.index_put_(index, row);
        }),
        of("write 1M elements of 4M by a mask", 1, () -> {
          Tensor x = torch.randn(1 << 22);
          TensorOptionalList mask = list(quarter());
          Tensor values = torch.randn(1 << 20);
          return () -> x.index_put_(mask, values);
        }),
        of("10,000 rows of 50,000 x 256, forward and backward", 1, () -> {
          Tensor x = torch.randn(50_000, 256).requires_grad_(true);
          TensorOptionalList index = list(Tensor.create(Data.spread(10_000, 50_000)));
          Tensor g = torch.ones(10_000, 256);
          return () -> {
            x.mutable_grad().put(new Tensor());
            torch
                .index(x, index)
                .backward(g, new BoolOptional(), false, new TensorArrayRefOptional());
          };
        }),
        of("matmul 256", 1, () -> matmul(256)),
        of("matmul 1024", 1, () -> matmul(1024)),
        of(CONVOLUTION, 1, () -> convolution(64, 1)),
        of(DEPTHWISE, 1, () -> convolution(1, 64)),
        of(CONVOLUTIONAL, 1, LibtorchEngine::convolutional),
        of(MAX_POOL, 1, () -> {
          long[] three = {3, 3}, two = {2, 2}, one = {1, 1};
          return pooling(x -> torch.max_pool2d(x, three, two, one, one, false), 32, 64, 112, 112);
        }),
        of(SMALL_MAX_POOL, 1, () -> pooling(x -> torch.max_pool2d(x, 2, 2), 64, 1, 32, 32)),
        of(AVG_POOL, 1, () -> pooling(x -> torch.avg_pool2d(x, 2, 2), 32, 64, 112, 112)),
        of(SMALL_AVG_POOL, 1, () -> pooling(x -> torch.avg_pool2d(x, 2, 2), 64, 1, 32, 32))));
    for (Normalizing n : Normalizing.ALL) cases.add(of(n.toString(), 1, () -> normalizing(n)));
    return cases;
  }

  private static Runnable pooling(UnaryOperator<Tensor> pool, long... shape) {
    Tensor x = torch.randn(shape).requires_grad_(true);
    Tensor g = torch.ones_like(pool.apply(x));
    return () -> {
      x.mutable_grad().put(new Tensor());
      pool.apply(x).backward(g, new BoolOptional(), false, new TensorArrayRefOptional());
    };
  }

  private static Runnable convolution(long channels, long groups) {
    Tensor x = torch.randn(32, 64, 56, 56).requires_grad_(true);
    Tensor w = torch.randn(64, channels, 3, 3).requires_grad_(true);
    Tensor b = torch.randn(64).requires_grad_(true);
    Tensor g = torch.ones(32, 64, 56, 56);
    long[] one = {1, 1};
    return () -> {
      for (Tensor t : List.of(x, w, b)) t.mutable_grad().put(new Tensor());
      torch
          .conv2d(x, w, new TensorOptional(b), one, one, one, groups)
          .backward(g, new BoolOptional(), false, new TensorArrayRefOptional());
    };
  }

  private static Runnable normalizing(Normalizing n) {
    Tensor x = torch.randn(n.shape()).requires_grad_(true), g = torch.ones(n.shape());
    Tensor w = torch.ones(n.width()).requires_grad_(true);
    Tensor b = torch.randn(n.width()).requires_grad_(true);
    var weight = new TensorOptional(w);
    var bias = new TensorOptional(b);
    var mean = new TensorOptional(torch.zeros(n.width()));
    var variance = new TensorOptional(torch.ones(n.width()));
    long[] last = {n.width()};
    Supplier<Tensor> forward =
        switch (n.operation()) {
          case "batchNorm" ->
            () -> torch.batch_norm(x, weight, bias, mean, variance, true, 0.1, 1e-5, false);
          case "layerNorm" -> () -> torch.layer_norm(x, last, weight, bias, 1e-5, false);
          case "groupNorm" -> () -> torch.group_norm(x, 32, weight, bias, 1e-5, false);
          case "softmax" -> () -> x.softmax(1);
          default -> throw new IllegalArgumentException(n.operation());
        };
    return () -> {
      for (Tensor t : List.of(x, w, b)) t.mutable_grad().put(new Tensor());
      forward.get().backward(g, new BoolOptional(), false, new TensorArrayRefOptional());
    };
  }

  private static TensorOptionalList list(Tensor... indices) {
    TensorOptionalList list = new TensorOptionalList();
    for (Tensor index : indices) list.push_back(new TensorOptional(index));
    return list;
  }

  /** A mask of 4M with every fourth true. */
  private static Tensor quarter() {
    return torch.arange(new Scalar(1 << 22)).remainder(new Scalar(4)).eq(new Scalar(1));
  }

  private static Tensor scalar(float value) {
    return Tensor.create(new float[] {value}, new long[] {});
  }

  private static Tensor vector(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
    return Tensor.create(floats);
  }

  private static Runnable matmul(int n) {
    Tensor a = torch.randn(n, n);
    Tensor b = torch.randn(n, n);
    return () -> a.matmul(b);
  }

  private static Runnable calibration() {
    Tensor target = vector(Data.CELSIUS);
    Tensor reading = vector(Data.UNKNOWN).mul(new Scalar(0.1));
    Tensor params = Tensor.create(0f, 1f).requires_grad_(true);
    Scalar two = new Scalar(2.0);
    Scalar rate = new Scalar(1e-2);
    return () -> {
      Tensor grad = params.grad();
      if (grad.defined()) grad.zero_();
      Tensor prediction = torch
          .stack(new TensorVector(torch.ones(reading.size(0)), reading))
          .t()
          .matmul(params);
      prediction.sub(target).pow(two).mean().backward();
      try (var g = new AutoGradMode(false)) {
        params.sub_(params.grad().mul(rate));
      }
    };
  }

  private static Tensor weight(long out, long... in) {
    long[] shape = LongStream.concat(LongStream.of(out), LongStream.of(in)).toArray();
    double fan = LongStream.of(in).reduce(1, Math::multiplyExact);
    return torch.randn(shape).mul(new Scalar(1 / Math.sqrt(fan))).detach().requires_grad_(true);
  }

  private static Runnable network() {
    Tensor w1 = weight(512, 784);
    Tensor w2 = weight(512, 512);
    Tensor w3 = weight(10, 512);
    Tensor b1 = torch.zeros(512).requires_grad_(true);
    Tensor b2 = torch.zeros(512).requires_grad_(true);
    Tensor b3 = torch.zeros(10).requires_grad_(true);
    return training(
        torch.randn(128, 784),
        x -> {
          Tensor h1 = torch.linear(x, w1, new TensorOptional(b1)).relu();
          Tensor h2 = torch.linear(h1, w2, new TensorOptional(b2)).relu();
          return torch.linear(h2, w3, new TensorOptional(b3));
        },
        w1,
        b1,
        w2,
        b2,
        w3,
        b3);
  }

  private static Runnable convolutional() {
    Tensor w1 = weight(32, 1, 3, 3), b1 = torch.zeros(32).requires_grad_(true);
    Tensor w2 = weight(64, 32, 3, 3), b2 = torch.zeros(64).requires_grad_(true);
    Tensor w3 = weight(128, 1600), b3 = torch.zeros(128).requires_grad_(true);
    Tensor w4 = weight(10, 128), b4 = torch.zeros(10).requires_grad_(true);
    return training(
        torch.randn(64, 1, 28, 28),
        x -> {
          Tensor h1 = torch.max_pool2d(convolve(x, w1, b1).relu(), 2, 2);
          Tensor h2 = torch.max_pool2d(convolve(h1, w2, b2).relu(), 2, 2);
          Tensor h3 =
              torch.linear(h2.flatten(1, -1), w3, new TensorOptional(b3)).relu();
          return torch.linear(h3, w4, new TensorOptional(b4));
        },
        w1,
        b1,
        w2,
        b2,
        w3,
        b3,
        w4,
        b4);
  }

  private static Tensor convolve(Tensor x, Tensor w, Tensor b) {
    return torch.conv2d(
        x, w, new TensorOptional(b), new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1}, 1);
  }

  private static Runnable training(Tensor x, UnaryOperator<Tensor> model, Tensor... parameters) {
    var optimizer = new Adam(new TensorVector(parameters), new AdamOptions(1e-3));
    Tensor y = Tensor.create(Data.labels((int) x.size(0)));
    return () -> {
      optimizer.zero_grad();
      torch.cross_entropy_loss(model.apply(x), y).backward();
      optimizer.step();
    };
  }
}
