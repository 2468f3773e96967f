#include "cpu/pointwise.h"

namespace retrograd::cpu {

namespace {

template <class T>
RETROGRAD_CLONES void whereRun(const void*, char* const* p, int64_t n) {
  T* out = reinterpret_cast<T*>(p[0]);
  const uint8_t* condition = reinterpret_cast<const uint8_t*>(p[1]);
  const T* a = reinterpret_cast<const T*>(p[2]);
  const T* b = reinterpret_cast<const T*>(p[3]);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    T x = a[i], y = b[i];
    out[i] = condition[i] ? x : y;
  }
}

void whereKernel(const Tensor& out, const Tensor& condition, const Operand& a, const Operand& b) {
  if (condition.dtype() != DType::Bool) failDType("where", condition.dtype());
  RunFn run = dispatchSize(out.dtype(), []<class T>(T) -> RunFn { return &whereRun<T>; });
  elementwise(run, nullptr, {&out, &condition, {a, out.dtype()}, {b, out.dtype()}}, kGrain);
}

const decltype(whereSlot)::Fill fill(whereSlot, DeviceType::CPU, &whereKernel);

}  // namespace

}  // namespace retrograd::cpu
