#pragma once

#include <string>
#include <vector>

#include "core/macros.h"

namespace retrograd::dynlib {

/// A library that this build uses where it finds one: a static object beside the code that opens it.
struct Declaration {
  Declaration(const char* name, const char* purpose, const char* source, std::string (*version)());

  const char* name;          ///< our short name: "cublas"
  const char* purpose;       ///< what it does for us, and what happens without it
  const char* source;        ///< what to install to have it
  std::string (*version)();  ///< opens it; empty where that failed
  Declaration* next;
};

/// What is known of such a library.
struct Library {
  std::string name, purpose;
  std::string version;             ///< empty where it cannot be used
  std::string path;                ///< of the file that was opened; empty where none was
  std::vector<std::string> tried;  ///< "name: the loader's reason" for each attempt that failed
  std::string remedy;              ///< what to do where it cannot be used
};

/// Files that lie in one folder and are opened one after the other: the library comes last, after what it needs. (The
/// loader would look for that in LD_LIBRARY_PATH first, and might find another release's.)
using Files = std::vector<std::string>;

/// Opens a library once and for all. Tries, with the first of `choices` before the next in each place:
///  - the file or folder that the program's setting <name>.path names (core/host.h),
///  - the one that the environment variable RETROGRAD_<NAME>_PATH names,
///  - the jars on the program's class path,
///  - the loader's own places,
///  - `folders`, of which those that a pattern ("/usr/local/cuda*/lib64") matches come with the highest version first.
/// Returns the loader's handle, or null where none could be opened (`reason` tells why). Later calls answer from the
/// table. Libraries are never closed.
RETROGRAD_API void* open(const std::string& name, const std::vector<Files>& choices,
                         const std::vector<std::string>& folders = {});

/// The address of a function of the library or of one that it depends on; null where the library is not open or there
/// is no such function (which `reason` then names).
RETROGRAD_API void* symbol(const std::string& name, const char* function);

/// Why a library is not available, in a sentence or two; empty where it is open or nobody asked for it yet.
RETROGRAD_API std::string reason(const std::string& name);

/// All libraries that were declared; opens those that nobody asked for yet.
RETROGRAD_API std::vector<Library> libraries();

}  // namespace retrograd::dynlib
