# shellcheck shell=bash
# Sourced, after common.sh, by the scripts that run in a bundle (scripts/bundle.sh).

# inside_bundle SCRIPT ARGUMENT...: in a checkout, makes a bundle and runs the script there instead. Unpacks.
inside_bundle() {
  if [[ ! -e $root/bundle.txt ]]; then
    "$root/scripts/bundle.sh" "$root/build/bundle"
    exec "$root/build/bundle/scripts/$(basename "$1")" "${@:2}"
  fi
  libraries=$root/build/libraries
  mkdir -p "$root/build"
  [[ -x $root/build/runtime/bin/java ]] || tar xz -C "$root/build" -f "$root/runtime.tar.gz"
  rm -rf "$libraries"
  tar xz -C "$root/build" -f "$root/libraries.tar.gz"
  # From JDK 23 on, native access is granted by an option.
  native_access=()
  local version
  version=$(sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$root/build/runtime/release")
  [[ $version -lt 23 ]] || native_access=(--enable-native-access=ALL-UNNAMED)
}

# take_library FOLDER: its libretrograd.so instead of the bundle's.
take_library() {
  [[ -f $1/libretrograd.so ]] || die "no libretrograd.so in $1"
  cp "$1/libretrograd.so" "$libraries"
}

# build_libraries: libretrograd.so, and the native tests where GoogleTest is installed, from the bundle's sources.
build_libraries() {
  local tree=$root/build/cmake
  cmake -S "$root" -B "$tree" -DRETROGRAD_CUDA=ON -DRETROGRAD_TESTS=AUTO -DRETROGRAD_WERROR=OFF
  cmake --build "$tree" --parallel
  take_library "$tree/lib"
  rm -f "$libraries/retrograd_tests"
  [[ ! -x $tree/native/retrograd_tests ]] || cp "$tree/native/retrograd_tests" "$libraries"
}

# java_run ARGUMENT...: the bundle's Java, with all of its classes and jars.
java_run() {
  local path
  path=$(printf '%s:' "$root"/java/*/target/{classes,test-classes} "$root"/jars/*.jar)
  # Threads that wait must not spin: there may be more of them than cores.
  OMP_WAIT_POLICY=PASSIVE "$root/build/runtime/bin/java" "${native_access[@]}" -Dretrograd.library.path="$libraries" \
    -cp "$path" "$@"
}
