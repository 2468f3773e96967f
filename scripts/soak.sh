#!/usr/bin/env bash
# Runs the memory and misuse tests at full length, in about an hour: 20,000 steps of plain loops and a million rounds of
# each loop of small tensors under each collector, 30 seconds of threads that share tensors, 100,000 calls of every method
# without arguments, each of the first 5,000 requests for memory refused in a run of all kinds of calls. Then 3,000 random
# programs against libtorch. Needs a finished build with the native tests.
#
# Usage: scripts/soak.sh

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ $# -eq 0 ]] || { usage "$0"; exit; }
maven surefire:test -pl java/retrograd -Dtest='io.retrograd.memory.*Test,io.retrograd.misuse.*Test' -Dretrograd.soak=true
maven surefire:test -pl java/oracle -Dtest=RandomProgramTest -Dretrograd.programs=3000
