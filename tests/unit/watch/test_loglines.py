"""The lines of a watch: every change once, in order, as text and as JSON, safe to print and without secrets."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.rig import rig
from tests.support.states import starting
from tests.support.watching import watched
from tui.domain.events import Noticed
from tui.domain.journal import Level
from tui.domain.reduce import reduce
from tui.simulator.scenarios import Scenario
from tui.watch.loglines import LONGEST, LineLog

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (OK   |INFO |WARN |ALARM) (started|verdict|journal|stopped): .+")


def documents(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


async def test_each_change_of_the_verdict_is_one_line_with_what_was_before() -> None:
    async with watched(rig()) as seen:
        await seen.advance(20)
        seen.rig.gateway.set_scenario(Scenario.COMPETING)
        await seen.advance(20)
        seen.rig.gateway.set_scenario(Scenario.READY)
        await seen.advance(20)
        verdicts = [line for line in seen.lines if " verdict: " in line]
        assert [line.split(" verdict: ")[1].split(":")[0] for line in verdicts] == [
            "ready (was unknown)",
            "competing (was ready for 25 s)",
            "ready (was competing for 20 s)",
        ]
        assert " -> " in verdicts[1]  # what to do
        assert " -> " not in verdicts[2]
        assert all(LINE.fullmatch(line) for line in seen.lines)
        # The journal's own entry for the same change is not told a second time.
        assert len(seen.lines) == 1 + len(verdicts)


async def test_json_lines_tell_the_same_with_every_field() -> None:
    async with watched(rig(Scenario.LOGIN_REQUIRED), as_json=True) as seen:
        await seen.advance(20)
        started, unanswered, verdict, person = documents(seen.lines)
        common = {"schema", "at", "level", "event", "gateway", "profile", "text"}
        assert set(started) == set(unanswered) == set(person) == common
        assert set(verdict) == common | {"verdict", "was", "was_for", "summary", "seen", "remedy", "person"}
        assert (started["event"], verdict["event"], person["event"]) == ("started", "verdict", "journal")
        assert (verdict["verdict"], verdict["was"], verdict["was_for"]) == ("login_required", "unknown", None)
        assert verdict["person"] is True
        assert verdict["level"] == person["level"] == "alarm"
        assert verdict["gateway"] == "https://localhost:5000"
        assert verdict["profile"] is None
        assert "log in" in person["text"]
        seen.rig.gateway.set_scenario(Scenario.READY)
        await seen.advance(20)
        last = [each for each in documents(seen.lines) if each["event"] == "verdict"][-1]
        assert (last["verdict"], last["was"], last["person"]) == ("ready", "login_required", False)
        assert last["was_for"] > 0


@given(st.text(max_size=1500), st.sampled_from(Level), st.booleans())
def test_whatever_a_journal_says_is_one_line_and_safe(text: str, level: Level, as_json: bool) -> None:
    lines: list[str] = []
    clock = ManualClock()
    state = starting()
    log = LineLog(lines.append, clock, as_json=as_json, profile="live")
    log.started(state, "begins")
    log.follow(reduce(state, Noticed(state.gateway, clock.now(), level, text)))
    assert len(lines) == 2
    assert len(lines[1]) < LONGEST * 6 + 400
    assert lines[1].isprintable() or "\N{NO-BREAK SPACE}" in lines[1] or not lines[1].isascii()
    assert not set(lines[1]) & {"\n", "\r", "\x1b", "\x9b", "\u202e"}
    if as_json:
        assert json.loads(lines[1])["profile"] == "live"


def test_secrets_and_account_ids_are_masked() -> None:
    lines: list[str] = []
    state = starting()
    log = LineLog(lines.append, ManualClock(), as_json=True)
    log.started(state, "begins")
    said = "U1234567 got token=abcdef and 0123456789abcdef01234567"
    log.follow(reduce(state, Noticed(state.gateway, ManualClock().now(), Level.INFO, said)))
    assert not any(secret in lines[1] for secret in ("U1234567", "abcdef"))
