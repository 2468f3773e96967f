#include "kernel/resample.h"

#include <cmath>
#include <cstring>

#include "math/cubic.h"
#include "math/window.h"
#include "ops/pointwise.h"
#include "ops/strided.h"

namespace retrograd {

namespace {

using T = const Tensor&;

// ---- taps ----

/// Which places of its dimension a place of the result takes, and how much of each.
enum class Rule : uint8_t {
  Reflect,
  Replicate,
  Circular,
  Nearest,
  NearestExact,
  Linear,
  Cubic,
  SmoothLinear,  // antialiased
  SmoothCubic,
  Area,
};

constexpr bool isMove(Rule rule) { return rule <= Rule::NearestExact; }
constexpr bool isPad(Rule rule) { return rule <= Rule::Circular; }

/// A dimension. Of one that stays as it is nothing need be said but its size.
struct Axis {
  int64_t in = 1, out = 1;
  Rule rule = Rule::Replicate;
  int64_t before = 0;         // of padding
  bool alignCorners = false;  // of the others
  double scale = 0;           // likewise: of the result to the image; 0 for that of their sizes
};

/// The taps of a dimension, as `Taps` has them.
template <class V>
struct Table {
  std::vector<int32_t> begins{0}, places;
  std::vector<V> weights;

  void tap(int64_t place, V weight) {
    places.push_back(static_cast<int32_t>(place));
    weights.push_back(weight);
  }
  void end() { begins.push_back(static_cast<int32_t>(places.size())); }

  /// The taps of the places of the image, of which there are `size`, from those of the result.
  Table transposed(int64_t size) const {
    Table t;
    t.begins.assign(static_cast<size_t>(size) + 1, 0);
    for (int32_t place : places) ++t.begins[static_cast<size_t>(place) + 1];
    for (size_t i = 1; i < t.begins.size(); ++i) t.begins[i] += t.begins[i - 1];
    t.places.resize(places.size());
    t.weights.resize(places.size());
    std::vector<int32_t> next = t.begins;
    for (size_t j = 0; j + 1 < begins.size(); ++j)
      for (int32_t e = begins[j]; e < begins[j + 1]; ++e) {
        const size_t to = static_cast<size_t>(next[static_cast<size_t>(places[static_cast<size_t>(e)])]++);
        t.places[to] = static_cast<int32_t>(j);
        t.weights[to] = weights[static_cast<size_t>(e)];
      }
    return t;
  }
};

int64_t padded(const Axis& a, int64_t j) {
  const int64_t i = j - a.before;
  switch (a.rule) {
    case Rule::Reflect: return i < 0 ? -i : std::min(i, 2 * (a.in - 1) - i);
    case Rule::Replicate: return std::clamp<int64_t>(i, 0, a.in - 1);
    default: {  // circular: what is cut off does not come round
      const int64_t after = a.out - a.in - a.before, first = std::max<int64_t>(-a.before, 0);
      const int64_t kept = a.in - first - std::max<int64_t>(-after, 0);
      return first + ((j - std::max<int64_t>(a.before, 0)) % kept + kept) % kept;
    }
  }
}

/// How far two places of the result lie apart in the image. In the dtype of the elements, as is all that follows.
template <class V>
V stepOf(const Axis& a) {
  if (a.alignCorners) return a.out > 1 ? static_cast<V>(a.in - 1) / static_cast<V>(a.out - 1) : V(0);
  return a.scale > 0 ? static_cast<V>(1 / a.scale) : static_cast<V>(a.in) / static_cast<V>(a.out);
}

/// Where place `j` of the result lies in the image.
template <class V>
V pointOf(const Axis& a, V step, int64_t j) {
  return static_cast<V>(a.alignCorners ? step * static_cast<V>(j) : step * (static_cast<V>(j) + V(0.5)) - V(0.5));
}

/// Up to the last place, and how far the point lies after it, in [0, 1].
template <class V>
int64_t placeBefore(const Axis& a, V point, V& rest) {
  const int64_t place = std::min(static_cast<int64_t>(std::floor(point)), a.in - 1);
  rest = std::clamp(point - static_cast<V>(place), V(0), V(1));
  return place;
}

/// A triangle, or a cubic, as wide as the places that are covered.
template <class V>
void smoothTaps(Table<V>& table, const Axis& a, V step, int64_t j) {
  const bool cubic = a.rule == Rule::SmoothCubic;
  const V stretch = std::max(step, V(1)), reach = (cubic ? 2 : 1) * stretch;
  const V centre = step * (static_cast<V>(j) + V(0.5));
  const int64_t begin = std::max<int64_t>(static_cast<int64_t>(centre - reach + V(0.5)), 0);
  const int64_t end = std::min(static_cast<int64_t>(centre + reach + V(0.5)), a.in);
  const size_t first = table.weights.size();
  V sum = 0;
  for (int64_t i = begin; i < end; ++i) {
    const V x = std::abs((static_cast<V>(i) - centre + V(0.5)) / stretch);
    V w = std::max(V(1) - x, V(0));
    if (cubic) {
      V four[4];
      math::cubicWeights(four, x < 1 ? x : std::min(x, V(2)) - 1, V(-0.5));
      w = x < 1 ? four[1] : four[0];
    }
    table.tap(i, w);
    sum += w;
  }
  if (sum != 0)
    for (size_t e = first; e < table.weights.size(); ++e) table.weights[e] /= sum;
}

template <class V>
void addTaps(Table<V>& table, const Axis& a, V step, int64_t j) {
  if (isPad(a.rule)) return table.tap(padded(a, j), 1);
  switch (a.rule) {
    case Rule::Nearest:
    case Rule::NearestExact: {
      const V point = a.rule == Rule::Nearest ? step * static_cast<V>(j) : std::max(pointOf(a, step, j), V(0)) + V(0.5);
      return table.tap(std::min(static_cast<int64_t>(std::floor(static_cast<float>(point))), a.in - 1), 1);
    }
    case Rule::Linear: {
      V rest = 0;
      const bool same = a.in == a.out;  // then whatever the scale, as in PyTorch
      const int64_t place = same ? j : placeBefore(a, std::max(pointOf(a, step, j), V(0)), rest);
      table.tap(place, 1 - rest);
      return table.tap(same ? place : std::min(place + 1, a.in - 1), rest);
    }
    case Rule::Area: {
      const math::Windows even{math::Windows::Kind::Even, a.in, a.out, 0, 0, 0, 0};  // as adaptive pooling has them
      const math::Window w = even.of(j, V(0));
      for (int64_t i = w.begin; i < w.end; ++i) table.tap(i, 1 / static_cast<V>(w.whole));
      return;
    }
    case Rule::Cubic: {
      V rest, w[4];
      const int64_t place = placeBefore(a, pointOf(a, step, j), rest);
      math::cubicWeights(w, rest);
      for (int64_t k = 0; k < 4; ++k) table.tap(std::clamp<int64_t>(place - 1 + k, 0, a.in - 1), w[k]);
      return;
    }
    default: return smoothTaps(table, a, step, j);
  }
}

/// A map of images, or its transpose.
struct Map {
  const char *node, *otherNode;  // of this and of the transposed map
  int64_t dims;                  // that it concerns, the last ones
  Axis axes[3];
  bool isTransposed = false;

