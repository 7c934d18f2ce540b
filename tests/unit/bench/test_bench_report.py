"""The benchmark's report: goals are judged as they are meant, and both tables say the same."""

import json

import pytest

from tests.bench.cases import BASE, CASES, LARGE, SHORT_CASES, Part
from tests.bench.figures import Figure, figures
from tests.bench.measure import Keys, Measured, Pressed, Use
from tests.bench.references import CLIENT, Reference
from tests.bench.replay import Repaints
from tests.bench.report import Machine, Report, shown
from tests.bench.running import Memory
from tests.bench.starting import Start, Starts

MIB = 1024 * 1024
MACHINE = Machine(2, "Some Processor", "Linux 6.1", "3.11.7", "8.2.8", (0.1, 0.9))
CLIENT_APP = Reference(CLIENT, 250.0, Memory(50 * MIB, 40 * MIB), 0.1, 0.0, 0.0)


def case(name: str) -> Measured:
    return Measured(next(each for each in CASES if each.name == name))


def use(cpu: float, written: float, repaints: Repaints | None = None) -> Use:
    return Use(cpu, written, written / 20, repaints or Repaints(), 20.0)


def found(*measured: Measured, starts: Starts | None = None) -> dict[tuple[str, str], Figure]:
    return {(each.case, each.what): each for each in figures(measured, starts, [CLIENT_APP])}


def judged(found: dict[tuple[str, str], Figure]) -> dict[str, bool]:
    return {what: each.met for (_, what), each in found.items() if each.met is not None}


def test_the_base_case_is_held_against_all_of_its_goals() -> None:
    base = case(BASE)
    base.memory = Memory(67 * MIB, None)
    base.use = {Part.REST: use(0.2, 90, Repaints(0, 1800, 0, 20, 20)), Part.MOVING: use(1.4, 1200)}
    base.keys = {Part.KEYS: Keys([5.0] * 39 + [90.0], 0), Part.HUNG: Keys([30.0] * 40, 0)}
    starts = Starts(
        [Start(paint, 300.0, 200.0) for paint in (200.0, 900.0, 240.0)],
        [Start(paint, 300.0, 200.0) for paint in (180.0, 190.0, 200.0)],
    )
    assert judged(found(base, starts=starts)) == {
        "first paint, ratio": False,
        "whole screen, ratio": True,
        f"memory, ratio to {CLIENT}": True,
        "CPU at rest": True,
        "of it where no cell changed": True,
        "steps of the clock a second": True,
        "CPU, a fifth moving": False,
        "bytes a second, a fifth moving": True,
        "key to cell, p95, at rest": True,
        "key to cell, p95, gateway hung": False,
    }


@pytest.mark.parametrize(("repaints", "met"), [(Repaints(1, 0, 0, 20, 21), False), (Repaints(0, 9, 9, 40, 40), True)])
def test_one_byte_that_changes_nothing_is_too_many(repaints: Repaints, met: bool) -> None:
    base = case(BASE)
    base.use = {Part.REST: use(0.2, 90, repaints)}
    assert judged(found(base))["of it where no cell changed"] is met


def test_a_clock_that_steps_twice_a_second_is_seen() -> None:
    base = case(BASE)
    base.use = {Part.REST: use(0.2, 90, Repaints(0, 3600, 0, 40, 40))}
    assert judged(found(base))["steps of the clock a second"] is False


def test_bytes_are_compared_with_the_base_of_the_same_run() -> None:
    base, large = case(BASE), case(LARGE)
    base.use, large.use = {Part.MOVING: use(1.0, 1000)}, {Part.MOVING: use(1.0, 1600)}
    both = found(base, large)
    ratios = [each for (_, what), each in both.items() if what.startswith("bytes, ratio")]
    assert [(each.value, each.goal, each.met) for each in ratios] == [(1.6, 1.5, False)]
    assert not [what for _, what in found(large) if what.startswith("bytes, ratio")]


