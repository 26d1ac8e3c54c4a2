"""Makes the typefaces of paper for the world's scripts: subsets of Noto, whole script blocks each.

    apt-get install fonts-noto-core
    python tools/subset_fonts.py /usr/share/fonts/truetype/noto

Run when a script is added; what it makes is kept in `resources/fonts/noto-scripts`. The tables that
shape text (GSUB, GPOS, GDEF) stay whole, hinting and names of glyphs go.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parents[1] / "resources" / "fonts" / "noto-scripts"

# By file, the blocks of its script; digits, spaces and brackets are those of Noto Sans.
SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "Arabic": ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF),
               (0xFE70, 0xFEFC)),
    "Bengali": ((0x0964, 0x0965), (0x0980, 0x09FF)),
    "Devanagari": ((0x0900, 0x097F), (0xA8E0, 0xA8FF)),
    "Ethiopic": ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)),
    "Gujarati": ((0x0964, 0x0965), (0x0A80, 0x0AFF)),
    "Gurmukhi": ((0x0964, 0x0965), (0x0A00, 0x0A7F)),
    "Hebrew": ((0x0590, 0x05FF), (0xFB1D, 0xFB4F)),
    "Tamil": ((0x0964, 0x0965), (0x0B80, 0x0BFF)),
    "Thai": ((0x0E00, 0x0E7F),),
}  # fmt: skip
# Joiners, the dotted circle of a mark without its letter, and a space of the script's own.
ALWAYS = (0x20, 0xA0, 0x200C, 0x200D, 0x25CC)


def main() -> None:
    """Write the regular and the bold face of every script."""
    source = Path(sys.argv[1])
    OUT.mkdir(parents=True, exist_ok=True)
    for script, blocks in SCRIPTS.items():
        for weight in ("Regular", "Bold"):
            name = f"NotoSans{script}-{weight}.ttf"
            font = TTFont(source / name)
            options = subset.Options()
            options.layout_features = ["*"]
            options.hinting = False
            options.glyph_names = False
            options.notdef_outline = True
            options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
            maker = subset.Subsetter(options)
            points = {p for first, last in blocks for p in range(first, last + 1)}
            maker.populate(unicodes=points | set(ALWAYS))
            maker.subset(font)
            # The same input gives the same file.
            font["head"].modified = font["head"].created
            font.recalcTimestamp = False
            font.save(OUT / name)
            size = (OUT / name).stat().st_size // 1024
            print(f"{name}: {size} kB, {len(font.getGlyphOrder())} glyphs")


if __name__ == "__main__":
    main()
