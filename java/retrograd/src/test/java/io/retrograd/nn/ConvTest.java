package io.retrograd.nn;

import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randn;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConvTest {
  @Test
  void namesShapesAndTextArePyTorchs() {
    var conv = new Conv2d(1, 6, 5, 1, 2);
    assertEquals(List.of("weight", "bias"), List.copyOf(conv.namedParameters().keySet()));
    assertArrayEquals(new long[] {6, 1, 5, 5}, conv.weight().shape());
    assertEquals(
        "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))", conv.toString());
    assertEquals(
        "Conv1d(4, 8, kernel_size=(3,), stride=(1,), padding=same, dilation=(2,), groups=4, bias=False)",
        new Conv1d(
                4,
                8,
                3,
                ConvOptions.padding("same").withDilation(2).withGroups(4).withBias(false))
            .toString());
    var back = new ConvTranspose2d(
        options(DType.FLOAT64),
        4,
        6,
        new long[] {3, 2},
        ConvOptions.stride(2).withOutputPadding(1, 0));
    assertEquals(
        "ConvTranspose2d(4, 6, kernel_size=(3, 2), stride=(2, 2), output_padding=(1, 0))",
        back.toString());
    assertArrayEquals(new long[] {4, 6, 3, 2}, back.weight().shape());
    assertEquals(DType.FLOAT64, back.weight().dtype());
    assertNull(new Conv3d(1, 1, 1, ConvOptions.defaults().withBias(false)).bias());
  }

  @Test
  void forwardIsTheFunction() {
    Tensor x = randn(2, 4, 9, 8);
    var conv = new Conv2d(4, 6, 3, ConvOptions.stride(2).withPadding(1).withGroups(2));
    assertArrayEquals(
        F.conv2d(x, conv.weight(), conv.bias(), 2, 1, 1, 2).toFloatArray(),
        conv.call(x).toFloatArray());
    var same = new Conv2d(4, 6, 4, ConvOptions.padding("same"));
    assertArrayEquals(new long[] {2, 6, 9, 8}, same.call(x).shape());
    var back = new ConvTranspose2d(4, 6, 3, 2, 1);
    assertArrayEquals(new long[] {2, 6, 17, 15}, back.call(x).shape());
    assertArrayEquals(new long[] {6, 17, 15}, back.call(x.select(0, 0)).shape());
    assertArrayEquals(
        new long[] {2, 5, 4}, new Conv1d(4, 5, 5).call(randn(2, 4, 8)).shape());
    assertArrayEquals(
        new long[] {1, 5, 2, 3, 4},
        new Conv3d(2, 5, 2).call(randn(1, 2, 3, 4, 5)).shape());
  }

  /** Of each size that the stride allows, with and without the batch and the channels' sizes. */
  @Test
  void transposedConvolutionsReachASize() {
    long[] stride = {3, 4}, padding = {1, 0}, dilation = {2, 1};
    ConvOptions steps = ConvOptions.stride(stride).withPadding(padding).withDilation(dilation);
    Tensor x = randn(2, 4, 5, 6);
    var back = new ConvTranspose2d(options(), 4, 6, new long[] {3, 2}, steps);
    for (long h = 0; h < 3; h++) {
      for (long w = 0; w < 4; w++) {
        Tensor want = F.convTranspose2d(
            x, back.weight(), back.bias(), stride, padding, new long[] {h, w}, 1, dilation);
        assertTrue(want.equal(back.forward(x, 15 + h, 22 + w)));
        assertTrue(want.equal(back.forward(x, 2, 6, 15 + h, 22 + w)));
        assertTrue(want.select(0, 1).equal(back.forward(x.select(0, 1), 6, 15 + h, 22 + w)));
      }
    }
    assertArrayEquals(
        new long[] {1, 5, 8},
        new ConvTranspose1d(4, 5, 3, 2, 1).forward(randn(1, 4, 4), 8).shape());
    assertArrayEquals(
        new long[] {1, 1, 3, 4, 6},
        new ConvTranspose3d(1, 1, 1, 2, 0)
            .forward(randn(1, 1, 2, 2, 3), 3, 4, 6)
            .shape());
    assertEquals(
        "ConvTranspose2d: outputSize [15, 26] lies outside [15, 22] to [17, 25] for the input [2, 4, 5, 6]",
        assertThrows(ShapeException.class, () -> back.forward(x, 15, 26)).getMessage());
    for (Runnable bad : List.<Runnable>of(
        () -> back.forward(x, 14, 22),
        () -> back.forward(x, 18, 22),
        () -> back.forward(x, 15),
        () -> back.forward(x, 6, 15, 22),
        () -> back.forward(x, new long[0]),
        () -> back.forward(randn(4), 15, 22),
        () -> new ConvTranspose1d(4, 5, 3, Long.MAX_VALUE, 0).forward(randn(4, 6), 8),
        () -> new ConvTranspose1d(4, 5, 3, 1, Long.MAX_VALUE).forward(randn(4, 6), 8)))
      assertTrue(
          assertThrows(ShapeException.class, bad::run).getMessage().startsWith("ConvTranspose"));
  }

  @Test
  void theParametersStartWithinPyTorchsBound() {
    var conv = new Conv2d(64, 32, 3);
    double bound = 1 / Math.sqrt(64 * 9), most = conv.weight().abs().max().item();
    assertTrue(most <= bound && most > 0.99 * bound);
  }

  @Test
  void shortFormsAreTheLongOnes() {
    ConvOptions wide = ConvOptions.stride(2);
    assertEquals(
        Stream.of(
                new Conv1d(4, 6, 3, wide),
                new Conv2d(4, 6, 3, wide),
                new Conv3d(4, 6, 3, wide),
                new ConvTranspose1d(4, 6, 3, wide),
                new ConvTranspose2d(4, 6, 3, wide),
                new ConvTranspose3d(4, 6, 3, wide))
            .map(Module::toString)
            .toList(),
        Stream.of(
                new Conv1d(4, 6, 3, 2),
                new Conv2d(4, 6, 3, 2),
                new Conv3d(4, 6, 3, 2),
                new ConvTranspose1d(4, 6, 3, 2),
                new ConvTranspose2d(4, 6, 3, 2),
                new ConvTranspose3d(4, 6, 3, 2))
            .map(Module::toString)
            .toList());
    assertEquals(
        "Conv2d(4, 6, kernel_size=(3, 2), stride=(1, 1), bias=False)",
        new Conv2d(4, 6, new long[] {3, 2}, ConvOptions.bias(false)).toString());
    assertEquals(
        "Conv1d(4, 6, kernel_size=(3,), stride=(1,), groups=2)",
        new Conv1d(4, 6, 3, ConvOptions.groups(2)).toString());
    assertEquals(
        "Conv3d(4, 6, kernel_size=(3, 3, 3), stride=(1, 1, 1), dilation=(2, 2, 2))",
        new Conv3d(4, 6, 3, ConvOptions.dilation(2)).toString());
    assertEquals(
        "Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1), padding_mode=reflect)",
        new Conv2d(4, 6, 3, ConvOptions.paddingMode("reflect")).toString());
    assertEquals(
        "ConvTranspose1d(4, 6, kernel_size=(3,), stride=(2,), output_padding=(1,))",
        new ConvTranspose1d(4, 6, 3, ConvOptions.outputPadding(1).withStride(2)).toString());
  }

  @Test
  void whatDoesNotFitIsNamed() {
    for (Runnable bad : List.<Runnable>of(
        () -> new Conv2d(4, 6, 3, ConvOptions.defaults().withGroups(3)),
        () -> new Conv2d(options(), 4, 6, new long[] {3, 3, 3}, ConvOptions.defaults()),
        () -> new Conv2d(0, 6, 3),
        () -> new Conv2d(4, 6, 3, ConvOptions.padding("same").withDilation(1L << 62)),
        () -> new Conv2d(4, 6, 0)))
      assertTrue(assertThrows(ShapeException.class, bad::run).getMessage().startsWith("Conv2d: "));
    for (Runnable bad : List.<Runnable>of(
        () -> new Conv2d(4, 6, 3, ConvOptions.padding("full")),
        () -> new Conv2d(4, 6, 3, ConvOptions.stride(2).withPadding("same")),
        () -> new Conv2d(4, 6, 3, ConvOptions.padding(-1)),
        () -> new Conv2d(4, 6, 3, ConvOptions.stride(0)),
        () -> new Conv2d(4, 6, 3, ConvOptions.defaults().withOutputPadding(1))))
      assertTrue(assertThrows(IllegalArgumentException.class, bad::run)
          .getMessage()
          .startsWith("Conv2d: "));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConvTranspose2d(4, 6, 3, ConvOptions.padding("same")));
    assertThrows(ShapeException.class, () -> new Conv2d(4, 6, 3, ConvOptions.padding(1, 2, 3)));
    Tensor wide = randn(1, 1, 1).expand(1, 1, (1L << 34) + 1);
    assertThrows(ShapeException.class, () -> F.conv1d(randn(0, 1, 5), wide, null, 1, 0, 1L << 30));
    for (String mode : List.of("reflect", "replicate", "circular"))
      assertThrows(
          ShapeException.class,
          () -> new Conv1d(1, 1, 3, ConvOptions.padding(Long.MAX_VALUE).withPaddingMode(mode))
              .call(randn(1, 1, 5)));
    var conv = new Conv2d(4, 6, 3);
    String channels =
        assertThrows(ShapeException.class, () -> conv.call(randn(1, 3, 8, 8))).getMessage();
    assertEquals(
        "conv2d: the weight [6, 4, 3, 3] with 1 groups needs an input of 4 channels, got 3 in [1, 3, 8, 8]",
        channels);
    String small =
        assertThrows(ShapeException.class, () -> conv.call(randn(1, 4, 2, 8))).getMessage();
    assertTrue(small.contains("larger than the padded input [1, 4, 2, 8]"), small);
    assertThrows(DTypeException.class, () -> conv.call(randn(options(DType.FLOAT64), 1, 4, 8, 8)));
    assertThrows(
        IllegalArgumentException.class,
        () -> F.conv2d(randn(1, 4, 8, 8), conv.weight(), conv.bias(), 1, "full"));
    assertThrows(
        IllegalArgumentException.class,
        () -> F.conv2d(randn(1, 4, 8, 8), conv.weight(), conv.bias(), 0));
  }
}
