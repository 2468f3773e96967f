#include "kernel/margin.h"

#include <vector>

#include "cpu/loops.h"
#include "kernel/labels.h"

namespace retrograd::cpu {

namespace {

void multilabelMarginKernel(const Tensor& out, const Tensor& in, const Tensor& target, bool slopes) {
  const int64_t classes = in.size(1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    parallelFor(in.size(0), kGrain / classes / classes + 1, [&](int64_t begin, int64_t end) {
      std::vector<int64_t> times(static_cast<size_t>(classes));  // that each class is listed
      for (int64_t n = begin; n < end; ++n) {
        const LabelledRow<T> row{in.data<T>() + n * classes, target.data<int64_t>() + n * classes, classes};
        for (int64_t k = 0; k < classes; ++k) {
          const int64_t label = loadOnce(row.labels + k);
          if (label < 0) break;
          if (label >= classes)
            fail<IndexError>("multilabelMarginLoss: the class number ", label, " is out of range for ", classes,
                             " classes");
        }
        std::fill(times.begin(), times.end(), 0);
        row.forEachLabel([&](int64_t label) { ++times[static_cast<size_t>(label)]; });
        const auto timesListed = [&](int64_t i) { return times[static_cast<size_t>(i)]; };
        T* to = out.data<T>() + n * classes;
        for (int64_t i = 0; i < classes; ++i) to[i] = slopes ? row.slopeOf(i, timesListed) : row.lossOf(i, timesListed);
      }
    });
  });
}

const decltype(multilabelMarginSlot)::Fill fill(multilabelMarginSlot, DeviceType::CPU, &multilabelMarginKernel);

}  // namespace

}  // namespace retrograd::cpu
