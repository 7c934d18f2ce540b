"""The app: takes snapshots from the source, hands them to the screen, and acts on what the user wants."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from tui.clock import Moment
from tui.config.themes import ThemeName
from tui.domain.accounts import ALL
from tui.domain.address import Address
from tui.domain.verdict import Verdict, VerdictName, verdict
from tui.resources import stylesheet
from tui.ui.above import AboveMonitor, Judge
from tui.ui.bare_app import BareApp
from tui.ui.bindings import bindings
from tui.ui.changes import Changes
from tui.ui.command import Scope
from tui.ui.ends import HUNG_UP, OurTerminal, mend_continue
from tui.ui.following import Follows
from tui.ui.meter import Meter, metered
from tui.ui.notification import notification
from tui.ui.palette import PaletteProvider
from tui.ui.panes.accounts import AccountsPane
from tui.ui.preset import Preset
from tui.ui.said import Said
from tui.ui.screens.monitor import STYLES, MonitorScreen
from tui.ui.source import Gateways, MonitorSource, ScenarioSwitch
from tui.ui.switching import Switching
from tui.ui.tempo import Drawn
from tui.ui.theme import DARK, NAMES

log = logging.getLogger(__name__)


class SnapshotReady(Message):
    """The source has a newer state than the one that is drawn."""


class CpwatchApp(AboveMonitor):
    """The monitor as a full-screen program. Its return value is the exit code.

    source: started when the screen is up, stopped when it goes. profile: its name, shown in the header. theme: one
    of `tui.ui.theme.NAMES`. judge: state and time -> verdict. encoding: the terminal's; by default the locale's.
    scenarios: what the palette can have the simulated gateway play, None where the gateway is a real one.
    preset: the user's own ways. gateways: those that can be watched instead, None where no other can.

    wants_demo: set where the user wants the demo once this has ended.
    """

    CSS_PATH: ClassVar[Any] = [*BareApp.CSS_PATH, *(stylesheet(each) for each in STYLES)]
    COMMANDS: ClassVar[Any] = {PaletteProvider}
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.APP)
    now: var[Moment | None] = var(None)

    def __init__(
        self,
        source: MonitorSource,
        *,
        profile: str = "",
        theme: str = DARK,
        judge: Judge = verdict,
        encoding: str | None = None,
        scenarios: ScenarioSwitch | None = None,
        preset: Preset | None = None,
        gateways: Gateways | None = None,
    ) -> None:
        self.meter = Meter()
        super().__init__(theme=theme, encoding=encoding, preset=preset)
        self.source = source
        self.scenarios = scenarios
        self.gateways = gateways
        self.wants_demo = False
        self._switching = Switching(scenarios, gateways, self.say)
        self._changes = Changes()
        self._judge = judge
        self._monitor = MonitorScreen(profile, self.preset)
        self._first_run = self.preset.first_run
        self._first_steps: Screen[Address | str] | None = None
        self._pending = False
        self._drawn: Drawn | None = None

    def get_driver_class(self) -> type[Driver]:
        """The platform's, which counts what it writes."""
        return metered(super().get_driver_class(), self.meter)

    @on(events.Mount)
    async def show_monitor(self) -> None:
        """Show what is known, and begin to ask."""
        if self._driver is not None:
            mend_continue(self._driver, partial(self.refresh, layout=True))
        self._monitor.fit(self.size)
        await self.push_screen(self._monitor)
        # Before anything is painted: the first picture is a whole one.
        self._draw()
        self.source.subscribe(self._snapshot_ready)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Cease to ask; the session stays as it is."""
        self.source.stop()

    def on_snapshot_ready(self) -> None:
        """Draw the newest state, however many there were since the last drawing; what can wait comes with the tick."""
        self._pending = False
        if self.preset.tempo.looked_at == 0 or self._drawn is None or self._drawn.urges(Drawn.of(self.seen())):
            self._draw()

    def watch_app_focus(self, focus: bool) -> None:
        """The terminal is looked at again: draw what waited."""
        if focus and self._drawn is not None:
            self._draw()

    def on_accounts_pane_chosen(self, event: AccountsPane.Chosen) -> None:
        """The user wants to look at another account."""
        self.source.choose_account(event.account_id)

    def on_monitor_screen_rearranged(self) -> None:
        """The screen is arranged otherwise from now on."""
        self.remember()

    def on_said(self, event: Said) -> None:
        """A screen has something to tell."""
        self.say(event.text)

    def action_choose_account(self, step: int) -> None:
        """Look at the next account, or the previous one; all of them together have a place among them."""
        accounts = self.source.snapshot.accounts
        if len(accounts.all) < 2:
            return
        ids = [ALL, *(account.id for account in accounts.all)]
        at = ids.index(accounts.visible) if accounts.visible in ids else -1
        self.source.choose_account(ids[(at + step) % len(ids)])

    def action_next_theme(self) -> None:
        """Change to the next of our themes."""
        at = NAMES.index(self.theme) if self.theme in NAMES else -1
        self.action_theme(NAMES[(at + 1) % len(NAMES)])

    def action_theme(self, name: str) -> None:
        """Change to that theme, now and at the next start."""
        self.theme = name
        self.remember()

    def action_refresh(self) -> None:
        """Have everything asked anew."""
        self.source.refresh()

    def action_profile(self, name: str) -> None:
        """Watch another profile's gateway from now on."""
        if self.gateways is not None and name != self.gateways.current:
            self.run_worker(self._watch(name), name=f"profile {name}")

    async def action_scenario(self, name: str) -> None:
        """Have the simulated gateway play another scenario, without waiting for it."""
        self.run_worker(self._play(name), name=f"scenario {name}")

    def remember(self) -> None:
        """Keep how the screen is arranged, for the next start."""
        theme = ThemeName(self.theme) if self.theme in list(ThemeName) else None
        failed = self.preset.remember(replace(self._monitor.arrangement, theme=theme))
        if failed is not None:
            self.say(failed)

    async def _play(self, name: str) -> None:
        if await self._switching.play(name):
            self._monitor.profile = f"demo {name}"
            self._draw()

    async def _watch(self, wanted: str | Address) -> None:
        """Another gateway from now on: a profile's, by its name, or the one at an address that the user gave."""
        opened = await self._switching.open(wanted)
        if opened is None:
            return
        before, self.source = self.source, opened.source
        self._changes = Changes()
        self._monitor.show_another(opened.title, opened.badge)
        self.source.subscribe(self._snapshot_ready)
        self._draw()
        self.source.start()
        await asyncio.to_thread(before.stop)

    def _begin(self) -> None:
        if self.return_value is not None:  # told to end before there was anything to see
            return
        self._draw()
        self.source.start()
        self.run_worker(self._tick(), name="clock")

    def _snapshot_ready(self) -> None:
        """Called from the source's thread: at most one message waits, however long the terminal does not read."""
        if self._pending:
            return
        self._pending = True
        # The loop may have ended between the last snapshot and this one.
        with contextlib.suppress(RuntimeError):
            self.post_message(SnapshotReady())

    async def _tick(self) -> None:
        """Once a second, at the second: the clock, and what time alone changes."""
        terminal = OurTerminal()
        while True:
            clock = self.source.clock
            await clock.sleep(1 - clock.now().wall.microsecond / 1_000_000)
            if terminal.gone:
                self.exit(HUNG_UP)
            if self.preset.tempo.due(clock.now().wall.second, self.app_focus):
                self._draw()

    def _draw(self) -> None:
        # Told to end while it starts, what would be drawn on may never come to be.
        if not self._monitor.is_mounted or self.return_value is not None:
            return
        seen = self.seen()
        self._drawn = Drawn.of(seen)
        judged = seen.verdict
        self._monitor.show(seen.state, judged, seen.now, self.meter.rate(seen.now))
        for screen in self.screen_stack:
            if isinstance(screen, Follows) and (screen.beneath or screen is self.screen):
                screen.follow(seen)
        if self._changes.worsened(judged.name):
            self._alarm(judged.name)
        if (told := self._changes.told(seen.state)) is not None:
            self.say(told)
        self._first_run_if(judged)

    def _alarm(self, name: VerdictName) -> None:
        if self.preset.bell:
            self.bell()
        if self.preset.notify and self._driver is not None:
            self._driver.write(notification(self._monitor.profile, name))

    def _first_run_if(self, judged: Verdict) -> None:
        """Where nobody has said which gateway to watch, and none is at the usual address, say what can be done."""
        if self._first_steps is not None and self.screen is self._first_steps:
            if judged.name not in {VerdictName.GATEWAY_DOWN, VerdictName.UNKNOWN}:
                self._first_steps.dismiss(None)
        elif self._first_run and judged.name is VerdictName.GATEWAY_DOWN and self.screen is self._monitor:
            from tui.ui.screens.first_run import FirstRunScreen

            self._first_run = False
            url = self.source.snapshot.path.address.url
            self._first_steps = FirstRunScreen(url, seen=judged.seen)
            self.push_screen(self._first_steps, self._go_on)
        elif judged.name not in {VerdictName.GATEWAY_DOWN, VerdictName.UNKNOWN}:
            self._first_run = False

    def _go_on(self, wanted: Address | str | None) -> None:
        self._first_steps = None  # closed for good
        match wanted:
            case Address():
                self.run_worker(self._watch(wanted), name="address")
            case "walkthrough":
                self.action_walkthrough()
            case "demo":
                self.wants_demo = True
                self.exit(0)
            case "quit":
                self.exit(0)
