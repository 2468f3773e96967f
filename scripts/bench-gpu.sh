#!/usr/bin/env bash
# Compares Retrograd with PyTorch on one GPU: the same work in processes that take turns. Prints medians, ratios of
# times with their quartiles and peak memory, as a Markdown table. Takes any Python whose torch knows the GPU, and that
# one's cuBLAS; without one it prints our figures only. Runs in a bundle (scripts/bundle.sh); in a checkout it makes one
# first.
#
# Usage: scripts/bench-gpu.sh [--device NAME] [--rounds N] [--seconds S] [--divide N] [--library FOLDER]
#   --device NAME      the GPU (default: cuda:0)
#   --rounds N         how often each side takes its turn (default: 7)
#   --seconds S        time for each case in each turn (default: 0.5), after a warm-up: as long; four times as long for the
#                      five cases whose figure is a time, since the host's share counts there
#   --divide N         divides all sizes, for a trial without a GPU (default: 1)
#   --library FOLDER   takes the libretrograd.so of this folder, such as the emulated device's in build/lib-emulated
#                      (default: what gpu-check.sh --build made, else the bundle's)
#
# Takes N rounds * 2 sides * (45 * S + a start): 5 min 15 s by default, and 14 starts; below 8 minutes where a start takes
# no more than 11 s. Without PyTorch half of it.
#
# Environment: RETROGRAD_PYTHON, the Python with torch (default: python3 or python);
# RETROGRAD_CUBLAS_PATH, the file or folder of cuBLAS (default: that Python's own, else the system's).

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$(dirname "${BASH_SOURCE[0]}")/bundled.sh"

arguments=("$@") device=cuda:0 rounds=7 seconds=0.5 divide=1 library=
while [[ $# -gt 0 ]]; do
  case $1 in
    --device) device=${2-}; shift 2 ;;
    --rounds) rounds=${2-}; shift 2 ;;
    --seconds) seconds=${2-}; shift 2 ;;
    --divide) divide=${2-}; shift 2 ;;
    --library) library=$(realpath "${2-}"); shift 2 ;;
    --help | -h) usage "$0"; exit ;;
    *) die "unknown argument $1; see --help" ;;
  esac
done

inside_bundle "$0" "${arguments[@]}"
[[ -z $library ]] || take_library "$library"

python=()
for candidate in ${RETROGRAD_PYTHON-python3 python}; do
  if "$candidate" -c 'import sys, torch; torch.empty(0, device=sys.argv[1])' "$device" 2> /dev/null; then
    python=("$candidate")
    break
  fi
done
[[ ${#python[@]} -gt 0 || -z ${RETROGRAD_PYTHON-} ]] || die "no torch that knows $device in $RETROGRAD_PYTHON"

# NVIDIA's Python packages hold cuBLAS in nvidia/cublas/lib or nvidia/cu13/lib.
if [[ ${#python[@]} -gt 0 && -z ${RETROGRAD_CUBLAS_PATH-} ]]; then
  cublas=$("${python[@]}" -c '
import glob, os, torch
packages = os.path.dirname(os.path.dirname(torch.__file__))
found = sorted(glob.glob(packages + "/nvidia/*/lib/libcublas.so.*"))
print(os.path.dirname(found[0]) if found else "")')
  [[ -z $cublas ]] || export RETROGRAD_CUBLAS_PATH=$cublas LD_LIBRARY_PATH=$cublas:${LD_LIBRARY_PATH-}
fi

say_libraries "$library"
java_run io.retrograd.Doctor
echo
java_run io.retrograd.benchmarks.GpuCompare "$device" "$rounds" "$seconds" "$divide" "${python[@]}"
