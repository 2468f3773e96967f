#include "kernel/sort.h"

#include "cuda/lines.cuh"

// A block sorts a tile in shared memory: some whole lines, or part of a long one. Sorted tiles of a long line are then
// merged pairwise, in passes through memory, in which a block makes a tile of the result.

namespace retrograd::cuda {

namespace {

constexpr int kTile = 1024;
constexpr int kItems = kTile / kBlock;  // of a tile, that a thread takes

/// How lines lie in tiles: several in one, or one in several.
struct Tiling {
  int width;      // of a line's part in a tile, rounded up to a power of two
  int64_t tiles;  // of a line

  RETROGRAD_HD explicit Tiling(int64_t n) : width(1), tiles((n + kTile - 1) / kTile) {
    while (width < n && width < kTile) width *= 2;
  }
  RETROGRAD_HD int64_t line(int64_t block, int i) const {
    return tiles > 1 ? block / tiles : block * (kTile / width) + i / width;
  }
  RETROGRAD_HD int64_t element(int64_t block, int i) const { return (block % tiles) * kTile + (i & (width - 1)); }
};

/// Sorts each run of `width` items, a power of two; all threads of the block call it.
template <class W>
__device__ inline void sortTile(SortItem<W>* items, int width) {
  for (int size = 2; size <= width; size *= 2)
    for (int half = size / 2; half; half /= 2) {
      barrier();
      for (int t = threadNumber(); t < kTile / 2; t += kBlock) {
        const int a = 2 * t - (t & (half - 1)), b = a + half;
        const bool rises = (a & size & (width - 1)) == 0;
        const SortItem<W> x = items[a], y = items[b];
        if (rises == (y < x)) {
          items[a] = y;
          items[b] = x;
        }
      }
    }
  barrier();
}

/// Writes the result's element `i` of the line that begins at `offsets`.
template <class T, class W>
__device__ inline void writeElement(const Lines<3>& lines, const int64_t (&offsets)[3], int64_t i, W number) {
  const char* from = lines.data[2] + offsets[2] + static_cast<int64_t>(number) * lines.steps[2];
  *reinterpret_cast<T*>(lines.data[0] + offsets[0] + i * lines.steps[0]) = *reinterpret_cast<const T*>(from);
  *reinterpret_cast<int64_t*>(lines.data[1] + offsets[1] + i * lines.steps[1]) = static_cast<int64_t>(number);
}

/// `sorted`: where the tiles of long lines go, line after line; short lines are done.
template <class T, class W>
__global__ void __launch_bounds__(kBlock)
    tileKernel(Lines<3> lines, Tiling tiling, bool descending, SortItem<W>* sorted) {
  SharedArea area;
  SortItem<W>* items = area.take<SortItem<W>>(kTile);
  int64_t offsets[3];
  for (int i = threadNumber(); i < kTile; i += kBlock) {
    const int64_t line = tiling.line(blockNumber(), i), element = tiling.element(blockNumber(), i);
    SortItem<W> item{static_cast<W>(~W(0)), static_cast<W>(~W(0))};  // after all others
    if (line < lines.count && element < lines.n) {
      lines.beginnings.offsets(line, offsets);
      const char* at = lines.data[2] + offsets[2] + element * lines.steps[2];
      item = {sortKey<W>(*reinterpret_cast<const T*>(at), descending), static_cast<W>(element)};
    }
    items[i] = item;
  }
  sortTile(items, tiling.width);
  for (int i = threadNumber(); i < kTile; i += kBlock) {
    const int64_t line = tiling.line(blockNumber(), i), element = tiling.element(blockNumber(), i);
    if (line >= lines.count || element >= lines.n) continue;
    if (sorted) {
      sorted[line * lines.n + element] = items[i];
    } else {
      lines.beginnings.offsets(line, offsets);
      writeElement<T>(lines, offsets, element, items[i].number);
    }
  }
}

/// How many of the first `count` items of two sorted runs together are of the first run.
template <class W>
__device__ inline int64_t split(const SortItem<W>* a, int64_t na, const SortItem<W>* b, int64_t nb, int64_t count) {
  int64_t low = count > nb ? count - nb : 0, high = count < na ? count : na;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (a[middle] < b[count - 1 - middle])
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/// Merges runs of `length` items pairwise, each block a tile of the result.
template <class W>
__global__ void __launch_bounds__(kBlock)
    mergeKernel(const SortItem<W>* from, SortItem<W>* to, int64_t n, int64_t tiles, int64_t length) {
  SharedArea area;
  SortItem<W>* items = area.take<SortItem<W>>(kTile);
  int64_t* splits = area.take<int64_t>(2);
  const int64_t line = blockNumber() / tiles, first = blockNumber() % tiles * kTile;
  const int64_t pair = first / (2 * length) * (2 * length), begin = first - pair;
  auto atMost = [](int64_t a, int64_t b) { return a < b ? a : b; };
  const int64_t na = atMost(length, n - pair), nb = atMost(length, n - pair - na);
  const int64_t end = atMost(begin + kTile, na + nb);
  const SortItem<W>*a = from + line * n + pair, *b = a + na;
  if (threadNumber() < 2) splits[threadNumber()] = split(a, na, b, nb, threadNumber() ? end : begin);
  barrier();
  const int64_t beginA = splits[0], beginB = begin - beginA;
  const int countA = static_cast<int>(splits[1] - beginA), count = static_cast<int>(end - begin),
            countB = count - countA;
  for (int i = threadNumber(); i < count; i += kBlock) items[i] = i < countA ? a[beginA + i] : b[beginB + i - countA];
  barrier();
  SortItem<W>* out = to + line * n + first;
  // Each thread takes neighbours of the result, from where the runs part there.
  const int mine = threadNumber() * kItems;
  if (mine >= count) return;
  const SortItem<W>* sharedB = items + countA;
  int i = static_cast<int>(split(items, countA, sharedB, countB, mine)), j = mine - i;
  for (int k = mine; k < mine + kItems && k < count; ++k) {
    const bool takesA = j >= countB || (i < countA && items[i] < sharedB[j]);
    out[k] = takesA ? items[i++] : sharedB[j++];
  }
}

template <class T, class W>
__global__ void __launch_bounds__(kBlock) unpackKernel(Lines<3> lines, const SortItem<W>* sorted) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= lines.count * lines.n) return;
  int64_t offsets[3];
  lines.beginnings.offsets(i / lines.n, offsets);
  writeElement<T>(lines, offsets, i % lines.n, sorted[i].number);
}

void sortFamily(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool descending) {
  if (in.numel() == 0) return;
  const Lines<3> lines = makeLines<3>("sort", {&values, &indices, &in}, dim);
  const Tiling tiling(lines.n);
  cudaStream_t stream = use(values);
  dispatchSort(in.dtype(), lines.n, [&]<class T, class W>(Type<T>, W) {
    using Item = SortItem<W>;
    const bool isLong = tiling.tiles > 1;
    const int64_t total = lines.count * lines.n, tiles = lines.count * tiling.tiles;
    const Scratch scratch(in.device(), isLong ? 2 * static_cast<size_t>(total) * sizeof(Item) : 0);
    Item *sorted = isLong ? scratch.as<Item>() : nullptr, *next = isLong ? sorted + total : nullptr;
    const unsigned blocks = isLong ? blocksFor(tiles, 1) : blocksFor(lines.count, kTile / tiling.width);
    launch(&tileKernel<T, W>, blocks, kBlock, SharedArea::bytesFor<Item>(kTile), stream, lines, tiling, descending,
           sorted);
    if (!isLong) return;
    const size_t shared = SharedArea::bytesFor<Item>(kTile) + SharedArea::bytesFor<int64_t>(2);
    for (int64_t length = kTile; length < lines.n; length *= 2, std::swap(sorted, next))
      launch(&mergeKernel<W>, blocks, kBlock, shared, stream, sorted, next, lines.n, tiling.tiles, length);
    launch(&unpackKernel<T, W>, blocksFor(total, kBlock), kBlock, 0, stream, lines, sorted);
  });
}

const decltype(sortSlot)::Fill fill(sortSlot, DeviceType::CUDA, &sortFamily);

}  // namespace

}  // namespace retrograd::cuda
