"""The life of a simulated session, moved on by a clock that the test drives."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import HANG, Request
from tui.simulator.regions import ZONES, last_reset, next_reset
from tui.simulator.scenarios import Scenario
from tui.simulator.serve import run
from tui.simulator.session import NOT_FORCED

ACCOUNT = "DU1234567"
NO_BRIDGE = {"error": "Bad Request: no bridge", "statusCode": 400}
EMPTY_PATHS: dict[str, Any] = {
    "/portfolio/accounts": [],
    f"/portfolio/{ACCOUNT}/positions/0": [],
    f"/portfolio2/{ACCOUNT}/positions": [],
    f"/portfolio/{ACCOUNT}/summary": {},
    f"/portfolio/{ACCOUNT}/ledger": {},
    f"/portfolio/{ACCOUNT}/meta": {},
}


class Bench:
    """A gateway that counts no requests, and its clock."""

    def __init__(
        self, scenario: Scenario = Scenario.READY, *, region: str = "NJ", wall: datetime | None = None
    ) -> None:
        self.clock = ManualClock(wall) if wall else ManualClock()
        self.core = SimulatedGateway(self.clock, scenario, region=region, paced=False)

    def ask(self, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, Any]:
        headers = ((b"Content-Length", b"%d" % len(body)),)
        target = path if path.startswith("/sso/Dis") else f"/v1/api{path}"
        answer = self.core.respond(Request(method, target, headers, body))
        assert answer is not HANG
        try:
            return answer.status, json.loads(answer.body)
        except ValueError:
            return answer.status, None

    def flags(self) -> str:
        """The auth status in letters, of what is true: authenticated, established, connected, competing."""
        status, value = self.ask("/iserver/auth/status", "POST")
        if status != 200:
            return str(status)
        names = ("authenticated", "established", "connected", "competing")
        return "".join(letter for letter, name in zip("AECX", names, strict=True) if value.get(name))

    def init(self, **wanted: bool) -> tuple[int, Any]:
        return self.ask("/iserver/auth/ssodh/init", "POST", json.dumps(wanted).encode())

    def log_in(self) -> None:
        self.ask("/sso/Dispatcher", "POST")


async def test_a_login_loads_its_accounts_and_is_ready() -> None:
    bench = Bench(Scenario.LOGIN_REQUIRED)
    assert bench.flags() == "401"
    bench.log_in()
    assert bench.flags() == "AC"
    assert bench.ask("/portfolio/accounts") == (200, [])
    assert bench.ask("/iserver/accounts") == (400, NO_BRIDGE)
    await bench.clock.advance(3)
    assert bench.flags() == "AEC"
    assert bench.ask("/iserver/accounts")[0] == 200


async def test_the_brokerage_session_ends_six_minutes_after_the_last_tickle() -> None:
    bench = Bench()
    bench.ask("/portfolio/accounts")
    for _ in range(10):
        await bench.clock.advance(300)
        assert bench.flags() == "AEC"
        bench.ask("/tickle", "POST")
    await bench.clock.advance(359)
    assert bench.flags() == "AEC"
    await bench.clock.advance(1)
    assert bench.flags() == "C"
    assert bench.ask("/iserver/accounts") == (400, NO_BRIDGE)
    assert bench.ask("/iserver/account/pnl/partitioned") == (400, NO_BRIDGE)
    status = bench.ask("/iserver/auth/status")[1]
    assert status["serverInfo"] == {"serverName": None, "serverVersion": None}
    # The portfolio needs the login alone, and a tickle does not bring the brokerage session back.
    assert len(bench.ask(f"/portfolio2/{ACCOUNT}/positions")[1]) == 12
    bench.ask("/tickle", "POST")
    assert bench.flags() == "C"


@pytest.mark.parametrize(
    ("path", "keeps"),
    [
        ("/tickle", True),
        ("/iserver/accounts", True),
        ("/iserver/auth/status", False),
        ("/portfolio/accounts", False),
        ("/sso/validate", False),
    ],
)
async def test_what_keeps_the_brokerage_session(path: str, keeps: bool) -> None:
    bench = Bench()
    for _ in range(5):
        await bench.clock.advance(100)
        bench.ask(path)
    assert (bench.flags() == "AEC") is keeps


async def test_a_machine_that_slept_finds_the_session_ended() -> None:
    bench = Bench()
    await bench.clock.suspend(3600)
    assert bench.flags() == "C"


async def test_the_login_is_a_rolling_window_that_the_gateway_itself_opens_anew() -> None:
    bench = Bench()
    seen = []
    for _ in range(60):
        await bench.clock.advance(30)
        bench.core.session.pass_to(bench.clock.now())
        seen.append(bench.core.session.expires_ms(bench.clock.now()))
    assert max(seen) <= 600_000
    assert min(seen) > 300_000 - 6_000
    assert min(seen) < 330_000
    bench.ask("/tickle")
    assert bench.ask("/tickle")[1]["ssoExpires"] == 594_650
    assert bench.ask("/sso/validate")[1]["EXPIRES"] == 594_650


@pytest.mark.parametrize(
    ("region", "at", "reset"),
    [
        ("NJ", "2026-11-20T14:03:22", "2026-11-21T05:00:00"),
        ("NJ", "2026-07-20T14:03:22", "2026-07-21T04:00:00"),
        # Summer time ends on the first of November, and begins on the eighth of March.
        ("NJ", "2026-11-01T04:00:00", "2026-11-02T05:00:00"),
        ("NJ", "2026-03-08T05:00:00", "2026-03-09T04:00:00"),
        ("ZG", "2026-10-25T10:00:00", "2026-10-25T23:00:00"),
        ("ZG", "2026-03-29T10:00:00", "2026-03-29T22:00:00"),
        ("HK", "2026-11-20T14:03:22", "2026-11-20T16:00:00"),
        ("HK", "2026-11-20T16:00:00", "2026-11-21T16:00:00"),
    ],
)
def test_the_resets_of_the_regions(region: str, at: str, reset: str) -> None:
    start, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, reset))
    assert next_reset(start, region) == expected
    assert last_reset(start, region) <= start < next_reset(last_reset(start, region), region) == expected


@pytest.mark.parametrize("region", list(ZONES))
async def test_midnight_in_the_region_ends_the_login(region: str) -> None:
    bench = Bench(region=region)
    before = (next_reset(bench.clock.now().wall, region) - bench.clock.now().wall).total_seconds()
    assert bench.ask("/sso/validate")[1]["region"] == region
    await bench.clock.advance(before - 1)
    assert bench.flags() == "C"
    await bench.clock.advance(1)
    assert bench.flags() == "401"
    assert bench.ask("/tickle")[0] == 401
    bench.log_in()
    await bench.clock.advance(3)
    assert bench.flags() == "AEC"


@pytest.mark.parametrize("minutes", [-1, 0, 1, 30])
def test_ready_is_logged_in_even_around_midnight(minutes: int) -> None:
    midnight = datetime(2026, 11, 21, 5, tzinfo=UTC)
    bench = Bench(wall=midnight + timedelta(minutes=minutes))
    assert bench.flags() == "AEC"


def test_init_needs_a_login_and_its_publish() -> None:
    assert Bench(Scenario.LOGIN_REQUIRED).init(publish=True, compete=True)[0] == 401
    bench = Bench(Scenario.LAPSED)
    assert bench.init(publish=False, compete=True)[0] == 500
    assert bench.ask("/iserver/auth/ssodh/init", "POST", b"nonsense")[0] == 500
    assert bench.ask("/iserver/auth/ssodh/init", "POST", b"[]")[0] == 500
    assert bench.flags() == "C"


@pytest.mark.parametrize("scenario", [Scenario.LAPSED, Scenario.LOGGED_OUT])
async def test_init_opens_what_lapsed_without_another_login(scenario: Scenario) -> None:
    bench = Bench(scenario)
    login = bench.ask("/sso/validate")[1]["AUTH_TIME"]
    status, told = bench.init(publish=True, compete=False)
    assert (status, told["authenticated"], told["established"]) == (200, True, False)
    assert "fail" not in told
    await bench.clock.advance(3)
    assert bench.flags() == "AEC"
    assert bench.ask("/sso/validate")[1]["AUTH_TIME"] == login


async def test_competing_logins() -> None:
    bench = Bench(Scenario.COMPETING)
    assert bench.flags() == "CX"
    told = bench.init(publish=True, compete=False)[1]
    assert (told["authenticated"], told["competing"], told["fail"]) == (False, True, NOT_FORCED)
    assert bench.flags() == "CX"
    assert bench.ask("/iserver/auth/status")[1]["fail"] == NOT_FORCED
    status, told = bench.ask("/iserver/auth/ssodh/init?compete=true&publish=true", "POST")
    assert (status, told["authenticated"], told["competing"]) == (200, True, False)
    await bench.clock.advance(3)
    assert bench.flags() == "AEC"
    assert bench.ask("/iserver/auth/status")[1]["fail"] == ""


def test_the_portfolio_is_empty_until_its_accounts_were_asked_for() -> None:
    bench = Bench()
    for path, empty in EMPTY_PATHS.items():
        if path != "/portfolio/accounts":
            assert bench.ask(path) == (200, empty)
    assert len(bench.ask("/portfolio/accounts")[1]) == 1
    assert all(bench.ask(path)[1] for path in EMPTY_PATHS)


@pytest.mark.parametrize("opener", ["/portfolio/subaccounts", "/portfolio/subaccounts2"])
async def test_a_new_login_closes_the_portfolio_again(opener: str) -> None:
    bench = Bench()
    bench.ask(opener)
    assert bench.ask(f"/portfolio/{ACCOUNT}/summary")[1]
    bench.log_in()
    await bench.clock.advance(3)
    assert bench.ask(f"/portfolio/{ACCOUNT}/summary") == (200, {})


async def test_partitioned_pnl_wants_the_accounts_and_a_second_request() -> None:
    bench = Bench()
    path = "/iserver/account/pnl/partitioned"
    assert bench.ask(path) == (400, {"error": "Bad Request: Please query /accounts first", "statusCode": 400})
    bench.ask("/iserver/accounts")
    assert bench.ask(path) == (200, {"upnl": {}})
    assert set(bench.ask(path)[1]["upnl"]) == {f"{ACCOUNT}.Core"}
    # It is the brokerage session that was primed, not the login.
    await bench.clock.advance(400)
    bench.init(publish=True, compete=False)
    await bench.clock.advance(3)
    assert bench.ask(path)[0] == 400


def test_rows_are_minimal_first_and_rich_later() -> None:
    bench = Bench()
    bench.ask("/portfolio/accounts")
    page = f"/portfolio/{ACCOUNT}/positions/0"
    first, second = bench.ask(page)[1], bench.ask(page)[1]
    assert {"acctId", "conid", "mktPrice", "model"} <= set(first[0]) < set(second[0])
    assert "ticker" not in first[0]
    assert (second[0]["ticker"], second[0]["pageSize"]) == ("AAPL", 100)
    assert len(second[0]["allExchanges"]) > 150
    bench.core.set_scenario(Scenario.LOGIN_REQUIRED)
    bench.core.set_scenario(Scenario.READY)
    bench.core.session.log_in(bench.clock.now().plus(-10))
    bench.ask("/portfolio/accounts")
    assert "ticker" not in bench.ask(page)[1][0]


def test_rows_are_rich_at_once_for_who_waits_for_the_definitions() -> None:
    bench = Bench()
    bench.ask("/portfolio/accounts")
    assert bench.ask(f"/portfolio/{ACCOUNT}/positions/0?waitForSecDef=true")[1][0]["ticker"] == "AAPL"


async def test_pages_are_cached_until_they_are_old_or_invalidated() -> None:
    bench = Bench()
    bench.ask("/portfolio/accounts")

    def prices() -> list[float]:
        return [row["mktPrice"] for row in bench.ask(f"/portfolio/{ACCOUNT}/positions/0")[1]]

    def live() -> list[float]:
        return [row["marketPrice"] for row in bench.ask(f"/portfolio2/{ACCOUNT}/positions")[1]]

    first, first_live = prices(), live()
    await bench.clock.advance(20)
    assert prices() == first
    assert live() != first_live
    assert bench.ask(f"/portfolio/{ACCOUNT}/positions/invalidate", "POST") == (200, {"message": "success"})
    fresh = prices()
    assert fresh != first
    await bench.clock.advance(31)
    assert prices() != fresh


@pytest.mark.parametrize("scenario", [Scenario.READY, Scenario.LARGE, Scenario.HOSTILE])
async def test_a_restart_loses_the_login(scenario: Scenario) -> None:
    bench = Bench(scenario)
    bench.ask("/portfolio/accounts")
    bench.core.restart()
    assert bench.flags() == "401"
    bench.log_in()
    await bench.clock.advance(3)
    assert bench.core.scenario is scenario
    assert bench.flags() == "AEC"
    assert not bench.core.session.portfolio_open


def test_an_unknown_region_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(port=0, scenario="ready", positions=1, accounts=1, tls=False, with_parent=False, region="XX")
    assert code == 2
    assert "unknown region 'XX'; choose one of: NJ, ZG, HK" in capsys.readouterr().err
