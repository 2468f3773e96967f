#pragma once

// The tape's controls: backward passes, gradients, graph inspection, modes, memory. This header is what Java binds.

#include <memory>
#include <string>
#include <vector>

#include "autograd/hook.h"
#include "autograd/node.h"
#include "core/macros.h"
#include "core/tensor.h"

namespace retrograd {

// ---- backward passes ----

/// Adds d(sum roots[i] . gradients[i])/d(leaf) to `.grad` of each leaf, or only of `inputs` where given. An undefined
/// gradient means 1 and needs a one-element root. Without `retainGraph` every node lets go of what it saved as soon as
/// it has run. Errors: AutogradError, ShapeError, DTypeError.
RETROGRAD_API void backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients, bool retainGraph,
                            bool createGraph, const std::vector<Tensor>& inputs);

/// The same derivative returned, one per input, leaving every `.grad` alone. An input that the outputs do not depend on
/// raises, or gives an undefined tensor with `allowUnused`.
RETROGRAD_API std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                                       const std::vector<Tensor>& gradients, bool retainGraph, bool createGraph,
                                       bool allowUnused);

// ---- a tensor's part in the graph ----

RETROGRAD_API bool requiresGrad(const Tensor& x);
/// Only leaves can stop; only floating tensors can start. Returns `x`.
RETROGRAD_API Tensor requiresGrad_(const Tensor& x, bool value);
RETROGRAD_API bool isLeaf(const Tensor& x);
/// `.grad`, undefined where there is none.
RETROGRAD_API Tensor gradOf(const Tensor& x);
/// Sets or (undefined) clears `.grad`. Shape, dtype and device must be the tensor's.
RETROGRAD_API void setGrad(const Tensor& x, const OptionalTensor& gradient);
RETROGRAD_API void retainGrad(const Tensor& x);
RETROGRAD_API bool retainsGrad(const Tensor& x);
/// In-place detach: makes `x` a leaf. Throws for views.
RETROGRAD_API Tensor detach_(const Tensor& x);
/// In-place writes to the storage so far.
RETROGRAD_API int64_t version(const Tensor& x);
/// Number of this tensor among its gradFn's outputs.
RETROGRAD_API int64_t outputNr(const Tensor& x);
/// A number that tells tensors apart while they live; handles of one tensor share it.
RETROGRAD_API int64_t tensorId(const Tensor& x);
/// What messages say of it: "shape [2, 3], float32".
RETROGRAD_API std::string describe(const Tensor& x);
RETROGRAD_API bool isView(const Tensor& x);
RETROGRAD_API bool isInference(const Tensor& x);

// ---- graph inspection ----

/// Null for leaves.
RETROGRAD_API Ref<Node> gradFn(const Tensor& x);
RETROGRAD_API std::string nodeName(const Node& node);
/// Where its gradients go: one entry per input of the forward operation, null where that needs none.
RETROGRAD_API std::vector<Ref<Node>> nextFunctions(const Node& node);
RETROGRAD_API Dims nextIndices(const Node& node);
/// A number that tells nodes apart while they live.
RETROGRAD_API int64_t nodeId(const Node& node);
/// The leaf behind an AccumulateGrad node; undefined for others.
RETROGRAD_API Tensor nodeVariable(const Node& node);

// ---- modes of the calling thread ----

RETROGRAD_API bool gradEnabled();
RETROGRAD_API void setGradEnabled(bool enabled);
RETROGRAD_API bool inferenceEnabled();
RETROGRAD_API void setInferenceEnabled(bool enabled);
RETROGRAD_API int64_t numThreads();
/// Threads that one operation may use, at least 1.
RETROGRAD_API void setNumThreads(int64_t n);

/// How float32 products may be computed: "highest", "high" or "medium"; see kernel/gemm.h.
RETROGRAD_API std::string float32MatmulPrecision();
RETROGRAD_API void setFloat32MatmulPrecision(const std::string& precision);

// ---- memory: see core/allocator.h ----

/// allocated, reserved, peak, graph-held, limit; in bytes.
RETROGRAD_API Dims memoryStats(Device device);
/// Bytes of host memory that tensors of all devices take beside their elements: see core/headers.h.
RETROGRAD_API int64_t headerBytes();
RETROGRAD_API void trimHeaders();
/// Bytes of storages that open handles reach, each counted once.
RETROGRAD_API int64_t handleHeldBytes(Device device);
RETROGRAD_API int64_t openHandles();
RETROGRAD_API void resetPeak(Device device);
RETROGRAD_API void setMemoryLimit(Device device, int64_t bytes);
RETROGRAD_API void setPressureThreshold(Device device, int64_t bytes);
RETROGRAD_API void emptyCache(Device device);

