#include "core/dims.h"

#include "core/error.h"

namespace retrograd {

std::string toString(const Dims& dims) {
  std::string s = "[";
  size_t shown = std::min<size_t>(dims.size(), kMaxDims);
  for (size_t i = 0; i < shown; ++i) s += (i ? ", " : "") + std::to_string(dims[i]);
  return s + (shown < dims.size() ? ", ... " + std::to_string(dims.size()) + " in all]" : "]");
}

void checkDims(const char* op, size_t dims) {
  if (dims > kMaxDims) fail<ShapeError>(op, ": a tensor has at most ", kMaxDims, " dimensions, not ", dims);
}

int64_t numel(const char* op, const Dims& sizes) {
  checkDims(op, sizes.size());
  int64_t span = 1;
  bool empty = false;
  for (int64_t s : sizes) {
    if (s < 0) fail<ShapeError>(op, ": the shape ", toString(sizes), " has a negative size");
    if (s == 0)
      empty = true;
    else if (__builtin_mul_overflow(span, s, &span) || span > kMaxSpan)
      fail<ShapeError>(op, ": the shape ", toString(sizes), " has more elements than fit any memory");
  }
  return empty ? 0 : span;
}

Dims contiguousStrides(const Dims& sizes) {
  Dims strides(sizes.size());
  int64_t step = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = step;
    step *= std::max<int64_t>(sizes[i], 1);
  }
  return strides;
}

bool isContiguous(const Dims& sizes, const Dims& strides) {
  int64_t step = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] == 0) return true;
    if (sizes[i] != 1) {
      if (strides[i] != step) return false;
      step *= sizes[i];
    }
  }
  return true;
}

bool isNonOverlapping(const Dims& sizes, const Dims& strides) {
  SmallVec<size_t, 5> order;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) return true;
    if (sizes[i] > 1) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return strides[a] < strides[b]; });
  int64_t reach = 0;
  for (size_t i : order) {
    if (strides[i] <= reach) return false;
    reach += strides[i] * (sizes[i] - 1);
  }
  return true;
}

Dims broadcast(const char* op, const Dims& a, const Dims& b) {
  if (a == b) return a;
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims out = longer;
  size_t shift = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    int64_t& size = out[i + shift];
    if (size == shorter[i] || shorter[i] == 1) continue;
    if (size != 1)
      fail<ShapeError>(op, ": the shapes ", toString(a), " and ", toString(b),
                       " do not broadcast: sizes must be equal or 1, aligned at the last dimension");
    size = shorter[i];
  }
  return out;
}

bool isBroadcastableTo(const Dims& from, const Dims& to) {
  if (from.size() > to.size()) return false;
  size_t shift = to.size() - from.size();
  for (size_t i = 0; i < from.size(); ++i)
    if (from[i] != to[i + shift] && from[i] != 1) return false;
  return true;
}

Dims broadcastStrides(const Dims& sizes, const Dims& strides, const Dims& target) {
  Dims out(target.size(), 0);
  size_t shift = target.size() - sizes.size();
  for (size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] == target[i + shift]) out[i + shift] = strides[i];
  return out;
}

int64_t wrapDim(const char* op, int64_t dim, int64_t rank) {
  int64_t span = std::max<int64_t>(rank, 1);
  if (dim < -span || dim >= span)
    fail<IndexError>(op, ": the dimension ", dim, " is out of range for a ", rank, "-d tensor; it must be in [", -span,
                     ", ", span - 1, "]");
  return dim < 0 ? dim + span : dim;
}

Dims wrapDims(const char* op, const Dims& dims, int64_t rank) {
  Dims out;
  if (dims.empty()) {
    for (int64_t i = 0; i < rank; ++i) out.push_back(i);
    return out;
  }
  for (int64_t d : dims) {
    int64_t w = wrapDim(op, d, rank);
    if (std::find(out.begin(), out.end(), w) != out.end())
      fail<IndexError>(op, ": the dimension ", w, " is named twice in ", toString(dims));
    out.push_back(w);
  }
  return out;
}

Dims inferShape(const char* op, const Dims& shape, int64_t numel) {
  Dims out = shape;
  int64_t* unknown = nullptr;
  for (int64_t& s : out) {
    if (s != -1) continue;
    if (unknown) fail<ShapeError>(op, ": only one size may be -1, got ", toString(shape));
    unknown = &s;
    s = 1;
  }
  int64_t known = retrograd::numel(op, out);
  if (unknown && known > 0 && numel % known == 0) {
    *unknown = numel / known;
    return out;
  }
  if (unknown && known == 0 && numel == 0)
    fail<ShapeError>(op, ": the size -1 of ", toString(shape), " could be anything for a tensor of 0 elements");
  if (unknown || known != numel)
    fail<ShapeError>(op, ": the shape ", toString(shape), " does not hold the tensor's ", numel, " elements");
  return out;
}

bool viewStrides(const Dims& sizes, const Dims& strides, const Dims& target, Dims& out) {
  out = contiguousStrides(target);
  if (isContiguous(sizes, strides)) return true;
  // Each run of dimensions that is dense within itself must be covered by a run of target dimensions.
  int64_t v = static_cast<int64_t>(target.size()) - 1;
  int64_t run = 1, covered = 1;
  int64_t base = sizes.empty() ? 1 : strides.back();
  for (int64_t d = static_cast<int64_t>(sizes.size()) - 1; d >= 0; --d) {
    run *= sizes[d];
    if (d > 0 && (sizes[d - 1] == 1 || strides[d - 1] == run * base)) continue;
    while (v >= 0 && (covered < run || target[v] == 1)) {
      out[v] = covered * base;
      covered *= target[v--];
    }
    if (covered != run) return false;
    if (d > 0) {
      base = strides[d - 1];
      run = covered = 1;
    }
  }
  return v < 0;
}

}  // namespace retrograd
