#pragma once

#include "ops/operand.h"

// The connectionist temporal classification of sequences.

namespace retrograd {
#pragma GCC visibility push(default)

/// Minus the log-probability of label sequences that may be stretched over time, with blanks between: Graves et al.,
/// Connectionist Temporal Classification (2006). `Mean` divides each by its target's length, at least 1, first. As in
/// PyTorch the gradient is that of logits of which `logProbs` are the logSoftmax: exp(logProbs) minus the share of each
/// class. Without a second derivative. Lengths and targets are read on the CPU, for which a GPU is waited for.
/// @param logProbs log-probabilities [time, n, classes], or [time, classes] for one sequence; floating
/// @param targets class numbers, padded [n, longest], or one sequence after the other, in one dimension; integers
/// @param inputLengths how much of the time each sequence has, [n] or []; integers
/// @param targetLengths how many class numbers each has, [n] or []; integers
/// @param blank the class number of the blank, which no target may be
/// @param reduction what to make of the sequences' losses
/// @param zeroInfinity whether the loss of a target too long for its input, which is infinite, becomes 0
/// @throws IndexError for a target that is no class, or the blank
/// [F]
Tensor ctcLoss(const Tensor& logProbs, const Tensor& targets, const Tensor& inputLengths, const Tensor& targetLengths,
               int64_t blank = 0, Reduction reduction = Reduction::Mean, bool zeroInfinity = false);

#pragma GCC visibility pop
}  // namespace retrograd
