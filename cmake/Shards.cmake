# A source *.shard.cpp or *.shard.cu expands a list of functors that is too long for one compilation. It is compiled
# RETROGRAD_SHARDS times, side by side, each time for the functors that are its RETROGRAD_SHARD's.

set(RETROGRAD_SHARDS 3)

# retrograd_shards(LIST): puts generated sources into the place of such ones in a list of sources under native/.
function(retrograd_shards list)
  math(EXPR last "${RETROGRAD_SHARDS} - 1")
  set(expanded "")
  foreach(source IN LISTS ${list})
    if(NOT source MATCHES "\\.shard\\.")
      list(APPEND expanded "${source}")
      continue()
    endif()
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}/native" "${source}")
    foreach(shard RANGE ${last})
      string(REPLACE ".shard." "_${shard}." file "${CMAKE_BINARY_DIR}/shards/${name}")
      file(CONFIGURE OUTPUT "${file}" CONTENT "#define RETROGRAD_SHARD @shard@\n#define RETROGRAD_SHARDS \
@RETROGRAD_SHARDS@\n#include \"@name@\"\n" @ONLY)
      list(APPEND expanded "${file}")
    endforeach()
  endforeach()
  set(${list} "${expanded}" PARENT_SCOPE)
endfunction()
