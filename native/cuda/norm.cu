#include "kernel/norm.h"

#include "cuda/lines.cuh"
#include "math/carry.h"

namespace retrograd::cuda {

namespace {

template <class T>
__device__ inline T sumOverLine(const math::Carry<T>& mine, T* shared, const auto& lines, const auto& me) {
  return reduceLine(mine.value(), shared, lines, me, [](T a, T b) { return a + b; });
}

/// Operands: out, mean, rstd, in.
template <class T, bool kHeld>
__global__ void __launch_bounds__(kBlock) layerNormKernel(Lines<4> lines, const T* weight, const T* bias, T eps) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<4> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  T held[kHeld ? kLineItems : 1];
  const T count = static_cast<T>(lines.n);
  auto x = [&](int64_t i, T shift) { return i < n ? me.template element<const T>(lines, 3, i) - shift : T(0); };
  math::Carry<T> sum{}, rests{}, squares{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) { sum.add(held[j] = x(i, T(0))); });
  const T mean = sumOverLine(sum, shared, lines, me) / count;
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    held[j] = kHeld ? (i < n ? held[j] - mean : T(0)) : x(i, mean);
    rests.add(held[j]);
  });
  const T rest = sumOverLine(rests, shared, lines, me) / count;  // what the mean's rounding took away
  auto centred = [&](int64_t i, int j) { return i < n ? (kHeld ? held[j] : x(i, mean)) - rest : T(0); };
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) { squares.add(centred(i, j) * centred(i, j)); });
  const T rstd = T(1) / math::sqrt(sumOverLine(squares, shared, lines, me) / count + eps);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i < n)
      me.template element<T>(lines, 0, i) =
          centred(i, j) * rstd * (weight ? weight[i] : T(1)) + (bias ? bias[i] : T(0));
  });
  if (!me.exists || me.place != 0) return;
  me.template element<T>(lines, 1, 0) = mean;
  me.template element<T>(lines, 2, 0) = rstd;
}

/// Operands: out, mean, rstd, grad, in.
template <class T, bool kHeld>
__global__ void __launch_bounds__(kBlock) layerNormBackwardKernel(Lines<5> lines, const T* weight) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<5> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  const T mean = me.exists ? me.template element<const T>(lines, 1, 0) : T(0);
  const T rstd = me.exists ? me.template element<const T>(lines, 2, 0) : T(0);
  T grads[kHeld ? kLineItems : 1], normalized[kHeld ? kLineItems : 1];
  auto load = [&](int64_t i, int j) {
    grads[j] = i < n ? me.template element<const T>(lines, 3, i) * (weight ? weight[i] : T(1)) : T(0);
    normalized[j] = i < n ? (me.template element<const T>(lines, 4, i) - mean) * rstd : T(0);
  };
  math::Carry<T> sum{}, product{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    load(i, j);
    sum.add(grads[j]);
    product.add(grads[j] * normalized[j]);
  });
  const T along = sumOverLine(sum, shared, lines, me) / static_cast<T>(lines.n);
  const T across = sumOverLine(product, shared, lines, me) / static_cast<T>(lines.n);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i >= n) return;
    if (!kHeld) load(i, j);
    me.template element<T>(lines, 0, i) = rstd * (grads[j] - along - normalized[j] * across);
  });
}

template <class T>
const T* vectorOf(const Tensor& t) {
  return t.defined() ? t.data<T>() : nullptr;
}

void layerNormFamily(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in, const Tensor& weight,
                     const Tensor& bias, double eps) {
  if (in.numel() == 0) return;
  const Lines<4> lines = makeLines<4>("layerNorm", {&out, &mean, &rstd, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launchLines<T>(&layerNormKernel<T, true>, &layerNormKernel<T, false>, lines, use(out), vectorOf<T>(weight),
                   vectorOf<T>(bias), static_cast<T>(eps));
  });
}

void layerNormBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& in, const Tensor& mean,
                             const Tensor& rstd, const Tensor& weight) {
  if (in.numel() == 0) return;
  const Lines<5> lines = makeLines<5>("layerNorm", {&out, &mean, &rstd, &grad, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launchLines<T>(&layerNormBackwardKernel<T, true>, &layerNormBackwardKernel<T, false>, lines, use(out),
                   vectorOf<T>(weight));
  });
}

