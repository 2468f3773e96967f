package io.retrograd;

/**
 * The type of a tensor's elements. Also an {@link Options} value of its own: {@code zeros(FLOAT64, 2, 3)}. Immutable.
 */
public enum DType implements Options {
  /** Truth values. */
  BOOL(1, false),
  /** Integers from 0 to 255; {@code byte} in Java. */
  UINT8(1, false),
  /** Integers from -128 to 127. */
  INT8(1, false),
  /** {@code short}. */
  INT16(2, false),
  /** {@code int}. */
  INT32(4, false),
  /** {@code long}. */
  INT64(8, false),
  /** {@code float}: the default. */
  FLOAT32(4, true),
  /** {@code double}. */
  FLOAT64(8, true);

  private static final DType[] VALUES = values();

  private final int itemSize;
  private final boolean floating;

  DType(int itemSize, boolean floating) {
    this.itemSize = itemSize;
    this.floating = floating;
  }

  /**
   * The type with a given ordinal.
   *
   * @param ordinal its place in this enum, which native code shares
   * @throws IllegalArgumentException where there is none
   */
  public static DType of(int ordinal) {
    if (ordinal < 0 || ordinal >= VALUES.length) {
      throw new IllegalArgumentException(
          "DType.of: " + ordinal + " is not in [0, " + (VALUES.length - 1) + "]");
    }
    return VALUES[ordinal];
  }

  /** Returns the size of one element in bytes. */
  public int itemSize() {
    return itemSize;
  }

  /** Returns whether this is {@link #FLOAT32} or {@link #FLOAT64}; only such tensors have gradients. */
  public boolean isFloatingPoint() {
    return floating;
  }

  @Override
  public TensorOptions toOptions() {
    return new TensorOptions(this, null, false);
  }

  /** Returns PyTorch's name of the type, such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
