#include "core/handle.h"

#include <mutex>

#include "core/allocator.h"
#include "core/error.h"
#include "core/per_thread.h"
#include "core/tensor.h"
#include "core/unload.h"

namespace retrograd::handles {

namespace {

// A slot's state: generation (32 bits) | open (1) | pins (31). A slot is free when it is neither open nor pinned.
constexpr uint64_t kOpen = uint64_t{1} << 31;
constexpr uint64_t kPins = kOpen - 1;
constexpr uint64_t generation(uint64_t state) { return state >> 32; }

struct Slot {
  std::atomic<uint64_t> state{uint64_t{1} << 32};
  RefCounted* object = nullptr;
  uint32_t nextFree = 0;
};

// What a handle costs: its slot, and Java's Tensor and TensorRef.
constexpr int64_t kHandleBytes = sizeof(Slot) + 104;
constexpr int32_t kReported = 64;     // handles of a thread that the books may miss
constexpr uint32_t kAskedEvery = 16;  // a thread's handles; a power of two

constexpr uint32_t kChunkBits = 12, kChunk = 1u << kChunkBits, kMaxChunks = 1u << 15;

struct Table {
  std::atomic<Slot*> chunks[kMaxChunks] = {};
  std::mutex mutex;
  uint32_t size = 1;  // slot 0 stays unused, so that handle 0 means "none"
  uint32_t freeHead = 0;

  Slot* find(uint32_t index) {
    if (index >= kMaxChunks * kChunk) return nullptr;
    Slot* chunk = chunks[index >> kChunkBits].load(std::memory_order_acquire);
    return chunk ? &chunk[index & (kChunk - 1)] : nullptr;
  }
  void free(const uint32_t* indices, uint32_t n) noexcept {
    std::lock_guard lock(mutex);
    for (; n; --n) {
      const uint32_t index = *indices++;
      find(index)->nextFree = freeHead;
      freeHead = index;
    }
  }
};

// Never destroyed: threads may still use handles while the process exits.
constinit Table table_;
Table& table() { return table_; }

// A few free slots per thread, so that opening and closing seldom lock.
struct Cache {
  static constexpr uint32_t kSize = 64;
  uint32_t slots[kSize];
  uint32_t count = 0;
  uint32_t opened = 0;
  int32_t unreported = 0;  // opened, less retired

  void report() noexcept {
    headers::charge(unreported * kHandleBytes);
    unreported = 0;
  }

