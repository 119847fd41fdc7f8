#!/bin/sh
# Sets up everything on Debian 12 and runs one of the two main jobs:
#   sh setup.sh demo [FOLDER]   writes sample scans, builds a bundle from them and says how to open it
#   sh setup.sh test [ARGS]     installs what the tests need, runs the gate and all tests
# As root it installs missing system packages; as anybody else it says which are missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${MKBUNDLE_VENV:-$here/.venv}

# What the frozen Linux viewer is made from and runs on, and Wine, which freezes the Windows viewer.
build_packages="python3-venv libpython3.11 binutils gcc gcc-mingw-w64-x86-64-win32 libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 \
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xfixes0 \
libxcb-xinerama0 libxcb-cursor0 libxrender1 libxi6 libsm6 wine wine64 xvfb xauth fonts-dejavu-core"
# Independent readers and checkers, a head CT, and what makes and drives the reader in a browser.
test_packages="dcmtk dcm2niix dicom3tools libgdcm-tools invesalius-examples plastimatch x11-utils xdotool imagemagick e2fsprogs mount procps \
exfatprogs exfat-fuse dosfstools mtools osslsigncode openssl xorriso fuseiso p7zip-full orthanc poppler-utils r-base-core r-cran-proc \
libc6-dev gnupg minisign age libimage-exiftool-perl sqlite3 strace xxd \
chromium chromium-driver firefox-esr webkit2gtk-driver esbuild node-typescript"

missing_packages() {
  for package in "$@"; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || printf '%s ' "$package"
  done
}

need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is not Debian, so the system packages cannot be looked up. Needed are: $*" >&2
    return
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "setup: these system packages are missing. Ask your administrator for:" >&2
    echo "  apt-get install $missing" >&2
    exit 3
  fi
  echo "setup: installing system packages" >&2
  apt-get update -q >&2
  # shellcheck disable=SC2086  # a list of package names
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing >&2
}

system_python() {
  # Debian's own Python comes with its shared library, which a frozen viewer needs.
  if /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo /usr/bin/python3
  else
    command -v python3
  fi
}

need_python() {
  [ -x "$venv/bin/python" ] || "$(system_python)" -m venv "$venv"
  echo "setup: installing Python packages" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$here/constraints.txt" --editable "$here$1" >&2
}

run_demo() {
  folder=${1:-$HOME/mkbundle-demo}
  # shellcheck disable=SC2086
  need_packages $build_packages
  need_python "[collect]"
  rm -rf "$folder/scans" "$folder/stick"
  mkdir -p "$folder/stick"
  "$venv/bin/mkbundle" demo "$folder/scans"
  exec "$venv/bin/mkbundle" "$folder/scans" "$folder/stick" --key "$folder/keys/study.key"
}

run_tests() {
  # The page for browsers has one package of npm. Node from elsewhere brings its own npm, with which Debian's cannot be.
  command -v npm >/dev/null || test_packages="$test_packages npm"
  # shellcheck disable=SC2086
  need_packages $build_packages $test_packages
  need_python "[test]"
  cd "$here"
  "$venv/bin/ruff" check .
  "$venv/bin/ruff" format --check .
  "$venv/bin/mypy"
  "$venv/bin/lint-imports"
  [ $# -eq 0 ] || exec "$venv/bin/python" -m pytest "$@"
  test_in_two_halves
}

# Most tests of the builder beside all others: each half leaves a core idle for much of its time.
test_in_two_halves() {
  with_others="tests/builder/check"  # so that the halves take about the same time
  apart= elsewhere=
  for room in $with_others; do apart="$apart --ignore $room"; done
  for room in tests/builder/*; do
    case " $with_others " in *" $room "*) ;; *) elsewhere="$elsewhere --ignore $room" ;; esac
  done
  said=$(mktemp)
  trap 'rm -f "$said"' EXIT
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pytest tests/builder $apart >"$said" 2>&1 &
  builder=$!
  trap 'kill "$builder"; exit 130' INT TERM  # a shell keeps Ctrl-C from what it runs in the background
  failed=0
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pytest tests $elsewhere || failed=1
  echo "setup: the tests of the builder" >&2
  wait "$builder" || failed=1
  cat "$said"
  return $failed
}

job=${1:-}
[ $# -eq 0 ] || shift
case $job in
  demo) run_demo "$@" ;;
  test) run_tests "$@" ;;
  *) echo "usage: sh setup.sh demo [FOLDER] | test [PYTEST ARGS]" >&2; exit 2 ;;
esac
