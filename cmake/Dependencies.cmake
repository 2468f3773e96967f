# What the build itself needs: OpenMP, threads and, for the native tests, GoogleTest; what the CUDA back end needs is in
# Cuda.cmake. cuBLAS is not among them: it is opened by name at run time.

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

set_property(CACHE RETROGRAD_TESTS PROPERTY STRINGS AUTO ON OFF)
set(RETROGRAD_TESTS_ENABLED OFF)
if(RETROGRAD_TESTS STREQUAL "ON")
  find_package(GTest REQUIRED)
elseif(NOT RETROGRAD_TESTS STREQUAL "OFF")
  find_package(GTest QUIET)
endif()
if(GTest_FOUND)
  set(RETROGRAD_TESTS_ENABLED ON)
endif()
message(STATUS "Native tests: ${RETROGRAD_TESTS_ENABLED} (RETROGRAD_TESTS=${RETROGRAD_TESTS})")
