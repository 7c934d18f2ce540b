"""The meter counts what the driver writes, and knows the rate of the last seconds."""

import threading

from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.widgets import Static

from tests.support.parts import NOW
from tui.ui.meter import WINDOW, Meter, metered


def test_the_rate_is_that_since_the_first_look() -> None:
    meter = Meter()
    meter.add(500)
    assert meter.rate(NOW) is None
    meter.add(300)
    assert meter.rate(NOW.plus(0.4)) is None
    assert meter.rate(NOW.plus(2)) == 150


def test_what_is_long_past_is_forgotten() -> None:
    meter = Meter()
    meter.rate(NOW)
    meter.add(1000)
    rates = [meter.rate(NOW.plus(second)) for second in range(1, int(WINDOW) + 2)]
    assert rates[0] == 1000
    assert rates[-2] == 1000 / WINDOW
    assert rates[-1] == 0


def test_after_a_pause_the_rate_is_that_of_the_pause() -> None:
    meter = Meter()
    meter.rate(NOW)
    meter.rate(NOW.plus(1))
    meter.add(990)
    assert meter.rate(NOW.plus(100)) == 10


def test_looks_do_not_pile_up() -> None:
    meter = Meter()
    for second in range(100):
        for _ in range(3):
            meter.rate(NOW.plus(second))
    assert len(meter._looks) <= WINDOW + 1


def test_threads_lose_nothing() -> None:
    meter = Meter()
    meter.rate(NOW)
    threads = [threading.Thread(target=lambda: [meter.add(1) for _ in range(1000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meter.rate(NOW.plus(1)) == 4000


async def test_a_driver_tells_what_it_writes_in_bytes() -> None:
    meter = Meter()
    meter.rate(NOW)
    kind = metered(HeadlessDriver, meter)
    assert issubclass(kind, HeadlessDriver)
    assert kind.__name__ == "HeadlessDriver"
    app: App[None] = App()
    async with app.run_test():
        driver = kind(app)
        driver.write("plain")
        driver.write("● トヨ")
        assert meter.rate(NOW.plus(1)) == 5 + 3 + 1 + 6


class Shown(HeadlessDriver):
    """A driver that is given what a terminal is given, and drops it."""

    is_headless = False  # type: ignore[assignment]  # a property of the base


class Metering(App[None]):
    """An app with one line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("x" * 40)


async def test_an_apps_screen_goes_through_it() -> None:
    meter = Meter()
    meter.rate(NOW)

    async def look(pilot: Pilot[None]) -> None:
        await pilot.pause()
        pilot.app.exit()

    app = Metering(driver_class=metered(Shown, meter))
    await app.run_async(auto_pilot=look)
    rate = meter.rate(NOW.plus(1))
    assert rate is not None
    assert rate >= 40
