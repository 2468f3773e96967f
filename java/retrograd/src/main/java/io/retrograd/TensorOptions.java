package io.retrograd;

import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Type, place and role of a tensor to be made. An immutable value without native memory.
 *
 * @param dtype type of the elements; null for what the values suggest, which is float32 where there are none
 * @param device where the elements live; null for the calling thread's default, {@link
 *     Retrograd#getDefaultDevice}
 * @param requiresGrad whether the tensor is a leaf that collects a gradient
 */
public record TensorOptions(@Nullable DType dtype, @Nullable Device device, boolean requiresGrad)
    implements Options {
  /**
   * These options with another type.
   *
   * @param dtype type of the elements
   */
  public TensorOptions dtype(DType dtype) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /**
   * These options with another device.
   *
   * @param device where the elements live
   */
  public TensorOptions device(Device device) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /**
   * These options with another device.
   *
   * @param device its name, such as {@code cpu} or {@code cuda:0}
   */
  public TensorOptions device(String device) {
    return device(Device.of(Arguments.given("device", device)));
  }

  /**
   * These options with or without a gradient.
   *
   * @param requiresGrad whether the tensor is a leaf that collects a gradient
   */
  public TensorOptions requiresGrad(boolean requiresGrad) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  @Override
  public TensorOptions toOptions() {
    return this;
  }
}
