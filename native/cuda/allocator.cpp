#include "core/allocator.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/spinlock.h"
#include "cuda/runtime.h"

namespace retrograd::cuda {

namespace {

constexpr size_t kAlignment = 512;            // what cudaMalloc aligns to
constexpr size_t kPage = size_t{2} << 20;     // what the driver maps at once
constexpr size_t kLargest = size_t{1} << 61;  // nothing so large exists: fails when taken

/// Eight sizes per doubling, so that a freed block serves requests of nearly its size, at most an eighth wasted; large
/// blocks in whole pages.
constexpr size_t roundedSize(size_t bytes) {
  if (bytes <= kAlignment) return kAlignment;
  if (bytes > kLargest) return bytes;
  size_t step = std::max(std::bit_floor(bytes - 1) / 8, kAlignment);
  size_t size = (bytes + step - 1) & -step;
  return size > 8 * kPage ? (size + kPage - 1) & -kPage : size;
}
static_assert(roundedSize(1) == 512 && roundedSize(513) == 1024 && roundedSize(9000) == 9216);

/// RETROGRAD_CUDA_POISON=1: blocks are filled with NaNs when taken and when freed, and are not rounded up, so that what
/// reads too early, too late or too far shows. For tests; costs a memset each.
bool poisons() {
  static const bool on = [] {
    const char* wish = std::getenv("RETROGRAD_CUDA_POISON");
    return wish && *wish == '1';
  }();
  return on;
}

/// A cache of blocks by rounded size above cudaMalloc. All work of a device is queued on one stream, so a freed block
/// can be given out again while kernels that use it are still queued: those of its next owner come later.
class CudaAllocator final : public Allocator {
 public:
  explicit CudaAllocator(Device device) : Allocator(device), device_(device) {
    size_t free = 0, total = 0;
    use(device);
    check(cudaMemGetInfo(&free, &total), "asking for the device's memory");
    setLimit(static_cast<int64_t>(total));
  }

  void emptyCache() noexcept override {
    std::unordered_map<size_t, std::vector<void*>> bins;
    {
      std::lock_guard guard(lock_);
      bins.swap(bins_);
      cached_ = 0;
    }
    if (cudaSetDevice(device_.index) != cudaSuccess) return;
    for (auto& [size, blocks] : bins)
      for (void* block : blocks) giveBack(block, size);
  }

 protected:
  size_t rounded(size_t bytes) const noexcept override { return poisons() ? bytes : roundedSize(bytes); }

  void* take(size_t size) noexcept override {
    if (size > kLargest) return nullptr;
    void* block = takeBlock(size);
    if (block && poisons()) poison(block, size);
    return block;
  }

  void put(void* block, size_t size) noexcept override {
    if (poisons()) poison(block, size);
    try {
      std::lock_guard guard(lock_);
      bins_[size].push_back(block);
      cached_ += static_cast<int64_t>(size);
    } catch (const std::bad_alloc&) {
      giveBack(block, size);
    }
  }

 private:
  void* takeBlock(size_t size) noexcept {
    bool full;
    {
      std::lock_guard guard(lock_);
      auto bin = bins_.find(size);
      if (bin != bins_.end() && !bin->second.empty()) {
        void* block = bin->second.back();
        bin->second.pop_back();
        cached_ -= static_cast<int64_t>(size);
        return block;
      }
      // Live and cached blocks together stay within the limit.
      full = cached_ > 0 && reserved_.load(std::memory_order_relaxed) > stats().limit - static_cast<int64_t>(size);
    }
    if (full) emptyCache();
    void* block = nullptr;
    if (cudaSetDevice(device_.index) != cudaSuccess || cudaMalloc(&block, size) != cudaSuccess) {
      cudaGetLastError();
      return nullptr;
    }
    reserved_.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
    return block;
  }

  void poison(void* block, size_t size) noexcept {
    if (cudaSetDevice(device_.index) != cudaSuccess || cudaMemsetAsync(block, 0xff, size, use(device_)) != cudaSuccess)
      cudaGetLastError();
  }

  // cudaFree waits for the device, so no kernel still uses the block.
  void giveBack(void* block, size_t size) noexcept {
    if (cudaFree(block) != cudaSuccess) cudaGetLastError();
    reserved_.fetch_sub(static_cast<int64_t>(size), std::memory_order_relaxed);
  }

  Device device_;
  SpinLock lock_;  // all below
  std::unordered_map<size_t, std::vector<void*>> bins_;
  int64_t cached_ = 0;
};

// Never destroyed: threads may still free while the process exits.
CudaAllocator& cudaAllocator(int16_t index) {
  requireDevice(index);
  static std::mutex& mutex = *new std::mutex;
  static std::vector<std::atomic<CudaAllocator*>>& all =
      *new std::vector<std::atomic<CudaAllocator*>>(static_cast<size_t>(deviceCount()));
  std::atomic<CudaAllocator*>& mine = all[static_cast<size_t>(index)];
  if (CudaAllocator* made = mine.load(std::memory_order_acquire)) return *made;
  std::lock_guard guard(mutex);
  if (!mine.load()) mine.store(new CudaAllocator({DeviceType::CUDA, index}), std::memory_order_release);
  return *mine.load();
}

const AllocatorSource source(DeviceType::CUDA, [](int16_t index) -> Allocator& { return cudaAllocator(index); });

}  // namespace

}  // namespace retrograd::cuda
