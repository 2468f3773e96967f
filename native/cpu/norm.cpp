#include "kernel/norm.h"

#include <cmath>

#include "cpu/lines.h"
#include "cpu/tree.h"
#include "math/carry.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kLineGrain = kGrain / 4;

template <class T>
T* vectorOf(const Tensor& t) {
  return t.defined() ? t.data<std::remove_const_t<T>>() : nullptr;
}

// ---- sums ----

template <class V, int K>
struct Terms {
  V of[K];
};

/// K sums over the same elements, in whatever pieces these come: in lanes, and of what the lanes of a leaf give, with
/// what additions round off.
template <class T, int K>
class Sums {
 public:
  RETROGRAD_INLINE Sums() {
    for (int k = 0; k < K; ++k) clear(k);
  }
  /// Adds term<V>(i).of[k] for 0 <= i < n, where V is T or a vector of the elements from i on.
  template <class Term>
  RETROGRAD_INLINE void add(int64_t n, const Term& term) {
    for (int64_t i = 0; i < n;) {
      const int64_t end = std::min(n, i + kLeaf<T> - pending_);
      pending_ += end - i;
      for (; i + kLanes<T> <= end; i += kLanes<T>) {
        const auto p = term.template operator()<V>(i), q = term.template operator()<V>(i + kVec);
        for (int k = 0; k < K; ++k) lower_[k] += p.of[k], upper_[k] += q.of[k];
      }
      for (int64_t lane = 0; i < end; ++i, ++lane) {
        const auto p = term.template operator()<T>(i);
        for (int k = 0; k < K; ++k) ends_[k][lane] += p.of[k];
      }
      if (pending_ == kLeaf<T>) flush();
    }
  }
  RETROGRAD_INLINE T total(int k) const {
    math::Carry<T> all = totals_[k];
    const T last = lanesOf(k);
    if (leaves_) all.add(last);
    return leaves_ ? all.value() : last;
  }

 private:
  typedef T V __attribute__((vector_size(32)));
  static constexpr int64_t kVec = 32 / sizeof(T);

  RETROGRAD_INLINE void clear(int k) {
    lower_[k] = upper_[k] = V{};
    storeVector(ends_[k], V{});
    storeVector(ends_[k] + kVec, V{});
  }
  RETROGRAD_INLINE T lanesOf(int k) const {
    alignas(32) T lanes[kVec];
    storeVector(lanes, (lower_[k] + loadVector<V>(ends_[k])) + (upper_[k] + loadVector<V>(ends_[k] + kVec)));
    for (int64_t h = kVec / 2; h; h /= 2)
      for (int64_t j = 0; j < h; ++j) lanes[j] += lanes[j + h];
    return lanes[0];
  }
  RETROGRAD_INLINE void flush() {
    for (int k = 0; k < K; ++k) {
      totals_[k].add(lanesOf(k));
      clear(k);
    }
    leaves_ = true;
    pending_ = 0;
  }

  V lower_[K], upper_[K];             // lanes of whole rows
  alignas(32) T ends_[K][kLanes<T>];  // and of what is left at the ends of pieces
  math::Carry<T> totals_[K] = {};
  int64_t pending_ = 0;
  bool leaves_ = false;  // whether there were any
};

/// Dense pieces of `n` elements, each of one channel.
struct Pieces {
  int64_t count, step, n;
  int64_t channel, channelStep;  // of the first piece, and from one to the next

  int64_t elements() const { return count * n; }
};
Pieces onePiece(int64_t n) { return {1, 0, n, 0, 0}; }

/// Distances from the mean lose nothing to a large one: what its rounding takes away is found and put back.
template <class T>
struct Statistics {
  T mean, rest, variance;

  /// 1 / sqrt(variance + eps)
  T inverse(T eps) const { return T(1) / std::sqrt(variance + eps); }
};

template <class T>
RETROGRAD_CLONES Statistics<T> statisticsOf(const T* x, const Pieces& p) {
  const T count = static_cast<T>(p.elements());
  Sums<T, 1> sum;
  for (int64_t k = 0; k < p.count; ++k) {
    const T* from = x + k * p.step;
    sum.add(
        p.n, [from]<class V>(int64_t i)
                 __attribute__((always_inline)) { return Terms<V, 1>{{loadVector<V>(from + i)}}; });
  }
  const T mean = sum.total(0) / count;
  Sums<T, 2> centred;
  for (int64_t k = 0; k < p.count; ++k) {
    const T* from = x + k * p.step;
    centred.add(
        p.n, [ from, mean ]<class V>(int64_t i) __attribute__((always_inline)) {
          const V d = loadVector<V>(from + i) - mean;
          return Terms<V, 2>{{d, d * d}};
        });
  }
  const T rest = centred.total(0) / count;
  return {mean, rest, std::max(centred.total(1) / count - rest * rest, T(0))};
}

