#include <cmath>

#include "kernel/copy.h"
#include "math/elementary.h"
#include "ops/pointwise.h"
#include "ops/strided.h"

namespace retrograd {

Tensor empty(const Dims& shape, DType dtype, Device device) {
  Tensor out = allocateTensor("empty", shape, dtype, device);
  if (dtype == DType::Bool) fillSlot(device, out, false);
  return out;
}

Tensor zeros(const Dims& shape, DType dtype, Device device) {
  return named("zeros", [&] { return full(shape, 0, dtype, device); });
}

Tensor ones(const Dims& shape, DType dtype, Device device) {
  return named("ones", [&] { return full(shape, 1, dtype, device); });
}

Tensor full(const Dims& shape, const Operand& value, DType dtype, Device device) {
  if (value.isNumber()) checkHolds("full", dtype, value.number());
  Tensor out = allocateTensor("full", shape, dtype, device);
  if (!value.isNumber()) return copy_(out, value.tensor());
  fillSlot(device, out, value.number());
  return out;
}

namespace {

/// How many steps lead from one number to before the other, whole or not; negative where none does.
double stepsBetween(double from, double to, double by) { return std::ceil((to - from) / by); }
__int128 stepsBetween(int64_t from, int64_t to, int64_t by) {
  const __int128 way = static_cast<__int128>(to) - from, step = by;
  return way / step + (way % step != 0 && (way < 0) == (step < 0));
}

template <class N>
int64_t countOfRange(N from, N to, N by) {
  const bool finite = std::isfinite(static_cast<double>(from)) && std::isfinite(static_cast<double>(to)) &&
                      std::isfinite(static_cast<double>(by));
  if (!finite || by == 0 || (by > 0 ? to < from : to > from))
    throw std::invalid_argument("arange: from " + std::to_string(from) + " to " + std::to_string(to) +
                                " there is no way in steps of " + std::to_string(by));
  const auto count = stepsBetween(from, to, by);
  if (count > static_cast<decltype(count)>(int64_t{1} << 59))
    fail<ShapeError>("arange: ", static_cast<double>(count), " elements are more than fit any memory");
  return static_cast<int64_t>(count);
}

}  // namespace

Tensor arange(const Operand& start, const Operand& end, const Operand& step, DType dtype, Device device) {
  if (!start.isNumber() || !end.isNumber() || !step.isNumber())
    throw std::invalid_argument("arange: start, end and step must be numbers");
  const Scalar from = start.number(), to = end.number(), by = step.number();
  const bool whole = !from.isFloating() && !to.isFloating() && !by.isFloating();
  const int64_t count = whole ? countOfRange(from.to<int64_t>(), to.to<int64_t>(), by.to<int64_t>())
                              : countOfRange(from.toDouble(), to.toDouble(), by.toDouble());
  if (count > 0) {
    checkHolds("arange", dtype, from);
    // Of whole steps that reach from end to end, several may be more than a number is.
    checkHolds("arange", dtype,
               whole ? Scalar(math::wrappingAdd(from.to<int64_t>(), math::wrappingMul(count - 1, by.to<int64_t>())))
                     : Scalar(from.toDouble() + static_cast<double>(count - 1) * by.toDouble()));
  }
  return computedInto("arange", {count}, dtype, device, [&](const Tensor& out) { rangeSlot(device, out, from, by); });
}

Tensor linspace(double start, double end, int64_t steps, DType dtype, Device device) {
  if (steps < 0)
    throw std::invalid_argument("linspace: the number of steps may not be negative, got " + std::to_string(steps));
  for (double bound : {start, end}) checkHolds("linspace", dtype, bound);
  const double gaps = static_cast<double>(steps - 1), way = end - start;
  // The way may leave the range where its parts do not.
  const double step = steps <= 1 ? 0 : std::isfinite(way) ? way / gaps : end / gaps - start / gaps;
  const int64_t half = steps - steps / 2;
  return computedInto("linspace", {steps}, dtype, device, [&](const Tensor& out) {
    rangeSlot(device, viewRaw(out, {{half}, {1}, 0}), start, step);
    if (steps == half) return;
    rangeSlot(device, viewRaw(out, {{steps - half}, {1}, half}), end - step * static_cast<double>(steps - 1 - half),
              step);
    fillSlot(device, viewRaw(out, {{1}, {1}, steps - 1}), end);
  });
}

Tensor eye(int64_t n, int64_t m, DType dtype, Device device) {
  if (n < 0 || m < 0) fail<ShapeError>("eye: negative size [", n, ", ", m, "]");
  Tensor out = named("eye", [&] { return full({n, m}, 0, dtype, device); });
  int64_t count = std::min(n, m);
  fillSlot(device, viewRaw(out, {{count}, {m + 1}, 0}), 1);
  return out;
}

}  // namespace retrograd
