# Run after linking (cmake -DLIBRARY=… -DREADELF=… -P): the library must load where none of these is installed.

execute_process(COMMAND "${READELF}" -d "${LIBRARY}" OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*" needed "${dynamic}")
foreach(entry IN LISTS needed)
  if(entry MATCHES "\\[(lib(dnnl|cublas|cublasLt|cudnn|nccl|cudart|cuda)\\.so[^]]*)\\]")
    file(REMOVE "${LIBRARY}")  # so that the next build does not take it for good
    message(FATAL_ERROR "${LIBRARY} is linked to ${CMAKE_MATCH_1}, which must be opened at run time instead")
  endif()
endforeach()
if(dynamic MATCHES "\\((RPATH|RUNPATH)\\)")
  file(REMOVE "${LIBRARY}")
  message(FATAL_ERROR "${LIBRARY} has an RPATH: it would point into somebody's build folder")
endif()
