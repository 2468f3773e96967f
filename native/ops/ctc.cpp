#include "ops/ctc.h"

#include "kernel/ctc.h"
#include "ops/losses.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// Labels [n, longest] and lengths of inputs and targets [2, n], as kernels take them, on the device.
struct Labels {
  Tensor labels, lengths;
};

/// Numbers on the CPU, in memory that nobody else writes: they are checked before they are used.
Tensor readable(const char* what, T x) {
  if (category(x.dtype()) != Category::Integer)
    fail<DTypeError>("ctcLoss: the ", what, " must be integers, got ", name(x.dtype()));
  return cloneRaw("ctcLoss", to(x, DType::Int64, kCpu));
}

Labels checked(T logProbs, T targets, T inputLengths, T targetLengths, int64_t blank) {
  const int64_t times = logProbs.size(0), count = logProbs.size(1), classes = logProbs.size(2);
  const Tensor given = readable("targets", targets), inputs = readable("input lengths", inputLengths),
               lengths = readable("target lengths", targetLengths);
  for (T x : {inputs, lengths})
    if (x.dim() > 1 || x.numel() != count)
      fail<ShapeError>("ctcLoss: wants a length of input and target for each of ", count, " sequences, got ",
                       toString(inputs.sizes()), " and ", toString(lengths.sizes()));
  const bool isPadded = given.dim() == 2;
  if (given.dim() < 1 || given.dim() > 2 || (isPadded && given.size(0) != count))
    fail<ShapeError>("ctcLoss: wants targets [", count, ", longest] or in one dimension, got ",
                     toString(given.sizes()));
  const int64_t *input = inputs.data<int64_t>(), *length = lengths.data<int64_t>();
  int64_t longest = 0, total = 0;
  for (int64_t n = 0; n < count; ++n) {
    if (input[n] < 0 || input[n] > times)
      fail<ShapeError>("ctcLoss: the input length ", input[n], " is not in [0, ", times, "]");
    if (length[n] < 0 || length[n] > given.sizes().back() - total)
      fail<ShapeError>("ctcLoss: the target length ", length[n], " does not fit into targets ",
                       toString(given.sizes()));
    longest = std::max(longest, length[n]);
    if (!isPadded) total += length[n];
  }
  if (!isPadded && total != given.numel())
    fail<ShapeError>("ctcLoss: the target lengths add up to ", total, ", but the targets have shape ",
                     toString(given.sizes()));
  Tensor labels = full({count, longest}, blank, DType::Int64, kCpu);
  const int64_t* from = given.data<int64_t>();
  for (int64_t n = 0; n < count; ++n) {
    const int64_t* own = isPadded ? from + n * given.size(1) : from;
    for (int64_t k = 0; k < length[n]; ++k) {
      if (own[k] < 0 || own[k] >= classes)
        fail<IndexError>("ctcLoss: the class number ", own[k], " is out of range for ", classes, " classes");
      if (own[k] == blank) fail<IndexError>("ctcLoss: a target may not be the blank, ", blank);
      labels.data<int64_t>()[n * longest + k] = own[k];
    }
    if (!isPadded) from += length[n];
  }
  auto there = [&](T x) { return to(x, DType::Int64, logProbs.device()); };
  return {there(labels), there(stack({reshape(inputs, {count}), reshape(lengths, {count})}))};
}

Tensor lossOfEach(T logProbs, const Labels& target, int64_t blank, bool zeroInfinity) {
  const int64_t times = logProbs.size(0), count = logProbs.size(1);
  auto make = [&](const Dims& sizes) { return allocateTensor("ctcLoss", sizes, logProbs.dtype(), logProbs.device()); };
  const Tensor losses = make({count}), alpha = make({count, times, 2 * target.labels.size(1) + 1});
  {
    NoGradGuard plain;
    ctcLossSlot(logProbs.device(), losses, alpha, contiguous(logProbs), target.labels, target.lengths, blank);
  }
  return record("CtcLossBackward0", {losses, alpha},
                wrt(logProbs, saves(logProbs, result[0], result[1], target.labels, target.lengths),
                    [=](const Grads& g, T logProbs, T losses, T alpha, T labels, T lengths) {
                      Tensor out = allocateTensor("ctcLoss", logProbs.sizes(), logProbs.dtype(), logProbs.device());
                      {
                        NoGradGuard plain;
                        ctcLossBackwardSlot(out.device(), out, contiguous(g[0]), losses, alpha, contiguous(logProbs),
                                            labels, lengths, blank, zeroInfinity);
                      }
                      return onlyOnce("ctcLoss", out, logProbs, g[0]);
                    }))[0];
}

}  // namespace

Tensor ctcLoss(const Tensor& logProbs, const Tensor& targets, const Tensor& inputLengths, const Tensor& targetLengths,
               int64_t blank, Reduction reduction, bool zeroInfinity) {
  checkFloating("ctcLoss", logProbs);
  if (logProbs.dim() < 2 || logProbs.dim() > 3 || logProbs.numel() == 0)
    fail<ShapeError>("ctcLoss: wants log-probabilities [time, n, classes] or [time, classes], not empty, got ",
                     toString(logProbs.sizes()));
  if (blank < 0 || blank >= logProbs.sizes().back())
    fail<IndexError>("ctcLoss: the blank ", blank, " is out of range for ", logProbs.sizes().back(), " classes");
  return named("ctcLoss", [&] {
    const bool isBatch = logProbs.dim() == 3;
    const Tensor batch = isBatch ? logProbs : unsqueeze(logProbs, 1);
    Labels target;
    {
      NoGradGuard plain;
      target = checked(batch, targets, inputLengths, targetLengths, blank);
    }
    Tensor losses = lossOfEach(batch, target, blank, zeroInfinity);
    if (zeroInfinity) losses = where(isinf(losses), 0.0, losses);
    if (reduction == Reduction::Mean) losses = losses / clampMin(select(target.lengths, 0, 1), 1);
    if (reduction == Reduction::None && !isBatch) return squeeze(losses, {0});
    return reduced(losses, reduction);
  });
}

}  // namespace retrograd
