#include "cuda/blas.h"

#include <atomic>
#include <climits>
#include <memory>
#include <mutex>
#include <vector>

#include "core/dynlib.h"
#include "core/error.h"
#include "core/host.h"
#include "cuda/lib/cublas.h"
#include "cuda/runtime.h"
#include "kernel/gemm.h"

namespace retrograd::cuda {

namespace {

constexpr size_t kWorkspace = size_t{32} << 20;  // what the manual recommends for the largest GPUs

/// A stream's handle and its workspace, which is ours so that no call allocates. Used by one thread at a time.
struct Handle {
  std::mutex mutex;
  void* handle = nullptr;
  int mode = cublas::kDefaultMath;
};

void checkBlas(int status, const char* what) {
  if (status != 0) [[unlikely]]
    fail<DeviceError>("cuBLAS: ", what, " failed with status ", status, " (cublasStatus_t in its manual)");
}

Handle& blasHandle(Stream stream) {
  static std::vector<Handle>& all = *new std::vector<Handle>(static_cast<size_t>(deviceCount() * kStreams));
  return all[static_cast<size_t>(stream.device.index * kStreams + stream.number)];
}

void prepare(const cublas::Functions& f, Handle& h, cudaStream_t stream) {
  if (!h.handle) {
    void* handle = nullptr;
    void* workspace = nullptr;
    checkBlas(f.create(&handle), "making a handle");
    checkBlas(f.setMathMode(handle, cublas::kDefaultMath), "setting the mode of arithmetic");
    checkBlas(f.setStream(handle, stream), "setting the stream");
    check(cudaMalloc(&workspace, kWorkspace), "allocating cuBLAS's workspace");
    checkBlas(f.setWorkspace(handle, workspace, kWorkspace),
              "setting the workspace");  // after the stream, which resets it
    h.handle = handle;
  }
  const bool rounds = matmulPrecision.load(std::memory_order_relaxed) != MatmulPrecision::Highest;
  if (const int mode = rounds ? cublas::kTf32Math : cublas::kDefaultMath; mode != h.mode) {
    checkBlas(f.setMathMode(h.handle, mode), "setting the mode of arithmetic");
    h.mode = mode;
  }
}

/// One operand [batch, rows, columns] as a column-major matrix of `columns` by `rows`, transposed or not.
struct Matrix {
  int operation;
  int leading;
  long long batch;
};

bool describe(const Tensor& t, Matrix& m) {
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

template <class T, class Gemm>
void multiply(Gemm gemm, void* handle, const Tensor& out, const Tensor& a, const Tensor& b, const Matrix& ma,
              const Matrix& mb, bool accumulate) {
  const T one = 1, beta = accumulate ? T(1) : T(0);
  const int m = static_cast<int>(out.size(1)), n = static_cast<int>(out.size(2)), k = static_cast<int>(a.size(2));
  // Column-major, the transposes of all three: out' = b' a'.
  checkBlas(
      gemm(handle, mb.operation, ma.operation, n, m, k, &one, b.data<T>(), mb.leading, mb.batch, a.data<T>(),
           ma.leading, ma.batch, &beta, out.data<T>(), n, static_cast<long long>(m) * n, static_cast<int>(out.size(0))),
      "a product of matrices");
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

bool blasGemm(const Tensor& out, const Tensor& a, const Tensor& b, bool accumulate) {
  if (!isFloating(out.dtype()) || out.numel() == 0 || a.numel() == 0) return false;
  for (const Tensor* t : {&out, &a, &b})
    for (int d = 0; d < 3; ++d)
      if (t->size(d) > INT_MAX) return false;
  Matrix ma, mb;
  if (!describe(a, ma) || !describe(b, mb)) return false;
  const cublas::Functions* f = cublas::functions();
  if (!f) {
    warnOfMissingBlas(out, a.size(2));
    return false;
  }
  cudaStream_t stream = use(out);
  Handle& h = blasHandle(currentStream(out.device()));
  std::lock_guard guard(h.mutex);
  prepare(*f, h, stream);
  if (out.dtype() == DType::Float32)
    multiply<float>(f->sgemmStridedBatched, h.handle, out, a, b, ma, mb, accumulate);
  else
    multiply<double>(f->dgemmStridedBatched, h.handle, out, a, b, ma, mb, accumulate);
  return true;
}

}  // namespace retrograd::cuda
