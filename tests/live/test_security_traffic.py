"""A life with everything that happens to a gateway in it: what was asked of it, and what of its secrets came out.

The engine, its jobs and a user's wishes run over the simulated gateway on a clock that is driven by hand. The whole day
at its ordinary pace is a task of its own: `python -m tests.live.test_security_traffic`.
"""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support import contract
from tests.support.logs import own_log_folder
from tests.support.rig import Rig, rig
from tui.config.logs import ROOT, start_logging, write_crash
from tui.doctor.bundle import Material, known_to, members
from tui.doctor.masks import Masks
from tui.domain.report import document, lines
from tui.domain.state import Pace
from tui.domain.verdict import verdict
from tui.simulator import shapes
from tui.simulator.messages import Request, reply
from tui.simulator.scenarios import Scenario
from tui.watch.loglines import LineLog
from tui.watch.metrics import Metrics

HOUR = 3600.0
# In the order of a bad day; what IBKR asks to wait for comes last, as nothing is asked for a quarter of an hour then.
LIFE = (*(each for each in Scenario if each is not Scenario.RATE_LIMITED), Scenario.RATE_LIMITED)
SHORT = tuple(each for each in LIFE if each is not Scenario.LARGE)
"""Without the one that is as READY is, and takes longest."""
BUNDLED = {Scenario.READY, Scenario.COMPETING, Scenario.HOSTILE, Scenario.DAY}
ACCOUNT, OTHER = "DU1234567", "DU1234568"
NEVER_SHOWN = (shapes.SESSION, shapes.MAC, shapes.USER_NAME, str(shapes.USER_ID), "192.0.2.17", "51a7e11b")
"""What the gateway tells that is nobody's business: it comes out nowhere."""
TITLES = ("Simulated Holder",)
NOT_ASKED_HERE = {
    "GET /v1/api/portfolio/{id}/meta": "allowed, and not needed so far",
    "GET /v1/api/ws": "asked by `doctor` and the walkthrough alone (tests/unit/doctor)",
}


@dataclass
class Lived:
    """requests: every `METHOD path` that the gateway had. told: all that any way out said, by what it is."""

    requests: frozenset[str]
    told: dict[str, str] = field(default_factory=dict)


async def live(seconds: float, pace: Pace | None, scenarios: Sequence[Scenario] = LIFE) -> Lived:
    """That long in each scenario, with a user who asks for what there is to be asked for."""
    engine = rig(accounts=2, positions=8, pace=pace)
    told: dict[str, str] = {}
    written: list[str] = []
    log = LineLog(written.append, engine.clock, as_json=True)
    engine.core._publish = log.follow
    log.started(engine.state, "the watch begins")
    async with engine.running():
        for scenario in scenarios:
            engine.gateway.set_scenario(scenario)
            await engine.clock.advance(seconds / 2)
            engine.actions.choose(OTHER if scenario is Scenario.COMPETING else ACCOUNT)
            engine.actions.refresh()
            if scenario is Scenario.READY:
                await only_pages(engine)
            if scenario in {Scenario.LAPSED, Scenario.COMPETING}:
                engine.actions.reopen(compete=scenario is Scenario.COMPETING)
            await engine.clock.advance(seconds / 2)
            told |= said(engine, scenario)
    told["lines of the watch"] = "\n".join(written)
    return Lived(frozenset(engine.gateway.journal.counters), told)


async def only_pages(engine: Rig) -> None:
    """As long as IBKR's newer positions are not to be had, its cached pages are, which a wish throws away."""
    honest = engine.gateway.respond

    def respond(request: Request) -> Any:
        return reply(404, b'{"error":"not found"}') if "/portfolio2/" in request.path else honest(request)

    engine.gateway.respond = respond  # type: ignore[method-assign]
    await engine.clock.advance(30)
    engine.actions.refresh()
    await engine.clock.advance(20)
    engine.gateway.respond = honest  # type: ignore[method-assign]


def said(engine: Rig, scenario: Scenario) -> dict[str, str]:
    """What each way out would tell now."""
    state, now = engine.state, engine.clock.now()
    found = verdict(state, now)
    metrics = Metrics(account_ids=False)
    metrics.take(state, found)
    ids, names, hosts = known_to(state)
    whole = {
        "status": "\n".join(lines(state, found, now)),
        "status --json": json.dumps(document(state, found, now)),
        "metrics": metrics.text(now).decode(),
        "journal": "\n".join(entry.text for entry in state.journal),
        "what a crash would hold": repr(state),
    }
    if scenario in BUNDLED:
        bundle = members(Material((), found, 0, now, state), Masks(ids=ids, names=set(names), hosts=hosts))
        whole["bundle"] = "\n".join(each.decode() for each in bundle.values())
    return {f"{what} in {scenario}": text for what, text in whole.items()}


