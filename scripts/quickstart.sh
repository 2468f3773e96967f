#!/usr/bin/env bash
# Builds Retrograd and runs the first example, gradient descent on eleven thermometer readings. Installs what is
# missing by apt, and says so.
#
# Usage: scripts/quickstart.sh [FOLDER]
#   FOLDER   where the example writes its pictures and tables (default: build/quickstart)

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }
folder=$(realpath -m "${1-$root/build/quickstart}")

install_build_tools

say "building (about two minutes the first time)"
maven -q install -Dmaven.test.skip -Dretrograd.native.tests=OFF -pl java/examples -am

say "running io.retrograd.examples.GradientDescent"
mkdir -p "$folder"
maven -q exec:exec -pl java/examples -Dexample=GradientDescent -Dexample.args="--out $folder"
say "done; see $folder"
