"""A missing program skips a test, or fails it where it is required."""

import sys
from pathlib import Path

import pytest

from tests.support.requirements import needs_program

ABSENT = "no-such-program-on-any-machine"


def test_a_program_that_is_there_is_named_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path(sys.executable)
    monkeypatch.setenv("PATH", str(python.parent))
    assert Path(needs_program(python.name)).samefile(python)


def test_a_missing_one_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CPWATCH_REQUIRE_NO_SUCH_PROGRAM_ON_ANY_MACHINE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        needs_program(ABSENT)


def test_a_missing_one_fails_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPWATCH_REQUIRE_NO_SUCH_PROGRAM_ON_ANY_MACHINE", "1")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        needs_program(ABSENT)
