// Graph inspection, modes, memory and devices as Java sees them.

#include <unordered_set>

#include "core/dynlib.h"
#include "core/handle.h"
#include "core/headers.h"
#include "core/modes.h"
#include "engine/engine.h"
#include "kernel/gemm.h"
#include "kernel/threads.h"

namespace retrograd {

std::string nodeName(const Node& node) { return node.name(); }

std::vector<Ref<Node>> nextFunctions(const Node& node) {
  std::vector<Ref<Node>> next;
  for (const Edge& e : node.edges()) next.push_back(e.node);
  return next;
}

Dims nextIndices(const Node& node) {
  Dims indices;
  for (const Edge& e : node.edges()) indices.push_back(e.input);
  return indices;
}

std::string describe(const Tensor& x) { return "shape " + toString(x.sizes()) + ", " + name(x.dtype()); }
int64_t tensorId(const Tensor& x) { return static_cast<int64_t>(reinterpret_cast<uintptr_t>(x.impl())); }
int64_t nodeId(const Node& node) { return static_cast<int64_t>(reinterpret_cast<uintptr_t>(&node)); }
Tensor nodeVariable(const Node& node) { return node.leaf(); }

bool gradEnabled() { return modes.grad; }
void setGradEnabled(bool enabled) { modes.grad = enabled; }
bool inferenceEnabled() { return modes.inference; }
void setInferenceEnabled(bool enabled) { modes.inference = enabled; }
int64_t numThreads() { return cpu::numThreads(); }

void setNumThreads(int64_t n) {
  if (n < 1 || n > 4096) throw std::invalid_argument("setNumThreads: wants 1 to 4096, got " + std::to_string(n));
  cpu::setNumThreads(static_cast<int>(n));
}

namespace {
constexpr const char* kPrecisions[] = {"highest", "high", "medium"};  // by MatmulPrecision
}

std::string float32MatmulPrecision() { return kPrecisions[static_cast<int>(matmulPrecision.load())]; }

void setFloat32MatmulPrecision(const std::string& precision) {
  for (int i = 0; i < 3; ++i)
    if (precision == kPrecisions[i]) return matmulPrecision.store(static_cast<MatmulPrecision>(i));
  throw std::invalid_argument("setFloat32MatmulPrecision: wants \"highest\", \"high\" or \"medium\", got \"" +
                              precision + "\"");
}

Dims memoryStats(Device device) {
  MemoryStats s = allocator(device).stats();
  return {s.allocated, s.reserved, s.peak, s.graphHeld, s.limit};
}

int64_t headerBytes() { return headers::bytes(); }
void trimHeaders() { headers::trim(); }

int64_t handleHeldBytes(Device device) {
  struct Count {
    Device device;
    std::unordered_set<const Storage*> seen;
    int64_t bytes = 0;
  } count{device, {}};
  handles::forEach(
      [](RefCounted* object, void* argument) {
        auto& c = *static_cast<Count*>(argument);
        if (object->kind() != RefCounted::Kind::Tensor) return;
        const Storage* storage = static_cast<TensorImpl*>(object)->layout().storage.get();
        if (storage->device() == c.device && c.seen.insert(storage).second)
          c.bytes += static_cast<int64_t>(storage->charged());
      },
      &count);
  return count.bytes;
}

int64_t openHandles() { return handles::count(); }
void resetPeak(Device device) { allocator(device).resetPeak(); }

void setMemoryLimit(Device device, int64_t bytes) {
  if (bytes < 0) throw std::invalid_argument("setLimit: the limit may not be negative, got " + std::to_string(bytes));
  allocator(device).setLimit(bytes);
}

void setPressureThreshold(Device device, int64_t bytes) { allocator(device).setThreshold(bytes); }

void emptyCache(Device device) {
  allocator(device).emptyCache();
  if (device.isCpu() && deviceCount(DeviceType::CUDA)) pinnedAllocator().emptyCache();
}

std::string vectorUnit() { return cpu::vectorUnit(); }
std::vector<std::string> cudaFacts() { return deviceFacts(DeviceType::CUDA, -1); }

std::vector<std::string> cudaDeviceFacts(int64_t index) {
  return deviceFacts(DeviceType::CUDA, static_cast<int>(index));
}

std::vector<std::string> optionalLibraries() {
  std::vector<std::string> texts;
  for (const dynlib::Library& library : dynlib::libraries()) {
    std::string tried;
    for (const std::string& attempt : library.tried) tried += (tried.empty() ? "" : "\n") + attempt;
    texts.insert(texts.end(), {library.name, library.purpose, library.version, library.path, tried, library.remedy});
  }
  return texts;
}

}  // namespace retrograd