  Map(int64_t dims, const char* node, const char* otherNode) : node(node), otherNode(otherNode), dims(dims) {}

  Axis& axis(int64_t d) { return axes[d + 3 - dims]; }
  const Axis& axis(int64_t d) const { return axes[d + 3 - dims]; }
  Map transposed() const {
    Map m = *this;
    std::swap(m.node, m.otherNode);
    m.isTransposed = !isTransposed;
    return m;
  }
  Dims sizesOf(T x) const {
    Dims sizes = x.sizes();
    for (int64_t d = 0; d < dims; ++d) sizes[x.dim() - dims + d] = isTransposed ? axis(d).in : axis(d).out;
    return sizes;
  }

  /// The tables for elements of a type, on a device.
  template <class V>
  Taps taps(Device device) const {
    Taps taps;
    taps.moves = !isTransposed && std::all_of(axes, axes + 3, [](const Axis& a) { return isMove(a.rule); });
    Table<V> tables[3];
    int64_t bytes = 0;
    auto room = [&](size_t size) {
      const int64_t at = bytes;
      bytes += static_cast<int64_t>((size + sizeof(double) - 1) / sizeof(double) * sizeof(double));
      return at;
    };
    for (int d = 0; d < 3; ++d) {
      const Axis& a = axes[d];
      const V step = stepOf<V>(a);
      for (int64_t j = 0; j < a.out; ++j) {
        addTaps(tables[d], a, step, j);
        tables[d].end();
      }
      if (isTransposed) tables[d] = tables[d].transposed(a.in);
      taps.begins[d] = room(tables[d].begins.size() * sizeof(int32_t));
      taps.places[d] = room(tables[d].places.size() * sizeof(int32_t));
      taps.weights[d] = taps.moves ? 0 : room(tables[d].weights.size() * sizeof(V));
    }
    Tensor memory = allocateTensor("resample", {bytes}, DType::UInt8, kCpu);
    auto put = [&](int64_t at, const auto& values) {
      std::memcpy(memory.data<char>() + at, values.data(), values.size() * sizeof(values[0]));
    };
    for (int d = 0; d < 3; ++d) {
      put(taps.begins[d], tables[d].begins);
      put(taps.places[d], tables[d].places);
      if (!taps.moves) put(taps.weights[d], tables[d].weights);
    }
    taps.memory = to(memory, DType::UInt8, device);
    return taps;
  }
};

/// [planes, depth, height, width], dense, outside the graph.
Tensor planes(const Map& m, T x) {
  NoGradGuard plain;
  Dims sizes{1, 1, 1, 1};
  for (int64_t d = 0; d < x.dim(); ++d) sizes[d < x.dim() - m.dims ? 0 : d + 4 - x.dim()] *= x.size(d);
  return view(contiguous(x), sizes);
}

Tensor resample(const char* op, const Map& m, T x) {
  Tensor y = allocateTensor(op, m.sizesOf(x), x.dtype(), x.device());
  if (y.numel()) {
    auto run = [&]<class V>(Type<V>) { resampleSlot(x.device(), planes(m, y), planes(m, x), m.taps<V>(x.device())); };
    if (isFloating(x.dtype()))
      dispatchFloating(x.dtype(), run);
    else
      run(Type<float>());
  }
  return record(m.node, y, wrt(x, [op, m](T g) { return resample(op, m.transposed(), g); }));
}

// ---- padding ----

constexpr int64_t kMostPadding = kMaxSpan;

void checkPad(const char* op, T x, const Dims& pad) {
  if (pad.size() % 2 != 0 || static_cast<int64_t>(pad.size()) > 2 * x.dim())
    fail<ShapeError>(op, ": needs two numbers for each of some last dimensions of ", toString(x.sizes()), ", got ",
                     toString(pad));
  for (int64_t n : pad)
    if (n > kMostPadding || n < -kMostPadding) fail<ShapeError>(op, ": ", toString(pad), " fits no memory");
}

/// Numbers for the dimension `d` of `x`, in elements before and after.
std::pair<int64_t, int64_t> padOf(T x, const Dims& pad, int64_t d) {
  const size_t i = static_cast<size_t>(2 * (x.dim() - 1 - d));
  return i < pad.size() ? std::pair(pad[i], pad[i + 1]) : std::pair<int64_t, int64_t>(0, 0);
}

Tensor padConstant(T x, const Dims& pad, double value) {
  Dims sizes = x.sizes(), kept = x.sizes(), from = x.sizes(), to = x.sizes();  // and where what is kept begins
  for (int64_t d = 0; d < x.dim(); ++d) {
    const auto [before, after] = padOf(x, pad, d);
    sizes[d] += before + after;
    kept[d] += std::min<int64_t>(before, 0) + std::min<int64_t>(after, 0);
    from[d] = std::max<int64_t>(-before, 0);
    to[d] = std::max<int64_t>(before, 0);
    if (kept[d] < 0 || sizes[d] < 0)
      fail<ShapeError>("pad: ", before, " and ", after, " places leave less than nothing of dimension ", d, " of ",
                       toString(x.sizes()));
  }
  Tensor y = allocateTensor("pad", sizes, x.dtype(), x.device());
  auto part = [&](T t, const Dims& begin) {
    Region r{kept, t.strides(), 0};
    for (int64_t d = 0; d < t.dim(); ++d) r.offset += kept[d] ? begin[d] * t.strides()[d] : 0;
    return viewRaw(t, r);
  };
  const bool any = numel("pad", kept) > 0;
  if (y.numel() && kept != sizes) fillSlot(y.device(), y, value);
  if (any) copySlot(y.device(), part(y, to), part(x, from));
  return record("ConstantPadNdBackward0", y, wrt(x, [pad = pad](T g) {
                  Dims back = pad;
                  for (int64_t& n : back) n = -n;
                  return padConstant(g, back, 0);
                }));
}

struct PadMode {
  const char* name;
  Rule rule;
  const char* nodes[3][2];  // of one to three dimensions: of the padding, and of its gradient
};

#define RETROGRAD_PAD_NODES(name)                                                                       \
  {                                                                                                     \
    {name "1DBackward0", name "1DBackwardBackward0"}, {name "2DBackward0", name "2DBackwardBackward0"}, \
        {name "3DBackward0", name "3DBackwardBackward0"},                                               \
  }
constexpr PadMode kPadModes[] = {
    {"reflect", Rule::Reflect, RETROGRAD_PAD_NODES("ReflectionPad")},
    {"replicate", Rule::Replicate, RETROGRAD_PAD_NODES("ReplicationPad")},
    {"circular", Rule::Circular, RETROGRAD_PAD_NODES("CircularPad")},
};
#undef RETROGRAD_PAD_NODES

/// Throws where there are more places, or so many taps, than the tables' int32 can number; of each place `taps` at
/// most.
void checkSize(const char* op, int64_t size, int64_t taps, T x) {
  if (size > INT32_MAX / taps)
    fail<ShapeError>(op, ": ", size, " places of a dimension of ", toString(x.sizes()), " are more than ",
                     INT32_MAX / taps);
}

Tensor padBy(const PadMode& mode, T x, const Dims& pad) {
  const int64_t dims = static_cast<int64_t>(pad.size()) / 2;
  if (dims < 1 || dims > 3 || (x.dim() != dims + 1 && x.dim() != dims + 2))
    fail<ShapeError>("pad: mode \"", mode.name, "\" pads all of one to three dimensions of [batch, channels, ...] or ",
                     "[channels, ...], got ", pad.size(), " numbers for ", toString(x.sizes()));
  Map m(dims, mode.nodes[dims - 1][0], mode.nodes[dims - 1][1]);
  for (int64_t d = 0; d < x.dim(); ++d) {
    const int64_t size = x.size(d), spatial = d - (x.dim() - dims);
    const bool isBatch = spatial < 0 && (mode.rule == Rule::Circular || (d == 0 && x.dim() == dims + 2));
    if (size == 0 && !isBatch) fail<ShapeError>("pad: nothing but the batch may be empty, got ", toString(x.sizes()));
    if (spatial < 0) continue;
    const auto [before, after] = padOf(x, pad, d);
    const int64_t out = size + before + after;
    const int64_t kept = size + std::min<int64_t>(before, 0) + std::min<int64_t>(after, 0);
    const int64_t most = mode.rule == Rule::Reflect ? size - 1 : mode.rule == Rule::Circular ? kept : kMostPadding;
    if (std::max(before, after) > most)
      fail<ShapeError>("pad: mode \"", mode.name, "\" has at most ", most, " places for dimension ", d, " of ",
                       toString(x.sizes()), ", got ", before, " and ", after);
    if (out < 1 || kept < 0)
      fail<ShapeError>("pad: ", before, " and ", after, " places leave nothing of dimension ", d, " of ",
                       toString(x.sizes()));
    checkSize("pad", std::max(size, out), 1, x);
    m.axis(spatial) = {size, out, mode.rule, before};
  }
  return resample("pad", m, x);
}

// ---- interpolation ----

struct Mode {
  const char* name;
  bool antialias;
  int64_t dims;
  Rule rule;
  const char *node, *otherNode;
};

#define RETROGRAD_MODE(name, antialias, dims, rule, node) \
  { name, antialias, dims, Rule::rule, node "Backward0", node "BackwardBackward0" }
constexpr Mode kModes[] = {
    RETROGRAD_MODE("nearest", false, 1, Nearest, "UpsampleNearest1D"),
    RETROGRAD_MODE("nearest", false, 2, Nearest, "UpsampleNearest2D"),
    RETROGRAD_MODE("nearest", false, 3, Nearest, "UpsampleNearest3D"),
    RETROGRAD_MODE("nearest-exact", false, 1, NearestExact, "UpsampleNearestExact1D"),
    RETROGRAD_MODE("nearest-exact", false, 2, NearestExact, "UpsampleNearestExact2D"),
    RETROGRAD_MODE("nearest-exact", false, 3, NearestExact, "UpsampleNearestExact3D"),
    RETROGRAD_MODE("area", false, 1, Area, "AdaptiveAvgPool1D"),
    RETROGRAD_MODE("area", false, 2, Area, "AdaptiveAvgPool2D"),
    RETROGRAD_MODE("area", false, 3, Area, "AdaptiveAvgPool3D"),
    RETROGRAD_MODE("linear", false, 1, Linear, "UpsampleLinear1D"),
    RETROGRAD_MODE("bilinear", false, 2, Linear, "UpsampleBilinear2D"),
    RETROGRAD_MODE("trilinear", false, 3, Linear, "UpsampleTrilinear3D"),
    RETROGRAD_MODE("bicubic", false, 2, Cubic, "UpsampleBicubic2D"),
    RETROGRAD_MODE("bilinear", true, 2, SmoothLinear, "UpsampleBilinear2DAa"),
    RETROGRAD_MODE("bicubic", true, 2, SmoothCubic, "UpsampleBicubic2DAa"),
};
#undef RETROGRAD_MODE

const Mode& modeOf(T x, const std::string& name, bool antialias) {
  bool isKnown = false, smooths = false;
  for (const Mode& m : kModes) {
    if (name != m.name) continue;
    if (m.antialias == antialias && x.dim() == m.dims + 2) return m;
    isKnown = true;
    smooths |= m.antialias;
  }
  if (!isKnown)
    fail<std::invalid_argument>(
        "interpolate: the mode must be \"nearest\", \"nearest-exact\", \"linear\", \"bilinear\", ",
        "\"trilinear\", \"bicubic\" or \"area\", got \"", name, "\"");
  if (antialias && !smooths)
    fail<std::invalid_argument>("interpolate: only \"bilinear\" and \"bicubic\" are antialiased, not \"", name, "\"");
  fail<ShapeError>(
      "interpolate: mode \"", name, "\" is not for ", toString(x.sizes()), "; an image is [batch, ",
      "channels, ...], for \"linear\" with one more dimension, for \"bilinear\" and \"bicubic\" with two, for ",
      "\"trilinear\" with three");
}

/// Of numbers for each dimension, or one for all, that of `d`.
template <class List>
auto numberOf(const char* what, const List& given, int64_t dims, int64_t d) {
  if (given.size() != 1 && given.size() != static_cast<size_t>(dims))
    fail<ShapeError>("interpolate: ", what, " needs one number, or one for each of the ", dims, " dimensions, got ",
                     given.size());
  return given[given.size() == 1 ? 0 : static_cast<size_t>(d)];
}

int64_t scaledSize(int64_t in, double scale) {
  const double size = static_cast<double>(in) * scale;
  if (!(scale > 0 && size < INT32_MAX))
    fail<std::invalid_argument>("interpolate: the scale must be positive and the result's size fit into an int, got ",
                                scale, " for ", in, " places");
  return static_cast<int64_t>(size);
}

}  // namespace

Tensor interpolate(const Tensor& x, const PerDim& size, const std::vector<double>& scale, const std::string& mode,
                   bool alignCorners, bool recompute, bool antialias) {
  const Mode& how = modeOf(x, mode, antialias);
  if (!isMove(how.rule) || x.dtype() != DType::UInt8) checkFloating("interpolate", x);
  if (size.empty() == scale.empty()) fail<std::invalid_argument>("interpolate: needs either a size or a scale");
  if (recompute && scale.empty())
    fail<std::invalid_argument>("interpolate: recomputeScaleFactor goes with a scale, not with a size");
  Map m(how.dims, how.node, how.otherNode);
  for (int64_t d = 0; d < how.dims; ++d) {
    const int64_t in = x.size(d + 2);
    const double factor = scale.empty() ? 0 : numberOf("the scale", scale, how.dims, d);
    const int64_t out = size.empty() ? scaledSize(in, factor) : numberOf("the size", size, how.dims, d);
    if (in < 1 || out < 1 || x.size(1) == 0)
      fail<ShapeError>("interpolate: nothing but the batch may be empty, got ", toString(x.sizes()), " and ", out,
                       " places of the result in dimension ", d + 2);
    checkSize("interpolate", std::max(in, out), 16, x);
    // As in PyTorch, which looks at the sizes alone here.
    const bool bySize =
        (antialias && out == in) || (how.rule == Rule::Nearest && how.dims == 2 && (out == in || out == 2 * in));
    m.axis(d) = {in, out, how.rule, 0, alignCorners, recompute || bySize ? 0 : factor};
  }
  return resample("interpolate", m, x);
}

Tensor pad(const Tensor& x, const Dims& pad, const std::string& mode, double value) {
  checkPad("pad", x, pad);
  if (mode == "constant") {
    checkHolds("pad", x.dtype(), value);
    return padConstant(x, pad, value);
  }
  for (const PadMode& m : kPadModes)
    if (mode == m.name) {
      if (value != 0) fail<std::invalid_argument>("pad: mode \"", mode, "\" takes no value, got ", value);
      return padBy(m, x, pad);
    }
  fail<std::invalid_argument>("pad: the mode must be \"constant\", \"reflect\", \"replicate\" or \"circular\", got \"",
                              mode, "\"");
}

}  // namespace retrograd
