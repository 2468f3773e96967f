#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "core/headers.h"

namespace retrograd {

/// A vector whose first N elements live inside the object. Grows to the heap past that, by the operators of `Heap`;
/// elements need a non-throwing move. Not thread-safe.
template <class T, size_t N, class Heap = Booked>
class SmallVec {
  static_assert(std::is_nothrow_move_constructible_v<T>);

 public:
  using value_type = T;
  static constexpr size_t kInline = N;

  SmallVec() noexcept {}
  // These begin as an empty one, so that its destructor runs where they throw.
  explicit SmallVec(size_t n, const T& value = T()) : SmallVec() { resize(n, value); }
  SmallVec(std::initializer_list<T> values) : SmallVec() { append(values.begin(), values.end()); }
  template <class It>
  SmallVec(It first, It last) : SmallVec() {
    append(first, last);
  }
  SmallVec(const SmallVec& o) : SmallVec() { copy(o); }
  SmallVec(SmallVec&& o) noexcept { take(std::move(o)); }
  SmallVec& operator=(const SmallVec& o) {
    if (this != &o) {
      clear();
      copy(o);
    }
    return *this;
  }
  SmallVec& operator=(SmallVec&& o) noexcept {
    if (this != &o) {
      destroy();
      take(std::move(o));
    }
    return *this;
  }
  ~SmallVec() { destroy(); }

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* begin() const noexcept { return data_; }
  const T* end() const noexcept { return data_ + size_; }
  T& operator[](size_t i) noexcept { return data_[i]; }
  const T& operator[](size_t i) const noexcept { return data_[i]; }
  T& back() noexcept { return data_[size_ - 1]; }
  const T& back() const noexcept { return data_[size_ - 1]; }

  void reserve(size_t n) {
    if (n > capacity_) grow(n);
  }
  void push_back(T value) { emplace_back(std::move(value)); }
  /// The arguments may not refer to elements.
  template <class... A>
  void emplace_back(A&&... arguments) {
    if (size_ == capacity_) grow(size_ * 2);
    new (data_ + size_) T{std::forward<A>(arguments)...};
    ++size_;
  }
  void pop_back() noexcept { data_[--size_].~T(); }
  void clear() noexcept {
    std::destroy(begin(), end());
    size_ = 0;
  }
  void resize(size_t n, const T& value = T()) {
    reserve(n);
    while (size_ > n) pop_back();
    for (; size_ < n; ++size_) new (data_ + size_) T(value);
  }
  template <class It>
  void append(It first, It last) {
    reserve(size_ + static_cast<size_t>(std::distance(first, last)));
    for (; first != last; ++first, ++size_) new (data_ + size_) T(*first);
  }
  void insert(size_t at, T value) {
    push_back(std::move(value));
    std::rotate(begin() + at, end() - 1, end());
  }
  void erase(size_t at) {
    std::move(begin() + at + 1, end(), begin() + at);
    pop_back();
  }

  friend bool operator==(const SmallVec& a, const SmallVec& b) {
    return a.size_ == b.size_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  /// Whether all inline elements are moved at once, whatever the size: a copy of fixed length is a few instructions.
  static constexpr bool kAtOnce = std::is_trivially_copyable_v<T> && N * sizeof(T) <= 64;

  bool onHeap() const noexcept { return data_ != inlined(); }
  T* inlined() noexcept { return reinterpret_cast<T*>(storage_); }
  const T* inlined() const noexcept { return reinterpret_cast<const T*>(storage_); }

  void grow(size_t n) {
    T* fresh = static_cast<T*>(Heap::operator new(n * sizeof(T)));
    std::uninitialized_move(begin(), end(), fresh);
    std::destroy(begin(), end());
    if (onHeap()) Heap::operator delete(data_, capacity_ * sizeof(T));
    data_ = fresh;
    capacity_ = n;
  }
  /// Into an empty one.
  void copy(const SmallVec& o) {
    if (kAtOnce && o.size_ <= N) {
      std::memcpy(static_cast<void*>(data_), o.data_, N * sizeof(T));
      size_ = o.size_;
    } else {
      append(o.begin(), o.end());
    }
  }
  void take(SmallVec&& o) noexcept {
    if (o.onHeap()) {
      data_ = o.data_;
      capacity_ = o.capacity_;
    } else {
      data_ = inlined();
      capacity_ = N;
      if constexpr (kAtOnce) {
        std::memcpy(static_cast<void*>(storage_), o.storage_, sizeof(storage_));
      } else {
        std::uninitialized_move(o.begin(), o.end(), data_);
        std::destroy(o.begin(), o.end());
      }
    }
    size_ = o.size_;
    o.data_ = o.inlined();
    o.capacity_ = N;
    o.size_ = 0;
  }
  void destroy() noexcept {
    clear();
    if (onHeap()) Heap::operator delete(data_, capacity_ * sizeof(T));
  }

  T* data_ = inlined();
  size_t size_ = 0;
  size_t capacity_ = N;
  alignas(T) unsigned char storage_[N * sizeof(T)];
};

}  // namespace retrograd
