#include "host_memory.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>

#include "core/unload.h"
#include "cpu/system.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace emulated {

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kArena = size_t{1} << 36;  // address space, not memory
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;  // sees more in blocks of the system's
#else
constexpr bool kSanitized = false;
#endif

/// Blocks are asked for in few sizes, and again in the same.
struct Arena {
  char* start = nullptr;         // null where blocks come from the system
  std::atomic<size_t> used = 0;  // bytes from the start
  std::mutex mutex;              // the next one
  std::multimap<size_t, char*> holes;

  int key = -1;
  unsigned keysAt = 0;  // in a signal's frame
  std::atomic<pthread_t> inKernel{};
  std::atomic<bool> isClosed = false;  // by mprotect
  size_t kernels = 0;                  // since it was closed
  struct sigaction previous {};

  Arena();
  bool holds(const void* address) const { return start && address >= start && address < start + kArena; }
};

Arena& arena() {
  static Arena& one = *new Arena;
  return one;
}

/// What a thread other than the kernel's touched is open to it afterwards. It had no key if it is older than the key,
/// or while it handled a signal; and from elsewhere nobody could give it one. System calls just fail.
bool isOpened(const siginfo_t& fault, [[maybe_unused]] void* context) {
  const Arena& a = arena();
  if (!a.holds(fault.si_addr) || a.inKernel == pthread_self()) return false;
#if defined(__x86_64__)
  if (fault.si_code == SEGV_PKUERR) {
    // In the interrupted thread's registers: the handler's own are gone when it returns.
    auto* registers = reinterpret_cast<char*>(static_cast<ucontext_t*>(context)->uc_mcontext.fpregs);
    *reinterpret_cast<uint32_t*>(registers + a.keysAt) &= ~(3u << 2 * a.key);
    return true;
  }
#endif
  while (a.isClosed) sched_yield();
  return fault.si_code == SEGV_ACCERR;
}

void onFault(int signal, siginfo_t* fault, void* context) {
  if (isOpened(*fault, context)) return;
  const struct sigaction& previous = arena().previous;
  if (previous.sa_flags & SA_SIGINFO)
    previous.sa_sigaction(signal, fault, context);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler(signal);
  else
    sigaction(SIGSEGV, &previous, nullptr);  // the access is tried again
}

Arena::Arena() {
  if (kSanitized) return;
  void* space = mmap(nullptr, kArena, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (space == MAP_FAILED) return;
  start = static_cast<char*>(space);
#if defined(__x86_64__)
  unsigned size, unused;
  key = makeKey(0);
  if (key >= 0 && (pkey_mprotect(start, kArena, PROT_READ | PROT_WRITE, key) != 0 ||
                   !__get_cpuid_count(13, 9, &size, &keysAt, &unused, &unused)))  // PKRU is component 9 of XSAVE's area
    std::abort();
#endif
  sigaction(SIGSEGV, nullptr, &previous);
  struct sigaction mine = previous;
  mine.sa_sigaction = &onFault;
  mine.sa_flags |= SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGSEGV, &mine, nullptr);
}

/// A handler that another library calls on to, as it came later, must stay; else the next fault, which is everyday in a
/// JVM, would end the process.
void leaveFaults() {
  if (!arena().start) return;
  struct sigaction present {};
  sigaction(SIGSEGV, nullptr, &present);
  if (present.sa_sigaction == &onFault) {
    sigaction(SIGSEGV, &arena().previous, nullptr);
  } else {
    Dl_info self{};
    dladdr(reinterpret_cast<void*>(&onFault), &self);
    dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  }
}
const retrograd::AtUnload atUnload(&leaveFaults);

size_t rounded(size_t bytes) {
  const size_t unit = bytes < pageSize() ? kAlignment : pageSize();
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

void* takeHostMemory(size_t bytes) noexcept {
  Arena& a = arena();
  if (bytes > kArena) return nullptr;
  void* block = nullptr;
  if (!a.start) return posix_memalign(&block, kAlignment, bytes) == 0 ? block : nullptr;
  bytes = rounded(bytes);
  std::lock_guard guard(a.mutex);
  if (auto hole = a.holes.find(bytes); hole != a.holes.end()) {
    block = hole->second;
    a.holes.erase(hole);
    return block;
  }
  if (bytes > kArena - a.used) return nullptr;
  return a.start + a.used.fetch_add(bytes);
}

void putHostMemory(void* block, size_t bytes) noexcept {
  Arena& a = arena();
  if (!a.start) return std::free(block);
  bytes = rounded(bytes);
  dropPages(static_cast<char*>(block), bytes);
  std::lock_guard guard(a.mutex);
  a.holes.emplace(bytes, static_cast<char*>(block));
}

HostClosed::HostClosed() : rights_(arena().key, PKEY_DISABLE_ACCESS) {
  Arena& a = arena();
  a.inKernel = pthread_self();
  if (a.key >= 0 || !isDue(++a.kernels, a.used)) return;
  bytes_ = a.used;
  a.kernels = 0;
  a.isClosed = true;
  protect(a.start, bytes_, false);
}

HostClosed::~HostClosed() {
  Arena& a = arena();
  protect(a.start, bytes_, true);
  a.isClosed = false;
  a.inKernel = pthread_t{};
}

void closeHostMemoryNext() { arena().kernels = kArena; }

}  // namespace emulated

namespace retrograd::cpu {

void* takeFromSystem(size_t size) noexcept { return emulated::takeHostMemory(size); }
void giveToSystem(void* block, size_t size) noexcept { emulated::putHostMemory(block, size); }

}  // namespace retrograd::cpu
