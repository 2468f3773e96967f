#include <cmath>
#include <cstring>

#include "cpu/lines.h"
#include "cpu/pointwise.h"
#include "kernel/reduce.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kLineGrain = kGrain / 2;

template <class T, bool kLargest>
RETROGRAD_CLONES void extremumRun(char* const* p, const Lines& lines, int64_t width) {
  T best[Lines::kTogether];
  int64_t where[Lines::kTogether];
  const int64_t next = lines.plan.step(2), step = lines.steps[2];
  for (int64_t i = 0; i < lines.n; ++i) {
    const char* from = p[2] + i * step;
    for (int64_t c = 0; c < width; ++c) {
      T x = *reinterpret_cast<const T*>(from + c * next);
      // The first of equals stays; NaN beats all but an earlier NaN.
      bool better = i == 0 || (kLargest ? x > best[c] : x < best[c]) || (x != x && best[c] == best[c]);
      if (!better) continue;
      best[c] = x;
      where[c] = i;
    }
  }
  for (int64_t c = 0; c < width; ++c) {
    std::memcpy(p[0] + c * lines.plan.step(0), &best[c], sizeof(T));
    std::memcpy(p[1] + c * lines.plan.step(1), &where[c], sizeof(int64_t));
  }
}

void extremumKernel(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool largest) {
  const Lines lines({&values, &indices, &in}, dim);
  dispatch(in.dtype(), [&]<class T>(Type<T>) {
    lines.forEach(kLineGrain, [&](char* const* p, int64_t width) {
      largest ? extremumRun<T, true>(p, lines, width) : extremumRun<T, false>(p, lines, width);
    });
  });
}

/// Running sums of some lines. What float32 adds up it adds in float64; a sum in float64 carries along what its
/// additions have rounded off. So errors do not grow with the length.
template <class T, int64_t kLines>
class RunningSums {
 public:
  RETROGRAD_INLINE T next(int64_t line, bool isFirst, T x) {
    if constexpr (!std::is_same_v<T, double>) {
      sums_[line] = isFirst ? x : math::wrappingAdd(sums_[line], static_cast<Sum>(x));
      return static_cast<T>(sums_[line]);
    } else {
      const double before = isFirst ? -0.0 : sums_[line], sum = before + x, added = sum - before;
      const double rest = (isFirst ? 0 : rests_[line]) + ((before - (sum - added)) + (x - added));
      sums_[line] = sum;
      rests_[line] = rest;
      return std::abs(rest) > 0 ? sum + rest : sum;  // no rest of infinity, and none that makes -0 a 0
    }
  }

 private:
  using Sum = std::conditional_t<std::is_same_v<T, float>, double, T>;
  Sum sums_[kLines];
  double rests_[std::is_same_v<T, double> ? kLines : 1];
};

/// `kLines`: as many as `width` may be.
template <class T, int64_t kLines>
RETROGRAD_CLONES void cumsumRun(char* const* p, const Lines& lines, int64_t width) {
  RunningSums<T, kLines> sums;
  const int64_t toNext = lines.plan.step(0), fromNext = lines.plan.step(1);
  for (int64_t i = 0; i < lines.n; ++i) {
    char* to = p[0] + i * lines.steps[0];
    const char* from = p[1] + i * lines.steps[1];
    for (int64_t c = 0; c < (kLines == 1 ? 1 : width); ++c)
      *reinterpret_cast<T*>(to + c * toNext) = sums.next(c, i == 0, *reinterpret_cast<const T*>(from + c * fromNext));
  }
}

void cumsumKernel(const Tensor& out, const Tensor& in, int64_t dim) {
  const Lines lines({&out, &in}, dim);
  dispatchComputed(in.dtype(), [&]<class T>(Type<T>) {
    if constexpr (std::is_same_v<T, bool>)
      failDType("cumsum", in.dtype());
    else
      lines.forEach(kLineGrain, [&](char* const* p, int64_t width) {
        width == 1 ? cumsumRun<T, 1>(p, lines, width) : cumsumRun<T, Lines::kTogether>(p, lines, width);
      });
  });
}

const decltype(extremumSlot)::Fill fillExtremum(extremumSlot, DeviceType::CPU, &extremumKernel);
const decltype(cumsumSlot)::Fill fillCumsum(cumsumSlot, DeviceType::CPU, &cumsumKernel);

}  // namespace

}  // namespace retrograd::cpu
