#!/usr/bin/env bash
# Runs all tests, or some parts of them. Installs what is missing by apt, and says so.
#
# Usage: scripts/test.sh [--format] [--only PART]... [--cuda AUTO|ON|OFF] [--list]
#   --format      formats the sources first (scripts/format.sh)
#   --only PART   runs this part (repeatable), after a build where it needs one
#   --cuda MODE   whether to build the CUDA back end (default: AUTO, where nvcc is found)
#   --list        lists the parts
#
# Parts, in order:
#   build         everything, with Javadoc, warnings and budgets (scripts/budgets.sh) checked; installs into the local
#                 Maven repository
#   java          the Java suites of the library and the examples
#   newest-jdk    the same on the newest JDK under /usr/lib/jvm, where that is newer than the one in use
#   native        the native tests (GoogleTest)
#   oracle        every operation against libtorch
#   emulated      the CUDA kernels on the host, on emulated devices (needs neither nvcc nor a GPU)
#   jvm-emulated  the Java suites and the op table on the emulated device cuda:0
#   consumer      a project outside this one, on class path and module path and in a child class loader
#   asan          the native tests, emulated ones too, under the address and undefined-behaviour sanitizers
#   tsan          the native tests under the thread sanitizer
#   jvm-asan      the library's Java suite and the op table on sanitized libraries

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

all=(build java newest-jdk native oracle emulated jvm-emulated consumer asan tsan jvm-asan)
parts=() cuda=AUTO format=
while [[ $# -gt 0 ]]; do
  case $1 in
    --only)
      [[ " ${all[*]} " == *" ${2-} "* ]] || die "no such part: ${2-}; see --list"
      # Only these do without the Maven build.
      [[ $2 == asan || $2 == tsan || " ${parts[*]-} $2 " == *" build "* ]] || parts+=(build)
      parts+=("$2")
      shift 2
      ;;
    --cuda) cuda=${2-}; shift 2 ;;
    --format) format=yes; shift ;;
    --list) printf '%s\n' "${all[@]}"; exit ;;
    --help | -h) usage "$0"; exit ;;
    *) die "unknown argument $1; see --help" ;;
  esac
done
[[ ${#parts[@]} -gt 0 ]] || parts=("${all[@]}")

# Threads that wait must not spin: there may be more of them than cores.
export OMP_WAIT_POLICY=PASSIVE

part_build() {
  maven -q install -DskipTests -Dretrograd.native.tests=ON -Dretrograd.cuda="$cuda"
  "$root/scripts/budgets.sh"
}
part_java() { maven surefire:test -pl java/retrograd,java/examples; }

part_newest-jdk() {
  local home version newest= highest
  highest=$(jdk_version)
  for home in /usr/lib/jvm/*; do
    version=$(JAVA_HOME=$home jdk_version)
    [[ $version -le $highest ]] || { newest=$home highest=$version; }
  done
  if [[ -z $newest ]]; then
    echo "no JDK newer than $highest here"
  else
    echo "JDK $highest, $newest"
    JAVA_HOME=$newest part_java
  fi
}

part_native() { ctest --test-dir "$root/build" --output-on-failure -E '^emulated'; }
part_oracle() { maven surefire:test -pl java/oracle; }

part_emulated() { emulated "$root/build"; }

part_jvm-emulated() {
  cmake --build "$root/build" --target retrograd_emulated
  maven surefire:test -pl java/oracle,java/retrograd,java/examples -Dretrograd.library.path="$root/build/lib-emulated" \
    -Dretrograd.device=cuda:0 -Dretrograd.brief=true
}

part_consumer() {
  local project=$root/java/consumer path
  (cd "$project" && mvn -B -q --no-transfer-progress clean package)
  local jars=("$project/target/consumer.jar" "$project"/target/lib/*.jar)
  path=$(IFS=:; echo "${jars[*]}")
  java_run ALL-UNNAMED -cp "$path" io.retrograd.consumer.Main
  # Nobody requires the modules that only hold libraries, so the module path needs this option.
  java_run io.retrograd,org.bytedeco.javacpp -p "$path" --add-modules ALL-MODULE-PATH -m io.retrograd.consumer/io.retrograd.consumer.Main
  java_run ALL-UNNAMED -cp "$project/target/consumer.jar" io.retrograd.consumer.ChildLoader "${jars[@]}"
}

part_asan() {
  sanitized asan address,undefined
  export UBSAN_OPTIONS=print_stacktrace=1
  ctest --test-dir "$root/build-asan" --output-on-failure -E '^emulated'
  emulated "$root/build-asan"
}

# GCC's OpenMP run time is invisible to the thread sanitizer, so operations use one thread; the tests of the engine, the
# allocator and the handles start their own.
part_tsan() {
  sanitized tsan thread
  OMP_NUM_THREADS=1 ctest --test-dir "$root/build-tsan" --output-on-failure -R '^(Engine|DeepChains|Concurrency|Handles|CpuAllocator)'
}

part_jvm-asan() {
  sanitized asan address,undefined
  on_sanitized java/retrograd
  on_sanitized java/oracle -Dtest=OpTableTest
}

# emulated BUILD: the tests on emulated devices, which it builds first. Each has one thread.
emulated() { ctest --test-dir "$1" --output-on-failure -R '^emulated' --parallel "$(nproc)"; }

# on_sanitized MODULE ARGUMENT...: its tests on the sanitized libraries. The JVM handles SIGSEGV itself and leaves memory
# to the system at exit.
on_sanitized() {
  LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libstdc++.so)" \
    ASAN_OPTIONS=handle_segv=0:detect_leaks=0 \
    maven surefire:test -pl "$1" -Dretrograd.library.path="$root/build-asan/lib" "${@:2}"
}

# sanitized NAME SANITIZERS: the native tests and the library in build-NAME.
sanitized() {
  cmake -S "$root" -B "$root/build-$1" -G Ninja -DRETROGRAD_SANITIZE="$2" -DRETROGRAD_CUDA=OFF -DRETROGRAD_TESTS=ON
  cmake --build "$root/build-$1"
}

# java_run MODULES ARGUMENT...: Java, with native access for those modules where the JDK asks for it.
java_run() {
  local access=()
  [[ $(jdk_version) -lt 23 ]] || access=("--enable-native-access=$1")
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" "${access[@]}" "${@:2}"
}

install_test_tools
[[ -z $format ]] || "$root/scripts/format.sh"

failed=() report=()
for part in "${parts[@]}"; do
  say "$part"
  start=$SECONDS
  # A subshell of its own, so that `set -e` holds inside (it would not in a condition).
  set +e
  (set -e; "part_$part")
  status=$?
  set -e
  result=ok
  [[ $status -eq 0 ]] || { result=FAILED; failed+=("$part"); }
  report+=("$(printf '%-12s %-7s %5d s' "$part" "$result" $((SECONDS - start)))")
  [[ $part != build || $result == ok ]] || break  # nothing to run the rest on
done

say "summary"
printf '%s\n' "${report[@]}"
printf 'parts: %d passed, %d failed\n' $((${#report[@]} - ${#failed[@]})) ${#failed[@]}
[[ ${#failed[@]} -eq 0 ]]
