#!/bin/sh
# Writes requirements/*.txt: every dependency of every platform and Python we support, with hashes.
# The address of the registry that served them is kept out, so the files install from any mirror.
# Needs `uv` (python -m pip install uv). With --upgrade it takes the newest versions allowed.
set -eu
cd "$(dirname "$0")/.."

UV="${UV:-$(command -v uv || echo .venv/bin/uv)}"
if ! "$UV" --version >/dev/null 2>&1; then
    echo "tools/compile_requirements.sh needs uv: python3 -m pip install uv" >&2
    exit 2
fi

# app: what a desk runs on. dev: that, the demo's PostgreSQL, tests, lint, and the build backend.
# bundle: what a desk runs on, and PyInstaller.
compile() {
    out="requirements/$1.txt"
    shift
    "$UV" pip compile pyproject.toml "$@" --output-file "$out" --quiet \
        --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-header --no-annotate
}
compile app "${@}"
compile dev --extra demo --group dev --constraint requirements/app.txt "${@}"
compile bundle --group bundle --constraint requirements/app.txt "${@}"

if grep -nE '://|--[^h]' requirements/*.txt; then
    echo "an address got into a lock file" >&2
    exit 1
fi