def test_keys_are_told_in_milliseconds() -> None:
    keys = Keys.of([Pressed(1.0, 0.010), Pressed(2.0, None), Pressed(3.0, 0.030)])
    assert (keys.took, keys.lost) == (pytest.approx([10.0, 30.0]), 1)


def test_keys_without_an_answer_are_told() -> None:
    base = case(BASE)
    base.keys = {Part.KEYS: Keys([5.0, 6.0], 3)}
    assert [each.note for each in found(base).values() if each.note] == ["2 keys, 3 without an answer"]


def test_keys_that_none_answered_miss_the_goal() -> None:
    base = case(BASE)
    base.keys = {Part.KEYS: Keys([5.0] * 37, 3)}
    assert judged(found(base))["key to cell, p95, at rest"] is False
    base.keys = {Part.KEYS: Keys([], 40)}
    assert judged(found(base))["key to cell, p95, at rest"] is False


def report(*parts: Figure, failures: dict[str, str] | None = None) -> Report:
    return Report("2026-11-30", MACHINE, parts, [CLIENT_APP], failures or {})


MET, MISSED = Figure("start", "ratio", 1.2, "x", 1.25), Figure("some case", "CPU", 1.5, "%", 1.0, "noisy")
ONLY_SHOWN = Figure("some case", "first data", 2000.0, "ms")


def test_the_table_says_which_goals_are_met() -> None:
    text = report(MET, MISSED, ONLY_SHOWN, failures={"16": "it ended early"}).as_text()
    lines = {line.split("  ")[1]: line for line in text.splitlines() if line.startswith("  ")}
    assert lines["ratio"].endswith("met")
    assert "NOT MET" not in lines["ratio"]
    assert "NOT MET  (noisy)" in lines["CPU"]
    assert lines["first data"].endswith("2,000.0 ms")
    assert "1 of 2 goals met" in text
    assert "not measured: 16: it ended early" in text
    assert str(MACHINE) in text


def test_the_table_for_the_readme_shows_what_was_promised() -> None:
    told = report(MET, MISSED, ONLY_SHOWN).as_markdown()
    assert "| ratio | start | 1.20 x | 1.25 x | met |" in told
    assert "| CPU | some case | 1.50 % | 1.00 % | **not met** |" in told
    assert "first data" not in told
    assert f"| {CLIENT} | 250.0 ms | 50.0 MiB |" in told
    assert told.startswith("Measured on 2026-11-30: 2 cores of Some Processor, Linux 6.1, Python 3.11.7")


def test_the_document_holds_the_figures_as_numbers() -> None:
    never = Figure("some case", "key", float("inf"), "ms", 25.0)
    document = json.loads(json.dumps(report(MET, MISSED, ONLY_SHOWN, never).as_json(), allow_nan=False))
    assert [(each["value"], each["goal"], each["met"]) for each in document["figures"]] == [
        (1.2, 1.25, True),
        (1.5, 1.0, False),
        (2000.0, None, None),
        (None, 25.0, False),
    ]
    assert document["machine"]["load"] == [0.1, 0.9]
    assert document["references"][0]["resident_bytes"] == 50 * MIB


def test_this_machine_is_told_without_its_name() -> None:
    import platform

    here = str(Machine.here((0.0, 0.0)))
    assert platform.release() in here
    assert platform.node() not in here.split()


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(12.345, "ms", "12.3 ms"), (0.304, "%", "0.30 %"), (1534.2, "B/s", "1,534 B/s"), (float("inf"), "ms", "never")],
)
def test_as_many_digits_as_say_something(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_the_short_form_measures_less_of_the_same() -> None:
    whole = {each.name: each for each in CASES}
    assert [each.name for each in SHORT_CASES] == [BASE, LARGE]
    for each in SHORT_CASES:
        assert each.parts < whole[each.name].parts
        assert each.goals == whole[each.name].goals
