#!/bin/sh
# Builds dist/d2a-desktop, one folder with Python, Qt and the program, and tries it out.
# What it needs is locked in requirements/bundle.txt and kept in build/bundle-venv.
set -eu
cd "$(dirname "$0")/.."

PYTHON="${PYTHON:-.venv/bin/python}"
VENV=build/bundle-venv
STAMP="$VENV/d2a-bundle.stamp"

fail() { printf 'bundle: %s\n' "$*" >&2; exit 1; }

"$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' ||
    fail "needs Python 3.11 to 3.14 (set PYTHON=/path/to/python3)."
# PyInstaller reads libraries with objdump and takes Python's own as a shared library.
if [ "$(uname -s)" = Linux ]; then
    command -v objdump >/dev/null 2>&1 || fail "install objdump first:  sudo apt-get install -y binutils"
    "$PYTHON" -c 'import ctypes.util, sys, sysconfig
name = "python%d.%d" % sys.version_info[:2]
sys.exit(not (sysconfig.get_config_var("Py_ENABLE_SHARED") or ctypes.util.find_library(name)))' ||
        fail "install Python's shared library first:  sudo apt-get install -y libpython3-dev"
fi

wanted() { "$PYTHON" -c 'import sys; print(sys.version)'; cksum <requirements/bundle.txt; }
if [ ! -f "$STAMP" ] || [ "$(cat "$STAMP")" != "$(wanted)" ]; then
    echo "bundle: making $VENV"
    rm -rf "$VENV"
    mkdir -p build
    "$PYTHON" -m venv "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements/bundle.txt || fail "the packages could not be installed; see above."
    wanted >"$STAMP"
fi

echo "bundle: building (some minutes)"
PYTHONPATH="$PWD" "$VENV/bin/python" -m PyInstaller packaging/d2a.spec --noconfirm --log-level WARN \
    --distpath dist --workpath build/pyinstaller
exec "$PYTHON" tools/check_bundle.py dist/d2a-desktop
