#include "core/dynlib.h"

#include <dlfcn.h>
#include <glob.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <mutex>

#include "core/host.h"

namespace retrograd::dynlib {

namespace {

struct Entry {
  std::string path;
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

std::string setting(const std::string& name) { return name + ".path"; }

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

/// Whether the last of the files could be opened; where one of the others could not, it says so itself.
bool tryOpen(Entry& entry, const Files& paths) {
  for (size_t i = 0; i + 1 < paths.size(); ++i) dlopen(paths[i].c_str(), RTLD_NOW | RTLD_LOCAL);
  return tryOpen(entry, paths.back());
}

Files inFolder(const std::string& folder, Files files) {
  for (std::string& file : files) file = folder + "/" + file;
  return files;
}

/// The folders that a pattern matches, those of higher versions first.
std::vector<std::string> matches(const std::string& pattern) {
  glob_t found;
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  std::sort(paths.begin(), paths.end(),
            [](const std::string& a, const std::string& b) { return strverscmp(a.c_str(), b.c_str()) > 0; });
  return paths;
}

void search(const std::string& name, Entry& entry, const std::vector<Files>& choices,
            const std::vector<std::string>& folders) {
  entry.tried.clear();
  const char* environment = std::getenv(variable(name).c_str());
  for (const std::string& wish : {host.setting(setting(name)), std::string(environment ? environment : "")}) {
    if (isFolder(wish)) {
      for (const Files& files : choices)
        if (tryOpen(entry, inFolder(wish, files))) return;
    } else if (!wish.empty() && tryOpen(entry, wish)) {
      return;
    }
  }
  for (const Files& files : choices) {
    Files paths;
    for (const std::string& file : files) paths.push_back(host.unpacked(file));
    if (paths.back().empty())
      entry.tried.push_back(files.back() + ": in no jar on the class path");
    else if (tryOpen(entry, paths))
      return;
  }
  for (const Files& files : choices)
    if (tryOpen(entry, files)) return;
  for (const std::string& pattern : folders) {
    const std::vector<std::string> found = matches(pattern);
    if (found.empty()) entry.tried.push_back(pattern + ": no such folder");
    for (const std::string& folder : found)
      for (const Files& files : choices)
        if (tryOpen(entry, inFolder(folder, files))) return;
  }
}

std::string remedy(const std::string& name) {
  const Declaration* d = declarations;
  while (d && d->name != name) d = d->next;
  return (d ? std::string("install it (") + d->source + "), or name" : "name") +
         " its file or folder in the system property retrograd." + setting(name) + " or in the environment variable " +
         variable(name);
}

}  // namespace

Declaration::Declaration(const char* name, const char* purpose, const char* source, std::string (*version)())
    : name(name), purpose(purpose), source(source), version(version), next(declarations) {
  declarations = this;
}

void* open(const std::string& name, const std::vector<Files>& choices, const std::vector<std::string>& folders) {
  std::lock_guard lock(table().mutex);
  Entry& entry = table().entries[name];
  if (!entry.searched) {
    search(name, entry, choices, folders);
    entry.searched = true;
  }
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
  return text + ". To mend it, " + remedy(name);
}

std::vector<Library> libraries() {
  std::vector<Library> all;
  for (const Declaration* d = declarations; d; d = d->next) {
    std::string version = d->version();
    std::lock_guard lock(table().mutex);
    const Entry& entry = table().entries[d->name];
    all.push_back({d->name, d->purpose, version, entry.path, entry.tried, remedy(d->name)});
  }
  return all;
}

}  // namespace retrograd::dynlib
