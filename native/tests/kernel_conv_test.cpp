#include "kernel/conv.h"

#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

struct Case {
  const char* what;
  Dims x, w;
  ConvSteps steps;
  ConvSteps::Each more;  // what the padding after the image has more than that before it
};

const Case kCases[] = {
    {"plain", {2, 3, 1, 6, 7}, {4, 3, 1, 3, 2}, {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1}, {}},
    {"every step another", {2, 3, 5, 9, 11}, {4, 3, 2, 3, 3}, {{1, 2, 3}, {1, 2, 3}, {2, 1, 2}, 1}, {0, 1, 2}},
    {"groups", {2, 6, 1, 7, 6}, {9, 2, 1, 3, 3}, {{1, 2, 1}, {0, 1, 2}, {1, 1, 1}, 3}, {}},
    {"a group for each channel", {3, 5, 2, 9, 8}, {10, 1, 1, 3, 3}, {{1, 2, 1}, {0, 1, 1}, {1, 1, 2}, 5}, {}},
    {"several blocks of a channel", {2, 3, 3, 70, 90}, {3, 1, 2, 3, 3}, {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, 3}, {}},
    {"several blocks of a line", {1, 2, 1, 1, 1300}, {2, 1, 1, 1, 5}, {{1, 1, 2}, {0, 0, 3}, {1, 1, 3}, 2}, {}},
    {"short lines", {5, 4, 1, 7, 7}, {8, 1, 1, 3, 3}, {{1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 4}, {}},
    {"pairs of channels", {2, 6, 1, 12, 20}, {6, 2, 1, 5, 3}, {{1, 2, 2}, {0, 2, 1}, {1, 1, 2}, 3}, {}},
    {"places far apart", {1, 2, 1, 60, 60}, {2, 1, 1, 2, 3}, {{1, 1, 1}, {0, 500, 400}, {1, 900, 400}, 2}, {}},
    {"its own unfolded form", {3, 7, 1, 30, 30}, {9, 7, 1, 1, 1}, {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1}, {}},
    {"small images", {37, 6, 1, 5, 5}, {4, 3, 1, 3, 3}, {{1, 2, 1}, {0, 1, 1}, {1, 1, 1}, 2}, {}},
    {"small images of many channels", {40, 90, 1, 4, 4}, {6, 90, 1, 3, 3}, {{1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 1}, {}},
    {"small images, a kernel of one place",
     {20, 5, 1, 7, 7},
     {6, 5, 1, 1, 1},
     {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1},
     {}},
    {"several tiles", {3, 70, 1, 40, 30}, {5, 70, 1, 3, 3}, {{1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 1}, {}},
    {"padding wider than the image", {1, 2, 1, 2, 2}, {3, 2, 1, 3, 3}, {{1, 3, 1}, {0, 7, 5}, {1, 1, 1}, 1}, {}},
};

Dims resultOf(const Case& c) {
  Dims sizes{c.x[0], c.w[0]};
  for (size_t d = 0; d < 3; ++d)
    sizes.push_back((c.x[d + 2] + 2 * c.steps.padding[d] + c.more[d] - c.steps.dilation[d] * (c.w[d + 2] - 1) - 1) /
                        c.steps.stride[d] +
                    1);
  return sizes;
}

/// Calls fn(y, x, w) with the numbers of the elements whose product is part of the form.
template <class Fn>
void forEachProduct(const Case& c, const Dims& y, Fn&& fn) {
  const int64_t groups = c.steps.groups, channels = c.x[1] / groups, outputs = c.w[0] / groups;
  for (int64_t n = 0; n < c.x[0]; ++n)
    for (int64_t o = 0; o < c.w[0]; ++o)
      for (int64_t ch = 0; ch < channels; ++ch)
        for (int64_t p = 0; p < y[2] * y[3] * y[4]; ++p)
          for (int64_t k = 0; k < c.w[2] * c.w[3] * c.w[4]; ++k) {
            int64_t at = 0, restP = p, restK = k, step = 1;
            bool inside = true;
            for (int d = 4; d >= 2; --d) {
              const size_t s = static_cast<size_t>(d - 2);
              const int64_t q =
                  restP % y[d] * c.steps.stride[s] - c.steps.padding[s] + restK % c.w[d] * c.steps.dilation[s];
              inside &= q >= 0 && q < c.x[d];
              at += q * step;
              step *= c.x[d];
              restP /= y[d];
              restK /= c.w[d];
            }
            if (!inside) continue;
            fn((n * c.w[0] + o) * y[2] * y[3] * y[4] + p,
               ((n * groups + o / outputs) * channels + ch) * c.x[2] * c.x[3] * c.x[4] + at,
               (o * channels + ch) * c.w[2] * c.w[3] * c.w[4] + k);
          }
}

void expectNear(const std::vector<double>& sums, const std::vector<double>& sizes, const Tensor& got) {
  const double unit = got.dtype() == DType::Float32 ? 6e-8 : 1.2e-16;
  Tensor wide = empty(got.sizes(), DType::Float64);
  copySlot(kCpu, wide, got);
  for (size_t i = 0; i < sums.size(); ++i)
    ASSERT_NEAR(wide.data<double>()[i], sums[i], unit * sizes[i] * 32 + 1e-300) << "element " << i;
}

TEST(ConvKernel, IsItsDefinitionInAllThreeDirections) {
  for (const Case& c : kCases)
    for (DType dtype : {DType::Float32, DType::Float64}) {
      SCOPED_TRACE(std::string(c.what) + " " + name(dtype));
      const Dims result = resultOf(c);
      const Tensor x = random(c.x, dtype, 1), w = random(c.w, dtype, 2), g = random(result, dtype, 3);
      const Tensor bias = random({c.w[0]}, dtype, 4);
      auto number = [](const Tensor& t) {
        Tensor wide = empty(t.sizes(), DType::Float64);
        copySlot(kCpu, wide, t);
        return values<double>(wide);
      };
      const std::vector<double> vx = number(x), vw = number(w), vg = number(g), vb = number(bias);
      std::vector<double> y(vg.size()), ofX(vx.size()), ofW(vw.size());
      for (size_t i = 0; i < y.size(); ++i)
        y[i] = vb[i / static_cast<size_t>(result[2] * result[3] * result[4]) % vb.size()];
      std::vector<double> sizeY = y, sizeX = ofX, sizeW = ofW;
      for (double& v : sizeY) v = std::abs(v);
      auto add = [](double& sum, double& size, double v) { sum += v, size += std::abs(v); };
      forEachProduct(c, result, [&](int64_t iy, int64_t ix, int64_t iw) {
        const size_t a = static_cast<size_t>(iy), b = static_cast<size_t>(ix), k = static_cast<size_t>(iw);
        add(y[a], sizeY[a], vx[b] * vw[k]);
        add(ofX[b], sizeX[b], vg[a] * vw[k]);
        add(ofW[k], sizeW[k], vg[a] * vx[b]);
      });
      auto made = [&](const Dims& sizes, auto&& run) {
        Tensor out = empty(sizes, dtype);
        run(out);
        return out;
      };
      auto forward = [&] { return made(result, [&](Tensor& out) { convSlot(kCpu, out, x, w, bias, c.steps); }); };
      auto input = [&] { return made(c.x, [&](Tensor& out) { convInputSlot(kCpu, out, g, w, c.steps); }); };
      auto weight = [&] { return made(c.w, [&](Tensor& out) { convWeightSlot(kCpu, out, g, x, c.steps); }); };
      expectNear(y, sizeY, forward());
      expectNear(ofX, sizeX, input());
      expectNear(ofW, sizeW, weight());
      expectSameOnThreads(forward);
      expectSameOnThreads(input);
      expectSameOnThreads(weight);
    }
}

}  // namespace
}  // namespace retrograd::testing
