"""What the bundle runs: the program, or one of its own helpers when it starts itself again."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    # A process that was spawned from the bundle ends in here; without it, it would open a desk.
    multiprocessing.freeze_support()

    from d2a_desktop.__main__ import main

    sys.exit(main())
