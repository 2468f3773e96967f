# What Maven runs (cmake -DSOURCE=… -DBUILD=… -DCUDA=… -DTESTS=… -DJOBS=… -P): configure and build. A build tree made by
# hand keeps its generator; a new one uses Ninja where it is installed.

if(NOT EXISTS "${BUILD}/CMakeCache.txt")
  find_program(NINJA NAMES ninja ninja-build)
  if(NINJA)
    set(generator -G Ninja)
  endif()
endif()
if(NOT JOBS)
  cmake_host_system_information(RESULT JOBS QUERY NUMBER_OF_LOGICAL_CORES)
endif()

execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${BUILD}" ${generator} "-DRETROGRAD_CUDA=${CUDA}"
                        "-DRETROGRAD_TESTS=${TESTS}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --parallel "${JOBS}" COMMAND_ERROR_IS_FATAL ANY)
