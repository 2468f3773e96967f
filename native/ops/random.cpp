#include "kernel/random.h"

#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "kernel/copy.h"
#include "math/elementary.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

// The default generator: a seed and the number of counters used up so far. Each filling takes its own range of
// counters.
struct Generator {
  SpinLock lock;
  uint64_t seed = 67280421310721;
  uint64_t used = 0;

  math::PhiloxKey take(int64_t numel) {
    std::lock_guard hold(lock);
    math::PhiloxKey key{seed, used};
    used += math::advance(static_cast<uint64_t>(numel));
    return key;
  }
};
constinit Generator generator;

void checkFloatingDType(const char* op, DType dtype) {
  if (!isFloating(dtype)) fail<DTypeError>(op, ": needs a floating dtype, got ", name(dtype));
}

template <class F>
Tensor filled(const char* op, const Dims& shape, DType dtype, Device device, F fill) {
  return computedInto(op, shape, dtype, device, [&](const Tensor& out) { fill(out, generator.take(out.numel())); });
}

/// Fills what is not dense, or computed in another dtype, through a copy: the numbers must not depend on the strides.
template <class F>
Tensor refill(const char* op, const Tensor& self, F fill) {
  Write write(op, self);
  if (self.isContiguous() && isComputed(self.dtype()))
    fill(self, generator.take(self.numel()));
  else
    copySlot(self.device(), self, filled(op, self.sizes(), self.dtype(), self.device(), fill));
  return record("UniformBackward0", self, std::move(write), wrt(self, [](const Tensor& g) { return zerosLike(g); }));
}

/// Bits of the integers that a floating dtype holds, all of them.
int64_t integerBits(DType dtype) {
  return dispatchFloating(dtype, []<class T>(Type<T>) { return int64_t{std::numeric_limits<T>::digits}; });
}

/// The range [low, high) cut to end with integers that the floating dtype holds. Throws std::invalid_argument where it
/// holds none.
std::pair<int64_t, int64_t> representable(int64_t low, int64_t high, DType dtype) {
  auto step = [&](int64_t v) {  // how far numbers are apart around v
    const uint64_t size = v < 0 ? -static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
    return uint64_t{1} << std::max<int64_t>(std::bit_width(size) - integerBits(dtype), 0);
  };
  const uint64_t below = static_cast<uint64_t>(low) & (step(low) - 1);
  const uint64_t above = static_cast<uint64_t>(high - 1) & (step(high - 1) - 1);
  const int64_t first = below ? math::wrappingAdd(low, static_cast<int64_t>(step(low) - below)) : low;
  const int64_t last = high - 1 - static_cast<int64_t>(above);
  if (first < low || last < first)
    throw std::invalid_argument("randint: " + std::string(name(dtype)) + " holds no integer of [" +
                                std::to_string(low) + ", " + std::to_string(high) + ")");
  return {first, last + 1};
}

/// Ones where elements are kept and zeros where not, after the checks that all forms of dropout share; undefined where
/// nothing is dropped.
Tensor kept(const char* op, const Tensor& x, const Dims& sizes, double p, bool training) {
  if (!(p >= 0 && p <= 1))
    fail<std::invalid_argument>(op, ": the probability must lie in [0, 1], got ", std::to_string(p));
  if (!training || p == 0) return {};
  checkFloatingDType(op, x.dtype());
  return bernoulli_(empty(sizes, x.dtype(), x.device()), 1 - p);
}

/// dropout with one random number for each element of `sizes`, which broadcast.
Tensor dropped(const char* op, const Tensor& x, const Dims& sizes, double p, bool training) {
  return named(op, [&] {
    if (training && p == 1) return mul(x, 0.0);
    Tensor mask = kept(op, x, sizes, p, training);
    return mask.defined() ? mul(x, mul(mask, 1 / (1 - p))) : x;
  });
}

