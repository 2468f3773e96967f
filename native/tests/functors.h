#pragma once

#include <type_traits>

namespace retrograd::test {

/// A functor of native/math. Its options, if it has any, are numbers that leave something to test.
template <class F>
F functorOf() {
  if constexpr (requires { F{0.25, 2.0}; })
    return F{0.25, 2.0};
  else if constexpr (requires { F{0.25}; } && !std::is_empty_v<F>)
    return F{0.25};
  else
    return F{};
}

}  // namespace retrograd::test
