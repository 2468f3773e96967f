package io.retrograd.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.nn.*;
import io.retrograd.nn.Module;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.*;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Modules of pooling and folding against libtorch's of the same name: results and gradients, in train and eval. */
class PoolModuleTest {
  private static final long[] LINE = {2, 3, 9}, IMAGE = {2, 3, 8, 9}, VOLUME = {2, 3, 5, 6, 7};

  private static Nd numbers(long... shape) {
    Random random = new Random(5);
    return Nd.of(DType.FLOAT64, shape, random::nextDouble);
  }

  private static LongPointer size(long... numbers) {
    return new LongPointer(numbers);
  }

  private static void agree(
      Module ours,
      Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> theirs,
      long... shape) {
    agree(ours.train()::call, theirs, shape);
    agree(ours.eval()::call, theirs, shape);
  }

  private static void agree(
      Function<Tensor, Tensor> ours,
      Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> theirs,
      long... shape) {
    List<Nd> expected = run(Torch.LIB, theirs, numbers(shape)),
        got = run(Retro.LIB, ours, numbers(shape));
    Tolerance.ACCUMULATED.checkValues("the result", expected.get(0), got.get(0));
    Tolerance.ACCUMULATED.checkGradients("the gradient", expected.get(1), got.get(1));
  }

  /** The result, and the gradient of half of its square. */
  private static <T> List<Nd> run(Library<T> lib, Function<T, T> f, Nd x) {
    T in = lib.requireGrad(lib.make(x)), y = f.apply(in);
    Nd value = lib.read(y);
    T gradient =
        lib.grad(List.of(y), List.of(in), List.of(lib.make(value)), false).get(0);
    return List.of(value, lib.read(gradient));
  }

  @Test
  void largestElements() {
    agree(new MaxPool1d(3), new MaxPool1dImpl(new MaxPool1dOptions(size(3)))::forward, LINE);
    agree(new MaxPool2d(3), new MaxPool2dImpl(new MaxPool2dOptions(size(3, 3)))::forward, IMAGE);
    agree(
        new MaxPool3d(3), new MaxPool3dImpl(new MaxPool3dOptions(size(3, 3, 3)))::forward, VOLUME);
    var options = new MaxPool2dOptions(size(3, 2));
    options.stride().put(new long[] {2, 2});
    options.padding().put(new long[] {1, 1});
    options.dilation().put(new long[] {2, 2});
    options.ceil_mode().put(true);
    var theirs = new MaxPool2dImpl(options);
    var ours = new MaxPool2d(
        new long[] {3, 2}, PoolOptions.stride(2).withPadding(1).withDilation(2).withCeilMode(true));
    agree(ours, theirs::forward, IMAGE);
    Nd x = numbers(IMAGE);
    Tolerance.EXACT.checkValues(
        "the places",
        Torch.LIB.read(theirs.forward_with_indices(Torch.LIB.make(x)).get1()),
        Retro.LIB.read(ours.withIndices(Retro.LIB.make(x)).indices()));
  }

  @Test
  void averages() {
    var one = new AvgPool1dOptions(size(3));
    one.stride().put(new long[] {2});
    one.padding().put(new long[] {1});
    agree(new AvgPool1d(3, 2, 1), new AvgPool1dImpl(one)::forward, LINE);
    var two = new AvgPool2dOptions(size(3, 2));
    two.stride().put(new long[] {2, 1});
    two.padding().put(new long[] {1, 0});
    two.count_include_pad().put(false);
    two.ceil_mode().put(true);
    var ours = new AvgPool2d(
        new long[] {3, 2},
        PoolOptions.stride(2, 1).withPadding(1, 0).withCeilMode(true).withCountIncludePad(false));
    agree(ours, new AvgPool2dImpl(two)::forward, IMAGE);
    var three = new AvgPool3dOptions(size(2, 2, 2));
    three.divisor_override().put(new LongOptional(5));
    agree(
        new AvgPool3d(2, PoolOptions.defaults().withDivisorOverride(5)),
        new AvgPool3dImpl(three)::forward,
        VOLUME);
  }

  @Test
  void adaptive() {
    var four = new AdaptiveAvgPool1dOptions(size(4));
    agree(new AdaptiveAvgPool1d(4), new AdaptiveAvgPool1dImpl(four)::forward, LINE);
    var largest = new AdaptiveMaxPool1dOptions(size(4));
    agree(new AdaptiveMaxPool1d(4), new AdaptiveMaxPool1dImpl(largest)::forward, LINE);
    // The binding of libtorch's other modules reads more sizes than it is given.
    agree(new AdaptiveAvgPool2d(3, 4), x -> torch.adaptive_avg_pool2d(x, 3, 4), IMAGE);
    agree(new AdaptiveAvgPool2d(1), x -> torch.adaptive_avg_pool2d(x, 1, 1), IMAGE);
    agree(new MaxPool2d(2), x -> torch.max_pool2d(x, 2, 2), 5, 7, 8, 8);
    agree(new AvgPool2d(2), x -> torch.avg_pool2d(x, 2, 2), 5, 7, 8, 8);
    agree(new AvgPool2d(7), x -> torch.avg_pool2d(x, 7, 7), 2, 3, 15, 15);
    agree(new AdaptiveAvgPool2d(-1, 4), x -> torch.adaptive_avg_pool2d(x, 8, 4), IMAGE);
    agree(new AdaptiveMaxPool2d(3), x -> torch.adaptive_max_pool2d(x, 3, 3).get0(), IMAGE);
    agree(new AdaptiveAvgPool3d(3), x -> torch.adaptive_avg_pool3d(x, 3, 3, 3), VOLUME);
    agree(new AdaptiveMaxPool3d(3), x -> torch.adaptive_max_pool3d(x, 3, 3, 3).get0(), VOLUME);
  }