@pytest.fixture(scope="module")
def lived() -> Lived:
    """A short life at a pace that leaves out nothing, with all of it logged."""
    logger = logging.getLogger(ROOT)
    before = logger.handlers[:], logger.level, logger.propagate
    with tempfile.TemporaryDirectory(prefix="cpwatch-tests-") as folder:
        log = Path(folder) / "log.txt"
        logger.handlers = []
        start_logging(log, debug=True, screen=True)
        pace = Pace(positions=10, accounts=20, summary=20, others=20, pnl=20)
        try:
            found = asyncio.run(live(16, pace, SHORT))
        finally:
            logger.handlers, logger.propagate = before[0], before[2]
            logger.setLevel(before[1])
        found.told["log"] = log.read_text("utf-8")
    return found


def test_nothing_was_asked_that_the_contract_does_not_list(lived: Lived) -> None:
    assert contract.templates(lived.requests) <= contract.unasked() | contract.on_word()


def test_all_that_the_contract_lists_was_asked_or_is_explained(lived: Lived) -> None:
    """So that the list says no more than what there is, and this test looks at all of it."""
    everything = contract.unasked() | contract.on_word()
    assert everything - contract.templates(lived.requests) == set(NOT_ASKED_HERE)


def test_a_request_beyond_the_list_would_be_noticed() -> None:
    beyond = {f"POST /v1/api/{each}" for each in ("iserver/account/DU1234567/orders", "iserver/account", "logout")}
    assert not contract.templates(beyond) & (contract.unasked() | contract.on_word())
    assert contract.template("GET /v1/api/portfolio/DU1/positions/12") in contract.unasked()


@pytest.mark.parametrize("secret", [*NEVER_SHOWN, *TITLES])
def test_nothing_came_out_that_is_nobodys_business(lived: Lived, secret: str) -> None:
    assert [what for what, text in lived.told.items() if secret.lower() in text.lower()] == []


def test_the_log_and_the_bundle_name_no_account_whole(lived: Lived) -> None:
    private = [what for what in lived.told if what == "log" or what.startswith(("bundle", "metrics"))]
    assert [what for what in private if ACCOUNT in lived.told[what] or OTHER in lived.told[what]] == []
    assert "DU•••567" in lived.told["log"]  # and yet it was about them


def test_it_was_a_life(lived: Lived) -> None:
    """Each scenario was seen, or nothing of this would mean anything."""
    verdicts = {json.loads(text)["verdict"] for what, text in lived.told.items() if what.startswith("status --json")}
    assert len(verdicts) >= 12
    assert lived.told["log"].count("\n") > 200


def test_a_crash_in_the_middle_of_it_tells_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lived: Lived
) -> None:
    answer = json.dumps([shapes.sso_validate(1, 2, 3), {"session": shapes.SESSION, "accountId": ACCOUNT}])
    with own_log_folder(monkeypatch, tmp_path) as folder:
        engine_state = lived.told["what a crash would hold in ready"]
        try:
            raise RuntimeError(f"a defect while this was read: {answer} for {engine_state}")
        except RuntimeError as error:
            written = write_crash(error, "0", rig().clock.now().wall)
        assert written is not None
        assert written.parent == folder
        text = written.read_text("utf-8")
    assert [secret for secret in (shapes.SESSION, shapes.MAC, ACCOUNT, shapes.USER_NAME) if secret in text] == []


def day() -> int:
    """A day of 24 hours at the ordinary pace; 1 where something was asked that is not listed, or something came out."""
    found = asyncio.run(live(24 * HOUR / len(LIFE), None))
    beyond = contract.templates(found.requests) - contract.unasked() - contract.on_word()
    out = sorted(what for what, text in found.told.items() if any(each in text for each in NEVER_SHOWN))
    print(f"{len(found.requests)} different requests, of which {len(beyond)} are not in the contract: {sorted(beyond)}")
    print(f"secrets came out in {len(out)} of {len(found.told)} texts: {out}")
    return 1 if beyond or out else 0


if __name__ == "__main__":
    sys.exit(day())
