package io.retrograd.nn;

import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * What a convolution's constructor takes beside channels and kernel, with PyTorch's defaults: {@code
 * ConvOptions.stride(2).withPadding(1)}. Each method gives a changed copy, so constants can be shared. Numbers stand for all
 * dimensions, or one for each. Thread-safe.
 */
public final class ConvOptions {
  static final ConvOptions DEFAULTS = new ConvOptions();

  private long[] stride = {1}, padding = {0}, dilation = {1}, outputPadding = {0};
  private @Nullable String paddingName;
  private String paddingMode = "zeros";
  private long groups = 1;
  private boolean bias = true;

  private ConvOptions() {}

  /**
   * Returns options with that stride.
   *
   * @param stride how far the kernel moves from one result to the next; 1 otherwise
   */
  public static ConvOptions stride(long... stride) {
    return DEFAULTS.withStride(stride);
  }

  /**
   * Returns options with that padding and a stride of 1.
   *
   * @param padding zeros before and after the image; none otherwise
   */
  public static ConvOptions padding(long... padding) {
    return DEFAULTS.withPadding(padding);
  }

  /**
   * Returns options with that padding and a stride of 1; not for transposed convolutions.
   *
   * @param padding {@code "same"} or {@code "valid"}
   */
  public static ConvOptions padding(String padding) {
    return DEFAULTS.withPadding(padding);
  }

  /**
   * Returns options that fill what lies around the image so.
   *
   * @param paddingMode {@code "zeros"}, as otherwise, {@code "reflect"}, {@code "replicate"} or {@code "circular"}
   */
  public static ConvOptions paddingMode(String paddingMode) {
    return DEFAULTS.withPaddingMode(paddingMode);
  }

  /**
   * Returns options with that dilation.
   *
   * @param dilation how far the kernel's places lie apart; 1 otherwise
   */
  public static ConvOptions dilation(long... dilation) {
    return DEFAULTS.withDilation(dilation);
  }

  /**
   * Returns options with that output padding.
   *
   * @param outputPadding by how much the result of a transposed convolution is longer at its end; 0 otherwise
   */
  public static ConvOptions outputPadding(long... outputPadding) {
    return DEFAULTS.withOutputPadding(outputPadding);
  }

  /**
   * Returns options with that number of groups.
   *
   * @param groups into how many groups the channels are divided, each of which sees its own channels only; 1 otherwise
   */
  public static ConvOptions groups(long groups) {
    return DEFAULTS.withGroups(groups);
  }

  /**
   * Returns options with or without a bias.
   *
   * @param bias whether there is one, as there is otherwise
   */
  public static ConvOptions bias(boolean bias) {
    return DEFAULTS.withBias(bias);
  }

  /** Returns the options of a convolution of which nothing is said. */
  public static ConvOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these options with another stride.
   *
   * @param stride how far the kernel moves from one result to the next
   */
  public ConvOptions withStride(long... stride) {
    ConvOptions o = copy();
    o.stride = Arguments.given("stride", stride).clone();
    return o;
  }

  /**
   * Returns these options with another padding.
   *
   * @param padding zeros before and after the image
   */
  public ConvOptions withPadding(long... padding) {
    ConvOptions o = copy();
    o.padding = Arguments.given("padding", padding).clone();
    o.paddingName = null;
    return o;
  }

  /**
   * Returns these options with another padding.
   *
   * @param padding {@code "same"} or {@code "valid"}
   */
  public ConvOptions withPadding(String padding) {
    ConvOptions o = copy();
    o.padding = DEFAULTS.padding;
    o.paddingName = Arguments.given("padding", padding);
    return o;
  }

  /**
   * Returns these options with other numbers than zeros around the image; not for transposed convolutions.
   *
   * @param paddingMode {@code "zeros"}, {@code "reflect"}, {@code "replicate"} or {@code "circular"}
   */
  public ConvOptions withPaddingMode(String paddingMode) {
    ConvOptions o = copy();
    o.paddingMode = Arguments.given("paddingMode", paddingMode);
    return o;
  }

  /**
   * Returns these options with another dilation.
   *
   * @param dilation how far the kernel's places lie apart
   */
  public ConvOptions withDilation(long... dilation) {
    ConvOptions o = copy();
    o.dilation = Arguments.given("dilation", dilation).clone();
    return o;
  }

  /**
   * Returns these options with another output padding.
   *
   * @param outputPadding by how much the result of a transposed convolution is longer at its end
   */
  public ConvOptions withOutputPadding(long... outputPadding) {
    ConvOptions o = copy();
    o.outputPadding = Arguments.given("outputPadding", outputPadding).clone();
    return o;
  }

  /**
   * Returns these options with another number of groups.
   *
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public ConvOptions withGroups(long groups) {
    ConvOptions o = copy();
    o.groups = groups;
    return o;
  }

  /**
   * Returns these options with or without a bias.
   *
   * @param bias whether there is one
   */
  public ConvOptions withBias(boolean bias) {
    ConvOptions o = copy();
    o.bias = bias;
    return o;
  }

  private ConvOptions copy() {
    ConvOptions o = new ConvOptions();
    o.stride = stride;
    o.padding = padding;
    o.dilation = dilation;
    o.outputPadding = outputPadding;
    o.paddingName = paddingName;
    o.paddingMode = paddingMode;
    o.groups = groups;
    o.bias = bias;
    return o;
  }

  long[] strides() {
    return stride;
  }

  long[] paddings() {
    return padding;
  }

  @Nullable
  String paddingName() {
    return paddingName;
  }

  String paddingMode() {
    return paddingMode;
  }

  long[] dilations() {
    return dilation;
  }

  long[] outputPaddings() {
    return outputPadding;
  }

  long groups() {
    return groups;
  }

  boolean bias() {
    return bias;
  }
}
