#include "kernel/conv.h"

#include "cuda/device.cuh"
#include "cuda/launch.h"
#include "kernel/copy.h"
#include "kernel/gemm.h"
#include "kernel/pointwise.h"
#include "math/binary.h"
#include "math/carry.h"

namespace retrograd::cuda {

namespace {

// A convolution is a product of the weight [channels out, places] with unfolded images [places, results], by the
// product of this device; places are pairs of a channel and a place in the kernel. Images are unfolded a few at a time.

/// Sizes are those of a group.
struct Shape {
  int64_t batch, groups, channels, outputs;
  int64_t size[3], result[3], kernel[3];
  int64_t area, results, places;  // elements of a channel of the image, of the result, of the kernel
  int64_t stride[3], padding[3], dilation[3];

  Shape(const Tensor& y, const Tensor& x, const Tensor& w, const ConvSteps& s)
      : batch(x.size(0)), groups(s.groups), channels(x.size(1) / s.groups), outputs(y.size(1) / s.groups) {
    area = results = places = 1;
    for (int d = 0; d < 3; ++d) {
      area *= size[d] = x.size(d + 2);
      results *= result[d] = y.size(d + 2);
      places *= kernel[d] = w.size(d + 2);
      stride[d] = s.stride[static_cast<size_t>(d)];
      padding[d] = s.padding[static_cast<size_t>(d)];
      dilation[d] = s.dilation[static_cast<size_t>(d)];
    }
  }
  int64_t row() const { return channels * places; }  // of the weight

  /// Where in the image result `l` sees a place of the kernel; negative where that is padding.
  __device__ int64_t image(int64_t l, int64_t place) const {
    int64_t offset = 0, step = 1;
    for (int d = 2; d >= 0; --d) {
      const int64_t at = l % result[d] * stride[d] - padding[d] + place % kernel[d] * dilation[d];
      if (at < 0 || at >= size[d]) return -1;
      offset += at * step;
      step *= size[d];
      l /= result[d];
      place /= kernel[d];
    }
    return offset;
  }
  /// Which result sees element `i` of the image at a place of the kernel; negative where none.
  __device__ int64_t seenBy(int64_t i, int64_t place) const {
    int64_t offset = 0, step = 1;
    for (int d = 2; d >= 0; --d) {
      const int64_t at = i % size[d] + padding[d] - place % kernel[d] * dilation[d];
      if (at < 0 || at % stride[d] != 0 || at / stride[d] >= result[d]) return -1;
      offset += at / stride[d] * step;
      step *= result[d];
      i /= size[d];
      place /= kernel[d];
    }
    return offset;
  }
};

/// Steps between the images (of one group each) and the places of an unfolded batch, in elements; results are dense.
struct Unfolded {
  int64_t imageStep, placeStep;
};

template <class T>
__global__ void __launch_bounds__(kBlock)
    unfoldKernel(Shape s, int64_t images, const T* x, T* unfolded, Unfolded layout) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  const int64_t row = s.channels * s.places;
  if (i >= images * row * s.results) return;
  const int64_t l = i % s.results, place = i / s.results % row, image = i / s.results / row;
  const int64_t at = s.image(l, place % s.places);
  unfolded[image * layout.imageStep + place * layout.placeStep + l] =
      at < 0 ? T(0) : x[(image * s.channels + place / s.places) * s.area + at];
}

/// The gradient of the image from that of the unfolded one.
template <class T>
__global__ void __launch_bounds__(kBlock) foldKernel(Shape s, int64_t images, T* x, const T* unfolded) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= images * s.channels * s.area) return;
  const T* from = unfolded + i / s.area * s.places * s.results;
  T sum = 0;
  for (int64_t k = 0; k < s.places; ++k) {
    const int64_t l = s.seenBy(i % s.area, k);
    if (l >= 0) sum += from[k * s.results + l];
  }
  x[i] = sum;
}

// ---- without unfolding, where a group's products are small ----

bool isDirect(const Shape& s) { return s.groups > 1 && s.channels * s.outputs <= 4; }

