#include "core/allocator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "core/unload.h"
#include "cuda/runtime.h"

namespace retrograd::cuda {

namespace {

constexpr size_t kAlignment = 512;            // what cudaMalloc aligns to
constexpr size_t kPage = size_t{2} << 20;     // what the driver maps at once
constexpr size_t kLargest = size_t{1} << 55;  // nothing so large exists: fails when taken

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

/// Whether memory was to be had. Throws where the device is broken, by an earlier kernel for one.
bool isThere(cudaError_t answer) {
  if (answer == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    return false;
  }
  check(answer, "allocating");
  return true;
}

/// A cache of blocks by rounded size and stream. A freed block goes to the next request for its stream while kernels
/// that use it are still queued there: those of its next owner come later. Where other streams used it, it first waits
/// until they are past the events that are then recorded on them.
class Cache : public Allocator {
 public:
  explicit Cache(Device device) : Allocator(device) {}

  void recordUse(void* block, Stream user) override {
    std::lock_guard guard(mutex_);
    std::vector<Stream>& users = users_[block];
    if (std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
    shared_.store(true, std::memory_order_relaxed);
  }

  void emptyCache() noexcept override {
    std::unordered_map<size_t, std::vector<void*>> bins;
    std::list<Waiting> waiting;
    {
      std::lock_guard waitingGuard(waitingMutex_);
      std::lock_guard guard(mutex_);
      bins.swap(bins_);
      waiting.swap(waiting_);
      waits_.store(false, std::memory_order_relaxed);
      cached_ = 0;
    }
    for (const Waiting& w : waiting) {
      for (const Event& e : w.until) e.synchronize();
      giveBack(w.block, sizeIn(w.key));
    }
    for (auto& [key, blocks] : bins)
      for (void* block : blocks) giveBack(block, sizeIn(key));
  }

 protected:
  size_t rounded(size_t bytes) const noexcept override { return poisons() ? bytes : roundedSize(bytes); }

  void* take(size_t size, uint8_t stream) override {
    if (size > kLargest) return nullptr;
    if (waits_.load(std::memory_order_relaxed)) reclaim();
    bool full;
    {
      std::lock_guard guard(mutex_);
      auto bin = bins_.find(keyOf(size, stream));
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
    void* block = takeNew(size);
    if (block) reserved_.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
    return block;
  }

  void put(void* block, size_t size, uint8_t stream) noexcept override {
    if (!shared_.load(std::memory_order_relaxed) || !putOff(block, keyOf(size, stream)))
      keep(block, keyOf(size, stream));
  }

  /// Null where there is no more memory.
  virtual void* takeNew(size_t size) = 0;
  virtual void giveToSystem(void* block) noexcept = 0;
  /// A block is about to go into its bin: no work uses it any more, save on its own stream.
  virtual void onKeep(void* block, size_t size, uint8_t stream) noexcept { (void)block, (void)size, (void)stream; }

 private:
  struct Waiting {
    void* block;
    size_t key;
    std::vector<Event> until;
  };

  // Blocks of one size and stream share a bin.
  static size_t keyOf(size_t size, uint8_t stream) noexcept { return size << 8 | stream; }
  static size_t sizeIn(size_t key) noexcept { return key >> 8; }

  void keep(void* block, size_t key) noexcept {
    const size_t size = sizeIn(key);
    onKeep(block, size, static_cast<uint8_t>(key));
    try {
      std::lock_guard guard(mutex_);
      bins_[key].push_back(block);
      cached_ += static_cast<int64_t>(size);
    } catch (const std::bad_alloc&) {
      giveBack(block, size);
    }
  }

  /// False where no other stream used the block.
  bool putOff(void* block, size_t key) noexcept {
    std::vector<Stream> users;
    {
      std::lock_guard guard(mutex_);
      auto found = users_.find(block);
      if (found == users_.end()) return false;
      users.swap(found->second);
      users_.erase(found);
      shared_.store(!users_.empty(), std::memory_order_relaxed);
    }
    try {
      Waiting w{block, key, {}};
      for (Stream user : users) {
        DeviceGuard on(user.device);
        w.until.emplace_back();
        w.until.back().record(handleOf(user));
      }
      std::lock_guard guard(waitingMutex_);
      waiting_.push_back(std::move(w));
      waits_.store(true, std::memory_order_relaxed);
    } catch (const std::exception&) {  // no event to be had: wait for the devices themselves
      for (Stream user : users) {
        DeviceGuard on(user.device);
        if (cudaDeviceSynchronize() != cudaSuccess) cudaGetLastError();
      }
      keep(block, key);
    }
    return true;
  }

  /// Keeps the blocks whose other users are done.
  void reclaim() noexcept {
    std::lock_guard guard(waitingMutex_);
    auto isReady = [](const Waiting& w) {
      return std::all_of(w.until.begin(), w.until.end(), [](const Event& e) { return e.isDone(); });
    };
    while (!waiting_.empty() && isReady(waiting_.front())) {
      keep(waiting_.front().block, waiting_.front().key);
      waiting_.pop_front();
    }
    waits_.store(!waiting_.empty(), std::memory_order_relaxed);
  }

  void giveBack(void* block, size_t size) noexcept {
    giveToSystem(block);
    reserved_.fetch_sub(static_cast<int64_t>(size), std::memory_order_relaxed);
  }

  std::mutex mutex_;  // the next three
  std::unordered_map<size_t, std::vector<void*>> bins_;
  std::unordered_map<void*, std::vector<Stream>> users_;
  int64_t cached_ = 0;
  std::mutex waitingMutex_;                         // the next one
  std::list<Waiting> waiting_;                      // an empty std::deque would allocate
  std::atomic<bool> shared_{false}, waits_{false};  // whether users_ and waiting_ hold any
};

class CudaAllocator final : public Cache {
 public:
  explicit CudaAllocator(Device device) : Cache(device), device_(device) {
    size_t free = 0, total = 0;
    DeviceGuard on(device);
    check(cudaSetDevice(device.index), "starting the device");
    check(cudaMemGetInfo(&free, &total), "asking for the device's memory");
    setLimit(static_cast<int64_t>(total));
  }

  void requireOwn(const void* address) const override {
    DeviceGuard on(device_);
    cudaPointerAttributes found{};
    check(cudaPointerGetAttributes(&found, address), "asking whose memory an address is");
    if (found.type != cudaMemoryTypeDevice && found.type != cudaMemoryTypeManaged)
      fail<DeviceError>("the address is no device memory, but the host's: ", toString(device_), " cannot read it");
    if (found.type == cudaMemoryTypeDevice && found.device != device_.index)
      fail<DeviceError>("the address is memory of cuda:", found.device, ", not of ", toString(device_));
  }

 protected:
  void* take(size_t size, uint8_t stream) override {
    void* block = Cache::take(size, stream);
    if (block && poisons()) poison(block, size, stream);
    return block;
  }

  void onKeep(void* block, size_t size, uint8_t stream) noexcept override {
    if (poisons()) poison(block, size, stream);
  }

  void* takeNew(size_t size) override {
    DeviceGuard on(device_);
    void* block = nullptr;
    return isThere(cudaMalloc(&block, size)) ? block : nullptr;
  }

  // cudaFree waits for the device, so no kernel still uses the block.
  void giveToSystem(void* block) noexcept override {
    DeviceGuard on(device_);
    if (cudaFree(block) != cudaSuccess) cudaGetLastError();
  }

 private:
  void poison(void* block, size_t size, uint8_t stream) noexcept {
    DeviceGuard on(device_);
    if (cudaMemsetAsync(block, 0xff, size, handleOf({device_, stream})) != cudaSuccess) cudaGetLastError();
  }

  Device device_;
};

/// Pinned memory is on no stream: whatever copies from or to it is among its users.
class PinnedAllocator final : public Cache {
 public:
  PinnedAllocator() : Cache(kCpu) {}
  bool isPinned() const noexcept override { return true; }

 protected:
  void* takeNew(size_t size) override {
    void* block = nullptr;
    return isThere(cudaHostAlloc(&block, size, cudaHostAllocPortable)) ? block : nullptr;
  }
  void giveToSystem(void* block) noexcept override {
    if (cudaFreeHost(block) != cudaSuccess) cudaGetLastError();
  }
};

// Never destroyed: threads may still free while the process exits.
constinit std::array<std::atomic<CudaAllocator*>, kMaxDevices> allocators{};
constinit std::atomic<PinnedAllocator*> pinnedOne{nullptr};
constinit std::mutex making;

CudaAllocator& cudaAllocator(int16_t index) {
  requireDevice(index);
  std::atomic<CudaAllocator*>& mine = allocators[static_cast<size_t>(index)];
  if (CudaAllocator* made = mine.load(std::memory_order_acquire)) return *made;
  std::lock_guard guard(making);
  if (!mine.load()) mine.store(new CudaAllocator({DeviceType::CUDA, index}), std::memory_order_release);
  return *mine.load();
}

PinnedAllocator& hostAllocator() {
  requireDevice(0);
  if (PinnedAllocator* made = pinnedOne.load(std::memory_order_acquire)) return *made;
  std::lock_guard guard(making);
  if (!pinnedOne.load()) pinnedOne.store(new PinnedAllocator, std::memory_order_release);
  return *pinnedOne.load();
}

template <class T>
void destroy(std::atomic<T*>& allocator) {
  T* made = allocator.exchange(nullptr);
  if (made) made->emptyCache();
  delete made;
}
const AtUnload atUnload([] {
  for (std::atomic<CudaAllocator*>& made : allocators) destroy(made);
  destroy(pinnedOne);
});

const AllocatorSource source(DeviceType::CUDA, [](int16_t index) -> Allocator& { return cudaAllocator(index); });
const PinnedSource pinned([]() -> Allocator& { return hostAllocator(); });

}  // namespace

Allocator* madeAllocator(Device device) {
  requireDevice(device.index);
  return allocators[static_cast<size_t>(device.index)].load(std::memory_order_acquire);
}

}  // namespace retrograd::cuda
