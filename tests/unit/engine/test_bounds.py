"""What lives as long as the engine stays bounded, however long that is and whatever the gateway answers."""

import ast
from pathlib import Path

from tests.support.clock import ManualClock
from tests.support.happenings import GW, at, folded
from tests.support.project import sources
from tui.domain.events import TickleDue
from tui.domain.session import HOUR
from tui.engine.budget import Budget
from tui.engine.record import Record
from tui.engine.shared_file import SharedFile
from tui.engine.shared_record import SharedRecord

A_MONTH_OF_MINUTES = 30 * 24 * 60


class Broken(SharedRecord):
    """A record whose disk is full."""

    def exchange(self, *_: object) -> object:  # type: ignore[override]
        raise OSError(28, "No space left on device")


def test_a_budget_that_can_tell_nobody_remembers_no_more_than_its_newest(tmp_path: Path) -> None:
    clock = ManualClock()
    budget = Budget(clock, Broken(SharedFile(tmp_path, "x"), "localhost:5000", clock))
    for _ in range(2000):
        budget.take()
    assert len(budget._late) == 200
    assert len(budget._own.turns) == 500


def test_a_record_keeps_its_newest_turns() -> None:
    record = Record()
    for n in range(1000):
        record = record.taken(n / 1000, "x", "me")
    assert [turn.at for turn in record.turns] == [n / 1000 for n in range(500, 1000)]


def test_a_month_of_tickles_is_remembered_by_its_last_hour() -> None:
    state = folded(TickleDue(GW, at(0)))
    for minute in range(1, A_MONTH_OF_MINUTES // 30):
        state = folded(TickleDue(GW, at(minute * 60)), state=state)
    assert len(state.session.keep_alive.slots) == HOUR // 60


def caches_without_end(source: str) -> list[int]:
    """The lines of caches over arguments that have no size, or none that is told."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = node.args.args + node.args.posonlyargs + node.args.kwonlyargs
        for mark in node.decorator_list:
            told = isinstance(mark, ast.Call) and (
                [*mark.args, *(each.value for each in mark.keywords if each.arg == "maxsize")]
            )
            name = ast.unparse(mark.func if isinstance(mark, ast.Call) else mark).rpartition(".")[2]
            sized = told and not any(isinstance(each, ast.Constant) and each.value is None for each in told)
            if arguments and name in {"cache", "lru_cache"} and not sized:
                found.append(node.lineno)
    return found


def test_every_cache_has_a_size() -> None:
    assert {path.name: lines for path in sources() if (lines := caches_without_end(path.read_text("utf-8")))} == {}


def test_caches_without_a_size_are_found() -> None:
    marks = ("@cache", "@lru_cache", "@lru_cache(None)", "@functools.lru_cache(maxsize=None)", "@lru_cache(typed=True)")
    assert all(caches_without_end(f"{mark}\ndef f(x): ...") for mark in marks)
    assert not any(caches_without_end(f"{mark}\ndef f(x): ...") for mark in ("@lru_cache(5)", "@lru_cache(maxsize=5)"))
    assert not caches_without_end("@cache\ndef f(): ...")
