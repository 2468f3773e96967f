# shellcheck shell=bash
# Sourced, after common.sh, by the scripts that run in a bundle (scripts/bundle.sh).

# inside_bundle SCRIPT ARGUMENT...: in a checkout, makes a bundle and runs the script there instead. Unpacks, and takes
# the libraries that build_libraries made of this very bundle, else the bundle's own.
inside_bundle() {
  if [[ ! -e $root/bundle.txt ]]; then
    "$root/scripts/bundle.sh" "$root/build/bundle"
    exec "$root/build/bundle/scripts/$(basename "$1")" "${@:2}"
  fi
  libraries=$root/build/libraries built=$root/build/built  # the latter is build_libraries'
  mkdir -p "$root/build"
  [[ -x $root/build/runtime/bin/java ]] || tar xz -C "$root/build" -f "$root/runtime.tar.gz"
  rm -rf "$libraries"
  tar xz -C "$root/build" -f "$root/libraries.tar.gz"
  ! cmp -s "$root/bundle.txt" "$built/bundle.txt" || libraries=$built
  # From JDK 23 on, native access is granted by an option.
  native_access=()
  local version
  version=$(sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$root/build/runtime/release")
  [[ $version -lt 23 ]] || native_access=(--enable-native-access=ALL-UNNAMED)
}

# take_library FOLDER: its libretrograd.so instead of the bundle's, this time.
take_library() {
  [[ -f $1/libretrograd.so ]] || die "no libretrograd.so in $1"
  libraries=$root/build/libraries
  cp "$1/libretrograd.so" "$libraries"
}

# build_libraries: libretrograd.so, and the native tests where there is a GoogleTest, from the bundle's sources. They
# stay in use.
build_libraries() {
  local tree=$root/build/cmake googletest=$root/build/googletest
  rm -rf "$built"
  if [[ -d $root/googletest ]]; then
    cmake -S "$root/googletest" -B "$tree-googletest" -DCMAKE_BUILD_TYPE=Release -DBUILD_GMOCK=OFF \
      -DCMAKE_INSTALL_PREFIX="$googletest"
    cmake --build "$tree-googletest" --parallel "$(nproc)" --target install
  fi
  cmake -S "$root" -B "$tree" -DCMAKE_PREFIX_PATH="$googletest" -DRETROGRAD_CUDA=ON -DRETROGRAD_TESTS=AUTO \
    -DRETROGRAD_WERROR=OFF
  cmake --build "$tree" --parallel "$(nproc)"
  mkdir "$built"
  cp "$root/build/libraries/libjniretrograd.so" "$tree/lib/libretrograd.so" "$built"
  [[ ! -x $tree/native/retrograd_tests ]] || cp "$tree/native/retrograd_tests" "$built"
  cp "$root/bundle.txt" "$built"
  libraries=$built
}

# say_libraries [FOLDER]: which ones are in use; FOLDER: that of take_library.
say_libraries() {
  if [[ -n ${1-} ]]; then
    say "libretrograd.so of $1"
  elif [[ $libraries == "$built" ]]; then
    say "libraries compiled here; without $built the bundle's own are taken again"
  else
    say "the bundle's libraries"
  fi
}

# java_run ARGUMENT...: the bundle's Java, with all of its classes and jars.
java_run() {
  local path
  path=$(printf '%s:' "$root"/java/*/target/{classes,test-classes} "$root"/jars/*.jar)
  # Threads that wait must not spin: there may be more of them than cores.
  OMP_WAIT_POLICY=PASSIVE "$root/build/runtime/bin/java" "${native_access[@]}" -Dretrograd.library.path="$libraries" \
    -cp "$path" "$@"
}
