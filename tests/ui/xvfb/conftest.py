"""The screen without a monitor, a desk on it, a reader that listens, and a hand on the keys."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDeadlineTimer

from tests.ui.xvfb.screen import Screen, screen, why_not

ROOT = Path(__file__).resolve().parents[3]
_READER = Path(__file__).with_name("reader_process.py")
_LONGEST_MS = 20_000

Node = dict[str, Any]


@pytest.fixture(scope="session")
def xvfb() -> Iterator[Screen]:
    """A screen, or a skip with the reason."""
    if reason := why_not():
        pytest.skip(f"no screen without a monitor: {reason}")
    with screen() as made:
        yield made


class Helper:
    """A process that answers one line with one line."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.process = subprocess.Popen(  # ended by `end`
            command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, line: str = "") -> str:
        """Say a line, where there is one, and return the next line of the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if line:
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
        heard, _, _ = select.select([self.process.stdout], [], [], _LONGEST_MS / 1000)
        assert heard, f"no answer to {line!r}"
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        """End the process by ending its input."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Hands:
    """Real events: keys and the pointer of the X server; and what a reader hears after them."""

    def __init__(self, on: Screen, desk: Helper, reader: Helper) -> None:
        self._env = on.env
        self._desk = desk
        self._reader = reader
        self._trouble = ""

    def sit_at(self, kind: str) -> None:
        """Open the window of a desk of this kind (a key of nav.PAGES_OF_KIND)."""
        assert self._desk.ask(kind) == f"ready {kind}"
        self.hear(bool)

    def press(self, *keys: str) -> None:
        """Press keys, in the words of xdotool: `alt+1`, `Return`, `slash`."""
        self._do("key", "--clearmodifiers", *keys)

    def write(self, words: str) -> None:
        """Type words."""
        self._do("type", words)

    def click_on(self, role: str, words: str) -> None:
        """Click with the left button in the middle of what says these words."""
        there = next(each for each in self.tree() if _says(each, role, words))
        x, y = there["place"]
        self._do("mousemove", str(x), str(y), "click", "1")

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._env, check=True, capture_output=True)

    def tree(self) -> list[Node]:
        """Return what a reader can reach in the window in front."""
        answer = json.loads(self._reader.ask("tree"))
        self._trouble = "" if isinstance(answer, list) else str(answer)
        return answer if isinstance(answer, list) else []

    def hear(self, enough: Callable[[list[Node]], bool]) -> list[Node]:
        """Read again until the reader hears what is asked for."""
        limit, nodes = QDeadlineTimer(_LONGEST_MS), self.tree()
        while not enough(nodes):
            if limit.hasExpired():
                heard = "\n".join(f"{each['role']}: {each['name']}" for each in nodes)
                pytest.fail(f"a reader never heard it; at the end: {self._trouble}\n{heard}")
            nodes = self.tree()
        return nodes

    def hears(self, role: str, words: str) -> list[Node]:
        """Read again until a node of this role says these words; return the whole tree."""
        return self.hear(lambda nodes: any(_says(each, role, words) for each in nodes))

    def focused(self, words: str) -> None:
        """Read again until what has the focus says these words."""
        self.hear(
            lambda nodes: any("focused" in n["states"] and _says(n, "", words) for n in nodes)
        )


def _says(node: Node, role: str, words: str) -> bool:
    said = f"{node['name']} {node['description']}"
    return (not role or node["role"] == role) and words in said


@pytest.fixture(scope="module")
def hands(xvfb: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    """A person at a desk who hears and types."""
    env = xvfb.env | {"PYTHONPATH": str(ROOT)}
    folder = tmp_path_factory.mktemp("heard")
    desk = Helper([sys.executable, "-m", "tests.ui.xvfb.desk_process", str(folder)], env)
    reader = Helper(["/usr/bin/python3", str(_READER)], xvfb.env)
    assert desk.ask() == "ready"
    yield Hands(xvfb, desk, reader)
    reader.end()
    desk.end()