/// out = (x - mean) * rstd * weight + bias, with a weight for each element.
template <class T>
RETROGRAD_CLONES void normalizeRow(T* out, const T* x, int64_t n, const Statistics<T>& s, T rstd, const T* weight,
                                   const T* bias) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i)
    out[i] = (x[i] - s.mean - s.rest) * rstd * (weight ? weight[i] : T(1)) + (bias ? bias[i] : T(0));
}

/// The gradient of x, with a weight for each element.
template <class T>
RETROGRAD_CLONES void backwardRow(T* out, const T* g, const T* x, T mean, T rstd, const T* weight, int64_t n) {
  Sums<T, 2> sums;
  if (weight)
    sums.add(
        n, [=]<class V>(int64_t i) __attribute__((always_inline)) {
          const V h = loadVector<V>(g + i) * loadVector<V>(weight + i);
          return Terms<V, 2>{{h, h * ((loadVector<V>(x + i) - mean) * rstd)}};
        });
  else
    sums.add(
        n, [=]<class V>(int64_t i) __attribute__((always_inline)) {
          const V h = loadVector<V>(g + i);
          return Terms<V, 2>{{h, h * ((loadVector<V>(x + i) - mean) * rstd)}};
        });
  const T along = sums.total(0) / static_cast<T>(n), across = sums.total(1) / static_cast<T>(n);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i)
    out[i] = rstd * (g[i] * (weight ? weight[i] : T(1)) - along - (x[i] - mean) * rstd * across);
}

// ---- by the last dimensions ----

void layerNormKernel(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in, const Tensor& weight,
                     const Tensor& bias, double eps) {
  const Lines lines({&out, &mean, &rstd, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const T *w = vectorOf<T>(weight), *b = vectorOf<T>(bias);
    lines.forEachDense<T, T, T, const T>(kLineGrain, [&](T* to, T* mean, T* rstd, const T* x, T*) {
      const Statistics<T> s = statisticsOf(x, onePiece(lines.n));
      *mean = s.mean;
      *rstd = s.inverse(static_cast<T>(eps));
      normalizeRow(to, x, lines.n, s, *rstd, w, b);
    });
  });
}

void layerNormBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& in, const Tensor& mean,
                             const Tensor& rstd, const Tensor& weight) {
  const Lines lines({&out, &mean, &rstd, &grad, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const T* w = vectorOf<T>(weight);
    lines.forEachDense<T, const T, const T, const T, const T>(
        kLineGrain, [&](T* to, const T* mean, const T* rstd, const T* g, const T* x, T*) {
          backwardRow(to, g, x, *mean, *rstd, w, lines.n);
        });
  });
}

constexpr int64_t kColumns = 512;  // at most, whose sums are in the cache together

template <class T>
using Columns = T[kColumns];

/// K sums of each of some columns: over a leaf's rows, and of these with what additions round off.
template <class T, int K>
class ColumnSums {
 public:
  explicit ColumnSums(int64_t width) : width_(width) {
    for (int k = 0; k < K; ++k)
      for (Columns<T>* all : {&leaf_[k], &totals_[k], &rests_[k]}) std::fill_n(*all, width, T(0));
  }
  /// Adds a row: term(i).of[k] for each column i.
  template <class Term>
  RETROGRAD_INLINE void add(const Term& term) {
#pragma GCC ivdep
    for (int64_t i = 0; i < width_; ++i) {
      const Terms<T, K> t = term(i);
      for (int k = 0; k < K; ++k) leaf_[k][i] += t.of[k];
    }
    if (++rows_ == kLeaf<T> / kLanes<T>) flush();
  }
  /// After which nothing may be added.
  RETROGRAD_INLINE const T* totals(int k) {
    if (rows_) flush();
    for (int64_t i = 0; i < width_; ++i) totals_[k][i] = math::withRest(totals_[k][i], rests_[k][i]);
    return totals_[k];
  }

