package io.retrograd.nn;

import static io.retrograd.Retrograd.empty;

import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What convolutions of one to three dimensions, plain and transposed, share. */
abstract sealed class Conv extends Module permits Conv1d, Conv2d, Conv3d, ConvTranspose {
  private static final List<String> PADDING_MODES =
      List.of("zeros", "reflect", "replicate", "circular");

  final ConvOptions conv;
  private final long in;
  private final long out;
  final long[] kernel;
  /** How far the last place of the kernel lies from the first. */
  final long[] reach;

  private final boolean transposed;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /** The parameters start equally likely in ±1/sqrt(elements of one row of the weight), as in PyTorch. */
  @SuppressWarnings("this-escape")
  Conv(
      Options options,
      int dims,
      boolean transposed,
      long in,
      long out,
      long[] kernelSize,
      ConvOptions conv) {
    this.conv = Arguments.given("conv", conv);
    this.in = in;
    this.out = out;
    this.transposed = transposed;
    kernel = Numbers.each(this, "kernelSize", kernelSize, dims);
    checkSteps(dims);
    long groups = conv.groups();
    if (in < 1 || out < 1 || groups < 1 || in % groups != 0 || out % groups != 0)
      throw wrongShape("in = " + in + " and out = " + out + " must be positive and divide into "
          + groups + " groups");
    if (Arrays.stream(kernel).anyMatch(k -> k < 1))
      throw wrongShape("the kernel must be positive, got " + Arrays.toString(kernel));
    reach = reach(Numbers.each(conv.dilations(), dims));
    long[] shape = LongStream.concat(
            transposed ? LongStream.of(in, out / groups) : LongStream.of(out, in / groups),
            Arrays.stream(kernel))
        .toArray();
    double bound = 1 / Math.sqrt(Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b));
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = parameter("weight", empty(plain, shape).uniform_(-bound, bound));
    bias = conv.bias() ? parameter("bias", empty(plain, out).uniform_(-bound, bound)) : null;
  }

  private void checkSteps(int dims) {
    checkLeast("stride", conv.strides(), dims, 1);
    checkLeast("padding", conv.paddings(), dims, 0);
    checkLeast("dilation", conv.dilations(), dims, 1);
    checkLeast("outputPadding", conv.outputPaddings(), dims, 0);
    String padding = conv.paddingName();
    boolean strided = Arrays.stream(conv.strides()).anyMatch(s -> s != 1);
    String mode = conv.paddingMode();
    if (!PADDING_MODES.contains(mode))
      throw wrong("the padding mode must be one of " + PADDING_MODES + ", got \"" + mode + "\"");
    if (transposed && !mode.equals("zeros"))
      throw wrong("the padding mode must be \"zeros\", got \"" + mode + "\"");
    if (padding != null && transposed)
      throw wrong("the padding must be numbers, got \"" + padding + "\"");
    if (padding != null && !padding.equals("same") && !padding.equals("valid"))
      throw wrong("the padding must be numbers, \"same\" or \"valid\", got \"" + padding + "\"");
    if ("same".equals(padding) && strided)
      throw wrong("padding \"same\" needs a stride of 1, got " + Arrays.toString(conv.strides()));
    if (!transposed && Arrays.stream(conv.outputPaddings()).anyMatch(n -> n != 0))
      throw wrong("only transposed convolutions have an output padding");
  }

  private void checkLeast(String what, long[] numbers, int dims, long least) {
    if (Arrays.stream(Numbers.checked(this, what, numbers, dims)).anyMatch(n -> n < least))
      throw wrong(what + " must be at least " + least + ", got " + Arrays.toString(numbers));
  }

  private IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(Text.name(this) + ": " + text);
  }

  final ShapeException wrongShape(String text) {
    return new ShapeException(Text.name(this) + ": " + text);
  }

  private long[] reach(long[] dilation) {
    long[] reach = new long[kernel.length];
    for (int d = 0; d < reach.length; d++) {
      if (kernel[d] - 1 > Long.MAX_VALUE / dilation[d])
        throw wrongShape("the kernel " + Arrays.toString(kernel) + " with the dilation "
            + Arrays.toString(dilation) + " reaches too far");
      reach[d] = dilation[d] * (kernel[d] - 1);
    }
    return reach;
  }

  /** Returns the weight: [out, in / groups, ...], or [in, out / groups, ...] of a transposed convolution. */
  public Tensor weight() {
    return parametrized(weight);
  }

  /** Returns the bias [out]; null in a layer without. */
  public @Nullable Tensor bias() {
    return bias == null ? null : parametrized(bias);
  }

  private boolean padsZeros() {
    return conv.paddingMode().equals("zeros");
  }

  /** The name of the convolution's own padding; null where that is {@link #paddings}. */
  final @Nullable String paddingName() {
    return padsZeros() ? conv.paddingName() : null;
  }

  final long[] paddings() {
    return padsZeros() ? conv.paddings() : new long[] {0};
  }

  /** The input with what lies around it where those are no zeros. */
  final Tensor padded(Tensor input) {
    if (padsZeros()) return input;
    int dims = kernel.length;
    long[] around = new long[2 * dims], padding = Numbers.each(conv.paddings(), dims);
    for (int d = 0; d < dims; d++) {
      boolean same = "same".equals(conv.paddingName());
      long before = same ? reach[d] / 2 : padding[d];
      around[2 * (dims - 1 - d)] = before;
      around[2 * (dims - 1 - d) + 1] = same ? reach[d] - before : before;
    }
    return F.pad(input, around, conv.paddingMode());
  }

  @Override
  protected String describe() {
    int dims = kernel.length;
    StringBuilder text = new StringBuilder();
    text.append(in).append(", ").append(out);
    text.append(", kernel_size=").append(Text.tuple(kernel));
    text.append(", stride=").append(Text.tuple(conv.strides(), dims));
    if (conv.paddingName() != null) text.append(", padding=").append(conv.paddingName());
    else addUnless(0, text, "padding", conv.paddings());
    addUnless(1, text, "dilation", conv.dilations());
    if (transposed) addUnless(0, text, "output_padding", conv.outputPaddings());
    if (conv.groups() != 1) text.append(", groups=").append(conv.groups());
    if (bias == null) text.append(", bias=False");
    if (!padsZeros()) text.append(", padding_mode=").append(conv.paddingMode());
    return text.toString();
  }

  private void addUnless(long usual, StringBuilder text, String name, long[] numbers) {
    if (Arrays.stream(numbers).allMatch(n -> n == usual)) return;
    text.append(", ").append(name).append("=").append(Text.tuple(numbers, kernel.length));
  }
}