// ---- sums over rows ----

constexpr int kColumns = 32, kTeam = kBlock / kColumns;  // of a block: columns, and threads that share one
constexpr int64_t kStretch = kTeam * 16;                 // rows, at least, where there are as many
constexpr int64_t kStretches = 256;                      // at most

template <class T>
struct Matrix {
  const T* data;
  int64_t rowStep, columnStep;

  explicit Matrix(const Tensor& t) : data(t.data<T>()), rowStep(t.strides()[0]), columnStep(t.strides()[1]) {}
  __device__ T operator()(int64_t row, int64_t column) const { return data[row * rowStep + column * columnStep]; }
};

/// Sums over stretches of rows: those of stretch k are at sums[2 * k * n] and, for the bias, n later.
template <class T>
__global__ void __launch_bounds__(kBlock)
    stretchKernel(int64_t rows, int64_t n, int64_t stretch, int64_t columnBlocks, Matrix<T> grad, Matrix<T> in,
                  Matrix<T> mean, Matrix<T> rstd, T* sums) {
  SharedArea area;
  T *ofWeight = area.take<T>(kBlock), *ofBias = area.take<T>(kBlock);
  const int t = threadNumber();
  const int64_t number = blockNumber() / columnBlocks;
  const int64_t column = blockNumber() % columnBlocks * kColumns + t % kColumns;
  const int64_t begin = number * stretch, end = begin + stretch < rows ? begin + stretch : rows;
  math::Carry<T> weights{}, biases{};
  for (int64_t row = begin + t / kColumns; row < end && column < n; row += kTeam) {
    const T g = grad(row, column);
    weights.add(g * ((in(row, column) - mean(row, 0)) * rstd(row, 0)));
    biases.add(g);
  }
  ofWeight[t] = weights.value();
  ofBias[t] = biases.value();
  for (int h = kTeam / 2; h; h /= 2) {
    barrier();
    if (t / kColumns >= h) continue;
    ofWeight[t] += ofWeight[t + h * kColumns];
    ofBias[t] += ofBias[t + h * kColumns];
  }
  if (t >= kColumns || column >= n) return;
  sums[2 * number * n + column] = ofWeight[t];
  sums[(2 * number + 1) * n + column] = ofBias[t];
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    addStretchesKernel(int64_t n, int64_t stretches, const T* sums, T* ofWeight, T* ofBias) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= 2 * n) return;
  math::Carry<T> sum{};
  for (int64_t k = 0; k < stretches; ++k) sum.add(sums[2 * k * n + i]);
  (i < n ? ofWeight[i] : ofBias[i - n]) = sum.value();
}

void layerNormParametersFamily(const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad, const Tensor& in,
                               const Tensor& mean, const Tensor& rstd) {
  const int64_t rows = in.size(0), n = in.size(1);
  if (n == 0) return;
  const int64_t stretch = std::max(kStretch, (rows + kStretches - 1) / kStretches);
  const int64_t stretches = (rows + stretch - 1) / stretch, columnBlocks = (n + kColumns - 1) / kColumns;
  cudaStream_t stream = use(ofWeight);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const Scratch sums(in.device(), static_cast<size_t>(2 * stretches * n) * sizeof(T));
    if (rows)
      launch(&stretchKernel<T>, blocksFor(stretches * columnBlocks, 1), kBlock, 2 * SharedArea::bytesFor<T>(kBlock),
             stream, rows, n, stretch, columnBlocks, Matrix<T>(grad), Matrix<T>(in), Matrix<T>(mean), Matrix<T>(rstd),
             sums.as<T>());
    launch(&addStretchesKernel<T>, blocksFor(2 * n, kBlock), kBlock, 0, stream, n, stretches, sums.as<T>(),
           ofWeight.data<T>(), ofBias.data<T>());
  });
}

const decltype(layerNormSlot)::Fill fill(layerNormSlot, DeviceType::CUDA, &layerNormFamily);
const decltype(layerNormBackwardSlot)::Fill fillBackward(layerNormBackwardSlot, DeviceType::CUDA,
                                                         &layerNormBackwardFamily);
const decltype(layerNormParametersSlot)::Fill fillParameters(layerNormParametersSlot, DeviceType::CUDA,
                                                             &layerNormParametersFamily);

}  // namespace

}  // namespace retrograd::cuda
