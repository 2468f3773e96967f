#include "kernel/sort.h"

#include <algorithm>
#include <memory>

#include "cpu/lines.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kLineGrain = kGrain / 64;

/// Lines up to this length are sorted by comparison, longer ones digit by digit.
constexpr int64_t kShort = 64;

constexpr int kDigitBits = 8;
constexpr int64_t kDigits = int64_t{1} << kDigitBits;

/// Sorts by keys from their lowest digit to their highest; each pass keeps the order of equals. The numbers count up.
/// Returns where the result is: `items` or `other`.
template <class W>
const SortItem<W>* sortDigits(SortItem<W>* items, SortItem<W>* other, int64_t n) {
  constexpr int kPasses = sizeof(W) * 8 / kDigitBits;
  auto digit = [](W key, int pass) { return key >> pass * kDigitBits & (kDigits - 1); };
  int64_t places[kPasses][kDigits] = {};
  for (int64_t i = 0; i < n; ++i)
    for (int pass = 0; pass < kPasses; ++pass) ++places[pass][digit(items[i].key, pass)];
  for (int pass = 0; pass < kPasses; ++pass) {
    int64_t* place = places[pass];
    if (place[digit(items[0].key, pass)] == n) continue;  // all have the same digit
    int64_t sum = 0;
    for (int64_t d = 0; d < kDigits; ++d) sum += std::exchange(place[d], sum);
    for (int64_t i = 0; i < n; ++i) other[place[digit(items[i].key, pass)]++] = items[i];
    std::swap(items, other);
  }
  return items;
}

template <class W, class T>
void sortLine(T* values, int64_t* indices, const T* x, int64_t n, bool descending) {
  SortItem<W> few[kShort];
  std::unique_ptr<SortItem<W>[]> many;
  SortItem<W>* items = few;
  if (n > kShort) {
    many = std::make_unique_for_overwrite<SortItem<W>[]>(2 * static_cast<size_t>(n));
    items = many.get();
  }
  for (int64_t i = 0; i < n; ++i) items[i] = {sortKey<W>(x[i], descending), static_cast<W>(i)};
  const SortItem<W>* sorted = items;
  if (n > kShort)
    sorted = sortDigits(items, items + n, n);
  else
    std::sort(items, items + n);
  for (int64_t i = 0; i < n; ++i) {
    indices[i] = static_cast<int64_t>(sorted[i].number);
    values[i] = x[sorted[i].number];
  }
}

void sortKernel(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool descending) {
  const Lines lines({&values, &indices, &in}, dim);
  dispatchSort(in.dtype(), lines.n, [&]<class T, class W>(Type<T>, W) {
    lines.forEachDense<T, int64_t, const T>(kLineGrain, [&](T* values, int64_t* indices, const T* x, T*) {
      sortLine<W>(values, indices, x, lines.n, descending);
    });
  });
}

const decltype(sortSlot)::Fill fill(sortSlot, DeviceType::CPU, &sortKernel);

}  // namespace

}  // namespace retrograd::cpu
