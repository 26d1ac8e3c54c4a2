#!/bin/sh
# Starts `d2a demo`: in windows where there is a display, else headless, saying where its papers are.
set -eu
cd "$(dirname "$0")/.."

OUT=demo-out
before=
for each in "$@"; do
    if [ "$before" = --out ]; then OUT=$each; fi
    before=$each
done
if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "demo: no display, so it plays without windows; pictures and PDFs go to $OUT"
    mkdir -p "$OUT"
    export QT_QPA_PLATFORM=offscreen
    .venv/bin/d2a demo --headless --out "$OUT" "$@"
    echo "demo: taking pictures of its desks"
    exec .venv/bin/python tools/screenshots.py --demo "$OUT"
fi
exec .venv/bin/d2a demo "$@"
