#!/usr/bin/env bash
# Packs what checks and benchmarks on a GPU need into one folder of at most 56 MiB, for a machine without network, Java
# and Maven: a Java runtime, compiled classes and tests with their jars, the JUnit launcher, the native libraries and
# tests, and the sources to build them again with nvcc, GoogleTest's too. There, run scripts/gpu-check.sh or
# scripts/bench-gpu.sh.
#
# Usage: scripts/bundle.sh [FOLDER]
#   FOLDER   is emptied first (default: build/bundle)

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ ${1-} != --help && ${1-} != -h ]] || { usage "$0"; exit; }
folder=$(realpath -m "${1-$root/build/bundle}")
most_kib=$((56 * 1024))
googletest=/usr/src/googletest  # where distributions put its sources
# What the library, its tests and the launcher use of the JDK; no java.desktop, which only pictures need.
modules=java.base,java.logging,java.management,java.xml,jdk.unsupported

[[ ! -e $folder || -e $folder/bundle.txt || -z $(ls -A "$folder") ]] || die "$folder is not empty, and no bundle"
rm -rf "$folder"
mkdir -p "$folder"

install_build_tools

say "building"
maven -q install -DskipTests -Dmaven.javadoc.skip
maven -q dependency:copy-dependencies@bundle dependency:copy@bundle -pl java/oracle -Dbundle.jars="$folder/jars"

say "packing"
classes=(java/retrograd/target/{classes,test-classes} java/oracle/target/test-classes java/examples/target/classes
  java/benchmarks/target/classes)
(cd "$root" && tar c --exclude='*.so' "${classes[@]}" native cmake CMakeLists.txt LICENSE README.md docs/gpu.md \
  scripts/{common,bundled,gpu-check,bench-gpu}.sh) | tar x -C "$folder"

if [[ -d $googletest ]]; then
  mkdir "$folder/googletest"
  tar c -C "$googletest" --exclude={docs,samples,test} CMakeLists.txt googletest | tar x -C "$folder/googletest"
else
  say "no sources of GoogleTest in the bundle: $googletest is missing"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
jlink="${JAVA_HOME:+$JAVA_HOME/bin/}jlink"
"$jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$scratch/runtime"
mkdir "$scratch/libraries"
cp "$root"/java/retrograd/target/classes/io/retrograd/internal/linux-x86_64/*.so "$scratch/libraries"
if [[ -x $root/build/native/retrograd_tests ]]; then
  strip -o "$scratch/libraries/retrograd_tests" "$root/build/native/retrograd_tests"
else
  say "no native tests in the bundle: GoogleTest is missing here"
fi
tar cz -C "$scratch" -f "$folder/runtime.tar.gz" runtime
tar cz -C "$scratch" -f "$folder/libraries.tar.gz" libraries

# newest PATTERN: the newest version of a library's symbols that the libraries ask for.
newest() { objdump -T "$scratch"/libraries/* | grep -o "$1_[0-9.]*" | sort -Vu | tail -1; }
{
  echo "A bundle of Retrograd: see scripts/gpu-check.sh --help and docs/gpu.md."
  echo "commit: $(git -C "$root" rev-parse HEAD 2> /dev/null || echo unknown)"
  echo "packed: $(date -u '+%F %T') UTC"
  echo "needs: glibc with $(newest GLIBC), libstdc++ with $(newest GLIBCXX), libgomp"
} > "$folder/bundle.txt"

kib=$(du -sk "$folder" | cut -f1)
cat "$folder/bundle.txt"
say "$folder: $((kib / 1024)) MiB"
[[ $kib -le $most_kib ]] || die "larger than $((most_kib / 1024)) MiB"
