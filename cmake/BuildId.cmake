# Writes build_id.h, which names a symbol by a hash of the headers that libjniretrograd.so is compiled against
# (native/core/build.h): the same name for the same sources, however and wherever they are built.

file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/native/core/*.h" "${PROJECT_SOURCE_DIR}/native/autograd/*.h"
                                    "${PROJECT_SOURCE_DIR}/native/ops/*.h" "${PROJECT_SOURCE_DIR}/native/engine/*.h")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})
set(hashes "")
foreach(header IN LISTS headers)
  file(SHA256 "${header}" hash)
  string(APPEND hashes "${hash}")
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING "${hash}" 0 16 id)
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/include/build_id.h" CONTENT "#define RETROGRAD_BUILD build_@id@\n" @ONLY)
