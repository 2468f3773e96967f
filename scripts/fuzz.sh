#!/usr/bin/env bash
# Calls every public method with nonsense, in a JVM of its own; a call that crashes it is told. Needs a finished build.
#
# Usage: scripts/fuzz.sh [SEED [COUNT [races]]]
#   SEED    of the random calls; default: the time, which is printed
#   COUNT   number of calls; default: 1000000
#   races   another thread writes into the operands meanwhile (a seed then repeats the calls, not their outcome)

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }
[[ $# -le 3 && ${3-races} == races ]] || { usage "$0" >&2; exit 2; }
seed=${1:-$(date +%s)}
say "seed $seed"
test=everyPublicMethod
[[ ${3-} != races ]] || test=everyPublicMethodWhileItsOperandsAreWritten
maven surefire:test -pl java/retrograd -Dtest="FuzzTest#$test" -Dretrograd.soak=true \
  -Dretrograd.fuzz.seed="$seed" -Dretrograd.fuzz.count="${2:-1000000}"
