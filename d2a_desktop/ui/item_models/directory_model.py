"""The columns of the directory: who, how to reach them, who stands in, when it was verified."""

from __future__ import annotations

from d2a_desktop.services.queries.directory import DirectoryRow
from d2a_desktop.ui.formats.cells import TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

_HUES = {"organisation": Hue.BLUE, "colleague": Hue.GREEN}


def directory_model() -> RowsModel[DirectoryRow]:
    """Return an empty model of the directory."""
    return RowsModel(
        (
            Column(
                "name",
                "Name",
                lambda row: TextCell(row.name, row.about, strong=True),
                lambda row: row.name.casefold(),
                tooltip=lambda row: row.about or row.name,
                width=210,
                stretch=3,
            ),
            Column(
                "group",
                "What",
                lambda row: TagCell(row.group, _HUES.get(row.source, Hue.NEUTRAL)),
                lambda row: row.group,
                width=170,
            ),
            Column(
                "phone",
                "Telephone",
                lambda row: TextCell(row.phone or "Not recorded", strong=bool(row.phone)),
                lambda row: row.phone,
                width=140,
            ),
            Column(
                "alternate",
                "Alternate or deputy",
                lambda row: TextCell(
                    row.answers_now or row.alternate,
                    row.alternate if row.answers_now else "",
                    tone=Tone.WARN if row.answers_now else Tone.PLAIN,
                ),
                lambda row: row.alternate,
                tooltip=lambda row: row.answers_now or row.alternate,
                width=180,
                stretch=2,
            ),
            Column(
                "hours",
                "Hours",
                lambda row: TextCell(row.hours),
                lambda row: row.hours,
                tooltip=lambda row: row.hours,
                width=150,
                stretch=1,
                optional=True,
            ),
            Column(
                "verified",
                "Last verified",
                lambda row: TextCell(
                    row.verified,
                    "verify it" if row.stale else "",
                    tone=Tone.WARN if row.stale else Tone.QUIET,
                ),
                lambda row: str(row.record.get("verified_on") or ""),
                width=150,
                stretch=1,
                optional=True,
            ),
        ),
        id_of=lambda row: row.row_id,
    )
