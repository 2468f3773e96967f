package io.retrograd.nn;

import io.retrograd.internal.Arguments;

/** What poolings with a stride share. How large their numbers are is checked where they are used, by {@link F}. */
abstract class Pool extends Module {
  final PoolOptions pool;
  private final long[] kernel;

  Pool(int dims, long[] kernelSize, PoolOptions pool) {
    kernel = Numbers.checked(this, "kernelSize", kernelSize, dims);
    this.pool = Arguments.given("pool", pool);
    Numbers.checkedIfAny(this, "stride", pool.strides(), dims);
    Numbers.checked(this, "padding", pool.paddings(), dims);
    Numbers.checked(this, "dilation", pool.dilations(), dims);
  }

  long[] kernel() {
    return kernel;
  }

  IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(Text.name(this) + ": " + text);
  }

  /** Numbers as PyTorch shows them here. */
  String shown(long[] numbers) {
    return Text.of(numbers);
  }

  @Override
  protected String describe() {
    long[] stride = pool.strides().length == 0 ? kernel : pool.strides();
    return "kernel_size=" + shown(kernel) + ", stride=" + shown(stride) + ", padding="
        + shown(pool.paddings());
  }
}