/// What is dropped becomes the least value of selu, -1.758; an affine function keeps mean 0 and variance 1.
Tensor alphaDropped(const char* op, const Tensor& x, const Dims& sizes, double p, bool training) {
  return named(op, [&] {
    if (training && p == 1) return mul(x, 0.0);
    Tensor mask = kept(op, x, sizes, p, training);
    if (!mask.defined()) return x;
    constexpr double kLeast = 1.7580993408473766;
    const double a = 1 / std::sqrt((kLeast * kLeast * p + 1) * (1 - p));
    return mul(x, mul(mask, a)) + (mask * (kLeast * a) + (p - 1) * kLeast * a);
  });
}

/// The sizes of `x` with 1 for all dimensions after the first `n`: one number for each channel.
Dims channels(const Tensor& x, int64_t n) {
  Dims sizes = x.sizes();
  std::fill(sizes.begin() + n, sizes.end(), 1);
  return sizes;
}

constexpr int64_t kAnyRank = std::numeric_limits<int64_t>::max();

void checkRank(const char* op, const Tensor& x, int64_t least, int64_t most) {
  if (x.dim() >= least && x.dim() <= most) return;
  fail<ShapeError>(op, ": needs ", least, most == kAnyRank ? " dimensions or more" : " dimensions or one more",
                   ", got ", toString(x.sizes()));
}

}  // namespace

void manualSeed(int64_t seed) {
  std::lock_guard hold(generator.lock);
  generator.seed = static_cast<uint64_t>(seed);
  generator.used = 0;
}

int64_t initialSeed() {
  std::lock_guard hold(generator.lock);
  return static_cast<int64_t>(generator.seed);
}

Tensor rand(const Dims& shape, DType dtype, Device device) {
  checkFloatingDType("rand", dtype);
  return filled("rand", shape, dtype, device,
                [](const Tensor& out, math::PhiloxKey key) { uniformSlot(out.device(), out, 0, 1, key); });
}

Tensor randn(const Dims& shape, DType dtype, Device device) {
  checkFloatingDType("randn", dtype);
  return filled("randn", shape, dtype, device,
                [](const Tensor& out, math::PhiloxKey key) { normalSlot(out.device(), out, 0, 1, key); });
}

Tensor randint(int64_t low, int64_t high, const Dims& shape, DType dtype, Device device) {
  if (low >= high)
    throw std::invalid_argument("randint: the range [" + std::to_string(low) + ", " + std::to_string(high) +
                                ") is empty");
  for (int64_t bound : {low, high - 1})
    if (!isWithin(dtype, bound))
      throw std::invalid_argument("randint: " + std::to_string(bound) + " does not fit into " + name(dtype) +
                                  "; choose a wider dtype");
  // What rounds up to a bound that is not wanted, or down to one, is not drawn.
  if (isFloating(dtype)) std::tie(low, high) = representable(low, high, dtype);
  return filled("randint", shape, dtype, device,
                [=](const Tensor& out, math::PhiloxKey key) { integersSlot(out.device(), out, low, high, key); });
}

Tensor randperm(int64_t n, DType dtype, Device device) {
  if (n < 0) throw std::invalid_argument("randperm: n may not be negative, got " + std::to_string(n));
  checkHolds("randperm", dtype, std::max<int64_t>(n - 1, 0));
  if (isFloating(dtype) && n - 1 > int64_t{1} << integerBits(dtype))
    throw std::invalid_argument("randperm: " + std::string(name(dtype)) + " does not hold all integers below " +
                                std::to_string(n));
  // Fisher and Yates on the host: a permutation is made once an epoch, and must not depend on the device.
  if (device != kCpu) allocateTensor("randperm", {n}, dtype, device);  // raises before the host works in vain
  Tensor order = named("randperm", [&] { return arange(0, n, 1, DType::Int64, kCpu); });
  Tensor picks = filled("randperm", {n}, DType::Float64, kCpu,
                        [](const Tensor& out, math::PhiloxKey key) { uniformSlot(out.device(), out, 0, 1, key); });
  int64_t* o = order.data<int64_t>();
  const double* u = picks.data<double>();
  for (int64_t i = n - 1; i > 0; --i) std::swap(o[i], o[static_cast<int64_t>(u[i] * static_cast<double>(i + 1))]);
  return named("randperm", [&] { return to(order, dtype, device); });
}

