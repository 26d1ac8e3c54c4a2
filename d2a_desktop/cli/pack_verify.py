"""`d2a pack verify`: whether the issue of a code still holds."""

from __future__ import annotations

import argparse

from d2a_desktop.cli.console import emit
from d2a_desktop.cli.opening import open_here
from d2a_desktop.domain.display import display_datetime


def verify(args: argparse.Namespace, code: str) -> int:
    """Say whether an issue is current (exit code 0) or superseded (1), by what and when."""
    with open_here(args) as desk:
        found = desk.pack_codes.verify(desk.caller, code)
    document = {
        "code": found.code,
        "kind": found.kind.value,
        "version": found.version,
        "case": found.case_ref,
        "printed_at": found.printed_at,
        "draft": found.draft,
        "state": "current" if found.current else "superseded",
        "superseded_by": found.superseded_by or None,
        "superseded_at": found.superseded_at,
        "replaces": found.replaces or None,
        "changed": list(found.changed),
    }
    when = f", {display_datetime(found.superseded_at)}" if found.superseded_at else ""
    lines = [
        (
            f"{found.code}: {found.kind.label}, version {found.version}, "
            f"printed {display_datetime(found.printed_at)}"
        ),
        found.words.removesuffix(".") + when,
        *found.changed,
    ]
    emit(document, "\n".join(lines), as_json=args.json)
    return 0 if found.current else 1
