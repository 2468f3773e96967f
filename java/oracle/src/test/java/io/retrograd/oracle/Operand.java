package io.retrograd.oracle;

/**
 * The tensor of a row's sample that stands in a place of its call: the first, the second, the third; then what {@link
 * Row#with} adds.
 */
enum Operand {
  X,
  Y,
  Z,
  V,
  W
}