  @Test
  void powers() {
    agree(new LPPool1d(3, 2), new LPPool1dImpl(new LPPool1dOptions(3, size(2)))::forward, LINE);
    agree(new LPPool2d(2, 3), new LPPool2dImpl(new LPPool2dOptions(2, size(3, 3)))::forward, IMAGE);
    var cube = new LPPool3dOptions(1, size(2, 2, 2));
    agree(new LPPool3d(1, 2), new LPPool3dImpl(cube)::forward, VOLUME);
  }

  @Test
  void fractional() {
    Nd two = numbers(2, 3, 2), three = numbers(2, 3, 3);
    // The binding of libtorch's modules takes no size.
    var image = new FractionalMaxPool2d(new long[] {2}, new long[] {4}, Retro.LIB.make(two));
    var samples = Torch.LIB.make(two);
    long[] kernel = {2, 2}, four = {4, 4};
    agree(image, x -> torch.fractional_max_pool2d(x, kernel, four, samples).get0(), IMAGE);
    var volume =
        new FractionalMaxPool3d(new long[] {2}, new long[] {2, 3, 3}, Retro.LIB.make(three));
    var others = Torch.LIB.make(three);
    long[] cube = {2, 2, 2}, sizes = {2, 3, 3};
    agree(volume, x -> torch.fractional_max_pool3d(x, cube, sizes, others).get0(), VOLUME);
    // A ratio of the sizes; the samples are drawn.
    try (var scope = Scope.open()) {
      Tensor x = Retrograd.randn(2, 3, 8, 9);
      Retrograd.manualSeed(1);
      Tensor y = new FractionalMaxPool2d(2, 0.7).call(x);
      assertEquals(List.of(2L, 3L, 5L, 6L), LongStream.of(y.shape()).boxed().toList());
      Retrograd.manualSeed(1);
      Tensor again = F.fractionalMaxPool2d(x, new long[] {2}, new long[] {5, 6});
      assertEquals(0, y.sub(again).abs().max().item());
    }
  }

  @Test
  void theWayBack() {
    var line = new MaxPool1dImpl(new MaxPool1dOptions(size(2)));
    var ofLine = new MaxUnpool1dImpl(new MaxUnpool1dOptions(size(2)));
    agree(
        x -> {
          var both = new MaxPool1d(2).withIndices(x);
          return new MaxUnpool1d(2).forward(both.values(), both.indices());
        },
        x -> {
          var both = line.forward_with_indices(x);
          return ofLine.forward(both.get0(), both.get1());
        },
        LINE);
    var image = new MaxPool2dImpl(new MaxPool2dOptions(size(2, 2)));
    var ofImage = new MaxUnpool2dImpl(new MaxUnpool2dOptions(size(2, 2)));
    agree(
        x -> {
          var both = new MaxPool2d(2).withIndices(x);
          return new MaxUnpool2d(2).forward(both.values(), both.indices(), x.shape());
        },
        x -> {
          var both = image.forward_with_indices(x);
          return ofImage.forward(
              both.get0(), both.get1(), new LongVectorOptional(new LongVector(IMAGE)));
        },
        IMAGE);
    var volume = new MaxPool3dImpl(new MaxPool3dOptions(size(2, 2, 2)));
    var ofVolume = new MaxUnpool3dImpl(new MaxUnpool3dOptions(size(2, 2, 2)));
    agree(
        x -> {
          var both = new MaxPool3d(2).withIndices(x);
          return new MaxUnpool3d(2).forward(both.values(), both.indices());
        },
        x -> {
          var both = volume.forward_with_indices(x);
          return ofVolume.forward(both.get0(), both.get1());
        },
        2,
        3,
        4,
        6,
        8);
  }

  @Test
  void columns() {
    var unfold = new UnfoldOptions(size(3, 2));
    unfold.dilation().put(new long[] {1, 2});
    unfold.padding().put(new long[] {1, 0});
    unfold.stride().put(new long[] {2, 1});
    var ours =
        new Unfold(new long[] {3, 2}, new long[] {1, 2}, new long[] {1, 0}, new long[] {2, 1});
    agree(ours, new UnfoldImpl(unfold)::forward, IMAGE);
    var fold = new FoldOptions(size(8, 9), size(3, 3));
    fold.padding().put(new long[] {1, 1});
    agree(
        new Fold(new long[] {8, 9}, new long[] {3}, new long[] {1}, new long[] {1}, new long[] {1}),
        new FoldImpl(fold)::forward,
        2,
        18,
        72);
  }

  @Test
  void bilinear() {
    var ours = new Bilinear(Retrograd.options(DType.FLOAT64), 4, 3, 5, true);
    var theirs = new BilinearImpl(4, 3, 5);
    theirs.weight(
        Torch.LIB.requireGrad(Torch.LIB.make(Retro.LIB.read(ours.weight().detach()))));
    theirs.bias(Torch.LIB.requireGrad(Torch.LIB.make(Retro.LIB.read(ours.bias().detach()))));
    Nd b = numbers(2, 6, 3);
    agree(
        a -> ours.forward(a, Retro.LIB.make(b)),
        a -> theirs.forward(a, Torch.LIB.make(b)),
        2,
        6,
        4);
  }
}
