#include "core/dynlib.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/host.h"

namespace retrograd {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, and the host as it was at the end.
class Dynlib : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "dynlib-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    host = before_;
    fs::remove_all(folder_);
  }

  /// A file that cannot be opened as a library.
  static void plant(const fs::path& file) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "no library";
  }

  fs::path folder_;

 private:
  const Host before_ = host;
};

/// That `text` has all the parts, one after the other.
void expectInOrder(const std::string& text, const std::vector<std::string>& parts) {
  size_t at = 0;
  for (const std::string& part : parts) {
    const size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << " is missing or out of order in " << text;
    at = found + part.size();
  }
}

TEST_F(Dynlib, SaysWhatWasTried) {
  EXPECT_EQ(dynlib::reason("nosuch"), "");
  EXPECT_EQ(dynlib::open("nosuch", {{"libnosuch.so.1"}, {"libnosuch.so"}}), nullptr);
  expectInOrder(dynlib::reason("nosuch"),
                {"libnosuch.so.1", "libnosuch.so: ", "retrograd.nosuch.path", "RETROGRAD_NOSUCH_PATH"});
  EXPECT_EQ(dynlib::symbol("nosuch", "f"), nullptr);
}

TEST_F(Dynlib, LooksFromTheNearestPlaceToTheFurthest) {
  static std::string wish, jar;
  wish = folder_ / "wish.so";
  jar = folder_ / "jar" / "libplaces.so.2";
  plant(wish);
  plant(jar);
  host.setting = [](const std::string& name) { return name == "places.path" ? wish : ""; };
  host.unpacked = [](const std::string& file) { return file == "libplaces.so.2" ? jar : ""; };
  plant(folder_ / "env" / "libplaces.so.2");
  setenv("RETROGRAD_PLACES_PATH", (folder_ / "env").c_str(), 1);
  for (const char* version : {"", "-9.0", "-10.0"})
    plant(folder_ / (std::string("toolkit") + version) / "lib64" / "libplaces.so.2");
  const std::string pattern = folder_ / "toolkit*" / "lib64", nowhere = folder_ / "nowhere*";
  EXPECT_EQ(dynlib::open("places", {{"libplaces.so.2"}, {"libplaces.so.1"}}, {pattern, nowhere}), nullptr);
  unsetenv("RETROGRAD_PLACES_PATH");
  expectInOrder(dynlib::reason("places"),
                {wish, "env/libplaces.so.2", "env/libplaces.so.1", jar, "libplaces.so.1: in no jar", "libplaces.so.2: ",
                 "libplaces.so.1: ", "toolkit/lib64/libplaces.so.2", "toolkit-10.0/lib64/libplaces.so.2",
                 "toolkit-9.0/lib64/libplaces.so.2", nowhere + ": no such folder"});
}

TEST_F(Dynlib, OpensWhatALibraryNeedsFirst) {
  static std::string wish;
  wish = folder_;
  host.setting = [](const std::string&) { return wish; };
  plant(folder_ / "libmine.so.2");
  // Two that are on every Linux; the first one is not open yet.
  void* maths = dlopen("libm.so.6", RTLD_NOW);
  Dl_info info;
  ASSERT_NE(dladdr(dlsym(maths, "cos"), &info), 0);
  const fs::path libraries = fs::path(info.dli_fname).parent_path();
  fs::create_symlink(libraries / "libanl.so.1", folder_ / "libneeded.so.1");
  fs::create_symlink(libraries / "libm.so.6", folder_ / "libmine.so.1");
  ASSERT_EQ(dlopen("libanl.so.1", RTLD_NOW | RTLD_NOLOAD), nullptr);
  EXPECT_NE(dynlib::open("mine", {{"libneeded.so.2", "libmine.so.2"}, {"libneeded.so.1", "libmine.so.1"}}), nullptr);
  EXPECT_NE(dlopen("libanl.so.1", RTLD_NOW | RTLD_NOLOAD), nullptr);
  EXPECT_NE(dynlib::symbol("mine", "cos"), nullptr);
  EXPECT_NE(dynlib::symbol("mine", "strlen"), nullptr);  // of libc, on which it depends
  EXPECT_EQ(dynlib::reason("mine"), "");
  EXPECT_EQ(dynlib::symbol("mine", "nosuch"), nullptr);
  EXPECT_NE(dynlib::reason("mine").find("has no function nosuch"), std::string::npos);
}

}  // namespace
}  // namespace retrograd
