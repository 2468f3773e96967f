#include <cmath>

#include "kernel/copy.h"
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

Tensor arange(const Operand& start, const Operand& end, const Operand& step, DType dtype, Device device) {
  if (!start.isNumber() || !end.isNumber() || !step.isNumber())
    throw std::invalid_argument("arange: start, end and step must be numbers");
  double from = start.number().toDouble(), to = end.number().toDouble(), by = step.number().toDouble();
  if (!std::isfinite(from) || !std::isfinite(to) || !std::isfinite(by) || by == 0 || (to - from) / by < 0)
    throw std::invalid_argument("arange: from " + std::to_string(from) + " to " + std::to_string(to) +
                                " there is no way in steps of " + std::to_string(by));
  double count = std::ceil((to - from) / by);
  if (count > 0x1p59) fail<ShapeError>("arange: ", count, " elements are more than fit any memory");
  Tensor out = allocateTensor("arange", {static_cast<int64_t>(count)}, dtype, device);
  rangeSlot(device, out, start.number(), step.number());
  return out;
}

Tensor linspace(double start, double end, int64_t steps, DType dtype, Device device) {
  if (steps < 0)
    throw std::invalid_argument("linspace: the number of steps may not be negative, got " + std::to_string(steps));
  Tensor out = allocateTensor("linspace", {steps}, dtype, device);
  double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  int64_t half = (steps + 1) / 2;
  rangeSlot(device, viewRaw(out, {{half}, {1}, 0}), start, step);
  if (steps > half)
    rangeSlot(device, viewRaw(out, {{steps - half}, {1}, half}), end - step * static_cast<double>(steps - 1 - half),
              step);
  return out;
}

Tensor eye(int64_t n, int64_t m, DType dtype, Device device) {
  if (n < 0 || m < 0) fail<ShapeError>("eye: negative size [", n, ", ", m, "]");
  Tensor out = named("eye", [&] { return full({n, m}, 0, dtype, device); });
  int64_t count = std::min(n, m);
  fillSlot(device, viewRaw(out, {{count}, {m + 1}, 0}), 1);
  return out;
}

}  // namespace retrograd
