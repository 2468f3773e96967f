#include "core/dynlib.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <mutex>

namespace retrograd::dynlib {

namespace {

struct Entry {
  std::string wish, path;
  std::vector<std::string> tried;
  void* handle = nullptr;
  bool searched = false;
};

constinit Declaration* declarations = nullptr;

// Never destroyed: libraries may be asked for while the process exits.
struct Table {
  std::mutex mutex;
  std::map<std::string, Entry> entries;
};
Table& table() {
  static Table& t = *new Table;
  return t;
}

bool isFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string variable(const std::string& name) {
  std::string upper;
  for (char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "RETROGRAD_" + upper + "_PATH";
}

/// The file that the loader found for a name.
std::string fileOf(void* handle, const std::string& name) {
  const link_map* map = nullptr;
  return dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map && *map->l_name ? map->l_name : name;
}

bool tryOpen(Entry& entry, const std::string& path) {
  entry.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (entry.handle) {
    entry.path = fileOf(entry.handle, path);
    return true;
  }
  const char* error = dlerror();
  std::string why = error ? error : "unknown reason";
  entry.tried.push_back(why.find(path) == std::string::npos ? path + ": " + why : why);
  return false;
}

void search(const std::string& name, Entry& entry, const std::vector<std::string>& candidates) {
  entry.searched = true;
  entry.tried.clear();
  const char* environment = std::getenv(variable(name).c_str());
  for (const std::string& wish : {entry.wish, std::string(environment ? environment : "")}) {
    if (wish.empty()) continue;
    if (!isFolder(wish)) {
      if (tryOpen(entry, wish)) return;
      continue;
    }
    for (const std::string& candidate : candidates)
      if (candidate.find('/') == std::string::npos && tryOpen(entry, wish + "/" + candidate)) return;
  }
  for (const std::string& candidate : candidates)
    if (tryOpen(entry, candidate)) return;
}

}  // namespace

Declaration::Declaration(const char* name, const char* purpose, std::string (*version)())
    : name(name), purpose(purpose), version(version), next(declarations) {
  declarations = this;
}

void setLibraryPath(const std::string& name, const std::string& path) {
  std::lock_guard lock(table().mutex);
  Entry& entry = table().entries[name];
  entry.wish = path;
  if (!entry.handle) entry.searched = false;
}

void* open(const std::string& name, const std::vector<std::string>& candidates) {
  std::lock_guard lock(table().mutex);
  Entry& entry = table().entries[name];
  if (!entry.searched) search(name, entry, candidates);
  return entry.handle;
}

void* symbol(const std::string& name, const char* function) {
  std::lock_guard lock(table().mutex);
  Entry& entry = table().entries[name];
  if (!entry.handle) return nullptr;
  void* address = dlsym(entry.handle, function);
  if (!address) entry.tried.push_back(entry.path + ": has no function " + function);
  return address;
}

std::string reason(const std::string& name) {
  std::lock_guard lock(table().mutex);
  auto found = table().entries.find(name);
  if (found == table().entries.end() || found->second.tried.empty()) return "";
  const Entry& entry = found->second;
  if (entry.handle && entry.tried.back().find("has no function") == std::string::npos) return "";
  std::string text = name + (entry.handle ? " cannot be used: " : " could not be opened; tried: ");
  for (size_t i = 0; i < entry.tried.size(); ++i) text += (i ? "; " : "") + entry.tried[i];
  return text + ". Its path can be given in the environment variable " + variable(name);
}

std::vector<Library> libraries() {
  std::vector<Library> all;
  for (const Declaration* d = declarations; d; d = d->next) {
    std::string version = d->version();
    std::lock_guard lock(table().mutex);
    const Entry& entry = table().entries[d->name];
    all.push_back({d->name, d->purpose, version, entry.path, entry.tried});
  }
  return all;
}

}  // namespace retrograd::dynlib
