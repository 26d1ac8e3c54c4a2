"""The tree of errors and the exit codes it carries."""

import pytest

from d2a_desktop.core import errors


@pytest.mark.parametrize(
    ("kind", "exit_code", "code"),
    [
        (errors.KnownError, 1, "refused"),
        (errors.UsageError, 2, "usage"),
        (errors.RefusedError, 1, "refused"),
        (errors.NotPermittedError, 1, "not_allowed"),
        (errors.InputFileError, 1, "file_refused"),
        (errors.UnreachableError, 3, "unreachable"),
    ],
)
def test_each_kind_has_its_exit_code_and_word(kind, exit_code, code):
    error = kind("It went wrong.")
    assert (error.exit_code, error.code) == (exit_code, code)


def test_a_bug_exits_with_70_and_is_not_a_known_error():
    assert errors.BugError.exit_code == 70
    assert not issubclass(errors.BugError, errors.KnownError)


def test_the_words_end_with_what_to_do():
    error = errors.UnreachableError("The server is away.", what_to_do="Try again.", code="gone")
    assert str(error) == "The server is away. Try again."
    assert str(errors.KnownError("Refused.")) == "Refused."


def test_a_gate_keeps_its_reasons_in_order():
    error = errors.BlockedError("Not ready.", reasons=["No key", "No transport"])
    assert error.reasons == ("No key", "No transport")
    assert (error.exit_code, error.code) == (1, "blocked")


def test_a_gate_is_a_refusal():
    assert issubclass(errors.BlockedError, errors.RefusedError)
    assert issubclass(errors.NotPermittedError, errors.RefusedError)
