#!/usr/bin/env bash
# Checks Retrograd on a machine with an NVIDIA GPU, and prints a line for each part: passed, failed, or not available
# here, which is neither. Runs in a bundle (scripts/bundle.sh), where it needs no network, Java or Maven; in a checkout
# it makes a bundle first.
#
# Usage: scripts/gpu-check.sh [--only PART]... [--device NAME] [--build] [--library FOLDER] [--list]
#   --only PART        runs this part (repeatable)
#   --device NAME      the GPU to use (default: cuda:0)
#   --build            compiles library and native tests here, by nvcc and CMake, instead of taking the bundle's. Done
#                      without asking where the bundle's have no CUDA. Later runs, of bench-gpu.sh too, take them until
#                      build/built in the bundle is deleted
#   --library FOLDER   takes the libretrograd.so of this folder this time, such as the emulated device's in
#                      build/lib-emulated
#   --list             lists the parts
#
# Parts, in order:
#   doctor      the device is found (nothing else runs where it is not)
#   parity      the op table on the device against the CPU: values, dtypes, layouts, gradients of two orders, refusals
#   gradcheck   the op table's derivatives on the device against central differences
#   memory      the memory promises, on the device
#   java        the rest of the library's Java suite, on the device
#   examples    the five examples with --device cuda --no-plot
#   native      the native CUDA tests, on cuda:0 and cuda:1
#   sanitizer   as many of them under compute-sanitizer's memcheck as 5 minutes allow; the summary says how many

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$(dirname "${BASH_SOURCE[0]}")/bundled.sh"

all=(doctor parity gradcheck memory java examples native sanitizer)
arguments=("$@") parts=() device=cuda:0 build= library=
while [[ $# -gt 0 ]]; do
  case $1 in
    --only)
      [[ " ${all[*]} " == *" ${2-} "* ]] || die "no such part: ${2-}; see --list"
      parts+=("$2")
      shift 2
      ;;
    --device) device=${2-}; shift 2; [[ $device != cuda ]] || device=cuda:0 ;;
    --build) build=yes; shift ;;
    --library) library=$(realpath "${2-}"); shift 2 ;;
    --list) printf '%s\n' "${all[@]}"; exit ;;
    --help | -h) usage "$0"; exit ;;
    *) die "unknown argument $1; see --help" ;;
  esac