 private:
  RETROGRAD_INLINE void flush() {
    for (int k = 0; k < K; ++k)
#pragma GCC ivdep
      for (int64_t i = 0; i < width_; ++i) {
        math::carry(totals_[k][i], rests_[k][i], leaf_[k][i]);
        leaf_[k][i] = 0;
      }
    rows_ = 0;
  }

  int64_t width_, rows_ = 0;
  Columns<T> leaf_[K], totals_[K], rests_[K];
};

template <class T>
RETROGRAD_CLONES void addRow(ColumnSums<T, 2>& sums, const T* g, const T* x, T mean, T rstd) {
  sums.add([=](int64_t i) __attribute__((always_inline)) {
    return Terms<T, 2>{{g[i] * ((x[i] - mean) * rstd), g[i]}};
  });
}

/// sums[i] = the sum of parts[k * n + i] over all k < count.
template <class T>
RETROGRAD_CLONES void addParts(T* sums, const T* parts, int64_t count, int64_t n) {
  const auto rests = std::make_unique<T[]>(static_cast<size_t>(n));
  std::fill_n(sums, n, T(0));
  for (int64_t k = 0; k < count; ++k)
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) math::carry(sums[i], rests[static_cast<size_t>(i)], parts[k * n + i]);
  for (int64_t i = 0; i < n; ++i) sums[i] = math::withRest(sums[i], rests[static_cast<size_t>(i)]);
}

/// `rows` and `columns` from the given ones on.
Tensor part(const Tensor& t, int64_t row, int64_t column, int64_t rows, int64_t columns) {
  Layout layout = t.layout();
  layout.offset += row * layout.strides[0] + column * layout.strides[1];
  layout.sizes = {rows, columns};
  return Tensor(std::move(layout));
}

/// Rows are taken in stretches that depend on their number alone, whose sums are then added up in order.
void layerNormParametersKernel(const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad, const Tensor& in,
                               const Tensor& mean, const Tensor& rstd) {
  const int64_t rows = in.size(0), n = in.size(1);
  const int64_t stretch = std::max<int64_t>(64, (rows + 31) / 32), stretches = (rows + stretch - 1) / stretch;
  const int64_t blocks = (n + kColumns - 1) / kColumns;
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const auto weights = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(stretches * n));
    const auto biases = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(stretches * n));
    const int64_t work = std::min(rows, stretch) * std::min(n, kColumns);
    parallelFor(stretches * blocks, kLineGrain / std::max<int64_t>(work, 1) + 1, [&](int64_t begin, int64_t end) {
      for (int64_t item = begin; item < end; ++item) {
        const int64_t row = item / blocks * stretch, column = item % blocks * kColumns;
        const int64_t height = std::min(stretch, rows - row), width = std::min(kColumns, n - column);
        const Tensor g = part(grad, row, column, height, width), x = part(in, row, column, height, width);
        const Tensor m = part(mean, row, 0, height, 1), r = part(rstd, row, 0, height, 1);
        ColumnSums<T, 2> sums(width);
        Lines({&m, &r, &g, &x}, 1)
            .forEachDense<const T, const T, const T, const T>(
                height * width,
                [&](const T* mean, const T* rstd, const T* g, const T* x, T*) { addRow(sums, g, x, *mean, *rstd); });
        const int64_t to = item / blocks * n + column;
        std::copy_n(sums.totals(0), width, weights.get() + to);
        std::copy_n(sums.totals(1), width, biases.get() + to);
      }
    });
    addParts(ofWeight.data<T>(), weights.get(), stretches, n);
    addParts(ofBias.data<T>(), biases.get(), stretches, n);
  });
}

// ---- by channels ----

/// The sets of an image.
struct ChannelPlan {
  bool groups;
  int64_t batch, channels, elements;
  int64_t inGroup;  // channels of a set
  int64_t sets;

  ChannelPlan(const Tensor& image, const ChannelSets& of)
      : groups(of.of == ChannelSets::Of::Groups),
        batch(image.size(0)),
        channels(image.size(1)),
        elements(image.size(2)),
        inGroup(groups ? channels / of.groups : 1),
        sets(groups ? batch * of.groups : channels) {}

