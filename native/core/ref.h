#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/headers.h"
#include "core/macros.h"

namespace retrograd {

/// Base of objects owned by intrusive reference counts. Objects may own long chains of one another: one that dies
/// while another is being destroyed on the same thread is queued, not destroyed recursively, so a chain of any
/// length is freed on any stack.
class RETROGRAD_API RefCounted {
 public:
  /// What a handle may stand for; kept here so that a check costs one load.
  enum class Kind : uint8_t { Tensor, Node, Other };

  explicit RefCounted(Kind kind = Kind::Other) noexcept : kind_(kind) {}
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void retain() const noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroyLater(const_cast<RefCounted*>(this));
  }
  /// Takes a reference unless the last one is already gone: what a weak pointer needs, under the lock that guards it.
  bool tryRetain() const noexcept {
    uint32_t n = refs_.load(std::memory_order_relaxed);
    while (n != 0)
      if (refs_.compare_exchange_weak(n, n + 1, std::memory_order_acq_rel)) return true;
    return false;
  }
  Kind kind() const noexcept { return kind_; }
  /// Puts a new object of so many bytes into the books of `headers`, until it dies.
  void book(size_t bytes) noexcept {
    const int64_t taken = headers::taken(bytes);
    units_ = static_cast<uint16_t>(taken / headers::kUnit);
    headers::charge(taken);
  }
  /// True where there are no references but the caller's, `owned` in number.
  bool isUnique(uint32_t owned = 1) const noexcept { return refs_.load(std::memory_order_acquire) == owned; }

 protected:
  virtual ~RefCounted() = default;
  /// Called when the last reference is gone: returns whether another object has taken this one over, to `revive` it or
  /// to `discard` it, instead of its destruction.
  virtual bool setAside() noexcept { return false; }
  /// Makes the caller's the one reference to what was set aside.
  void revive() noexcept { refs_.store(1, std::memory_order_release); }
  static void discard(RefCounted* unreferenced) noexcept;

 private:
  static void destroyLater(RefCounted* dead) noexcept;

  mutable std::atomic<uint32_t> refs_{1};
  const Kind kind_;
  uint16_t units_ = 0;  // in the books
  RefCounted* nextDead_ = nullptr;
};

/// Owning pointer to a RefCounted object.
template <class T>
class Ref {
 public:
  Ref() noexcept = default;
  Ref(std::nullptr_t) noexcept {}
  /// Takes over the reference that the caller holds.
  static Ref adopt(T* p) noexcept {
    Ref r;
    r.p_ = p;
    return r;
  }
  /// Shares: takes a reference of its own.
  static Ref share(T* p) noexcept {
    if (p) p->retain();
    return adopt(p);
  }
  Ref(const Ref& o) noexcept : p_(o.p_) {
    if (p_) p_->retain();
  }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  template <class U>
  requires std::is_convertible_v<U*, T*> Ref(Ref<U> o)
  noexcept : p_(o.detach()) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() {
    if (p_) p_->release();
  }

  T* get() const noexcept { return p_; }
  T* operator->() const noexcept { return p_; }
  T& operator*() const noexcept { return *p_; }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  /// Gives the reference to the caller.
  T* detach() noexcept { return std::exchange(p_, nullptr); }
  friend bool operator==(const Ref& a, const Ref& b) noexcept { return a.p_ == b.p_; }

 private:
  T* p_ = nullptr;
};

template <class T, class... A>
Ref<T> makeRef(A&&... args) {
  static_assert(sizeof(T) < headers::kUnit * UINT16_MAX);
  T* object = new T(std::forward<A>(args)...);
  object->book(sizeof(T));
  return Ref<T>::adopt(object);
}

}  // namespace retrograd
