#!/usr/bin/env bash
# Prints what a build weighs, and fails where that is above its budget: the jars, libretrograd.so and, where it has
# CUDA kernels, how many of them spill registers, have a stack frame or use many registers, with their names.
#
# Usage: scripts/budgets.sh [FOLDER]
#   FOLDER   where CMake built (default: build)

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }
build=$(realpath "${1-$root/build}")
failed=

# within WHAT FOUND MOST UNIT
within() {
  printf '%-60s %12s of at most %s %s\n' "$1" "$2" "$3" "$4"
  [[ $2 -le $3 ]] || failed=yes
}

for jar in "$root"/java/retrograd/target/retrograd-*.jar; do
  [[ $jar == *-@(tests|javadoc|sources).jar || ! -e $jar ]] ||
    within "$(basename "$jar")" "$(stat -c %s "$jar")" 20000000 bytes
done
within libretrograd.so "$(stat -c %s "$build/lib/libretrograd.so")" 30000000 bytes

# What ptxas said of the kernels (cmake/ptxas.sh), a line for each: architecture, bytes of stack, bytes spilled,
# registers, name.
kernels=$(find "$build" -path '*/retrograd_cuda.dir/*.ptxas' -exec cat {} + | awk -F"'" '
  function flush() { if (kernel) print architecture, stack, spilled, registers, kernel; kernel = "" }
  /Compiling entry function/ { flush(); kernel = $2; architecture = $4; stack = spilled = registers = 0 }
  /bytes stack frame/ { split($0, n, " "); stack += n[1]; spilled += n[5] + n[9] }
  /Used [0-9]+ registers/ { split($0, n, " "); registers = n[5] }
  END { flush() }')

# kernels_within WHAT CONDITION MOST: counts those for which awk finds the condition true, and names them.
kernels_within() {
  local found
  found=$(awk "\$1 == \"$architecture\" && $2" <<< "$kernels")
  within "kernels of $architecture $1" "$(grep -c . <<< "$found")" "$3" "($total in all)"
  [[ -z $found ]] || awk '{ printf "  %s: stack %d, spilled %d, registers %d\n", $5, $2, $3, $4 }' <<< "$found" |
    c++filt | sed -E 's/\(anonymous namespace\)::|(void )?retrograd::(cuda|math):://g; s/\(.*\): stack/: stack/' | sort
}

if [[ -n $kernels ]]; then
  # The numbers are those of one architecture, sm_90 where that was built, by CUDA 13.0.
  architectures=$(cut -d' ' -f1 <<< "$kernels" | sort -Vu)
  architecture=$(grep -x sm_90 <<< "$architectures" || head -1 <<< "$architectures")
  total=$(grep -c "^$architecture " <<< "$kernels")
  kernels_within "that spill registers" '$3 > 0' 3
  kernels_within "with a stack frame" '$2 > 0' 15
  kernels_within "with more than 128 registers" '$4 > 128' 3
elif [[ -n $(find "$build" -path '*/retrograd_cuda.dir/*.cu.o') ]]; then
  die "kernels were compiled, but nothing is known of their registers: delete $build and build again"
fi

[[ -z $failed ]] || die "above the budget"
