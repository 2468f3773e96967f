package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;
import static io.retrograd.oracle.Torch.list;
import static io.retrograd.oracle.Torch.s;
import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import io.retrograd.nn.Module;
import io.retrograd.optim.Adam;
import io.retrograd.optim.SGD;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks train beside libtorch's, from equal weights on equal data, to equal losses. */
class NetworksTest {
  private static final int STEPS = 50;
  private static final long SUM = 2; // libtorch's number for the reduction

  private final Random random = new Random(1);

  @BeforeEach
  void seed() {
    Retrograd.manualSeed(1);
  }

  /** The same network in libtorch's functions, with the parameters and buffers of one of ours, by their names. */
  private static final class Twin {
    private final Map<String, org.bytedeco.pytorch.Tensor> tensors = new LinkedHashMap<>();
    private final TensorVector parameters = new TensorVector();

    Twin(Module module) {
      module.namedParameters().forEach((name, t) -> {
        org.bytedeco.pytorch.Tensor copy = theirs(nd(t)).set_requires_grad(true);
        tensors.put(name, copy);
        parameters.push_back(copy);
      });
      module.namedBuffers().forEach((name, t) -> tensors.put(name, theirs(nd(t))));
    }

    Optimizer sgd(double lr) {
      return new org.bytedeco.pytorch.SGD(parameters, new SGDOptions(lr));
    }

    Optimizer adam(double lr) {
      return new org.bytedeco.pytorch.Adam(parameters, new AdamOptions(lr));
    }

    private TensorOptional get(String name) {
      org.bytedeco.pytorch.Tensor t = tensors.get(name);
      return t == null ? new TensorOptional() : new TensorOptional(t);
    }

    org.bytedeco.pytorch.Tensor linear(String name, org.bytedeco.pytorch.Tensor x) {
      return torch.linear(x, tensors.get(name + ".weight"), get(name + ".bias"));
    }

    org.bytedeco.pytorch.Tensor conv(
        String name, org.bytedeco.pytorch.Tensor x, long stride, long padding) {
      long[] strides = {stride, stride};
      long[] paddings = {padding, padding};
      return torch.conv2d(
          x,
          tensors.get(name + ".weight"),
          get(name + ".bias"),
          strides,
          paddings,
          new long[] {1, 1},
          1);
    }

    org.bytedeco.pytorch.Tensor up(
        String name, org.bytedeco.pytorch.Tensor x, long stride, long padding) {
      return torch.conv_transpose2d(
          x,
          tensors.get(name + ".weight"),
          get(name + ".bias"),
          new long[] {stride, stride},
          new long[] {padding, padding},
          new long[] {0, 0},
          1,
          1,
          1);
    }

    org.bytedeco.pytorch.Tensor norm(String name, org.bytedeco.pytorch.Tensor x) {
      return torch.batch_norm(
          x,
          get(name + ".weight"),
          get(name + ".bias"),
          get(name + ".running_mean"),
          get(name + ".running_var"),
          true,
          0.1,
          1e-5,
          false);
    }
  }

  private static Nd nd(Tensor t) {
    return Retro.LIB.read(t);
  }

  private static org.bytedeco.pytorch.Tensor theirs(Nd nd) {
    return Torch.LIB.make(nd);
  }

  private Nd normal(long... shape) {
    return nd(shape, random::nextGaussian);
  }

  private Nd unit(long... shape) {
    return nd(shape, random::nextDouble);
  }

  private static Nd nd(long[] shape, Supplier<Double> numbers) {
    int n = 1;
    for (long size : shape) n *= (int) size;
    double[] data = new double[n];
    for (int i = 0; i < n; i++) data[i] = numbers.get();
    return new Nd(FLOAT64, shape, data);
  }

  private Nd classes(int n, int count) {
    double[] data = new double[n];
    for (int i = 0; i < n; i++) data[i] = random.nextInt(count);
    return new Nd(DType.INT64, new long[] {n}, data);
  }

  private static Tensor ours(Nd nd) {
    return Retro.LIB.make(nd);
  }

  private static double step(io.retrograd.optim.Optimizer optimizer, Supplier<Tensor> loss) {
    return Scope.run(() -> {
          optimizer.zeroGrad();
          Tensor l = loss.get();
          l.backward();
          optimizer.step();
          return Retrograd.tensor(l.item());
        })
        .item();
  }

