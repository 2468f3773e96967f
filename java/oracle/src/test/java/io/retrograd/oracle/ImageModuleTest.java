package io.retrograd.oracle;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.nn.*;
import io.retrograd.nn.Module;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.*;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Modules of images against libtorch's of the same name: results and gradients, in train and eval. */
class ImageModuleTest {
  private static final long[] LINE = {2, 3, 5}, IMAGE = {2, 4, 5, 4}, VOLUME = {2, 3, 4, 3, 5};
  private static final long[] ONE = {1, 2}, TWO = {1, 2, 0, 1}, THREE = {1, 2, 0, 1, 2, 1};

  private static Nd numbers(long... shape) {
    Random random = new Random(5);
    return Nd.of(DType.FLOAT64, shape, random::nextDouble);
  }

  private static void agree(Module ours, UnaryOperator<Tensor> theirs, long... shape) {
    for (Module each : List.of(ours.train(), ours.eval())) {
      List<Nd> expected = run(Torch.LIB, theirs, numbers(shape)),
          got = run(Retro.LIB, each::call, numbers(shape));
      Tolerance.ACCUMULATED.checkValues(ours + "", expected.get(0), got.get(0));
      Tolerance.ACCUMULATED.checkGradients(ours + ": gradient", expected.get(1), got.get(1));
    }
  }

  /** The result, and the gradient of half of its square. */
  private static <T> List<Nd> run(Library<T> lib, UnaryOperator<T> f, Nd x) {
    T in = lib.requireGrad(lib.make(x)), y = f.apply(in);
    Nd value = lib.read(y);
    return List.of(
        value,
        lib.read(
            lib.grad(List.of(y), List.of(in), List.of(lib.make(value)), false).get(0)));
  }

  private static LongPointer p(long... numbers) {
    return new LongPointer(numbers);
  }

  private static Tensor circular(Tensor x, long... padding) {
    return torch.pad(x, padding, "circular", new DoubleOptional());
  }

  @Test
  void padding() {
    agree(new ZeroPad1d(ONE), new ZeroPad1dImpl(p(ONE))::forward, LINE);
    agree(new ZeroPad2d(TWO), new ZeroPad2dImpl(p(TWO))::forward, IMAGE);
    agree(new ZeroPad3d(THREE), new ZeroPad3dImpl(p(THREE))::forward, VOLUME);
    agree(new ConstantPad1d(ONE, 3.5), new ConstantPad1dImpl(p(ONE), 3.5)::forward, LINE);
    agree(new ConstantPad2d(TWO, 3.5), new ConstantPad2dImpl(p(TWO), 3.5)::forward, IMAGE);
    agree(new ConstantPad3d(THREE, 3.5), new ConstantPad3dImpl(p(THREE), 3.5)::forward, VOLUME);
    agree(new ReflectionPad1d(ONE), new ReflectionPad1dImpl(p(ONE))::forward, LINE);
    agree(new ReflectionPad2d(TWO), new ReflectionPad2dImpl(p(TWO))::forward, IMAGE);
    agree(new ReflectionPad3d(THREE), new ReflectionPad3dImpl(p(THREE))::forward, VOLUME);
    agree(new ReplicationPad1d(ONE), new ReplicationPad1dImpl(p(ONE))::forward, LINE);
    agree(new ReplicationPad2d(TWO), new ReplicationPad2dImpl(p(TWO))::forward, IMAGE);
    agree(new ReplicationPad3d(THREE), new ReplicationPad3dImpl(p(THREE))::forward, VOLUME);
    // libtorch has no such modules.
    agree(new CircularPad1d(ONE), x -> circular(x, ONE), LINE);
    agree(new CircularPad2d(TWO), x -> circular(x, TWO), IMAGE);
    agree(new CircularPad3d(THREE), x -> circular(x, THREE), VOLUME);
    agree(new ReflectionPad2d(2), new ReflectionPad2dImpl(p(2, 2, 2, 2))::forward, 4, 3, 5);
  }

