package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.DTypeException;
import io.retrograd.RetrogradException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageTest {
  @Test
  void textIsPyTorchs() {
    assertEquals(
        "[ZeroPad1d((1, 1)), ZeroPad2d((1, 2, 3, 4)), ConstantPad2d(padding=(1, 1, 1, 1), value=3.5), "
            + "ReflectionPad1d((3, 3)), ReplicationPad3d((1, 1, 1, 1, 1, 1)), CircularPad2d((1, 1, 2, 0)), "
            + "Upsample(scale_factor=2.0, mode='nearest'), Upsample(size=(4, 5), mode='bicubic'), "
            + "Upsample(size=7, mode='linear'), Upsample(scale_factor=(2.0, 1.5), mode='bilinear'), "
            + "UpsamplingNearest2d(size=(3, 4), mode='nearest'), "
            + "UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear'), PixelShuffle(upscale_factor=3), "
            + "PixelUnshuffle(downscale_factor=3), ChannelShuffle(groups=2), "
            + "Conv1d(1, 2, kernel_size=(3,), stride=(1,), padding=(1,), bias=False, padding_mode=reflect)]",
        List.of(
                new ZeroPad1d(1),
                new ZeroPad2d(1, 2, 3, 4),
                new ConstantPad2d(1, 3.5),
                new ReflectionPad1d(3),
                new ReplicationPad3d(1),
                new CircularPad2d(1, 1, 2, 0),
                new Upsample(2),
                new Upsample(InterpolateOptions.size(4, 5).withMode("bicubic")),
                new Upsample(InterpolateOptions.size(7).withMode("linear")),
                new Upsample(InterpolateOptions.scaleFactor(2, 1.5).withMode("bilinear")),
                new UpsamplingNearest2d(3, 4),
                new UpsamplingBilinear2d(2),
                new PixelShuffle(3),
                new PixelUnshuffle(3),
                new ChannelShuffle(2),
                new Conv1d(
                    1, 2, 3, ConvOptions.padding(1).withBias(false).withPaddingMode("reflect")))
            .toString());
  }

  /** As in Python; the odd place lies after the image. */
  @Test
  void samePaddingOfAConvolutionIsThatOfTheImage() {
    Tensor x = randn(1, 2, 7, 6);
    Conv2d conv = new Conv2d(
        options(),
        2,
        3,
        new long[] {2, 4},
        ConvOptions.padding("same").withDilation(3, 1).withPaddingMode("circular"));
    Tensor padded = F.pad(x, new long[] {1, 2, 1, 2}, "circular");
    Tensor expected = F.conv2d(
        padded, conv.weight(), conv.bias(), new long[] {1}, new long[] {0}, new long[] {3, 1});
    assertArrayEquals(new long[] {1, 3, 7, 6}, conv.call(x).shape());
    assertTrue(conv.call(x).equal(expected));
  }

  private static InterpolateOptions mode(String mode) {
    return InterpolateOptions.size(4).withMode(mode);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Tensor image = ones(1, 2, 3, 4), line = ones(1, 2, 3);
    for (Runnable bad : List.<Runnable>of(
        () -> F.pad(image, 1, 2, 3),
        () -> F.pad(line, new long[] {3, 0}, "reflect"),
        () -> F.pad(line, new long[] {4, 0}, "circular"),
        () -> F.pad(line, new long[] {-2, 2}, "circular"),
        () -> F.pad(line, new long[] {1, 1, 1, 1, 1, 1}, "replicate"),
        () -> F.pad(line, new long[] {1L << 40, 1}, "replicate"),
        () -> F.pad(line, Long.MAX_VALUE, Long.MAX_VALUE),
        () -> F.pad(line, Long.MIN_VALUE, Long.MIN_VALUE),
        () -> F.interpolate(image, mode("linear")),
        () -> F.interpolate(line, mode("bilinear")),
        () -> F.interpolate(ones(3, 4), mode("nearest")),
        () -> F.interpolate(image, InterpolateOptions.size(4, 4, 4)),
        () -> F.interpolate(image, InterpolateOptions.size(0)),
        () -> F.interpolate(image, InterpolateOptions.size(1L << 40)),
        () -> F.interpolate(zeros(0, 2, 3), InterpolateOptions.size(1L << 40)),
        () -> F.interpolate(image, InterpolateOptions.scaleFactor(0.1)),
        () -> F.gridSample(image, ones(1, 2, 2, 3)),
        () -> F.gridSample(ones(1, 2, 3, 4, 5), ones(1, 1, 1, 1, 3), "bicubic"),
        () -> F.gridSample(ones(1, 1, 1, 1).expand(1, 1, 1L << 20, 1L << 20), ones(1, 1, 1, 2)),
        () -> F.affineGrid(ones(1, 2, 3), 1, 1, Long.MAX_VALUE, 4),
        () -> F.pixelShuffle(image, 2),
        () -> F.pixelShuffle(ones(1, 0, 3, 4), Integer.MAX_VALUE),
        () -> F.pixelShuffle(image, Long.MAX_VALUE),
        () -> F.pixelUnshuffle(image, 5),
        () -> F.channelShuffle(image, 3),
        () -> new ZeroPad2d(1, 2),
        () -> new ReflectionPad1d(1, 2, 3))) assertThrows(ShapeException.class, bad::run);
    for (Runnable bad : List.<Runnable>of(
        () -> F.pad(line, new long[] {1, 1}, "mirror"),
        () -> F.pad(line, new long[] {1, 1}, "reflect", 2),
        () -> F.pad(line.to(INT64), new long[] {1, 1}, "constant", 1e300),
        () -> F.interpolate(image, mode("cubic")),
        () -> F.interpolate(image, mode("nearest").withAlignCorners(false)),
        () -> F.interpolate(image, mode("nearest").withAntialias(true)),
        () -> F.interpolate(image, mode("nearest").withRecomputeScaleFactor(true)),
        () -> F.interpolate(image, InterpolateOptions.scaleFactor(Double.NaN)),
        () -> F.interpolate(image, InterpolateOptions.scaleFactor(-2)),
        () -> F.interpolate(image, InterpolateOptions.scaleFactor(1e300)),
        () -> InterpolateOptions.size(),
        () -> F.gridSample(image, ones(1, 2, 2, 2), "linear"),
        () -> F.gridSample(image, ones(1, 2, 2, 2), "nearest", "mirror"),
        () -> F.pixelShuffle(image, 0),
        () -> F.channelShuffle(image, 0),
        () -> new Conv2d(1, 1, 3, ConvOptions.defaults().withPaddingMode("mirror")),
        () -> new ConvTranspose2d(1, 1, 3, ConvOptions.defaults().withPaddingMode("reflect"))))
      assertThrows(IllegalArgumentException.class, bad::run);
    for (Runnable bad : List.<Runnable>of(
        () -> F.interpolate(image.to(INT64), mode("nearest")),
        () -> F.gridSample(image.to(FLOAT64), ones(1, 2, 2, 2)),
        () -> F.affineGrid(ones(options(INT64), 1, 2, 3), 1, 1, 2, 2)))
      assertThrows(DTypeException.class, bad::run);
    assertEquals(
        "pad: mode \"reflect\" has at most 2 places for dimension 2 of [1, 2, 3], got 3 and 0",
        assertThrows(ShapeException.class, () -> F.pad(line, new long[] {3, 0}, "reflect"))
            .getMessage());
  }

  /** And what is not finite is not hidden where weights depend on it. */
  @Test
  void coordinatesThatAreNoNumbersAreOutside() {
    double[] bad = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -1e308, 1e10
    };
    for (String mode : List.of("bilinear", "nearest", "bicubic"))
      for (String padding : List.of("zeros", "border", "reflection"))
        for (double at : bad) {
          Tensor image = randn(1, 2, 3, 4).requiresGrad_(true);
          Tensor grid = ones(1, 5, 5, 2).mul(at).requiresGrad_(true);
          Tensor y = F.gridSample(image, grid, mode, padding);
          y.sum().backward();
          assertArrayEquals(new long[] {1, 2, 5, 5}, y.shape());
          boolean isHidden = mode.equals("nearest") || Float.isFinite((float) at);
          double expected = isHidden ? 0 : Double.NaN;
          if (!padding.equals("zeros")) continue;
          assertEquals(expected, y.sum().item());
          assertEquals(expected, image.grad().abs().sum().item());
        }
  }

  @Test
  void aSampleHasNoSecondDerivative() {
    Tensor image = randn(1, 1, 3, 3).requiresGrad_(true), grid = randn(1, 2, 2, 2);
    Tensor once =
        Autograd.grad(F.gridSample(image, grid).square().sum(), image, GradOptions.createGraph());
    String message =
        assertThrows(AutogradException.class, () -> once.sum().backward()).getMessage();
    assertTrue(message.startsWith("gridSample: "), message);
  }

  /** What no machine has room for is refused, and nothing else happens. */
  /** As in PyTorch, for an image of two dimensions. */
  @Test
  void aFactorThatLeavesTheSizeOrDoublesItIsNotLookedAt() {
    Tensor x = arange(8.).view(1, 1, 1, 8).expand(1, 1, 8, 8);
    assertTrue(x.equal(F.interpolate(x, InterpolateOptions.scaleFactor(1.11, 1.11))));
    assertTrue(F.interpolate(x, InterpolateOptions.size(16, 16))
        .equal(F.interpolate(x, InterpolateOptions.scaleFactor(2.12, 2.12))));
    for (String mode : List.of("bilinear", "bicubic"))
      assertTrue(x.allclose(F.interpolate(
          x, InterpolateOptions.scaleFactor(1.11, 1.11).withMode(mode).withAntialias(true))));
  }

  @Test
  void hugeResultsAreRefused() {
    Tensor small = ones(1, 1, 1, 1);
    for (Runnable bad : List.<Runnable>of(
        () -> F.pad(small, new long[] {1L << 30, 0, 1L << 30, 0}, "replicate"),
        () -> F.pad(small, 1L << 40, 1L << 40),
        () -> F.interpolate(small, InterpolateOptions.size(1L << 30, 1L << 30)),
        () -> F.affineGrid(ones(1, 2, 3), 1, 1, 1L << 30, 1L << 28)))
      assertThrows(RetrogradException.class, bad::run);
  }
}
