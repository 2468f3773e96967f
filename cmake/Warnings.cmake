# Target retrograd_flags: the numerics and warnings that all our code is compiled with.
# -ffp-contract=off: an element's value must not depend on which loop computed it, so nothing is fused unless written.
# -fno-gnu-unique: symbols that are unique in a process would keep the library mapped when its class loader has gone.

add_library(retrograd_flags INTERFACE)
set(RETROGRAD_HOST_FLAGS -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-gnu-unique -Wall -Wextra -Wno-psabi
                         -Wno-maybe-uninitialized)  # at -O3 and under sanitizers GCC guesses wrong
target_compile_options(retrograd_flags INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${RETROGRAD_HOST_FLAGS}>")
if(RETROGRAD_WERROR)
  target_compile_options(retrograd_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()

if(RETROGRAD_CUDA_ENABLED)
  string(REPLACE ";" "," host_flags "${RETROGRAD_HOST_FLAGS}")
  target_compile_options(
    retrograd_flags INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;--expt-relaxed-constexpr;--extended-lambda>"
                              "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${host_flags},-Wno-unused-parameter>")
  if(RETROGRAD_WERROR)
    target_compile_options(retrograd_flags INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>")
  endif()
endif()