template <class T>
__global__ void __launch_bounds__(kBlock) directKernel(Shape s, T* y, const T* x, const T* w, const T* bias) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.batch * s.groups * s.outputs * s.results) return;
  const int64_t l = i % s.results, o = i / s.results % (s.groups * s.outputs);
  const T* from = x + i / s.results / s.outputs * s.channels * s.area;
  T sum = bias ? bias[o] : T(0);
  for (int64_t c = 0; c < s.channels; ++c)
    for (int64_t k = 0; k < s.places; ++k) {
      const int64_t at = s.image(l, k);
      if (at >= 0) sum += w[(o * s.channels + c) * s.places + k] * from[c * s.area + at];
    }
  y[i] = sum;
}

template <class T>
__global__ void __launch_bounds__(kBlock) directInputKernel(Shape s, T* x, const T* y, const T* w) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.batch * s.groups * s.channels * s.area) return;
  const int64_t c = i / s.area % s.channels, image = i / s.area / s.channels, g = image % s.groups;
  T sum = 0;
  for (int64_t k = 0; k < s.places; ++k) {
    const int64_t l = s.seenBy(i % s.area, k);
    if (l < 0) continue;
    for (int64_t o = 0; o < s.outputs; ++o)
      sum += w[((g * s.outputs + o) * s.channels + c) * s.places + k] * y[(image * s.outputs + o) * s.results + l];
  }
  x[i] = sum;
}

/// A block for each element of the weight.
template <class T>
__global__ void __launch_bounds__(kBlock) directWeightKernel(Shape s, T* w, const T* y, const T* x) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const int t = threadNumber();
  const int64_t i = blockNumber(), k = i % s.places, c = i / s.places % s.channels, o = i / s.places / s.channels;
  math::Carry<T> sum{};
  for (int64_t r = t; r < s.batch * s.results; r += kBlock) {
    const int64_t n = r / s.results, l = r % s.results, at = s.image(l, k);
    if (at < 0) continue;
    const int64_t channel = (n * s.groups + o / s.outputs) * s.channels + c;
    sum.add(y[(n * s.groups * s.outputs + o) * s.results + l] * x[channel * s.area + at]);
  }
  shared[t] = sum.value();
  for (int h = kBlock / 2; h; h /= 2) {
    barrier();
    if (t < h) shared[t] += shared[t + h];
  }
  if (t == 0) w[i] = shared[0];
}

// ---- by products ----

Tensor matrices(const Tensor& t, int64_t offset, int64_t batch, int64_t rows, int64_t columns, int64_t batchStep,
                int64_t rowStep, int64_t columnStep) {
  Layout layout = t.layout();
  layout.offset += offset;
  layout.sizes = {batch, rows, columns};
  layout.strides = {batchStep, rowStep, columnStep};
  return Tensor(std::move(layout));
}

constexpr int64_t kUnfolded = int64_t{1} << 22;  // elements that are unfolded at a time, where an image has no more

/// Calls `fn(first, count)` for the images that are unfolded together: of several groups, one.
template <class Fn>
void forEachImages(const Shape& s, Fn&& fn) {
  const int64_t most = s.groups > 1 ? 1 : std::max<int64_t>(1, kUnfolded / (s.row() * s.results));
  for (int64_t first = 0; first < s.batch; first += most) fn(first, std::min(most, s.batch - first));
}

/// Products of the groups of an image, or of images that share the weight: `step` leads from one weight to the next.
struct Batch {
  int64_t count, step;
  Batch(const Shape& s, int64_t images) : count(images * s.groups), step(s.groups > 1 ? s.outputs * s.row() : 0) {}
};

template <class T>
void unfold(const Shape& s, const Tensor& x, int64_t first, int64_t images, const Tensor& unfolded, Unfolded layout) {
  launch(&unfoldKernel<T>, blocksFor(images * s.row() * s.results, kBlock), kBlock, 0, use(unfolded), s, images,
         static_cast<const T*>(x.data<T>() + first * s.channels * s.area), unfolded.data<T>(), layout);
}

