"""House rules that lint cannot express, each with its reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from d2a_desktop.core.settings import DECLARED
from d2a_desktop.domain.audit_actions import AuditAction
from tests.architecture.tree import PACKAGE, ROOT, calls, dotted, modules, parsed, place, texts

PRODUCT = modules("d2a_desktop")
EVERYTHING = modules("d2a_desktop", "tests", "tools", "benchmarks")


def test_there_is_something_to_look_at():
    assert len(PRODUCT) > 10
    assert ROOT / "README.md" in texts()


def test_there_is_no_drawer_for_odds_and_ends():
    drawer = re.compile(r"(?:.*_)?(?:utils?|helpers?|common|misc|managers?)")
    found = [
        place(path)
        for path in EVERYTHING
        if any(drawer.fullmatch(part) for part in path.relative_to(ROOT).with_suffix("").parts)
    ]
    assert not found


def test_only_the_clock_asks_the_computer_for_the_time():
    # A trial desk and every test must be able to put the clock where they want it.
    asks = re.compile(
        r"(?:.*\.)?(?:datetime\.(?:now|utcnow|today)|date\.today|QDateTime\.current\w+"
        r"|QDate\.currentDate|time\.time(?:_ns)?)"
    )
    found = [
        place(path, line)
        for path in PRODUCT
        if path != PACKAGE / "core" / "clock.py"
        for name, line in calls(path)
        if asks.fullmatch(name)
    ]
    assert not found


def test_no_test_waits_for_a_length_of_time():
    # It is too short on a slow machine and too long on every other: wait for the signal.
    waits = re.compile(r"(?:time\.)?sleep|qtbot\.wait|QTest\.qWait|(?:QtTest\.)?QTest\.qSleep")
    found = [
        place(path, line)
        for path in modules("tests", "benchmarks")
        for name, line in calls(path)
        if waits.fullmatch(name)
    ]
    assert not found


def test_the_window_never_sleeps():
    found = [
        place(path, line)
        for path in modules("d2a_desktop/ui")
        for name, line in calls(path)
        if name in {"time.sleep", "sleep", "QThread.sleep", "QThread.msleep"}
    ]
    assert not found


_SIZED = re.compile(
    r"set(?:ContentsMargins|(?:Horizontal|Vertical)?Spacing|(?:Fixed|Minimum|Maximum)(?:Width|Height|"
    r"Size)|ColumnMinimumWidth|IconSize)"
)
# These are called again whenever the text size changes, or once for a dialog as it opens.
_AGAIN = ("_measure", "_fit", "_fit_card", "_paint_icon")


def test_a_size_that_grows_with_the_text_is_kept_by_the_theme():
    # Set once, it would stay as it was when somebody chooses larger text.
    found = []
    for path in modules("d2a_desktop"):
        if "ui" not in path.relative_to(PACKAGE).parts:
            continue
        for function in ast.walk(parsed(path)):
            if isinstance(function, ast.FunctionDef) and function.name not in _AGAIN:
                found += [
                    place(path, call.lineno)
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and _SIZED.fullmatch(call.func.attr)
                    and ".px(" in ast.unparse(call)
                ]
    assert not found


def test_every_module_opens_with_a_sentence_of_what_lives_in_it():
    found = []
    for path in PRODUCT:
        sentence = (ast.get_docstring(parsed(path)) or "").split("\n\n", maxsplit=1)[0]
        if not sentence.rstrip().endswith((".", ":")):
            found.append(place(path))
    assert not found


def test_a_package_file_holds_one_sentence_at_most():
    # Importing a package must not import its rooms: start-up time and circles begin there.
    found = []
    for path in PRODUCT:
        if path.name != "__init__.py":
            continue
        code = [
            node
            for node in parsed(path).body
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ]
        allowed = path == PACKAGE / "__init__.py" and all(_sets_version(node) for node in code)
        if code and not allowed:
            found.append(place(path))
    assert not found


def _sets_version(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and [dotted(each) for each in node.targets] == [
        "__version__"
    ]


def test_every_room_is_a_package():
    # A folder without __init__.py is invisible to the import contracts.
    # Alembic reads its steps from a folder by itself.
    steps = PACKAGE / "local_db" / "migrations" / "versions"
    folders = {path.parent for path in PRODUCT} - {steps}
    assert not [place(folder) for folder in folders if not (folder / "__init__.py").is_file()]


def test_no_module_grows_beyond_500_lines():
    # When one does, ask what second thing has moved in. A table of every field is one thing.
    tables = {PACKAGE / "domain" / "fields.py"}
    long = [path for path in PRODUCT if len(path.read_text("utf-8").splitlines()) > 500]
    found = [place(path) for path in long if path not in tables]
    assert not found


def test_only_core_logs_writes_logs():
    # It alone knows what must be hidden.
    found = []
    for path in PRODUCT:
        if path == PACKAGE / "core" / "logs.py":
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import) and "logging" in {each.name for each in node.names}:
                found.append(place(path, node.lineno))
            if isinstance(node, ast.ImportFrom) and node.module == "logging":
                found.append(place(path, node.lineno))
    assert not found


def test_a_logged_event_is_a_word_written_in_the_code():
    # An f-string there could hold a name.
    found = []
    for path in PRODUCT:
        if path == PACKAGE / "core" / "logs.py" or "EventLog" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = dotted(node.func.value).lower()
            levels = {"debug", "info", "warning", "error"}
            if node.func.attr not in levels or not owner.endswith("log"):
                continue
            first = node.args[0] if node.args else None
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                found.append(place(path, node.lineno))
    assert not found


def test_nothing_is_left_for_later():
    later = re.compile(r"#\s*(?:TO" + r"DO|FIX" + r"ME|XXX|HACK)\b")
    assert not _lines_with(later, EVERYTHING)


def test_nothing_in_the_product_stands_for_something_to_come():
    # An abstract reader of values is the one class whose methods others write.
    allowed = {PACKAGE / "ui" / "widgets" / "editors.py"}
    empty = re.compile(r"raise NotImplemented" + r"Error|^\s*(?:pass|\.\.\.)\s*#.*later")
    assert not _lines_with(empty, [path for path in PRODUCT if path not in allowed])


def test_each_exception_from_lint_and_types_gives_its_reason():
    # Beside it, or in a comment of its own above it.
    waiver = re.compile(r"# (?:type: ignore|noqa)")
    told = re.compile(
        r"# (?:type: ignore\[[\w, -]+\]|noqa: [A-Z0-9, ]+?)(?=\s\s|\s*#|\s*-|\s*\(|$)"
    )
    found = []
    for path in PRODUCT:
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            begins = waiver.search(line)
            if begins is None:
                continue
            reason = told.sub("", line[begins.start() :])
            above = lines[number - 2].strip() if number > 1 else ""
            if len(re.findall(r"\w+", reason)) < 2 and not above.startswith("#"):
                found.append(place(path, number))
    assert not found


def test_a_fault_is_caught_whole_only_where_it_is_told_or_undone():
    # The gate of background work, the last handler of commands, and a migration that puts the
    # store back and raises.
    places = {"ui/tasks.py", "cli/main.py", "local_db/migrate.py"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PRODUCT
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id == "Exception"
    }
    assert found <= places


def test_every_setting_is_read_somewhere():
    # One that nothing obeys tells a person something untrue.
    elsewhere = [path for path in PRODUCT if path != PACKAGE / "core" / "settings.py"]
    read = {
        node.attr
        for path in elsewhere
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
    }
    assert [each.name for each in DECLARED if each.name not in read] == []


def test_every_word_of_the_audit_is_written_somewhere():
    written = {
        node.attr
        for path in PRODUCT
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and dotted(node.value) == "AuditAction"
    }
    assert [act.name for act in AuditAction if act.name not in written] == []


def test_no_place_to_fetch_packages_from_is_written_down():
    # Each machine has its own; in pieces, so that this file names none either.
    hosts = [
        "py" + r"pi\.",
        "python" + r"hosted\.",
        "conda" + r"\.",
        "index" + r"-url\s*=",
        "simple" + '/"',
    ]
    registry = re.compile("|".join(hosts))
    assert not _lines_with(registry, [path for path in texts() if "tests" not in path.parts])


def test_no_path_of_somebodys_machine_is_written_down():
    # In pieces, so that this file does not name them either.
    places = ["work", "opt", r"home/(?!<)\w+", r"Users/\w+", "mnt"]
    somebodys = re.compile(rf"(?<![\w.~$}}-])/(?:{'|'.join(places)})/|[A-Z]:\\Users\\\w+")
    allowed = {ROOT / "LICENSE"}
    assert not _lines_with(somebodys, [path for path in texts() if path not in allowed])


def test_no_password_is_written_into_an_address():
    # Tests that prove the refusal of one are the exception.
    secret = re.compile(r"postgres(?:ql)?://[^\s/:@{}<>\"'…]+:[^\s/@{}<>\"'…]+@")
    assert not _lines_with(secret, [path for path in texts() if "tests" not in path.parts])


def _lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        place(path, number)
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_nhs_number_that_could_be_somebodys_is_in_the_product():
    # Only the 999 range is never issued; the others are the NHS's example and the row of digits.
    published = {"9434765919", "0123456789"}
    found = []
    for path in texts():
        if "tests" in path.parts or "requirements" in path.parts or path.suffix == ".svg":
            continue
        for number in re.findall(
            r"(?<![\w.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w.-])", path.read_text("utf-8")
        ):
            digits = re.sub(r"\D", "", number)
            if digits.startswith("999") or digits in published:
                continue
            if _passes_the_check_digit(digits):
                found.append(place(path))
    assert not found


def _passes_the_check_digit(digits: str) -> bool:
    rest = sum(int(each) * weight for each, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - rest % 11) % 11 == int(digits[9])


@pytest.mark.parametrize(("digits", "passes"), [("9434765919", True), ("9434765918", False)])
def test_the_check_digit_above_is_right(digits, passes):
    assert _passes_the_check_digit(digits) is passes
