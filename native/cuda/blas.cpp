#include "cuda/blas.h"

#include <algorithm>
#include <atomic>
#include <climits>
#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/dynlib.h"
#include "core/error.h"
#include "core/host.h"
#include "core/unload.h"
#include "cuda/lib/cublas.h"
#include "cuda/runtime.h"
#include "kernel/copy.h"
#include "kernel/gemm.h"

namespace retrograd::cuda {

namespace {

constexpr size_t kWorkspace = size_t{32} << 20;  // what the manual recommends for the largest GPUs
constexpr size_t kChoices = 256;                 // that a stream keeps

/// A product with a bias, column-major, in all that cuBLASLt's choice depends on.
struct BiasedProduct {
  int type, computeType;
  int64_t rows, columns, depth;  ///< of the result; depth: what is summed over
  int opA, opB;
  int64_t leadingA, leadingB;
  uint32_t alignment, biasAlignment;  ///< of all matrices, of the bias; in bytes
  auto operator<=>(const BiasedProduct&) const = default;
};

using Descriptor = std::unique_ptr<void, int (*)(void*)>;

/// cuBLASLt's choice for such a product.
struct Choice {
  Descriptor operation, a, b, out;
  cublas::Algorithm algorithm;
  bool exists;  ///< otherwise cuBLASLt has no kernel for it
};

/// A stream's handle and its workspace, which is ours so that no call allocates. Used by one thread at a time.
struct Handle {
  std::mutex mutex;
  void* handle = nullptr;
  void* workspace = nullptr;
  int mode = cublas::kDefaultMath;
  std::map<BiasedProduct, Choice> choices;
};

/// Whether float32 products may round their operands to TF32.
bool mayRound() { return matmulPrecision.load(std::memory_order_relaxed) != MatmulPrecision::Highest; }

void checkBlas(int status, const char* what) {
  if (status != 0) [[unlikely]]
    fail<DeviceError>("cuBLAS: ", what, " failed with status ", status, " (cublasStatus_t in its manual)");
}

// Never destroyed: threads may still multiply while the process exits.
constinit std::atomic<std::vector<Handle>*> blasHandles{nullptr};

Handle& blasHandle(Stream stream) {
  static std::vector<Handle>& all = []() -> std::vector<Handle>& {
    auto* made = new std::vector<Handle>(static_cast<size_t>(deviceCount() * kStreams));
    blasHandles.store(made);
    return *made;
  }();
  return all[static_cast<size_t>(stream.device.index * kStreams + stream.number)];
}

const AtUnload atUnload([] {
  std::vector<Handle>* all = blasHandles.exchange(nullptr);
  if (!all) return;
  for (Handle& h : *all) {
    h.choices.clear();
    if (h.handle) cublas::functions()->destroy(h.handle);
    if (h.workspace) cudaFree(h.workspace);
  }
  delete all;
});

void prepare(const cublas::Functions& f, Handle& h, Device device, cudaStream_t stream) {
  if (!h.handle) {
    if (!h.workspace) h.workspace = takeForGood(device, kWorkspace, "allocating cuBLAS's workspace");
    void* handle = nullptr;
    int status = f.create(&handle);
    if (status != 0) {  // it takes device memory of its own
      allocator(device).emptyCache();
      status = f.create(&handle);
    }
    checkBlas(status, "making a handle");
    checkBlas(f.setMathMode(handle, cublas::kDefaultMath), "setting the mode of arithmetic");
    checkBlas(f.setStream(handle, stream), "setting the stream");
    checkBlas(f.setWorkspace(handle, h.workspace, kWorkspace),
              "setting the workspace");  // after the stream, which resets it
    h.handle = handle;
  }
  if (const int mode = mayRound() ? cublas::kTf32Math : cublas::kDefaultMath; mode != h.mode) {
    checkBlas(f.setMathMode(h.handle, mode), "setting the mode of arithmetic");
    h.mode = mode;
  }
}

/// One operand [batch, rows, columns] as a column-major matrix of `columns` by `rows`, transposed or not.
struct GemmOperand {
  int operation;
  int leading;
  long long batch;
};

bool describe(const Tensor& t, GemmOperand& m) {
  const int64_t rows = t.size(1), columns = t.size(2), down = t.strides()[1], across = t.strides()[2];
  m.batch = t.size(0) == 1 ? 0 : t.strides()[0];
  int64_t leading;
  if ((across == 1 || columns == 1) && (rows == 1 || down >= columns)) {
    m.operation = cublas::kNoTranspose;
    leading = rows == 1 ? columns : down;
  } else if ((down == 1 || rows == 1) && (columns == 1 || across >= rows)) {
    m.operation = cublas::kTranspose;
    leading = columns == 1 ? rows : across;
  } else {
    return false;
  }
  m.leading = static_cast<int>(leading);
  return leading <= INT_MAX;
}

/// cuBLAS's names for a dtype, and for computing in it.
struct TypeNames {
  int type, computeType;
};
TypeNames namesOf(float) { return {cublas::kFloat32, mayRound() ? cublas::kComputeTf32 : cublas::kCompute32}; }
TypeNames namesOf(double) { return {cublas::kFloat64, cublas::kCompute64}; }

auto gemmOf(const cublas::Functions& f, float) { return f.sgemmStridedBatched; }
auto gemmOf(const cublas::Functions& f, double) { return f.dgemmStridedBatched; }

template <class T>
void multiply(const cublas::Functions& f, void* handle, const Tensor& out, const Tensor& a, const Tensor& b,
              const GemmOperand& ma, const GemmOperand& mb, bool accumulate) {
  const T one = 1, beta = accumulate ? T(1) : T(0);
  const int m = static_cast<int>(out.size(1)), n = static_cast<int>(out.size(2)), k = static_cast<int>(a.size(2));
  // Column-major, the transposes of all three: out' = b' a'.
  checkBlas(gemmOf(f, T())(handle, mb.operation, ma.operation, n, m, k, &one, b.data<T>(), mb.leading, mb.batch,
                           a.data<T>(), ma.leading, ma.batch, &beta, out.data<T>(), n, static_cast<long long>(m) * n,
                           static_cast<int>(out.size(0))),
            "a product of matrices");
}

/// The power of two, up to 256, that an address is a multiple of.
uint32_t alignmentOf(const void* p) {
  const auto bits = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(p)) | 256;
  return bits & -bits;
}

/// Asks cuBLASLt, which takes longer than a small product.
Choice choose(const cublas::LightFunctions& f, void* handle, const BiasedProduct& p, const void* bias) {
  auto layout = [&](int operation, int64_t rows, int64_t columns, int64_t leading) {
    if (operation == cublas::kTranspose) std::swap(rows, columns);  // as it lies in memory
    void* made = nullptr;
    checkBlas(f.createLayout(&made, p.type, static_cast<uint64_t>(rows), static_cast<uint64_t>(columns), leading),
              "describing a matrix");
    return Descriptor(made, f.destroyLayout);
  };
  void* made = nullptr;
  checkBlas(f.createOperation(&made, p.computeType, p.type), "describing a product");
  Choice choice{Descriptor(made, f.destroyOperation),
                layout(p.opA, p.rows, p.depth, p.leadingA),
                layout(p.opB, p.depth, p.columns, p.leadingB),
                layout(cublas::kNoTranspose, p.rows, p.columns, p.rows),
                {},
                false};
  auto set = [&](int attribute, const auto& value) {
    checkBlas(f.setOperation(made, attribute, &value, sizeof value), "describing a product");
  };
  set(cublas::kTransposeA, p.opA);
  set(cublas::kTransposeB, p.opB);
  set(cublas::kEpilogue, cublas::kEpilogueBias);
  set(cublas::kBias, bias);  // for its alignment
  void* wanted = nullptr;
  checkBlas(f.createPreference(&wanted), "describing a choice");
  const Descriptor preference(wanted, f.destroyPreference);
  auto prefer = [&](int attribute, const auto& value) {
    checkBlas(f.setPreference(wanted, attribute, &value, sizeof value), "describing a choice");
  };
  prefer(cublas::kMaxWorkspace, uint64_t{kWorkspace});
  for (int matrix = cublas::kMinAlignmentA; matrix <= cublas::kMinAlignmentD; ++matrix) prefer(matrix, p.alignment);
  cublas::Heuristic result{};
  int found = 0;
  // Whatever it refuses, cuBLAS's plain products do.
  const int status = f.getHeuristic(handle, made, choice.a.get(), choice.b.get(), choice.out.get(), choice.out.get(),
                                    wanted, 1, &result, &found);
  choice.exists = status == 0 && found > 0 && result.status == 0;
  choice.algorithm = result.algorithm;
  return choice;
}

/// out = a @ b + bias in one launch by cuBLASLt. False, with nothing done, where the bias is no dense row that repeats,
/// or cuBLASLt cannot do it.
template <class T>
bool multiplyBiased(Handle& h, cudaStream_t stream, const Tensor& out, const Tensor& a, const Tensor& b,
                    const Tensor& bias, const GemmOperand& ma, const GemmOperand& mb) {
  if (out.size(0) != 1 || bias.dim() != 1 || bias.size(0) != out.size(2) || !bias.isContiguous()) return false;
  const cublas::LightFunctions* f = cublas::lightFunctions();
  if (!f) return false;
  const TypeNames names = namesOf(T());
  // Column-major, the transposes of all three: out' = b' a', along whose columns the bias lies.
  const BiasedProduct p{
      .type = names.type,
      .computeType = names.computeType,
      .rows = out.size(2),
      .columns = out.size(1),
      .depth = a.size(2),
      .opA = mb.operation,
      .opB = ma.operation,
      .leadingA = mb.leading,
      .leadingB = ma.leading,
      .alignment = std::min({alignmentOf(out.data()), alignmentOf(a.data()), alignmentOf(b.data())}),
      .biasAlignment = alignmentOf(bias.data()),
  };
  auto known = h.choices.find(p);
  if (known == h.choices.end()) {
    if (h.choices.size() >= kChoices) h.choices.clear();
    known = h.choices.emplace(p, choose(*f, h.handle, p, bias.data())).first;
  }
  Choice& choice = known->second;
  if (!choice.exists) return false;
  const void* row = bias.data();
  checkBlas(f->setOperation(choice.operation.get(), cublas::kBias, &row, sizeof row), "setting the bias");
  const T one = 1, zero = 0;
  const int status = f->matmul(h.handle, choice.operation.get(), &one, b.data(), choice.a.get(), a.data(),
                               choice.b.get(), &zero, out.data(), choice.out.get(), out.data(), choice.out.get(),
                               &choice.algorithm, h.workspace, kWorkspace, stream);
  choice.exists = status != cublas::kNotSupported;
  if (choice.exists) checkBlas(status, "a product of matrices with a bias");
  return choice.exists;
}

/// Tells once that a product which takes any time at all has to do without cuBLAS.
void warnOfMissingBlas(const Tensor& out, int64_t depth) {
  constexpr double kNoticeable = 1 << 20;  // multiplications
  static std::atomic_flag warned;
  if (static_cast<double>(out.numel()) * static_cast<double>(depth) < kNoticeable || warned.test_and_set()) return;
  host.warn("products of matrices on " + toString(out.device()) + " run on a plain kernel of our own, which is slow; " +
            dynlib::reason("cublas"));
}

}  // namespace

bool blasGemm(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias) {
  if (!isFloating(out.dtype()) || out.numel() == 0 || a.numel() == 0) return false;
  for (const Tensor* t : {&out, &a, &b})
    for (int d = 0; d < 3; ++d)
      if (t->size(d) > INT_MAX) return false;
  GemmOperand ma, mb;
  if (!describe(a, ma) || !describe(b, mb)) return false;
  const cublas::Functions* f = cublas::functions();
  if (!f) {
    warnOfMissingBlas(out, a.size(2));
    return false;
  }
  cudaStream_t stream = use(out);
  Handle& h = blasHandle(currentStream(out.device()));
  std::lock_guard guard(h.mutex);
  prepare(*f, h, out.device(), stream);
  const bool accumulate = bias.defined();
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    if (accumulate) {
      if (multiplyBiased<T>(h, stream, out, a, b, bias, ma, mb)) return;
      copySlot(out.device(), out, bias);
    }
    multiply<T>(*f, h.handle, out, a, b, ma, mb, accumulate);
  });
  return true;
}

}  // namespace retrograd::cuda
