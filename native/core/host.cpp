#include "core/host.h"

#include <cstdio>

namespace retrograd {

constinit Host host = {
    [](const std::string&) { return std::string(); },
    [](const std::string&) { return std::string(); },
    [](const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); },
};

}  // namespace retrograd