// ---- devices ----

RETROGRAD_API int64_t cudaDeviceCount();
/// Why the count is what it is; where it is 0, the remedy follows a semicolon.
RETROGRAD_API std::string cudaStatus();
/// Waits for all work of a device. Throws what an earlier kernel did wrong.
RETROGRAD_API void synchronizeDevice(Device device);

// ---- streams, by their numbers: see core/stream.h. The CPU has number 0 alone ----

/// The calling thread's.
RETROGRAD_API int64_t currentStreamOf(Device device);
RETROGRAD_API void setCurrentStreamOf(Device device, int64_t stream);
/// The number of one that is not the default; the same comes again when all were given out.
RETROGRAD_API int64_t nextStream(Device device);
RETROGRAD_API void synchronizeStream(Device device, int64_t stream);
RETROGRAD_API bool isStreamIdle(Device device, int64_t stream);
RETROGRAD_API void waitForStream(Device device, int64_t stream, Device otherDevice, int64_t other);
/// See Storage::recordUse.
RETROGRAD_API void recordStream(const Tensor& x, Device device, int64_t stream);

// ---- memory shared with other libraries ----

/// Where the first element lies in its device's memory. Throws DeviceError for a tensor on the CPU.
RETROGRAD_API int64_t devicePointer(const Tensor& x);
/// A dense tensor over memory that is not ours; `owner` goes when the last tensor over it does. Throws
/// std::invalid_argument for address 0 and one not aligned to the dtype, DeviceError for one that the device does not
/// own, ShapeError.
RETROGRAD_API Tensor fromDevicePointer(int64_t address, const Dims& shape, DType dtype, Device device,
                                       std::unique_ptr<MemoryOwner> owner);

// ---- what io.retrograd.Doctor tells ----

/// The widest vector unit that the CPU's kernels use here.
RETROGRAD_API std::string vectorUnit();
/// Names and values in turn: driver, runtime, what this build needs and was compiled for. Empty without CUDA.
RETROGRAD_API std::vector<std::string> cudaFacts();
/// Names and values in turn: one GPU's name, compute capability, memory and so on.
RETROGRAD_API std::vector<std::string> cudaDeviceFacts(int64_t index);
/// Opens each library that this build can use. Six texts for each: name, purpose, version (empty: it cannot be used),
/// path, what was tried in vain, one attempt a line, and what to do where it cannot be used.
RETROGRAD_API std::vector<std::string> optionalLibraries();

// ---- custom functions and hooks ----

/// The backward of a function written by the user. Calls come from whichever thread runs backward.
class RETROGRAD_API CustomBackward : public Booked {
 public:
  virtual ~CustomBackward() = default;
  /// Gradients of the inputs (undefined for none) from those of the outputs and what the forward saved.
  virtual std::vector<Tensor> backward(const std::vector<Tensor>& gradients, const std::vector<Tensor>& saved) = 0;
};

/// Makes `outputs`, computed from `inputs` outside the graph, the results of one node called `name` whose derivative is
/// `backward` (owned). Returns the outputs to use instead: an output that is one of the inputs becomes an alias, an
/// integer output stays outside the graph. `saved` may name inputs, outputs and other tensors. `materialize` turns
/// absent gradients into zeros; `once` makes the backward run outside the graph, and a second derivative raise. Run
/// without retainGraph, the node lets go of `backward` too, even where nothing was saved: it may refer to the graph.
RETROGRAD_API std::vector<Tensor> attachFunction(const std::string& name, const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& outputs, const std::vector<Tensor>& saved,
                                                 std::unique_ptr<CustomBackward> backward, bool materialize, bool once);

/// Adds a hook to a tensor that requires grad; hooks run in the order they were added. Returns a number for removeHook.
RETROGRAD_API int64_t addHook(const Tensor& x, std::unique_ptr<TensorHook> hook);
/// Runs after a leaf's `.grad` was written, with the leaf as argument; its result is ignored.
RETROGRAD_API int64_t addPostAccumulateHook(const Tensor& leaf, std::unique_ptr<TensorHook> hook);
/// Removing twice is fine.
RETROGRAD_API void removeHook(const Tensor& x, int64_t hook);

}  // namespace retrograd
