#include "cuda/lib/cublas.h"

#include <string>

#include "core/dynlib.h"

namespace retrograd::cuda::cublas {

namespace {

template <class F>
bool find(F*& function, const char* name) {
  function = reinterpret_cast<F*>(dynlib::symbol("cublas", name));
  return function != nullptr;
}

const Functions* load() {
  if (!dynlib::open("cublas", {{"libcublasLt.so.13", "libcublas.so.13"}, {"libcublasLt.so.12", "libcublas.so.12"}},
                    {"/usr/local/cuda*/lib64"}))
    return nullptr;
  static Functions& f = *new Functions;
  return find(f.create, "cublasCreate_v2") && find(f.destroy, "cublasDestroy_v2") &&
                 find(f.setStream, "cublasSetStream_v2") && find(f.setWorkspace, "cublasSetWorkspace_v2") &&
                 find(f.setMathMode, "cublasSetMathMode") && find(f.getProperty, "cublasGetProperty") &&
                 find(f.sgemmStridedBatched, "cublasSgemmStridedBatched") &&
                 find(f.dgemmStridedBatched, "cublasDgemmStridedBatched")
             ? &f
             : nullptr;
}

/// cuBLAS depends on cuBLASLt, so the loader finds its functions through cuBLAS.
const LightFunctions* loadLight() {
  if (!functions()) return nullptr;
  static LightFunctions& f = *new LightFunctions;
  return find(f.createOperation, "cublasLtMatmulDescCreate") && find(f.destroyOperation, "cublasLtMatmulDescDestroy") &&
                 find(f.setOperation, "cublasLtMatmulDescSetAttribute") &&
                 find(f.createLayout, "cublasLtMatrixLayoutCreate") &&
                 find(f.destroyLayout, "cublasLtMatrixLayoutDestroy") &&
                 find(f.createPreference, "cublasLtMatmulPreferenceCreate") &&
                 find(f.destroyPreference, "cublasLtMatmulPreferenceDestroy") &&
                 find(f.setPreference, "cublasLtMatmulPreferenceSetAttribute") &&
                 find(f.getHeuristic, "cublasLtMatmulAlgoGetHeuristic") && find(f.matmul, "cublasLtMatmul")
             ? &f
             : nullptr;
}

std::string version() {
  const Functions* f = functions();
  if (!f) return "";
  std::string text;
  for (int property = 0; property < 3; ++property) {
    int value = 0;
    f->getProperty(property, &value);
    text += (property ? "." : "") + std::to_string(value);
  }
  return text;
}

const dynlib::Declaration declared("cublas", "products of matrices; without it a kernel of our own computes them",
                                   "a part of NVIDIA's CUDA toolkit, or the package nvidia-cublas for Python",
                                   &version);

}  // namespace

const Functions* functions() {
  static const Functions* const found = load();
  return found;
}

const LightFunctions* lightFunctions() {
  static const LightFunctions* const found = loadLight();
  return found;
}

}  // namespace retrograd::cuda::cublas