  int64_t beginning(int64_t set) const { return set * inGroup * elements; }
  Pieces pieces(int64_t set) const {
    if (groups) return {inGroup, elements, elements, set * inGroup % channels, 1};
    return {batch, channels * elements, elements, set, 0};
  }
  /// How many channels are taken together: few enough that several threads have some.
  int64_t sideBySide() const { return std::clamp<int64_t>(channels / 4 / 32 * 32, 32, kColumns); }
  /// Calls fn(first, width) for sets that are taken together, `width` of them, on several threads.
  template <class Fn>
  void forEach(int64_t width, const Fn& fn) const {
    const int64_t each = batch * channels * elements / sets;
    parallelFor((sets + width - 1) / width, kLineGrain / (each * width) + 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) fn(i * width, std::min(width, sets - i * width));
    });
  }
};

/// out = (x - mean) * rstd * weight + bias, with a weight for each piece.
template <class T>
RETROGRAD_CLONES void normalizePieces(T* out, const T* x, const Pieces& p, const Statistics<T>& s, T rstd,
                                      const T* weight, const T* bias) {
  for (int64_t k = 0; k < p.count; ++k) {
    const int64_t channel = p.channel + k * p.channelStep;
    const T scale = weight ? rstd * weight[channel] : rstd, shift = bias ? bias[channel] : T(0);
    const T* from = x + k * p.step;
    T* to = out + k * p.step;
#pragma GCC ivdep
    for (int64_t i = 0; i < p.n; ++i) to[i] = (from[i] - s.mean - s.rest) * scale + shift;
  }
}

/// Sums of grad and of grad * (x - mean).
template <class T>
struct GradientSums {
  T ofBias, ofWeight;
};
template <class T>
RETROGRAD_CLONES GradientSums<T> gradientSums(const T* g, const T* x, T mean, const Pieces& p) {
  if (p.count == 1 && p.n < kLanes<T>) {
    GradientSums<T> few{};
    for (int64_t i = 0; i < p.n; ++i) few = {few.ofBias + g[i], few.ofWeight + g[i] * (x[i] - mean)};
    return few;
  }
  Sums<T, 2> sums;
  for (int64_t k = 0; k < p.count; ++k) {
    const T *grad = g + k * p.step, *from = x + k * p.step;
    sums.add(
        p.n, [=]<class V>(int64_t i) __attribute__((always_inline)) {
          const V h = loadVector<V>(grad + i);
          return Terms<V, 2>{{h, h * (loadVector<V>(from + i) - mean)}};
        });
  }
  return {sums.total(0), sums.total(1)};
}

/// out = (grad * weight - along - (x - mean) * across) * rstd, with a weight for each piece.
template <class T>
RETROGRAD_CLONES void backwardPieces(T* out, const T* g, const T* x, const Pieces& p, T mean, T rstd, const T* weight,
                                     T along, T across) {
  for (int64_t k = 0; k < p.count; ++k) {
    const T w = weight ? weight[p.channel + k * p.channelStep] : T(1);
    const T *grad = g + k * p.step, *from = x + k * p.step;
    T* to = out + k * p.step;
#pragma GCC ivdep
    for (int64_t i = 0; i < p.n; ++i) to[i] = (grad[i] * w - along - (from[i] - mean) * across) * rstd;
  }
}
/// What is found for channels side by side, of one element each.
template <class T>
struct SideBySide {
  Columns<T> mean, rest, variance;
};

