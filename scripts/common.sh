# shellcheck shell=bash
# Sourced by the other scripts: messages, and installing what the build needs.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Where ccache is installed, let it serve other clones too: paths relative to this one.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=yes

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# usage FILE: prints the comment at the head of a script.
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$1"; }

# apt PACKAGE...: installs by apt, saying so; as root or through sudo.
apt_updated=
apt() {
  command -v apt-get > /dev/null || die "please install by hand (no apt-get here): $*"
  local sudo=
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo > /dev/null || die "please install as root: apt-get install $*"
    sudo=sudo
  fi
  say "installing $*"
  if [[ -z $apt_updated ]]; then
    $sudo apt-get update -qq
    apt_updated=yes
  fi
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

# Major version of the JDK in use; 0 where there is no compiler.
jdk_version() {
  local javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
  command -v "$javac" > /dev/null || { echo 0; return; }
  "$javac" -version 2>&1 | sed -E 's/^javac ([0-9]+).*/\1/'
}

# The first JDK from 17 up that apt offers.
install_jdk() {
  local version
  apt ca-certificates
  for version in 17 21 25; do
    if apt-cache show "openjdk-$version-jdk-headless" > /dev/null 2>&1; then
      apt "openjdk-$version-jdk-headless"
      return
    fi
  done
  die "apt offers no JDK from 17 up: install one and set JAVA_HOME"
}

# What a build needs. Leaves alone what is there.
install_build_tools() {
  [[ $(jdk_version) -ge 17 ]] || install_jdk
  local missing=()
  command -v mvn > /dev/null || missing+=(maven)
  command -v cmake > /dev/null || missing+=(cmake)
  command -v g++ > /dev/null || missing+=(g++)
  command -v ninja > /dev/null || missing+=(ninja-build)
  # Java's charts draw their text with these; a headless JDK brings neither.
  command -v fc-list > /dev/null || missing+=(fontconfig)
  [[ $(/sbin/ldconfig -p) == *libharfbuzz.so.0* ]] || missing+=(libharfbuzz0b)
  [[ ${#missing[@]} -eq 0 ]] || apt "${missing[@]}"
}

# What the native tests need besides.
install_test_tools() {
  install_build_tools
  [[ -e /usr/include/gtest/gtest.h || -e /usr/local/include/gtest/gtest.h ]] || apt libgtest-dev
}

# maven ARGUMENT...: quiet about downloads.
maven() { (cd "$root" && mvn -B --no-transfer-progress "$@"); }
