// Preloaded into a JVM by io.retrograd.memory.FailingMemory: answers malloc, its relatives, operator new and mmap, and
// refuses what the library's own two files ask for, once or from some request on. What the JVM, OpenMP's run time and
// the dynamic linker ask for is always granted. So is what CUDA's run time asks for, which is linked into the engine
// and dies of a refusal while it is loaded: the engine itself never calls malloc, calloc or realloc.

#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace {

std::atomic<bool> armed{false}, all{false};
std::atomic<int64_t> at{0}, requests{0};

/// Whose code an address is: the engine's, that of the bindings, that of C and C++ (which asks on behalf of its
/// caller), or somebody else's.
enum Owner : uintptr_t { Unknown, Engine, Bindings, Runtime, Other };
constexpr int kOwnerBits = 3;

Owner lookUp(void* address) {
  Dl_info info;
  if (!dladdr(address, &info) || !info.dli_fname) return Other;
  const char* slash = strrchr(info.dli_fname, '/');
  const char* file = slash ? slash + 1 : info.dli_fname;
  auto begins = [file](const char* with) { return strncmp(file, with, strlen(with)) == 0; };
  if (begins("libretrograd_failing")) return Runtime;
  if (begins("libretrograd")) return Engine;
  if (begins("libjniretrograd")) return Bindings;
  return begins("libstdc++") || begins("libc.so") || begins("libc-") || begins("libgcc_s") ? Runtime : Other;
}

Owner ownerOf(void* address) {
  static std::atomic<uintptr_t> known[4096];  // address << kOwnerBits | owner
  auto number = reinterpret_cast<uintptr_t>(address);
  std::atomic<uintptr_t>& entry = known[(number ^ number >> 12) % 4096];
  uintptr_t seen = entry.load(std::memory_order_relaxed);
  if (seen >> kOwnerBits == number) return static_cast<Owner>(seen & ((1 << kOwnerBits) - 1));
  Owner owner = lookUp(address);
  entry.store(number << kOwnerBits | owner, std::memory_order_relaxed);
  return owner;
}

Owner behindRuntime() {
  Owner found = Other;
  _Unwind_Backtrace(
      [](_Unwind_Context* context, void* result) {
        Owner owner = ownerOf(reinterpret_cast<void*>(_Unwind_GetIP(context)));
        if (owner == Runtime) return _URC_NO_REASON;
        *static_cast<Owner*>(result) = owner;
        return _URC_END_OF_STACK;
      },
      &found);
  return found;
}

bool refuse(void* caller, bool byC) {
  static thread_local bool busy = false;  // looking up may allocate
  if (!armed.load(std::memory_order_relaxed) || busy) return false;
  busy = true;
  Owner owner = ownerOf(caller);
  const bool isCuda = byC && owner == Engine;
  if (owner == Runtime) owner = behindRuntime();
  busy = false;
  if (isCuda || (owner != Engine && owner != Bindings)) return false;
  int64_t number = requests.fetch_add(1) + 1, first = at.load();
  return all ? number >= first : number == first;
}

void* orThrow(void* caller, size_t alignment, size_t size) {
  if (refuse(caller, false)) throw std::bad_alloc();
  void* block = alignment ? __libc_memalign(alignment, size) : __libc_malloc(size ? size : 1);
  if (!block) throw std::bad_alloc();
  return block;
}

bool granted(void* caller, bool byC = false) {
  if (!refuse(caller, byC)) return true;
  errno = ENOMEM;
  return false;
}

}  // namespace

#define CALLER __builtin_return_address(0)
#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED void* malloc(size_t size) { return granted(CALLER, true) ? __libc_malloc(size) : nullptr; }
EXPORTED void* calloc(size_t n, size_t size) { return granted(CALLER, true) ? __libc_calloc(n, size) : nullptr; }
EXPORTED void* realloc(void* block, size_t size) {
  return granted(CALLER, true) ? __libc_realloc(block, size) : nullptr;
}
EXPORTED void* aligned_alloc(size_t a, size_t size) { return granted(CALLER) ? __libc_memalign(a, size) : nullptr; }
EXPORTED void* memalign(size_t a, size_t size) { return granted(CALLER) ? __libc_memalign(a, size) : nullptr; }
EXPORTED int posix_memalign(void** block, size_t a, size_t size) {
  void* found = refuse(CALLER, false) ? nullptr : __libc_memalign(a, size);
  if (!found) return ENOMEM;
  *block = found;
  return 0;
}
EXPORTED void* mmap(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  if (!granted(CALLER)) return MAP_FAILED;
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, file, offset));
}
EXPORTED void* mmap64(void* address, size_t size, int protection, int flags, int file, off64_t offset) {
  if (!granted(CALLER)) return MAP_FAILED;
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, file, offset));
}

#undef EXPORTED
#define EXPORTED __attribute__((visibility("default")))

EXPORTED void* operator new(size_t size) { return orThrow(CALLER, 0, size); }
EXPORTED void* operator new[](size_t size) { return orThrow(CALLER, 0, size); }
EXPORTED void* operator new(size_t size, std::align_val_t a) { return orThrow(CALLER, static_cast<size_t>(a), size); }
EXPORTED void* operator new[](size_t size, std::align_val_t a) { return orThrow(CALLER, static_cast<size_t>(a), size); }
EXPORTED void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return granted(CALLER) ? __libc_malloc(size ? size : 1) : nullptr;
}
EXPORTED void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return granted(CALLER) ? __libc_malloc(size ? size : 1) : nullptr;
}
EXPORTED void operator delete(void* block) noexcept { free(block); }
EXPORTED void operator delete[](void* block) noexcept { free(block); }
EXPORTED void operator delete(void* block, size_t) noexcept { free(block); }
EXPORTED void operator delete[](void* block, size_t) noexcept { free(block); }
EXPORTED void operator delete(void* block, std::align_val_t) noexcept { free(block); }
EXPORTED void operator delete[](void* block, std::align_val_t) noexcept { free(block); }
EXPORTED void operator delete(void* block, size_t, std::align_val_t) noexcept { free(block); }
EXPORTED void operator delete[](void* block, size_t, std::align_val_t) noexcept { free(block); }

// ---- native methods of io.retrograd.memory.FailingMemory ----

/// From now on the request of this number, counted from 1, fails; or every one from it on.
extern "C" EXPORTED void Java_io_retrograd_memory_FailingMemory_arm(void*, void*, int64_t number, uint8_t rest) {
  requests = 0;
  at = number;
  all = rest != 0;
  armed = true;
}

/// From now on all memory is granted. Returns how many requests there were since `arm`.
extern "C" EXPORTED int64_t Java_io_retrograd_memory_FailingMemory_disarm(void*, void*) {
  armed = false;
  return requests;
}