template <class T>
RETROGRAD_CLONES void statisticsOfColumns(SideBySide<T>& s, const T* x, int64_t rows, int64_t step, int64_t width) {
  const T count = static_cast<T>(rows);
  ColumnSums<T, 1> sum(width);
  for (const T* row = x; row < x + rows * step; row += step)
    sum.add([=](int64_t i) __attribute__((always_inline)) { return Terms<T, 1>{{row[i]}}; });
  const T* total = sum.totals(0);
  for (int64_t i = 0; i < width; ++i) s.mean[i] = total[i] / count;
  ColumnSums<T, 2> centred(width);
  for (const T* row = x; row < x + rows * step; row += step)
    centred.add([ row, mean = &s.mean[0] ](int64_t i) __attribute__((always_inline)) {
      const T d = row[i] - mean[i];
      return Terms<T, 2>{{d, d * d}};
    });
  const T *rest = centred.totals(0), *squares = centred.totals(1);
  for (int64_t i = 0; i < width; ++i) {
    s.rest[i] = rest[i] / count;
    s.variance[i] = std::max(squares[i] / count - s.rest[i] * s.rest[i], T(0));
  }
}
template <class T>
RETROGRAD_CLONES void normalizeColumns(T* out, const T* x, int64_t rows, int64_t step, int64_t width,
                                       const SideBySide<T>& s, const T* rstd, const T* weight, const T* bias) {
  for (int64_t r = 0; r < rows; ++r)
#pragma GCC ivdep
    for (int64_t i = 0; i < width; ++i)
      out[r * step + i] = (x[r * step + i] - s.mean[i] - s.rest[i]) * (weight ? rstd[i] * weight[i] : rstd[i]) +
                          (bias ? bias[i] : T(0));
}
/// Sums of grad, and of grad * (x - mean).
template <class T>
RETROGRAD_CLONES void gradientSumsOfColumns(T* ofBias, T* ofWeight, const T* g, const T* x, const T* mean, int64_t rows,
                                            int64_t step, int64_t width) {
  ColumnSums<T, 2> sums(width);
  for (int64_t at = 0; at < rows * step; at += step)
    sums.add([ grad = g + at, from = x + at, mean ](int64_t i) __attribute__((always_inline)) {
      return Terms<T, 2>{{grad[i], grad[i] * (from[i] - mean[i])}};
    });
  std::copy_n(sums.totals(0), width, ofBias);
  std::copy_n(sums.totals(1), width, ofWeight);
}
template <class T>
RETROGRAD_CLONES void backwardColumns(T* out, const T* g, const T* x, int64_t rows, int64_t step, int64_t width,
                                      const T* mean, const T* scale, const T* along, const T* across) {
  for (int64_t r = 0; r < rows; ++r)
#pragma GCC ivdep
    for (int64_t i = 0; i < width; ++i)
      out[r * step + i] = (g[r * step + i] - along[i] - (x[r * step + i] - mean[i]) * across[i]) * scale[i];
}

void channelNormKernel(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in,
                       const Tensor& weight, const Tensor& bias, const ChannelSets& sets, double eps,
                       const RunningStatistics& running) {
  if (in.numel() == 0) return;
  const ChannelPlan plan(in, sets);
  const bool given = sets.of == ChannelSets::Of::Given;
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const T *x = in.data<T>(), *w = vectorOf<const T>(weight), *b = vectorOf<const T>(bias);
    T *to = out.data<T>(), *means = mean.data<T>(), *rstds = rstd.data<T>();
    const T momentum = static_cast<T>(running.momentum), count = static_cast<T>(in.numel() / plan.sets);
    auto toward = [&](T* run, int64_t set, T value) {
      if (run) run[set] = momentum * value + (1 - momentum) * run[set];
    };
    T *runningMean = vectorOf<T>(running.mean), *runningVariance = vectorOf<T>(running.variance);
    auto keep = [&](int64_t set, const Statistics<T>& s) {
      means[set] = s.mean + s.rest;
      rstds[set] = s.variance + static_cast<T>(eps) == 0 && !plan.groups ? T(0) : s.inverse(static_cast<T>(eps));
      toward(runningMean, set, means[set]);
      toward(runningVariance, set, s.variance * (count / (count - 1)));
    };
    if (plan.groups || plan.elements > 1)
      plan.forEach(1, [&](int64_t set, int64_t) {
        const int64_t at = plan.beginning(set);
        const Pieces pieces = plan.pieces(set);
        Statistics<T> s{means[set], 0, 0};
        if (!given) keep(set, s = statisticsOf(x + at, plan.groups ? onePiece(pieces.elements()) : pieces));
        if (plan.elements > 1)
          normalizePieces(to + at, x + at, pieces, s, rstds[set], w, b);
        else
          normalizeRow(to + at, x + at, pieces.count, s, rstds[set], w ? w + pieces.channel : w,
                       b ? b + pieces.channel : b);
      });
    else
      plan.forEach(plan.sideBySide(), [&](int64_t first, int64_t width) {
        SideBySide<T> s{};
        if (given)
          std::copy_n(means + first, width, s.mean);
        else
          statisticsOfColumns(s, x + first, plan.batch, plan.channels, width);
        for (int64_t i = 0; i < width && !given; ++i) keep(first + i, {s.mean[i], s.rest[i], s.variance[i]});
        normalizeColumns(to + first, x + first, plan.batch, plan.channels, width, s, rstds + first, w ? w + first : w,
                         b ? b + first : b);
      });
  });
}

