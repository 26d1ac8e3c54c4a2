"""Makes the colour profile that packs carry as their output intent (PDF/A): sRGB, by littleCMS.

    python tools/make_srgb.py

The numbers are those of IEC 61966-2-1, computed by the library, so nobody's file is copied.
"""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import ImageCms

OUT = Path(__file__).resolve().parents[1] / "resources" / "colour" / "srgb.icc"


def main() -> None:
    """Write the profile, dated so that it is the same at each run."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = struct.pack(">6H", 2026, 11, 22, 0, 0, 0)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(data)
    print(f"{OUT.name}: {len(data)} bytes, version {data[8]}.{data[9] >> 4}")


if __name__ == "__main__":
    main()
