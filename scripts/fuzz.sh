#!/usr/bin/env bash
# Calls every public method with nonsense, in a JVM of its own; a call that crashes it is told. Needs a finished build.
#
# Usage: scripts/fuzz.sh [SEED [COUNT]]
#   SEED    of the random calls; default: the time, which is printed
#   COUNT   number of calls; default: 1000000

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }
seed=${1:-$(date +%s)}
say "seed $seed"
maven surefire:test -pl java/retrograd -Dtest=FuzzTest -Dretrograd.soak=true \
  -Dretrograd.fuzz.seed="$seed" -Dretrograd.fuzz.count="${2:-1000000}"
