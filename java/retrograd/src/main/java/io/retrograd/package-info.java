/**
 * Tensors with automatic differentiation: {@link io.retrograd.Retrograd} makes them, {@link io.retrograd.Tensor} computes
 * with them, {@link io.retrograd.Scope} frees them.
 */
@NullMarked
package io.retrograd;

import org.jspecify.annotations.NullMarked;
