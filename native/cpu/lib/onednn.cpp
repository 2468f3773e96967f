#include "cpu/lib/onednn.h"

#include <atomic>
#include <mutex>

#include "core/dynlib.h"

namespace retrograd::cpu::onednn {

namespace {

constinit Functions found{};
constinit std::atomic<bool> ready{false};

template <class F>
bool bind(F*& function, const char* name) {
  function = reinterpret_cast<F*>(dynlib::symbol("dnnl", name));
  return function != nullptr;
}

}  // namespace

const Functions* functions() {
  if (ready.load(std::memory_order_acquire)) return &found;
  static std::mutex& mutex = *new std::mutex;
  std::lock_guard lock(mutex);
  if (ready.load(std::memory_order_relaxed)) return &found;
  if (!dynlib::open("dnnl", {"libdnnl.so.3"}) || !bind(found.sgemm, "dnnl_sgemm")) return nullptr;
  ready.store(true, std::memory_order_release);
  return &found;
}

}  // namespace retrograd::cpu::onednn
