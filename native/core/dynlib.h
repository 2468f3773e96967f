#pragma once

#include <string>
#include <vector>

#include "core/macros.h"

namespace retrograd::dynlib {

/// What is known of a shared library that is opened at run time.
struct Library {
  std::string name;                ///< our short name: "cublas"
  std::string path;                ///< the name under which it was opened; empty where it was not
  std::vector<std::string> tried;  ///< "name: the loader's reason" for each attempt that failed
};

/// Where to look for a library first. Has no effect once it is open; a failed search is forgotten.
RETROGRAD_API void setLibraryPath(const std::string& name, const std::string& path);

/// Opens a library once and for all: tries the path that was set, then the environment variable
/// RETROGRAD_<NAME>_PATH (a file or a folder), then each of `candidates`. Returns the loader's handle, or null where
/// none could be opened (`reason` tells why). Later calls answer from the table. Libraries are never closed.
RETROGRAD_API void* open(const std::string& name, const std::vector<std::string>& candidates);

/// The address of a function, null where the library is not open or has no such function (which `reason` then names).
RETROGRAD_API void* symbol(const std::string& name, const char* function);

/// Why a library is not available, in a sentence or two; empty where it is open or nobody asked for it yet.
RETROGRAD_API std::string reason(const std::string& name);

/// All libraries that were asked for so far.
RETROGRAD_API std::vector<Library> libraries();

}  // namespace retrograd::dynlib
