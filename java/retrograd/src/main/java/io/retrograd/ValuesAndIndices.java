package io.retrograd;

/**
 * The result of a search along a dimension.
 *
 * @param values the elements found
 * @param indices where they were, as int64
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {}