Tensor bernoulli(const Tensor& p) {
  checkFloatingDType("bernoulli", p.dtype());
  {
    NoGradGuard plain;
    if (itemLong(all(logicalAnd(ge(p, 0), le(p, 1)), {}, false)) == 0)
      throw std::invalid_argument("bernoulli: probabilities must lie in [0, 1]");
  }
  Tensor dense = p.isContiguous() ? p : cloneRaw("bernoulli", p);
  Tensor out = filled("bernoulli", p.sizes(), p.dtype(), p.device(),
                      [&](const Tensor& t, math::PhiloxKey key) { bernoulliSlot(t.device(), t, dense, key); });
  return record("BernoulliBackward0", out, wrt(p, [](const Tensor& g) { return zerosLike(g); }));
}

Tensor uniform_(const Tensor& self, double low, double high) {
  checkFloatingDType("uniform_", self.dtype());
  if (!(low <= high))
    throw std::invalid_argument("uniform_: the range from " + std::to_string(low) + " to " + std::to_string(high) +
                                " is empty");
  for (double bound : {low, high, high - low})
    if (!std::isfinite(bound) || !isWithin(self.dtype(), bound))
      throw std::invalid_argument("uniform_: the range from " + std::to_string(low) + " to " + std::to_string(high) +
                                  " is more than " + name(self.dtype()) + " holds");
  return refill("uniform", self,
                [=](const Tensor& out, math::PhiloxKey key) { uniformSlot(out.device(), out, low, high, key); });
}

Tensor normal_(const Tensor& self, double mean, double deviation) {
  checkFloatingDType("normal_", self.dtype());
  if (!(deviation >= 0))
    throw std::invalid_argument("normal_: the deviation may not be negative, got " + std::to_string(deviation));
  return refill("normal", self,
                [=](const Tensor& out, math::PhiloxKey key) { normalSlot(out.device(), out, mean, deviation, key); });
}

Tensor bernoulli_(const Tensor& self, double p) {
  if (!(p >= 0 && p <= 1))
    throw std::invalid_argument("bernoulli_: the probability must lie in [0, 1], got " + std::to_string(p));
  const Tensor one = full({}, p, DType::Float32, kCpu);
  return refill("bernoulli", self,
                [&](const Tensor& out, math::PhiloxKey key) { bernoulliSlot(out.device(), out, one, key); });
}

Tensor dropout(const Tensor& x, double p, bool training) { return dropped("dropout", x, x.sizes(), p, training); }

Tensor dropout1d(const Tensor& x, double p, bool training) {
  checkRank("dropout1d", x, 2, 3);
  return dropped("dropout1d", x, channels(x, x.dim() - 1), p, training);
}

Tensor dropout2d(const Tensor& x, double p, bool training) {
  checkRank("dropout2d", x, 2, kAnyRank);
  return dropped("dropout2d", x, channels(x, 2), p, training);
}

Tensor dropout3d(const Tensor& x, double p, bool training) {
  checkRank("dropout3d", x, 4, 5);
  return dropped("dropout3d", x, channels(x, x.dim() - 3), p, training);
}

Tensor alphaDropout(const Tensor& x, double p, bool training) {
  return alphaDropped("alphaDropout", x, x.sizes(), p, training);
}

Tensor featureAlphaDropout(const Tensor& x, double p, bool training) {
  checkRank("featureAlphaDropout", x, 2, kAnyRank);
  return alphaDropped("featureAlphaDropout", x, channels(x, 2), p, training);
}

}  // namespace retrograd
