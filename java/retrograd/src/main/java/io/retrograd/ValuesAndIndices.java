package io.retrograd;

/**
 * The result of a search along a dimension. Immutable; the tensors keep to the thread rule of their class.
 *
 * @param values the elements found
 * @param indices where they were, as int64
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {}