  uint32_t take() {
    if (count == 0) refill();
    return slots[--count];
  }
  void put(uint32_t index) {
    if (count == kSize) spill(kSize / 2);
    slots[count++] = index;
  }
  void refill() {
    Table& t = table();
    std::lock_guard lock(t.mutex);
    while (count < kSize / 2 && t.freeHead) {
      slots[count++] = t.freeHead;
      t.freeHead = t.find(t.freeHead)->nextFree;
    }
    while (count < kSize / 2) {
      uint32_t chunk = t.size >> kChunkBits;
      if (chunk >= kMaxChunks) {
        if (count) return;
        throw Error("too many open tensors: close some, or open a Scope around each step");
      }
      if (!t.chunks[chunk].load(std::memory_order_relaxed)) t.chunks[chunk].store(new Slot[kChunk]);
      slots[count++] = t.size++;
    }
  }
  void spill(uint32_t n) noexcept {
    count -= n;
    table().free(slots + count, n);
  }
};
constinit PerThread<Cache> caches;
thread_local constinit Cache* own = nullptr;
Cache* cache() noexcept {
  if (!own) [[unlikely]]
    own = caches.claim();
  return own;
}

uint32_t indexOf(int64_t handle) { return static_cast<uint32_t>(handle); }
uint64_t generationOf(int64_t handle) { return static_cast<uint64_t>(handle) >> 32; }

// The slot is closed and its last pin is gone: exactly one caller gets here.
void retire(Slot* slot, uint32_t index) noexcept {
  RefCounted* object = std::exchange(slot->object, nullptr);
  if (Cache* mine = cache()) {
    mine->put(index);
    if (--mine->unreported <= -kReported) mine->report();
  } else {
    table().free(&index, 1);
    headers::charge(-kHandleBytes);
  }
  if (object->kind() == RefCounted::Kind::Tensor) static_cast<TensorImpl*>(object)->loseHandle();
  object->release();
}

const AtUnload atUnload([] {
  caches.clear();
  own = nullptr;
  for (std::atomic<Slot*>& chunk : table().chunks) delete[] chunk.exchange(nullptr);
});

}  // namespace

int64_t open(Ref<RefCounted> object) {
  if (!object) return 0;
  Cache* mine = cache();
  if (!mine) throw std::bad_alloc();
  uint32_t index = mine->take();
  Slot* slot = table().find(index);
  if (object->kind() == RefCounted::Kind::Tensor) static_cast<TensorImpl*>(object.get())->gainHandle();
  slot->object = object.detach();
  uint64_t g = generation(slot->state.load(std::memory_order_relaxed));
  slot->state.store((g << 32) | kOpen, std::memory_order_release);
  if (++mine->unreported >= kReported) mine->report();
  if (++mine->opened % kAskedEvery == 0) allocator(kCpu).checkPressure(headers::bytes());
  return static_cast<int64_t>((g << 32) | index);
}

RefCounted* pin(int64_t handle) {
  if (Slot* slot = table().find(indexOf(handle))) {
    uint64_t state = slot->state.load(std::memory_order_acquire);
    while (generation(state) == generationOf(handle) && (state & kOpen))
      if (slot->state.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) return slot->object;
  }
  throw ClosedError("the tensor is closed");
}

void unpin(int64_t handle) noexcept {
  Slot* slot = table().find(indexOf(handle));
  uint64_t before = slot->state.fetch_sub(1, std::memory_order_acq_rel);
  if ((before & (kOpen | kPins)) == 1) retire(slot, indexOf(handle));
}

bool close(int64_t handle) noexcept {
  Slot* slot = table().find(indexOf(handle));
  if (!slot) return false;
  uint64_t state = slot->state.load(std::memory_order_acquire);
  while (generation(state) == generationOf(handle) && (state & kOpen)) {
    // The next generation starts now; generation 0 is skipped so that no handle is ever 0.
    uint64_t next = (generation(state) + 1) & 0x7fffffff;
    uint64_t closed = ((next ? next : 1) << 32) | (state & kPins);
    if (slot->state.compare_exchange_weak(state, closed, std::memory_order_acq_rel)) {
      if ((closed & kPins) == 0) retire(slot, indexOf(handle));
      return true;
    }
  }
  return false;
}

bool isOpen(int64_t handle) noexcept {
  Slot* slot = table().find(indexOf(handle));
  if (!slot) return false;
  uint64_t state = slot->state.load(std::memory_order_acquire);
  return generation(state) == generationOf(handle) && (state & kOpen);
}

namespace {

// The table's size at one moment.
uint32_t tableSize() {
  std::lock_guard lock(table().mutex);
  return table().size;
}

}  // namespace

int64_t count() noexcept {
  int64_t n = 0;
  for (uint32_t index = 1, size = tableSize(); index < size; ++index)
    n += (table().find(index)->state.load(std::memory_order_relaxed) & (kOpen | kPins)) != 0;
  return n;
}

void closeAll() noexcept {
  for (uint32_t index = 1; index < table().size; ++index) {
    const uint64_t state = table().find(index)->state.load(std::memory_order_acquire);
    if (state & kOpen) close(static_cast<int64_t>((generation(state) << 32) | index));
  }
}

void forEach(void (*visit)(RefCounted*, void*), void* argument) {
  Table& t = table();
  for (uint32_t index = 1, size = tableSize(); index < size; ++index) {
    Slot* slot = t.find(index);
    uint64_t state = slot->state.load(std::memory_order_acquire);
    while (state & kOpen)
      if (slot->state.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) {
        struct Unpin {
          int64_t handle;
          ~Unpin() { unpin(handle); }
        } guard{index};
        visit(slot->object, argument);
        break;
      }
  }
}

}  // namespace retrograd::handles