  private static double step(Optimizer optimizer, UnaryOperator<org.bytedeco.pytorch.Tensor> loss) {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      org.bytedeco.pytorch.Tensor l = loss.apply(null);
      l.backward();
      optimizer.step();
      return l.item_double();
    }
  }

  /** Trains both on the same batches and compares losses, and at the end all parameters and buffers. */
  private void compare(
      Module module,
      Twin twin,
      io.retrograd.optim.Optimizer optimizer,
      Optimizer theirOptimizer,
      Supplier<Losses> batches) {
    for (int i = 0; i < STEPS; i++) {
      Losses losses = batches.get();
      double want = step(theirOptimizer, unused -> losses.theirs.get());
      assertEquals(want, step(optimizer, losses.ours), 1e-6, "step " + i);
    }
    assertSame(module, twin);
  }

  private static void assertSame(Module module, Twin twin) {
    Map<String, Tensor> all = new LinkedHashMap<>(module.namedParameters());
    all.putAll(module.namedBuffers());
    all.remove("norm.num_batches_tracked");
    all.forEach((name, t) -> {
      if (name.endsWith("num_batches_tracked")) return; // the function does not count
      double[] want = Torch.LIB.read(twin.tensors.get(name)).data();
      assertArrayEquals(want, nd(t).data(), 1e-6, name);
    });
  }

  private record Losses(Supplier<Tensor> ours, Supplier<org.bytedeco.pytorch.Tensor> theirs) {}

  private static org.bytedeco.pytorch.Tensor pool(org.bytedeco.pytorch.Tensor x) {
    return torch.max_pool2d(x, 2, 2);
  }

  @Test
  void leNet() {
    Networks.LeNet net = new Networks.LeNet(0);
    Twin twin = new Twin(net);
    compare(net, twin, new SGD(net.parameters(), 0.1), twin.sgd(0.1), () -> {
      Nd x = normal(4, 1, 16, 16);
      Nd y = classes(4, 10);
      return new Losses(() -> F.crossEntropy(net.call(ours(x)), ours(y)), () -> {
        var h = pool(torch.relu(twin.conv("conv1", theirs(x), 1, 2)));
        h = pool(torch.relu(twin.conv("conv2", h, 1, 0)));
        h = torch.relu(twin.linear("fc1", h.flatten(1, -1)));
        return torch.cross_entropy_loss(twin.linear("fc2", h), theirs(y));
      });
    });
  }

  @Test
  void resNet() {
    Networks.ResNet net = new Networks.ResNet();
    Twin twin = new Twin(net);
    compare(net, twin, new SGD(net.parameters(), 0.1), twin.sgd(0.1), () -> {
      Nd x = normal(4, 3, 8, 8);
      Nd y = classes(4, 5);
      return new Losses(() -> F.crossEntropy(net.call(ours(x)), ours(y)), () -> {
        var h = torch.relu(twin.norm("norm", twin.conv("stem", theirs(x), 1, 1)));
        var z = torch.relu(twin.norm("block.bn1", twin.conv("block.conv1", h, 2, 1)));
        z = twin.norm("block.bn2", twin.conv("block.conv2", z, 1, 1));
        z = torch.relu(z.add(twin.norm("block.bnDown", twin.conv("block.down", h, 2, 0))));
        z = torch.adaptive_avg_pool2d(z, 1, 1).flatten(1, -1);
        return torch.cross_entropy_loss(twin.linear("head", z), theirs(y));
      });
    });
  }

  @Test
  void uNet() {
    Networks.UNet net = new Networks.UNet();
    Twin twin = new Twin(net);
    compare(net, twin, new Adam(net.parameters(), 0.01), twin.adam(0.01), () -> {
      Nd x = normal(3, 1, 8, 8);
      Nd y = unit(3, 1, 8, 8);
      return new Losses(() -> F.binaryCrossEntropyWithLogits(net.call(ours(x)), ours(y)), () -> {
        var first = torch.relu(twin.conv("enc1", theirs(x), 1, 1));
        var second = torch.relu(twin.conv("enc2", pool(first), 1, 1));
        var joined = torch.cat(list(twin.up("up", second, 2, 0), first), 1);
        var out = twin.conv("out", torch.relu(twin.conv("dec", joined, 1, 1)), 1, 0);
        return binary_cross_entropy_with_logits(out, theirs(y));
      });
    });
  }

  @Test
  void vae() {
    Networks.Vae net = new Networks.Vae();
    Twin twin = new Twin(net);
    compare(net, twin, new Adam(net.parameters(), 0.01), twin.adam(0.01), () -> {
      Nd x = unit(6, 12);
      Nd noise = normal(6, 3);
      return new Losses(() -> net.loss(ours(x), ours(noise)), () -> {
        var h = torch.tanh(twin.linear("enc", theirs(x)));
        var mean = twin.linear("mu", h);
        var log = twin.linear("logvar", h);
        var z = mean.add(log.mul(s(0.5)).exp().mul(theirs(noise)));
        var y = twin.linear("dec2", torch.relu(twin.linear("dec1", z)));
        var kl = log.add(s(1)).sub(mean.square()).sub(log.exp()).sum().mul(s(-0.5));
        return binary_cross_entropy_with_logits(
                y, theirs(x), new TensorOptional(), new TensorOptional(), SUM)
            .add(kl)
            .div(new Scalar(6.0));
      });
    });
  }

  @Test
  void gan() {
    Networks.Generator generator = new Networks.Generator();
    Networks.Discriminator discriminator = new Networks.Discriminator();
    Twin g = new Twin(generator);
    Twin d = new Twin(discriminator);
    Adam generatorAdam = new Adam(generator.parameters(), 0.002);
    Adam discriminatorAdam = new Adam(discriminator.parameters(), 0.002);
    Optimizer theirGeneratorAdam = g.adam(0.002);
    Optimizer theirDiscriminatorAdam = d.adam(0.002);
    Nd real = new Nd(FLOAT64, new long[] {4, 1}, new double[] {1, 1, 1, 1});
    Nd fake = new Nd(FLOAT64, new long[] {4, 1}, new double[4]);
    for (int i = 0; i < STEPS; i++) {
      Nd x = normal(4, 1, 8, 8);
      Nd z = normal(4, 4, 2, 2);
      double want = step(theirDiscriminatorAdam, unused -> {
        var made = made(g, theirs(z)).detach();
        return binary_cross_entropy_with_logits(judged(d, theirs(x)), theirs(real))
            .add(binary_cross_entropy_with_logits(judged(d, made), theirs(fake)));
      });
      double got = step(discriminatorAdam, () -> {
        Tensor made = generator.call(ours(z)).detach();
        return F.binaryCrossEntropyWithLogits(discriminator.call(ours(x)), ours(real))
            .add(F.binaryCrossEntropyWithLogits(discriminator.call(made), ours(fake)));
      });
      assertEquals(want, got, 1e-6, "discriminator, step " + i);
      want = step(
          theirGeneratorAdam,
          unused -> binary_cross_entropy_with_logits(judged(d, made(g, theirs(z))), theirs(real)));
      got = step(
          generatorAdam,
          () -> F.binaryCrossEntropyWithLogits(
              discriminator.call(generator.call(ours(z))), ours(real)));
      assertEquals(want, got, 1e-6, "generator, step " + i);
    }
    assertSame(generator, g);
    assertSame(discriminator, d);
  }

  private static org.bytedeco.pytorch.Tensor made(Twin g, org.bytedeco.pytorch.Tensor z) {
    return torch.tanh(g.up("up2", torch.relu(g.norm("norm", g.up("up1", z, 2, 1))), 2, 1));
  }

  private static org.bytedeco.pytorch.Tensor judged(Twin d, org.bytedeco.pytorch.Tensor x) {
    var h = torch.leaky_relu(d.conv("down1", x, 2, 1), s(0.2));
    h = torch.leaky_relu(d.norm("norm", d.conv("down2", h, 2, 1)), s(0.2));
    return d.linear("head", h.flatten(1, -1));
  }

  /** One seed trains to the same bits on one and on two threads, with dropout. */
  @Test
  void bitsDependOnNoThreads() {
    int threads = Retrograd.getNumThreads();
    try {
      List<double[]> runs = new ArrayList<>();
      for (int n = 1; n <= 2; n++) {
        Retrograd.setNumThreads(n);
        Retrograd.manualSeed(3);
        Networks.LeNet net = new Networks.LeNet(0.5);
        SGD optimizer = new SGD(net.parameters(), 0.05);
        Tensor x = Retrograd.randn(options(FLOAT64), 64, 1, 16, 16);
        Tensor y = Retrograd.randint(0, 10, 64);
        for (int i = 0; i < 3; i++) step(optimizer, () -> F.crossEntropy(net.call(x), y));
        runs.add(net.parameters().stream()
            .flatMapToDouble(p -> java.util.Arrays.stream(nd(p).data()))
            .toArray());
      }
      assertArrayEquals(runs.get(0), runs.get(1));
    } finally {
      Retrograd.setNumThreads(threads);
    }
  }
}