  private static UnaryOperator<Tensor> upsample(Consumer<UpsampleOptions> set) {
    UpsampleOptions options = new UpsampleOptions();
    set.accept(options);
    return new UpsampleImpl(options)::forward;
  }

  @Test
  void otherSizes() {
    DoubleVector twice = new DoubleVector(2.0, 2.0);
    UnaryOperator<Tensor> nearest = upsample(o -> o.scale_factor().put(twice));
    agree(new Upsample(2), nearest, IMAGE);
    agree(new UpsamplingNearest2d(2), nearest, IMAGE);
    agree(new UpsamplingNearest2d(3, 7), upsample(o -> o.size().put(new LongVector(3, 7))), IMAGE);
    UnaryOperator<Tensor> bilinear = upsample(o -> {
      o.size().put(new LongVector(8, 3));
      o.mode().put(new kBilinear());
      o.align_corners().put(true);
    });
    InterpolateOptions size = InterpolateOptions.size(8, 3).withAlignCorners(true);
    agree(new UpsamplingBilinear2d(8, 3), bilinear, IMAGE);
    agree(new Upsample(size.withMode("bilinear")), bilinear, IMAGE);
    agree(
        new Upsample(InterpolateOptions.scaleFactor(1.5).withMode("trilinear")),
        upsample(o -> {
          o.scale_factor().put(new DoubleVector(1.5, 1.5, 1.5));
          o.mode().put(new kTrilinear());
          o.align_corners().put(false);
        }),
        VOLUME);
  }

  @Test
  void channelsForPlaces() {
    agree(new PixelShuffle(2), new PixelShuffleImpl(new PixelShuffleOptions(2))::forward, IMAGE);
    agree(
        new PixelUnshuffle(2),
        new PixelUnshuffleImpl(new PixelUnshuffleOptions(2))::forward,
        1,
        2,
        4,
        6);
    agree(new ChannelShuffle(2), x -> torch.channel_shuffle(x, 2), IMAGE);
  }

  @Test
  void convolutionsOfPaddedImages() {
    Nd bias = numbers(6);
    for (String mode : List.of("reflect", "replicate", "circular"))
      for (boolean same : new boolean[] {true, false}) {
        // C++'s modules, unlike Python's, take "same" padding of unequal dimensions in the wrong
        // order.
        long[] kernel = same ? new long[] {2, 2} : new long[] {3, 2};
        Nd weight = numbers(6, 4, kernel[0], kernel[1]);
        Conv2dOptions theirs = new Conv2dOptions(4, 6, p(kernel));
        switch (mode) {
          case "reflect" -> theirs.padding_mode().put(new kReflect());
          case "replicate" -> theirs.padding_mode().put(new kReplicate());
          default -> theirs.padding_mode().put(new kCircular());
        }
        ConvOptions ours = ConvOptions.defaults().withPaddingMode(mode);
        if (same) {
          theirs.padding().put(new kSame());
          theirs.dilation().put(new long[] {3, 3});
          ours = ours.withPadding("same").withDilation(3);
        } else {
          theirs.padding().put(p(2, 1));
          theirs.stride().put(new long[] {2, 1});
          ours = ours.withPadding(2, 1).withStride(2, 1);
        }
        Conv2dImpl reference = new Conv2dImpl(theirs);
        reference.weight(Torch.LIB.make(weight));
        reference.bias(Torch.LIB.make(bias));
        Conv2d conv = new Conv2d(Retrograd.options(DType.FLOAT64), 4, 6, kernel, ours);
        try (var plain = Retrograd.noGrad()) {
          conv.weight().copy_(Retro.LIB.make(weight));
          conv.bias().copy_(Retro.LIB.make(bias));
        }
        agree(conv, reference::forward, IMAGE);
      }
  }
}
