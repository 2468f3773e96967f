#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "core/macros.h"

namespace retrograd {

/// Element types, in the order of PyTorch's promotion: a later one can hold what an earlier one of the same
/// category can. The ordinals are part of the Java binding (`io.retrograd.DType`).
enum class DType : uint8_t { Bool, UInt8, Int32, Int64, Float32, Float64 };

inline constexpr int kDTypes = 6;

constexpr bool isFloating(DType t) { return t >= DType::Float32; }
constexpr bool isIntegral(DType t) { return t >= DType::UInt8 && t <= DType::Int64; }

/// Bytes of one element.
constexpr size_t itemSize(DType t) {
  constexpr size_t sizes[kDTypes] = {1, 1, 4, 8, 4, 8};
  return sizes[static_cast<int>(t)];
}

/// PyTorch's name of the type, without the `torch.` prefix: "float32".
RETROGRAD_API const char* name(DType t);

/// The type that holds both, by PyTorch's rule for two tensors of equal priority.
constexpr DType promote(DType a, DType b) { return a > b ? a : b; }

template <class T>
struct DTypeOf;
template <>
struct DTypeOf<bool> : std::integral_constant<DType, DType::Bool> {};
template <>
struct DTypeOf<uint8_t> : std::integral_constant<DType, DType::UInt8> {};
template <>
struct DTypeOf<int32_t> : std::integral_constant<DType, DType::Int32> {};
template <>
struct DTypeOf<int64_t> : std::integral_constant<DType, DType::Int64> {};
template <>
struct DTypeOf<float> : std::integral_constant<DType, DType::Float32> {};
template <>
struct DTypeOf<double> : std::integral_constant<DType, DType::Float64> {};

template <class T>
struct Type {
  using type = T;
};

/// Calls `f(Type<T>{})` with the C++ type of `t`.
template <class F>
decltype(auto) dispatch(DType t, F&& f) {
  switch (t) {
    case DType::Bool: return f(Type<bool>{});
    case DType::UInt8: return f(Type<uint8_t>{});
    case DType::Int32: return f(Type<int32_t>{});
    case DType::Int64: return f(Type<int64_t>{});
    case DType::Float32: return f(Type<float>{});
    case DType::Float64: break;
  }
  return f(Type<double>{});
}

/// As `dispatch`, for types already known to be floating point.
template <class F>
decltype(auto) dispatchFloating(DType t, F&& f) {
  return t == DType::Float32 ? f(Type<float>{}) : f(Type<double>{});
}

}  // namespace retrograd
