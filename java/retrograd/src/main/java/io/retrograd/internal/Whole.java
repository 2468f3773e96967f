package io.retrograd.internal;

/**
 * An integer operand of an operation. A class of its own, because a plain {@code long} is a tensor's handle.
 *
 * @param value the number
 */
public record Whole(long value) {}
