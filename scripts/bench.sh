#!/usr/bin/env bash
# Compares Retrograd with libtorch (org.bytedeco:pytorch): the same work in forked JVMs that take turns. Prints medians,
# ratios and their quartiles as Markdown tables. Takes about 35 minutes with the
# defaults, by the number of its cases; not timed since the last ones came.
#
# Usage: scripts/bench.sh [ROUNDS [SECONDS [STEPS [PART]]]]
#   ROUNDS    pairs to compare (default 7)
#   SECONDS   warm-up, then time for each case in each round (default 1)
#   STEPS     steps of the memory comparison (default 3000)
#   PART      only cases whose names hold this, and no memory comparison

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }

install_build_tools
maven -q install -Dmaven.test.skip -Dretrograd.native.tests=OFF -pl java/benchmarks -am
maven -q exec:exec -pl java/benchmarks -Dbench.args="${1-7} ${2-1} ${3-3000} ${4-}"
