"""The alerts beside the real engine over a simulated gateway: from what happens there to what somebody is told."""

from datetime import UTC, datetime, time

from tests.support.alerting import Keeping, titles
from tests.support.clock import ManualClock
from tests.support.rig import rig
from tests.support.watching import watched
from tui.config.alert_settings import AlertSettings, Hours
from tui.domain.state import Pace
from tui.simulator.scenarios import Scenario
from tui.watch.alerts.channels import CommandChannel
from tui.watch.alerts.service import Alerts, try_channels
from tui.watch.watcher import watch_pace

PACE = watch_pace(Pace())


async def test_a_bad_night_is_told_outage_by_outage_and_each_end_once() -> None:
    channel = Keeping("the phone")
    engine = rig(pace=PACE)
    async with watched(engine, services=[Alerts(AlertSettings(), [channel], "home")]) as seen:
        await seen.advance(120)
        assert channel.got == []
        engine.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await seen.advance(400)
        assert titles(channel.got) == ["cpwatch home: BACKEND HUNG"]
        engine.gateway.set_scenario(Scenario.READY)
        await seen.advance(120)
        assert titles(channel.got)[1:] == ["cpwatch home: READY AGAIN"]
        engine.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
        await seen.advance(30)
        assert titles(channel.got)[2:] == ["cpwatch home: LOGIN REQUIRED"]
        await seen.advance(600)
        engine.gateway.set_scenario(Scenario.READY)
        await seen.advance(120)
        assert titles(channel.got)[3:] == ["cpwatch home: READY AGAIN"]
        assert channel.got[2]["id"] == channel.got[3]["id"] != channel.got[0]["id"]
        assert seen.text.count("alert sent by the phone") == 4
        assert "DU" not in str(channel.got)


async def test_the_expected_reset_is_a_line_and_no_alert() -> None:
    channel = Keeping()
    engine = rig(pace=PACE, clock=ManualClock(datetime(2026, 11, 19, 4, 50, tzinfo=UTC)))  # 23:50 in New York
    async with watched(engine, services=[Alerts(AlertSettings(), [channel])]) as seen:
        await seen.advance(400)
        assert engine.state.session.region == "NJ"
        engine.gateway.set_scenario(Scenario.BACKEND_DOWN)
        await seen.advance(600)
        engine.gateway.set_scenario(Scenario.READY)
        await seen.advance(300)
        assert channel.got == []
        assert seen.text.count("expected in IBKR's nightly reset") == 1


async def test_what_quiet_hours_hold_back_at_the_watchs_end_is_told_in_its_lines() -> None:
    channel = Keeping()
    settings = AlertSettings(quiet=Hours(time(14, 0), time(20, 0)), zone="UTC")
    engine = rig(Scenario.LOGIN_REQUIRED, pace=PACE)
    async with watched(engine, services=[Alerts(settings, [channel])]) as seen:
        await seen.advance(60)
        assert channel.got == []
        assert "held back until the quiet hours end" in seen.text
    assert "undelivered, as the watch ended in quiet hours" in seen.text


def test_a_test_goes_through_every_channel_once_and_fails_where_one_does() -> None:
    clock = ManualClock()
    well, bad = Keeping("one"), Keeping("other", refuses=1)
    assert try_channels(clock, [well], "home") == (("one: the alert was taken",), True)
    assert well.got[0]["title"] == "cpwatch home: TEST ALERT"
    assert try_channels(clock, [well, bad], "home") == (("one: the alert was taken", "other: not now"), False)
    assert try_channels(clock, [], "home") == ((), False)
    missing = CommandChannel(("no-such-program-of-this-name",), {})
    lines, taken = try_channels(clock, [missing], "")
    assert not taken
    assert "could not be started" in lines[0]
