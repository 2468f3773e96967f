package io.retrograd;

import java.util.List;

/**
 * The result of {@link Tensor#varMean}. Immutable; the tensors keep to the thread rule of their class.
 *
 * @param var the variance
 * @param mean the mean
 */
public record VarMean(Tensor var, Tensor mean) {
  static VarMean of(List<Tensor> results) {
    return new VarMean(results.get(0), results.get(1));
  }
}
