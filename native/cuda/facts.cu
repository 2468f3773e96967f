// What io.retrograd.Doctor tells about CUDA and its devices.

#include <exception>
#include <string>

#include "core/device.h"
#include "cuda/launch.h"
#include "cuda/runtime.h"

namespace retrograd::cuda {

namespace {

__global__ void emptyKernel() {}

#ifdef __CUDA_ARCH_LIST__
constexpr int kArchitectures[] = {__CUDA_ARCH_LIST__};

std::string architectures() {
  std::string text;
  for (int a : kArchitectures) text += (text.empty() ? "sm_" : ", sm_") + std::to_string(a / 10);
  return text;
}
#else
std::string architectures() { return "the emulated device"; }
#endif

Facts ofCuda() {
  int driver = 0, runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  return {"driverSupports", driver ? versionText(driver) : "no driver",
          "driverNeeded",   driverFloor(),
          "runtime",        versionText(runtime),
          "compiledFor",    architectures()};
}

Facts ofDevice(int index) {
  cudaDeviceProp properties;
  cudaFuncAttributes attributes;
  size_t free = 0, total = 0;
  check(cudaGetDeviceProperties(&properties, index), "asking what the device is");
  Facts facts = {"name",
                 properties.name,
                 "computeCapability",
                 std::to_string(properties.major) + "." + std::to_string(properties.minor),
                 "memory",
                 std::to_string(properties.totalGlobalMem)};
  try {
    use({DeviceType::CUDA, static_cast<int16_t>(index)});
    check(cudaMemGetInfo(&free, &total), "asking for the device's free memory");
    facts.insert(facts.end(), {"free", std::to_string(free)});
    check(cudaFuncGetAttributes(&attributes, emptyKernel), "looking for code that runs on the device");
  } catch (const std::exception& e) {
    facts.insert(facts.end(), {"problem", e.what()});
  }
  return facts;
}

Facts facts(int index) {
  try {
    return index < 0 ? ofCuda() : ofDevice(index);
  } catch (const std::exception& e) {
    return {"problem", e.what()};
  }
}

const DeviceFacts registered(DeviceType::CUDA, &facts);

}  // namespace

}  // namespace retrograd::cuda
