#include "kernel/random.h"

#include "cpu/pointwise.h"

namespace retrograd::cpu {

namespace {

/// Counters whose words are made together: the rounds then run on whole vectors.
constexpr int kCounters = 16;

struct WordBlock {
  alignas(64) uint32_t w[4][kCounters];
};

RETROGRAD_INLINE void wordsFrom(math::PhiloxKey key, uint64_t first, WordBlock& block) {
#pragma GCC ivdep
  for (int i = 0; i < kCounters; ++i) {
    math::PhiloxWords r = math::philox(key, first + static_cast<uint64_t>(i));
    for (int j = 0; j < 4; ++j) block.w[j][i] = r.w[j];
  }
}

/// Calls `make(words, element)` for each whole or last part of a counter in [begin, end): it writes elements
/// element, element + 1, ... of a block's buffer.
template <class T, int kPer, class Make>
RETROGRAD_INLINE void blocks(T* out, math::PhiloxKey key, int64_t begin, int64_t end, Make make) {
  alignas(64) T buffer[kCounters * kPer];
  WordBlock block;
  // Blocks begin at multiples of their size, whoever asks for which part.
  constexpr int64_t kBlock = kCounters * kPer;
  for (int64_t start = begin / kBlock * kBlock; start < end; start += kBlock) {
    wordsFrom(key, static_cast<uint64_t>(start / kPer), block);
    make(block, buffer);
    const int64_t from = std::max(start, begin), to = std::min(start + kBlock, end);
    std::memcpy(out + from, buffer + (from - start), static_cast<size_t>(to - from) * sizeof(T));
  }
}

inline math::PhiloxWords counter(const WordBlock& block, int i) {
  return {{block.w[0][i], block.w[1][i], block.w[2][i], block.w[3][i]}};
}

template <class T>
RETROGRAD_INLINE void unitUniforms(const WordBlock& block, T* to) {
  constexpr int kPer = math::kPerCounter<T>;
  for (int i = 0; i < kCounters; ++i) {
    math::PhiloxWords r = counter(block, i);
    for (int j = 0; j < kPer; ++j) to[kPer * i + j] = math::uniformFrom(r, j, T());
  }
}

template <class T>
RETROGRAD_CLONES void uniformRun(T* out, T low, T span, T high, math::PhiloxKey key, int64_t begin, int64_t end) {
  constexpr int kPer = math::kPerCounter<T>;
  blocks<T, kPer>(out, key, begin, end, [&](const WordBlock& block, T* to) {
    unitUniforms(block, to);
    for (int i = 0; i < kCounters * kPer; ++i) {
      T v = low + span * to[i];
      to[i] = v < high ? v : low;  // rounding may reach the open end
    }
  });
}

template <class T>
RETROGRAD_CLONES void normalRun(T* out, T mean, T deviation, math::PhiloxKey key, int64_t begin, int64_t end) {
  constexpr int kPer = math::kPerCounter<T>;
  blocks<T, kPer>(out, key, begin, end, [&](const WordBlock& block, T* to) {
    alignas(64) T pairs[kPer][kCounters];
    if constexpr (std::is_same_v<T, float>) {
      for (int j = 0; j < 4; j += 2)
#pragma GCC ivdep
        for (int i = 0; i < kCounters; ++i) {
          auto pair = math::normalsFrom(block.w[j][i], block.w[j + 1][i]);
          pairs[j][i] = pair.first;
          pairs[j + 1][i] = pair.second;
        }
    } else {
#pragma GCC ivdep
      for (int i = 0; i < kCounters; ++i) {
        auto pair = math::normalsFrom(math::word64(counter(block, i), 0), math::word64(counter(block, i), 1));
        pairs[0][i] = pair.first;
        pairs[1][i] = pair.second;
      }
    }
    for (int i = 0; i < kCounters; ++i)
      for (int j = 0; j < kPer; ++j) to[kPer * i + j] = mean + deviation * pairs[j][i];
  });
}

void uniformKernel(const Tensor& out, double low, double high, math::PhiloxKey key) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    parallelFor(out.numel(), kGrain / 4, [&](int64_t begin, int64_t end) {
      uniformRun<T>(out.data<T>(), static_cast<T>(low), static_cast<T>(high - low), static_cast<T>(high), key, begin,
                    end);
    });
  });
}

void normalKernel(const Tensor& out, double mean, double deviation, math::PhiloxKey key) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    parallelFor(out.numel(), kGrain / 8, [&](int64_t begin, int64_t end) {
      normalRun<T>(out.data<T>(), static_cast<T>(mean), static_cast<T>(deviation), key, begin, end);
    });
  });
}

// Element i takes 64 bits, as a double does, whatever its type.
template <class T>
RETROGRAD_CLONES void integersRun(T* out, int64_t low, uint64_t span, math::PhiloxKey key, int64_t begin, int64_t end) {
  blocks<T, 2>(out, key, begin, end, [&](const WordBlock& block, T* to) {
    for (int i = 0; i < kCounters; ++i)
      for (int j = 0; j < 2; ++j) to[2 * i + j] = math::integerFrom<T>(math::word64(counter(block, i), j), low, span);
  });
}

void integersKernel(const Tensor& out, int64_t low, int64_t high, math::PhiloxKey key) {
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    parallelFor(out.numel(), kGrain / 4,
                [&](int64_t begin, int64_t end) { integersRun<T>(out.data<T>(), low, span, key, begin, end); });
  });
}

template <class T, class P>
RETROGRAD_CLONES void bernoulliRun(T* out, const P* p, int64_t step, math::PhiloxKey key, int64_t begin, int64_t end) {
  constexpr int kPer = math::kPerCounter<P>;
  constexpr int64_t kBlock = kCounters * kPer;
  WordBlock block;
  alignas(64) P u[kBlock];
  for (int64_t start = begin / kBlock * kBlock; start < end; start += kBlock) {
    wordsFrom(key, static_cast<uint64_t>(start / kPer), block);
    unitUniforms(block, u);
    for (int64_t i = std::max(start, begin); i < std::min(start + kBlock, end); ++i)
      out[i] = static_cast<T>(u[i - start] < p[i * step]);
  }
}

void bernoulliKernel(const Tensor& out, const Tensor& p, math::PhiloxKey key) {
  if (!isFloating(p.dtype())) failDType("bernoulli", p.dtype());
  const int64_t step = p.dim() ? 1 : 0;
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    dispatchFloating(p.dtype(), [&]<class P>(Type<P>) {
      parallelFor(out.numel(), kGrain / 4, [&](int64_t begin, int64_t end) {
        bernoulliRun<T, P>(out.data<T>(), p.data<P>(), step, key, begin, end);
      });
    });
  });
}

const decltype(uniformSlot)::Fill fillUniform(uniformSlot, DeviceType::CPU, &uniformKernel);
const decltype(normalSlot)::Fill fillNormal(normalSlot, DeviceType::CPU, &normalKernel);
const decltype(integersSlot)::Fill fillIntegers(integersSlot, DeviceType::CPU, &integersKernel);
const decltype(bernoulliSlot)::Fill fillBernoulli(bernoulliSlot, DeviceType::CPU, &bernoulliKernel);

}  // namespace

}  // namespace retrograd::cpu
