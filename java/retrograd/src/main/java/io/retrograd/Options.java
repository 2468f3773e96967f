package io.retrograd;

/**
 * What a function that makes a tensor takes first, to say more than the default: a {@link DType}, a {@link Device}, or
 * {@link TensorOptions} for both and more.
 *
 * <pre>{@code
 * zeros(FLOAT64, 2, 3)
 * randn(options(FLOAT64).device("cuda:0").requiresGrad(true), 64, 3)
 * }</pre>
 *
 * <p>Immutable.
 */
public sealed interface Options permits DType, Device, TensorOptions {
  /** Returns this value in full. */
  TensorOptions toOptions();
}
