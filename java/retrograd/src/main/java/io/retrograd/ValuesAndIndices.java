package io.retrograd;

import io.retrograd.internal.Arguments;
import java.util.List;

/**
 * The result of a search along a dimension. Immutable; the tensors keep to the thread rule of their class.
 *
 * @param values the elements found
 * @param indices where they were, as int64
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {
  /**
   * Returns the two tensors as one result.
   *
   * @param results values and indices, in this order
   */
  public static ValuesAndIndices of(List<Tensor> results) {
    if (Arguments.allGiven("results", results).size() != 2)
      throw new IllegalArgumentException("of: wants two tensors, got " + results.size());
    return new ValuesAndIndices(results.get(0), results.get(1));
  }
}
