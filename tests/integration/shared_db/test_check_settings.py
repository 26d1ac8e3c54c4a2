"""The check of the server's settings: what its log would hold, what a crash would lose."""

from __future__ import annotations

import ast

import pytest

from d2a_desktop.shared_db import check, check_server
from tests.architecture.tree import PACKAGE, parsed
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


def findings(shared: System) -> dict[str, bool]:
    """Return what the administrator is told, and whether each is severe."""
    with shared.database.admin() as connection:
        report = check.check(connection)
    return {found.code: found.severe for found in report.findings}


WORDY = {"log_error_verbosity": "default", "log_parameter_max_length": "-1"}
"""PostgreSQL's own defaults."""


@pytest.mark.parametrize(
    ("settings", "code", "severe"),
    [
        ({**WORDY, "log_statement": "all"}, "log_holds_values", True),
        ({**WORDY, "log_statement": "mod"}, "log_holds_values", True),
        ({**WORDY, "log_min_duration_statement": "0"}, "log_holds_values", True),
        ({**WORDY, "log_min_duration_sample": "5"}, "log_holds_values", True),
        ({**WORDY, "log_transaction_sample_rate": "0.1"}, "log_holds_values", True),
        ({**WORDY, "log_parameter_max_length_on_error": "-1"}, "log_holds_values", True),
        ({"debug_print_plan": "on"}, "log_holds_plans", True),
        (WORDY, "log_detail", False),
        ({"password_encryption": "md5"}, "password_encryption", False),
        ({"track_activities": "off"}, "track_activities", False),
    ],
)
def test_a_setting_that_is_not_as_it_should_be_is_named(shared, settings, code, severe):
    assert code not in findings(shared)
    alter(shared, settings)
    assert findings(shared).get(code) is severe


@pytest.mark.parametrize(
    "settings",
    [
        {**WORDY, "log_statement": "all", "log_parameter_max_length": "0"},
        {"log_min_duration_statement": "100", "log_error_verbosity": "terse"},
        {**WORDY, "log_statement": "ddl"},
    ],
)
def test_statements_without_their_values_may_be_logged(shared, settings):
    alter(shared, settings)
    assert "log_holds_values" not in findings(shared)


def alter(shared: System, settings: dict[str, str]) -> None:
    with shared.superuser() as owner:
        for name, value in settings.items():
            owner.execute(f"ALTER DATABASE {shared.database.name} SET {name} = '{value}'")


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("auto_explain.log_min_duration", "0", "log_holds_plans"),
        ("pgaudit.log_parameter", "on", "log_holds_values"),
        ("pg_stat_statements.track_utility", "on", "statement_texts"),
    ],
)
def test_an_extension_that_keeps_values_is_named(setting, value, code):
    # Extensions are not in the embedded server; Debian's has auto_explain (tests there).
    quiet = {"log_error_verbosity": "terse"}
    assert check_server._log(quiet) == []
    assert [each.code for each in check_server._log({**quiet, setting: value})] == [code]


def test_a_role_that_is_set_to_log_more_is_named(shared):
    login = shared.people["ward"].login
    with shared.superuser() as owner:
        owner.execute(
            f"ALTER ROLE {login} IN DATABASE {shared.database.name} SET log_statement = 'all'"
        )
    assert findings(shared)["log_of_a_role"] is True


def test_a_server_that_may_forget_is_a_warning_on_this_computer_and_wrong_elsewhere():
    forgetful = {"fsync": "off", "synchronous_commit": "off"}
    (here,) = check_server._durability(forgetful, trial=True)
    (elsewhere,) = check_server._durability(forgetful, trial=False)
    assert (here.code, here.severe, elsewhere.severe) == ("not_durable", False, True)


@pytest.mark.parametrize(
    ("doors", "severe"), [("*", True), ("127.0.0.1, 10.1.1.1", True), ("127.0.0.1", None)]
)
def test_a_server_that_others_reach_must_offer_tls(doors, severe):
    settings = {
        "ssl": "off", "listen_addresses": doors, "password_encryption": "scram-sha-256",
    }  # fmt: skip
    found = {each.code: each.severe for each in check_server._tls(settings)}
    assert found.get("no_tls") is severe


def test_a_session_of_a_person_without_tls_is_told_unless_it_stays_on_this_computer(
    shared, monkeypatch
):
    shared.connect("ward")
    assert "in_the_clear" not in findings(shared)
    monkeypatch.setattr(check, "_THIS_COMPUTER", ["192.0.2.0/24"])  # as if 127.0.0.1 were far
    assert findings(shared)["in_the_clear"] is True


def test_more_people_than_connections_is_a_warning(shared):
    with shared.superuser() as owner:
        owner.execute(
            "INSERT INTO sync.member (rolname, org_id, role)"
            " SELECT 'u_' || n, %s, 'ward_coordinator' FROM generate_series(1, 200) n",
            (shared.orgs["hospital"],),
        )
    assert findings(shared)["too_few_connections"] is False


def test_every_finding_says_what_to_do():
    for name in ("check.py", "check_server.py"):
        for node in ast.walk(parsed(PACKAGE / "shared_db" / name)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                given = len(node.args) + sum(k.arg == "what_to_do" for k in node.keywords)
                assert given >= 3, f"{name}:{node.lineno}"