void convFamily(const Tensor& y, const Tensor& x, const Tensor& w, const Tensor& bias, const ConvSteps& steps) {
  const Shape s(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    if (isDirect(s)) {
      launch(&directKernel<T>, blocksFor(y.numel(), kBlock), kBlock, 0, use(y), s, y.data<T>(),
             static_cast<const T*>(x.data<T>()), static_cast<const T*>(w.data<T>()),
             static_cast<const T*>(bias.defined() ? bias.data<T>() : nullptr));
      return;
    }
    forEachImages(s, [&](int64_t first, int64_t count) {
      const Batch b(s, count);
      const int64_t row = s.row(), l = s.results;
      Tensor unfolded = allocateTensor("conv", {b.count * row * l}, x.dtype(), x.device());
      unfold<T>(s, x, first * s.groups, b.count, unfolded, {row * l, l});
      Tensor biases = bias;
      if (bias.defined()) biases = matrices(bias, 0, b.count, s.outputs, l, s.groups > 1 ? s.outputs : 0, 1, 0);
      gemmSlot(y.device(), matrices(y, first * s.groups * s.outputs * l, b.count, s.outputs, l, s.outputs * l, l, 1),
               matrices(w, 0, b.count, s.outputs, row, b.step, row, 1),
               matrices(unfolded, 0, b.count, row, l, row * l, l, 1), biases);
    });
  });
}

void convInputFamily(const Tensor& x, const Tensor& y, const Tensor& w, const ConvSteps& steps) {
  const Shape s(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    if (isDirect(s)) {
      launch(&directInputKernel<T>, blocksFor(x.numel(), kBlock), kBlock, 0, use(x), s, x.data<T>(),
             static_cast<const T*>(y.data<T>()), static_cast<const T*>(w.data<T>()));
      return;
    }
    forEachImages(s, [&](int64_t first, int64_t count) {
      const Batch b(s, count);
      const int64_t row = s.row(), l = s.results;
      Tensor unfolded = allocateTensor("conv", {b.count * row * l}, x.dtype(), x.device());
      gemmSlot(y.device(), matrices(unfolded, 0, b.count, row, l, row * l, l, 1),
               matrices(w, 0, b.count, row, s.outputs, b.step, 1, row),
               matrices(y, first * s.groups * s.outputs * l, b.count, s.outputs, l, s.outputs * l, l, 1), Tensor());
      launch(&foldKernel<T>, blocksFor(b.count * s.channels * s.area, kBlock), kBlock, 0, use(x), s, b.count,
             x.data<T>() + first * s.groups * s.channels * s.area, static_cast<const T*>(unfolded.data<T>()));
    });
  });
}

void convWeightFamily(const Tensor& w, const Tensor& y, const Tensor& x, const ConvSteps& steps) {
  const Shape s(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    if (isDirect(s)) {
      launch(&directWeightKernel<T>, blocksFor(w.numel(), 1), kBlock, SharedArea::bytesFor<T>(kBlock), use(w), s,
             w.data<T>(), static_cast<const T*>(y.data<T>()), static_cast<const T*>(x.data<T>()));
      return;
    }
    const Tensor flat = matrices(w, 0, s.groups, s.outputs, s.row(), s.outputs * s.row(), s.row(), 1);
    forEachImages(s, [&](int64_t first, int64_t count) {
      const int64_t row = s.row(), l = s.results, all = count * l, groups = s.groups;
      // Of one group: all images side by side, [places, images * results] and [outputs, images * results].
      Tensor unfolded = allocateTensor("conv", {groups * row * all}, x.dtype(), x.device());
      unfold<T>(s, x, first * groups, count * groups, unfolded, groups > 1 ? Unfolded{row * l, l} : Unfolded{l, all});
      Tensor gradient = matrices(y, first * groups * s.outputs * l, groups, s.outputs, l, s.outputs * l, l, 1);
      if (count > 1) {
        gradient = allocateTensor("conv", {1, s.outputs, all}, y.dtype(), y.device());
        copySlot(y.device(), matrices(gradient, 0, s.outputs, count, l, all, l, 1),
                 matrices(y, first * s.outputs * l, s.outputs, count, l, l, s.outputs * l, 1));
      }
      const Tensor part = first == 0 ? flat : allocateTensor("conv", flat.sizes(), w.dtype(), w.device());
      gemmSlot(w.device(), part, gradient, matrices(unfolded, 0, groups, all, row, row * all, 1, all), Tensor());
      if (first > 0) binarySlot<math::Add>(w.device(), {}, flat, flat, part, w.dtype());
    });
  });
}

const decltype(convSlot)::Fill fill(convSlot, DeviceType::CUDA, &convFamily);
const decltype(convInputSlot)::Fill fillInput(convInputSlot, DeviceType::CUDA, &convInputFamily);
const decltype(convWeightSlot)::Fill fillWeight(convWeightSlot, DeviceType::CUDA, &convWeightFamily);

}  // namespace

}  // namespace retrograd::cuda
