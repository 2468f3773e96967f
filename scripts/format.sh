#!/usr/bin/env bash
# Formats the C++ and CUDA sources by .clang-format.
#
# Usage: scripts/format.sh [--check]
#   --check   changes nothing; fails where a file is not formatted

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mode=(-i)
case ${1-} in
  --help | -h) usage "$0"; exit ;;
  --check) mode=(--dry-run -Werror) ;;
  '') ;;
  *) die "unknown argument $1; see --help" ;;
esac
command -v clang-format > /dev/null || die "clang-format is not installed (apt-get install clang-format)"
find "$root/native" \( -name '*.h' -o -name '*.cuh' -o -name '*.cpp' -o -name '*.cu' \) -print0 |
  xargs -0 clang-format "${mode[@]}"