done
[[ ${#parts[@]} -gt 0 ]] || parts=("${all[@]}")

inside_bundle "$0" "${arguments[@]}"
logs=$root/build/gpu-check
rm -rf "$logs"
mkdir -p "$logs"

on_device=(-Dretrograd.device="$device")
sanitizer_seconds=300
unavailable=3  # exit status of a part that cannot run here

# junit OPTION...: runs tests; those of java.class.path, since some start a JVM of their own.
junit() { java_run "${on_device[@]}" "${java_options[@]}" org.junit.platform.console.ConsoleLauncher execute \
  --disable-banner --disable-ansi-colors --details=summary --fail-if-no-tests "$@"; }

part_doctor() {
  java_run io.retrograd.Doctor
  [[ $(java_run io.retrograd.Doctor --json) == *"\"device\": \"$device\""* ]]
}

part_parity() {
  java_options=(-Dretrograd.reference=cpu
    -Dretrograd.aspects=VALUES,PROMOTION,LAYOUTS,SIZES,SPECIALS,GRADIENTS,SECOND_GRADIENTS,IN_PLACE,REFUSALS)
  junit --select-class io.retrograd.oracle.OpTableTest --select-class io.retrograd.oracle.ReferenceTest
}

part_gradcheck() {
  java_options=(-Dretrograd.reference=cpu -Dretrograd.aspects=GRADCHECK)
  junit --select-class io.retrograd.oracle.OpTableTest
}

part_memory() { junit --select-package io.retrograd.memory; }

part_java() {
  junit --select-package io.retrograd --exclude-package io.retrograd.memory --exclude-package io.retrograd.oracle
}

part_examples() {
  local example
  for example in GradientDescent TensorsAndDynamicGraph AutogradBasics Fundamentals GradientsAndJacobians; do
    echo "== $example"
    java_run "io.retrograd.examples.$example" --device "$device" --no-plot
  done
}

need_native_tests() {
  [[ -z $library ]] || { echo "no native tests for $library"; exit $unavailable; }
  [[ -x $libraries/retrograd_tests ]] || { echo "no native tests: GoogleTest was missing"; exit $unavailable; }
}

part_native() {
  need_native_tests
  "$libraries/retrograd_tests" --gtest_filter='Cuda*' --gtest_brief=1
}

# native_list FILTER: the names of native tests.
native_list() {
  "$libraries/retrograd_tests" --gtest_list_tests --gtest_filter="$1" |
    awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }'
}

# How slow a test becomes is unknown, so each runs by itself, within what is left of the time. API errors are left to
# the library, which checks each call; CUDA's own libraries try calls that may fail.
part_sanitizer() {
  local sanitizer test tests status passed=0 skipped=0 failed=0 start=$SECONDS output=$logs/sanitizer.txt
  local end=$((start + sanitizer_seconds)) most=Cuda.Unary:Cuda.Binary  # of the kernels: these two come last
  need_native_tests
  sanitizer=$(PATH=$PATH:/usr/local/cuda/bin command -v compute-sanitizer) ||
    { echo "compute-sanitizer is not installed"; return $unavailable; }
  mapfile -t tests < <(native_list "Cuda*-CudaAbsence.*:$most"; native_list "$most")
  for test in "${tests[@]}"; do
    [[ $SECONDS -lt $end ]] || break
    status=0
    timeout --kill-after=10 $((end - SECONDS)) "$sanitizer" --report-api-errors no --error-exitcode 9 \
      "$libraries/retrograd_tests" --gtest_filter="$test" --gtest_brief=1 > "$output" 2>&1 || status=$?
    if [[ $status -eq 0 ]]; then
      if grep -q '^\[  PASSED  \] 1 test' "$output"; then passed=$((passed + 1)); else skipped=$((skipped + 1)); fi
      continue
    fi
    sed 's/^/  /' "$output"
    if ! grep -qE '========= Invalid|ERROR SUMMARY: [1-9]|\[  FAILED' "$output"; then
      # Containers may forbid what it needs: then it ends without a word about errors or tests.
      [[ $((passed + skipped + failed)) -gt 0 ]] || { echo "compute-sanitizer cannot run here"; return $unavailable; }
      [[ $SECONDS -lt $end ]] || break
    fi
    echo "== $test failed"
    failed=$((failed + 1))
  done
  echo "memcheck: of ${#tests[@]} tests $passed passed, $skipped skipped, $failed failed in $((SECONDS - start)) s"
  [[ $failed -eq 0 ]] || return 1
  [[ $passed -gt 0 ]] || return $unavailable
}

# What a part's log says in numbers.
detail() {
  sed -nE 's/^\[ +([0-9]+) tests (successful|failed|aborted|skipped) +\]$/\1 \2/p;
    s/^\[  (PASSED|FAILED|SKIPPED) +\] ([0-9]+) tests?.*/\2 \L\1/p;
    s/^(no native tests.*|compute-sanitizer .* (here|installed)|memcheck: .* s)$/\1/p' "$1" |
    grep -v '^0 ' | paste -sd, | sed 's/, */, /g'
}

if [[ -n $library ]]; then
  take_library "$library"
elif [[ -n $build || $(java_run io.retrograd.Doctor) == *"built without CUDA"* ]]; then
  say "building libretrograd.so and the native tests"
  build_libraries
fi
say_libraries "$library"

failed=() missing=() report=()
for part in "${parts[@]}"; do
  say "$part"
  start=$SECONDS log=$logs/$part.log java_options=()
  set +e
  (set -e; "part_$part") > "$log" 2>&1
  status=$?
  set -e
  case $status in
    0) result=ok ;;
    "$unavailable") result=unavailable missing+=("$part") ;;
    *) result=FAILED failed+=("$part"); tail -n 60 "$log" ;;
  esac
  report+=("$(printf '%-10s %-12s %5d s  %s' "$part" "$result" $((SECONDS - start)) "$(detail "$log")")")
  [[ $part != doctor || $result == ok ]] || { say "$device cannot be used; see above"; break; }
done

say "summary (logs in $logs)"
printf '%s\n' "${report[@]}"
printf 'parts: %d passed, %d failed, %d unavailable\n' \
  $((${#report[@]} - ${#failed[@]} - ${#missing[@]})) ${#failed[@]} ${#missing[@]}
[[ ${#failed[@]} -eq 0 ]]
