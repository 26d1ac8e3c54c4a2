#!/bin/sh
# Makes .venv with everything locked in requirements/dev.txt; `make` calls it before anything else.
# Installs missing system packages as root on Debian or Ubuntu, else prints the one line to run.
# Quick the second time: a stamp in .venv tells for which lock files and Python it was made.
set -eu
cd "$(dirname "$0")/.."

VENV=.venv
STAMP="$VENV/d2a-setup.stamp"
# What Qt needs to start without a display, and one font of each kind so that text has a shape.
QT_LIBRARIES="libGL.so.1 libEGL.so.1 libxkbcommon.so.0 libdbus-1.so.3 libfontconfig.so.1 libglib-2.0.so.0"

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# ---- which Python -------------------------------------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }

find_python() {
    for each in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$each" >/dev/null 2>&1 && fits "$each"; then
            command -v "$each"
            return
        fi
    done
    fail "needs Python 3.11 to 3.14 (set PYTHON=/path/to/python3 if it is not on the PATH)."
}

# ---- what the system lacks ----------------------------------------------------------------------

has_library() {
    for folder in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu* /usr/lib/*-linux-gnu*; do
        if [ -e "$folder/$1" ]; then return 0; fi
    done
    # Other places, such as a Nix profile, are known to the loader only.
    ldconfig -p 2>/dev/null | grep -qF "$1"
}

has_fonts() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.fonts" \
        "${HOME:-/root}/.local/share/fonts" \( -name '*.ttf' -o -name '*.otf' \) 2>/dev/null | head -n 1)" ]
}

missing() {
    if ! "$PYTHON_FOUND" -c 'import ensurepip, venv' 2>/dev/null; then say venv; fi
    if [ "$(uname -s)" = Linux ]; then
        for library in $QT_LIBRARIES; do
            if ! has_library "$library"; then say "$library"; fi
        done
        if ! has_fonts; then say fonts; fi
    fi
}

debian_packages() {
    # Debian 13 and Ubuntu 24.04 renamed glib for 64-bit time.
    glib=libglib2.0-0
    if apt-cache show libglib2.0-0t64 >/dev/null 2>&1; then glib=libglib2.0-0t64; fi
    for each in $1; do
        case "$each" in
            venv) "$PYTHON_FOUND" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' ;;
            libGL.so.1) say libgl1 ;;
            libEGL.so.1) say libegl1 ;;
            libxkbcommon.so.0) say libxkbcommon0 ;;
            libdbus-1.so.3) say libdbus-1-3 ;;
            libfontconfig.so.1) say libfontconfig1 ;;
            libglib-2.0.so.0) say "$glib" ;;
            fonts) say fonts-inter; say fonts-noto-core ;;
        esac
    done
}

complete_system() {
    lacking=$(missing)
    if [ -z "$lacking" ]; then return; fi
    say "setup: this system lacks: $(echo $lacking)"
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "install what provides these with your system's package manager, then run make again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        packages=$(echo $(debian_packages "$lacking"))
        fail "run this once, then make again:  sudo apt-get install -y $packages"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q || fail "apt-get update failed; see above."
    packages=$(echo $(debian_packages "$lacking"))
    say "setup: installing $packages"
    # shellcheck disable=SC2086
    apt-get install -y -q --no-install-recommends $packages || fail "apt-get install failed; see above."
    lacking=$(missing)
    if [ -n "$lacking" ]; then fail "still lacking after the installation: $(echo $lacking)"; fi
}

# ---- the virtual environment --------------------------------------------------------------------

# The folder's name counts: an environment that was moved no longer works.
wanted() {
    pwd
    "$PYTHON_FOUND" -c 'import sys; print(sys.version)'
    cat requirements/dev.txt pyproject.toml tools/setup.sh | cksum
}

is_current() { [ -x "$VENV/bin/d2a" ] && [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(wanted)" ]; }

make_venv() {
    if [ -x "$VENV/bin/python" ] && ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
        rm -rf "$VENV"
    fi
    if [ ! -x "$VENV/bin/python" ]; then
        rm -rf "$VENV"
        "$PYTHON_FOUND" -m venv "$VENV" || fail "the virtual environment could not be made."
    fi
    rm -f "$STAMP"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements/dev.txt || fail "the packages could not be installed; see above."
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --no-build-isolation --editable . || fail "the program itself could not be installed; see above."
    wanted >"$STAMP"
}

PYTHON_FOUND=$(find_python)
complete_system
if is_current; then exit 0; fi
say "setup: making $VENV with $("$PYTHON_FOUND" --version) (a few minutes the first time)"
make_venv
say "setup: done"
