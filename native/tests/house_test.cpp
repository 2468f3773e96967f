// The folders' dependencies, read from the sources themselves.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"core", {}},
    {"math", {"core"}},
    {"kernel", {"core", "math"}},
    {"cpu", {"core", "math", "kernel"}},
    {"cuda", {"core", "math", "kernel"}},
    {"autograd", {"core"}},
    {"ops", {"core", "math", "kernel", "autograd"}},
    {"engine", {"core", "kernel", "autograd", "ops"}},
    {"jni", {"core", "autograd", "ops", "engine"}},
};

TEST(House, EachFolderIncludesOnlyWhatItStandsOn) {
  const std::regex include(R"re(^\s*#include "(\w+)/)re");
  for (const auto& [folder, allowed] : kMayInclude) {
    fs::path path = fs::path(RETROGRAD_SOURCE_DIR) / folder;
    if (!fs::exists(path)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      std::string line;
      std::smatch match;
      while (std::getline(in, line))
        if (std::regex_search(line, match, include)) {
          const std::string target = match[1];
          EXPECT_TRUE(target == folder || allowed.contains(target) ||
                      (target == "lib" && !kMayInclude.contains(target)))
              << entry.path() << " includes " << target << "/";
        }
    }
  }
}

}  // namespace
