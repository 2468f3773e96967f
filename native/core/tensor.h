#pragma once

#include <memory>

#include "core/dims.h"
#include "core/dtype.h"
#include "core/ref.h"
#include "core/storage.h"

namespace retrograd {

/// How elements lie in a storage. Strides count elements; `offset` too.
struct Layout {
  Ref<Storage> storage;
  int64_t offset = 0;
  Dims sizes;
  Dims strides;
  DType dtype = DType::Float32;
};

/// What autograd attaches to a tensor; autograd/ derives from it.
class TensorMeta : public Booked {
 public:
  virtual ~TensorMeta() = default;
  /// The tensor's last handle went.
  virtual void lostHandles() noexcept = 0;
};

/// A tensor: an immutable layout, plus autograd's mutable part behind one pointer.
class RETROGRAD_API TensorImpl final : public RefCounted {
 public:
  static constexpr Kind kKind = Kind::Tensor;

  explicit TensorImpl(Layout&& layout);
  ~TensorImpl() override { delete meta(); }

  const Layout& layout() const noexcept { return layout_; }
  int64_t numel() const noexcept { return numel_; }
  bool isContiguous() const noexcept { return contiguous_; }

  /// Null until autograd first needs it; then fixed for the tensor's life.
  TensorMeta* meta() const noexcept { return meta_.load(std::memory_order_acquire); }
  /// Attaches `fresh` unless another thread came first; returns what is attached.
  TensorMeta* attachMeta(std::unique_ptr<TensorMeta> fresh) noexcept;

  /// Handles that stand for the tensor come and go, each with a reference; called by core/handle.cpp alone. Where that
  /// is the only reference, no other thread counts at the same time, and the tensor goes together with the handle.
  void gainHandle() noexcept {
    hadHandle_.store(true, std::memory_order_relaxed);
    if (isUnique())
      handles_.store(handles_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    else
      handles_.fetch_add(1, std::memory_order_seq_cst);
  }
  void loseHandle() noexcept {
    if (isUnique() || handles_.fetch_sub(1, std::memory_order_seq_cst) != 1) return;
    if (TensorMeta* present = meta()) present->lostHandles();
  }
  /// True where Java had the tensor and has it no more. Sequentially consistent: who writes something that must go
  /// with the last handle, and then finds a handle, will be followed by its loss.
  bool isWithoutHandles() const noexcept {
    return handles_.load(std::memory_order_seq_cst) == 0 && hadHandle_.load(std::memory_order_relaxed);
  }

  /// For a differentiable view: the tensor it looks into (never itself a view). Set before the tensor is shared.
  Ref<TensorImpl> viewBase;
  /// The storage's version when this view's gradFn was last known to be right.
  std::atomic<uint32_t> viewVersion{0};
  /// How a view was made. Only a plain one may be written in place.
  enum class ViewKind : uint8_t {
    Plain,
    OneOfMany,  ///< by an operation with several views as results (unbind, split)
    OfFunction  ///< by a custom function, whose backward does not know of writes: none to its base either, once it has
                ///< a history
  };
  ViewKind viewKind = ViewKind::Plain;
  /// Made in inference mode.
  bool isInference = false;

 private:
  Layout layout_;
  int64_t numel_;
  bool contiguous_;
  std::atomic<bool> hadHandle_{false};
  std::atomic<uint32_t> handles_{0};
  std::atomic<TensorMeta*> meta_{nullptr};
};

/// Shared pointer to a tensor; may be undefined (an absent gradient or argument). Thread-safe as a value per thread.
class Tensor {
 public:
  Tensor() noexcept = default;
  explicit Tensor(Ref<TensorImpl> impl) noexcept : impl_(std::move(impl)) {}
  explicit Tensor(Layout&& layout) : impl_(makeRef<TensorImpl>(std::move(layout))) {}

  bool defined() const noexcept { return static_cast<bool>(impl_); }
  explicit operator bool() const noexcept { return defined(); }
  TensorImpl* impl() const noexcept { return impl_.get(); }
  const Ref<TensorImpl>& ref() const noexcept { return impl_; }
  Ref<TensorImpl> detachRef() && noexcept { return std::move(impl_); }
  bool is(const Tensor& o) const noexcept { return impl_ == o.impl_; }

  const Layout& layout() const noexcept { return impl_->layout(); }
  const Dims& sizes() const noexcept { return layout().sizes; }
  const Dims& strides() const noexcept { return layout().strides; }
  int64_t offset() const noexcept { return layout().offset; }
  int64_t dim() const noexcept { return static_cast<int64_t>(sizes().size()); }
  /// Size of a dimension already wrapped into range.
  int64_t size(int64_t d) const noexcept { return sizes()[d]; }
  int64_t numel() const noexcept { return impl_->numel(); }
  DType dtype() const noexcept { return layout().dtype; }
  Device device() const noexcept { return storage().device(); }
  Storage& storage() const noexcept { return *layout().storage; }
  bool isContiguous() const noexcept { return impl_->isContiguous(); }
  uint32_t version() const noexcept { return storage().version(); }

  /// Address of the first element, on the tensor's device.
  void* data() const noexcept {
    return static_cast<char*>(storage().data()) + offset() * static_cast<int64_t>(itemSize(dtype()));
  }
  template <class T>
  T* data() const noexcept {
    return static_cast<T*>(data());
  }

 private:
  Ref<TensorImpl> impl_;
};

/// An argument that may be left out.
class OptionalTensor : public Tensor {
 public:
  using Tensor::Tensor;
  OptionalTensor(const Tensor& t) : Tensor(t) {}
};

/// Uninitialised, dense, outside any graph. Throws ShapeError, OutOfMemoryError, DeviceError.
RETROGRAD_API Tensor allocateTensor(const char* op, const Dims& sizes, DType dtype, Device device);
/// The same in pinned memory of the CPU.
RETROGRAD_API Tensor allocatePinned(const char* op, const Dims& sizes, DType dtype);

}  // namespace retrograd
