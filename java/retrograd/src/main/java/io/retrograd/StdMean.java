package io.retrograd;

import java.util.List;

/**
 * The result of {@link Tensor#stdMean}. Immutable; the tensors keep to the thread rule of their class.
 *
 * @param std the standard deviation
 * @param mean the mean
 */
public record StdMean(Tensor std, Tensor mean) {
  static StdMean of(List<Tensor> results) {
    return new StdMean(results.get(0), results.get(1));
  }
}