void channelNormBackwardKernel(const Tensor& ofIn, const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad,
                               const Tensor& in, const Tensor& mean, const Tensor& rstd, const Tensor& weight,
                               const ChannelSets& sets) {
  const ChannelPlan plan(in, sets);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    T *to = vectorOf<T>(ofIn), *toWeight = vectorOf<T>(ofWeight), *toBias = vectorOf<T>(ofBias);
    if (in.numel() == 0) {
      for (T* t : {toWeight, toBias})
        if (t) std::fill_n(t, plan.channels, T(0));
      return;
    }
    const T *g = grad.data<T>(), *x = in.data<T>(), *means = mean.data<T>(), *rstds = rstd.data<T>();
    const T *w = vectorOf<const T>(weight), count = static_cast<T>(in.numel() / plan.sets);
    if (plan.groups) {
      const auto planes = static_cast<size_t>(plan.batch * plan.channels);
      const auto weights = std::make_unique_for_overwrite<T[]>(planes),
                 biases = std::make_unique_for_overwrite<T[]>(planes);
      plan.forEach(1, [&](int64_t set, int64_t) {
        const int64_t at = plan.beginning(set), plane = set * plan.inGroup;
        const Pieces all = plan.pieces(set);
        T along = 0, across = 0;
        for (int64_t k = 0; k < all.count; ++k) {
          const int64_t from = at + k * all.step;
          const auto sums = gradientSums(g + from, x + from, means[set], onePiece(all.n));
          biases[plane + k] = sums.ofBias;
          weights[plane + k] = sums.ofWeight * rstds[set];
          along += sums.ofBias * (w ? w[all.channel + k] : T(1));
          across += sums.ofWeight * (w ? w[all.channel + k] : T(1));
        }
        if (to)
          backwardPieces(to + at, g + at, x + at, all, means[set], rstds[set], w, along / count,
                         across * rstds[set] * rstds[set] / count);
      });
      if (!toWeight) return;
      addParts(toWeight, weights.get(), plan.batch, plan.channels);
      addParts(toBias, biases.get(), plan.batch, plan.channels);
      return;
    }
    if (plan.elements > 1) {
      plan.forEach(1, [&](int64_t set, int64_t) {
        const int64_t at = plan.beginning(set);
        const auto sums = gradientSums(g + at, x + at, means[set], plan.pieces(set));
        if (toWeight) toWeight[set] = sums.ofWeight * rstds[set], toBias[set] = sums.ofBias;
        const T each = (w ? w[set] : T(1)) / count;
        if (to)
          backwardPieces(to + at, g + at, x + at, plan.pieces(set), means[set], rstds[set], w, sums.ofBias * each,
                         sums.ofWeight * each * rstds[set] * rstds[set]);
      });
      return;
    }
    plan.forEach(plan.sideBySide(), [&](int64_t first, int64_t width) {
      Columns<T> along, across, scale;
      gradientSumsOfColumns(along, across, g + first, x + first, means + first, plan.batch, plan.channels, width);
      for (int64_t i = 0; i < width; ++i) {
        const T r = rstds[first + i];
        if (toWeight) toWeight[first + i] = across[i] * r, toBias[first + i] = along[i];
        along[i] /= count;
        across[i] *= r * r / count;
        scale[i] = w ? r * w[first + i] : r;
      }
      if (to)
        backwardColumns(to + first, g + first, x + first, plan.batch, plan.channels, width, means + first, scale, along,
                        across);
    });
  });
}

const decltype(layerNormSlot)::Fill fill(layerNormSlot, DeviceType::CPU, &layerNormKernel);
const decltype(layerNormBackwardSlot)::Fill fillBackward(layerNormBackwardSlot, DeviceType::CPU,
                                                         &layerNormBackwardKernel);
const decltype(layerNormParametersSlot)::Fill fillParameters(layerNormParametersSlot, DeviceType::CPU,
                                                             &layerNormParametersKernel);
const decltype(channelNormSlot)::Fill fillChannels(channelNormSlot, DeviceType::CPU, &channelNormKernel);
const decltype(channelNormBackwardSlot)::Fill fillChannelsBackward(channelNormBackwardSlot, DeviceType::CPU,
                                                                   &channelNormBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
