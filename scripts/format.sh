#!/usr/bin/env bash
# Formats the C++ and CUDA sources by clang-format (see .clang-format) and the Java sources by palantir-java-format (see
# pom.xml).
#
# Usage: scripts/format.sh [--check]
#   --check   changes nothing; fails where a file is not formatted

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mode=(-i) goal=apply
case ${1-} in
  --help | -h) usage "$0"; exit ;;
  --check) mode=(--dry-run -Werror) goal=check ;;
  '') ;;
  *) die "unknown argument $1; see --help" ;;
esac
command -v clang-format > /dev/null || apt clang-format
find "$root/native" \( -name '*.h' -o -name '*.cuh' -o -name '*.cpp' -o -name '*.cu' \) -print0 |
  xargs -0 clang-format "${mode[@]}"
maven -q spotless:"$goal"
