"""A pack on a real printer's queue: CUPS takes the PDF, and its text comes out of the device."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.spooler import PrintWish, spool_pdf
from tests.integration.services.walk import WARD, new_walk

QUEUE = "D2A_Test"

_CONF = """
LogLevel warn
Listen {folder}/cups.sock
Browsing Off
DefaultAuthType None
WebInterface No
MaxJobs 20
PreserveJobHistory No
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES = """
ServerBin {folder}/bin
ServerRoot {folder}/root
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/access.log
ErrorLog {folder}/error.log
PageLog {folder}/page.log
"""


# The device: it keeps the paper that comes out. A queue without filters asks for one of its own.
_BACKEND = """#!/bin/sh
[ $# -eq 0 ] && exit 0
cat "$6" > "${DEVICE_URI#paper:}.part" && mv "${DEVICE_URI#paper:}.part" "${DEVICE_URI#paper:}"
"""


@dataclass
class Printer:
    """A queue whose device is a file."""

    folder: Path
    device: Path

    def waiting(self) -> str:
        done = subprocess.run(["lpstat", "-o"], capture_output=True, text=True, check=False)
        return done.stdout


@pytest.fixture
def printer(debian: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Printer]:
    # Below the system's own temporary folder: the spooler's filters run as another user.
    folder = Path(tempfile.mkdtemp(prefix="d2a-cups-", dir="/var/tmp"))
    folder.chmod(0o755)
    for name in ("root", "root/ppd", "root/ssl", "cache", "state", "spool", "spool/tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    backend = folder / "bin" / "backend" / "paper"
    backend.parent.mkdir(parents=True)
    for part in Path("/usr/lib/cups").iterdir():
        if part.name != "backend":
            (folder / "bin" / part.name).symlink_to(part)
    backend.write_text(_BACKEND)
    backend.chmod(0o700)
    (folder / "cupsd.conf").write_text(_CONF.format(folder=folder))
    (folder / "cups-files.conf").write_text(_FILES.format(folder=folder))
    daemon = subprocess.Popen(
        ["cupsd", "-f", "-c", folder / "cupsd.conf", "-s", folder / "cups-files.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    monkeypatch.setenv("CUPS_SERVER", str(folder / "cups.sock"))
    try:
        until(lambda: answers(folder / "cups.sock"), "the spooler to answer")
        device = folder / "out.pdf"
        made = subprocess.run(
            ["lpadmin", "-p", QUEUE, "-E", "-v", f"paper:{device}", "-m", "raw"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        yield Printer(folder, device)
    finally:
        daemon.terminate()
        daemon.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def answers(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return place.exists() and door.connect_ex(str(place)) == 0


def until(so: Callable[[], bool], what: str) -> None:
    """Wait for a condition, asking the spooler itself each time."""
    for _ in range(600):
        if so():
            return
        subprocess.run(["lpstat", "-r"], capture_output=True, check=False, timeout=20)
    raise AssertionError(f"waited for {what} in vain")


def text_of(file: Path) -> str:
    try:
        with pypdfium2.PdfDocument(file.read_bytes()) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
    except (OSError, pypdfium2.PdfiumError):
        return ""  # not all of it has come out yet
    return " ".join(" ".join(pages).split())


def test_a_pack_comes_out_of_a_printer_with_its_text(printer: Printer, tmp_path: Path) -> None:
    walk = new_walk(tmp_path / "desk")
    walk.come_in()
    issued, pdf = Packs(walk.context).print_out(WARD, walk.case, "handover", purpose="Test")
    walk.close()

    job = spool_pdf(pdf, QUEUE, PrintWish(copies=1, sides="long", grey=True))
    assert job.startswith(f"{QUEUE}-")
    until(lambda: issued.reference in text_of(printer.device), "the paper")
    assert printer.device.read_bytes() == pdf, "the queue got the PDF itself"
    assert f"Page {issued.pages} of {issued.pages}" in text_of(printer.device)
    until(lambda: QUEUE not in printer.waiting(), "the job to end")
    # One job for a pack; neither the log of pages nor that of the spooler names anybody.
    logs = "".join(file.read_text() for file in printer.folder.glob("*.log"))
    assert "Kowalska" not in logs
    assert "KOWALSKA" not in logs


def test_a_queue_that_is_not_there_is_told_in_words(printer: Printer) -> None:
    with pytest.raises(UnreachableError, match="did not take the pack") as refusal:
        spool_pdf(b"%PDF-1.4", "No_Such_Queue")
    assert refusal.value.code == "printer"
    for name in ("-o", "a b", ""):
        with pytest.raises(UnreachableError):
            spool_pdf(b"%PDF-1.4", name)
