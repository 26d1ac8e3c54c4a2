"""The pages under docs/: they say what the program says, and nothing else."""

from __future__ import annotations

import argparse
import ast
import json
import re
import shlex
from pathlib import Path

import pytest

from d2a_desktop.cli import main as command_line
from d2a_desktop.core.settings import DECLARED
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import OrgKind, Stage, VisitOutcome
from d2a_desktop.domain.commands import ACTIONS, parse_command
from d2a_desktop.domain.fields import Merge
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.domain.permissions import Role
from d2a_desktop.sync.health import Health, State
from tests.architecture.tree import PACKAGE, ROOT, parsed


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def _cells(page: str, number: int = 0) -> list[str]:
    """Return one column of every table of a page."""
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    return [re.split(r"(?<!\\)\|", row)[number + 1].strip() for row in rows]


# ---- the command line

COMMAND_LINE = _page("command-line.md")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return every command that does something, by its words: `d2a server init`."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in dict.fromkeys(action.choices.values()):
                found |= _commands(child)
    if parser.get_default("run") is not None:
        found[parser.prog] = parser
    return found


COMMANDS = _commands(command_line._parser())


def _section(command: str) -> str:
    return COMMAND_LINE.split(f"### `{command}`\n", 1)[1].split("\n##", 1)[0]


def _examples(command: str) -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", _section(command), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_every_command_has_its_section_and_every_section_its_command():
    assert re.findall(r"^### `(d2a [a-z -]+)`$", COMMAND_LINE, re.MULTILINE)
    assert set(re.findall(r"^### `(d2a [a-z -]+)`$", COMMAND_LINE, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_shown_by_examples_that_the_program_takes(command):
    examples = _examples(command)
    assert examples
    for line in examples:
        words = shlex.split(line)
        assert " ".join(words).startswith(command)
        args = command_line._parser().parse_args(words[1:], argparse.Namespace())
        assert args.run is not None


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_of_a_command_is_in_its_section(command):
    common = {"-h", "--help", "--profile", "--json"}
    options = {text for action in COMMANDS[command]._actions for text in action.option_strings}
    section = _section(command)
    assert [option for option in sorted(options - common) if option not in section] == []


def _actions_of_the_page() -> dict[str, str]:
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| `(\{.*\})` \|$", COMMAND_LINE, re.MULTILINE)
    return dict(rows)


def test_every_action_on_a_case_is_in_the_table():
    assert set(_actions_of_the_page()) == set(ACTIONS) - {"new"}


@pytest.mark.parametrize(("action", "document"), sorted(_actions_of_the_page().items()))
def test_the_document_shown_for_an_action_is_one_that_it_takes(action, document):
    assert isinstance(parse_command(action, json.loads(document)), ACTIONS[action])


def test_every_variable_that_is_read_is_on_the_page():
    read = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"D2A_[A-Z_]+", node.value)
    }
    assert [name for name in sorted(read) if f"`{name}`" not in COMMAND_LINE] == []


# ---- settings, audit, roles, sync


def test_the_page_of_settings_is_the_declarations():
    shown = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", _page("settings.md"), re.MULTILINE
    )
    declared = [(each.name, each.words, _default(each.default), _limits(each)) for each in DECLARED]
    assert shown == declared


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "empty"


def _limits(setting) -> str:
    if setting.kind == "whole":
        return f"{setting.lowest} to {setting.highest} {setting.unit}"
    return {
        "yes_no": "yes or no",
        "choice": ", ".join(setting.choices),
        "server_url": "an address without password",
    }.get(setting.kind, "text")


def test_every_audited_act_is_on_the_page_about_security():
    page = _page("security.md")
    assert [act.value for act in AuditAction if f"`{act.value}`" not in page] == []


def test_every_role_is_on_the_page_about_security():
    page = _page("security.md")
    assert [role.value for role in Role if f"`{role.value}`" not in page] == []


def test_every_state_of_the_light_and_every_merge_class_is_on_the_page_about_sync():
    first = _cells(_page("sync.md"))
    for code in (*State, *Merge):
        assert f"`{code.value}`" in first, code


def test_every_field_of_the_status_is_in_its_section():
    nothing = Health(State.SYNCED, "", "", "", False, None, 0, None, 0)
    shown = re.findall(r"^\| `(\w+)` \|", _section("d2a sync status"), re.MULTILINE)
    assert set(shown) == {*nothing.as_json(), "words", "refused", "lease_left_h", "recovery"}


# ---- the glossary


GLOSSARY = _page("glossary.md")


def test_the_glossary_names_every_stage_in_order_with_the_words_of_the_boards():
    assert "stage | Derived, never stored: " + ", ".join(Stage) in GLOSSARY
    shown = re.findall(r"^\| `(\w+)` \| ([A-Z].*?) \|$", GLOSSARY, re.MULTILINE)
    assert shown == [(stage.value, stage.label) for stage in Stage]


def test_the_glossary_names_every_state_of_every_record():
    shown = dict(re.findall(r"^\| `(\w+)` \| ([a-z_, ]+) \|$", GLOSSARY, re.MULTILINE))
    assert shown == {name: ", ".join(each.states) for name, each in MACHINES.items()}
    assert ": " + ", ".join(VisitOutcome) + "." in GLOSSARY


def test_the_glossary_names_every_kind_of_organisation():
    assert "| hospital, community, council, agency |" in GLOSSARY
    assert {kind.value for kind in OrgKind} == {"hospital", "community", "council", "agency"}


def test_no_page_calls_a_person_medically_fit_but_to_say_that_nobody_should():
    named = [
        path.name
        for path in (ROOT / "docs").rglob("*.md")
        if re.search("medically fit|bed.?block", path.read_text("utf-8"), re.IGNORECASE)
    ]
    assert named == ["glossary.md"]


# ---- pictures


def test_every_picture_is_shown_on_a_page():
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "README.md", *_pages()))
    pictures = [path.name for path in (ROOT / "docs/pictures").iterdir()]
    assert pictures
    assert [name for name in sorted(pictures) if f"pictures/{name})" not in pages] == []


def _pages() -> list[Path]:
    return sorted((ROOT / "docs").rglob("*.md"))


# ---- decisions


def _decisions() -> list[str]:
    return sorted(path.name for path in (ROOT / "docs/adr").glob("0*.md"))


@pytest.mark.parametrize("name", _decisions())
def test_a_decision_has_its_number_its_standing_and_its_day(name):
    text = _page(f"adr/{name}")
    assert text.startswith(f"# {name[:4]} ")
    standing = r"^\*\*Status\*\*: (?:accepted|replaced by \d{4}), \d{4}-\d\d-\d\d\."
    assert re.search(standing, text, re.MULTILINE)
    # Two minutes to read.
    assert len(text.split()) < 500


def test_every_decision_is_listed_once_and_no_number_is_missing():
    listed = re.findall(r"^- \[(\d{4})\]\((.*?)\)", _page("adr/README.md"), re.MULTILINE)
    assert [name for _, name in listed] == _decisions()
    assert [int(number) for number, _ in listed] == list(range(1, len(listed) + 1))
