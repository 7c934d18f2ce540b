"""The app: takes snapshots from the source, hands them to the screen, and acts on what the user wants."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import var

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, verdict
from tui.resources import stylesheet
from tui.ui.commands import Scope, bindings
from tui.ui.glyphs import UTF_8, printable, terminal_encoding
from tui.ui.palette import PaletteProvider
from tui.ui.panes.accounts import AccountsPane
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.screens.suspend import SuspendScreen
from tui.ui.source import MonitorSource, ScenarioSwitch
from tui.ui.theme import DARK, DEFAULTS, NAMES, THEMES

log = logging.getLogger(__name__)
Judge = Callable[[MonitorState, Moment], Verdict]


class SnapshotReady(Message):
    """The source has a newer state than the one that is drawn."""


class CpwatchApp(App[int]):
    """The monitor as a full-screen program. Its return value is the exit code.

    source: started when the screen is up, stopped when it goes. profile: its name, shown in the header. theme: one
    of `tui.ui.theme.NAMES`. judge: state and time -> verdict. encoding: the terminal's; by default the locale's.
    scenarios: what the palette can have the simulated gateway play, None where the gateway is a real one.
    """

    TITLE = "cpwatch"
    CSS_PATH: ClassVar[Any] = [stylesheet("base.tcss")]
    COMMANDS: ClassVar[Any] = {PaletteProvider}
    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.APP)
    ALLOW_SELECT = False
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
    ) -> None:
        super().__init__()
        self.source = source
        self.encoding = encoding or terminal_encoding()
        self.animation_level = "none"
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.scenarios = scenarios
        self._switching = asyncio.Lock()
        self._judge = judge
        self._monitor = MonitorScreen(profile)
        self._pending = False
        self.defect: Exception | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our meanings' colours, for themes that don't give them."""
        return DEFAULTS

    def on_mount(self) -> None:
        """Show what is known, and begin to ask."""
        self.set_class(self.encoding != UTF_8, "-ascii")
        self.push_screen(self._monitor)
        self.source.subscribe(self._snapshot_ready)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Cease to ask; the session stays as it is."""
        self.source.stop()

    def on_snapshot_ready(self) -> None:
        """Draw the newest state, however many there were since the last drawing."""
        self._pending = False
        self._draw()

    def on_accounts_pane_chosen(self, event: AccountsPane.Chosen) -> None:
        """The user wants to look at another account."""
        self.source.choose_account(event.account_id)

    def action_choose_account(self, step: int) -> None:
        """Look at the next account, or the previous one; all of them together have a place among them."""
        accounts = self.source.snapshot.accounts
        if len(accounts.all) < 2:
            return
        ids = [ALL, *(account.id for account in accounts.all)]
        at = ids.index(accounts.visible) if accounts.visible in ids else -1
        self.source.choose_account(ids[(at + step) % len(ids)])

    def action_help(self) -> None:
        """Show the help screen."""
        self.push_screen(HelpScreen())

    def action_next_theme(self) -> None:
        """Change to the next of our themes."""
        at = NAMES.index(self.theme) if self.theme in NAMES else -1
        self.theme = NAMES[(at + 1) % len(NAMES)]

    def action_suspend(self) -> None:
        """Stop the process as a shell's Ctrl+Z does; where that ends the keep-alive, say so first."""
        if os.name == "nt" or self._driver is None or not self._driver.can_suspend:
            self._say("Programs can't be stopped here.")
            return
        keep_alive = self.source.snapshot.session.keep_alive
        if not keep_alive.enabled:
            self.action_suspend_process()
            return
        self.push_screen(SuspendScreen(elsewhere=keep_alive.elsewhere), self._suspend_if)

    async def action_scenario(self, name: str) -> None:
        """Have the simulated gateway play another scenario, without waiting for it."""
        self.run_worker(self._switch(name), name=f"scenario {name}")

    async def action_quit(self) -> None:
        """Leave, well."""
        self.exit(0)

    def _fatal_error(self) -> None:
        """Leave on a defect, which is kept for whoever ran us. Textual's own way is to print a traceback."""
        self.defect = self._exception
        self._close_messages_no_wait()

    def _suspend_if(self, wanted: bool | None) -> None:
        if wanted:
            self.action_suspend_process()

    async def _switch(self, name: str) -> None:
        """One after the other, so that the header names the scenario that is played."""
        if self.scenarios is None:
            return
        async with self._switching:
            try:
                await asyncio.to_thread(self.scenarios.switch, name)
            except Exception as error:  # noqa: BLE001 (whatever it was, the demo goes on as it is, and the user is told)
                log.warning("the scenario %s could not be played: %s", name, error)
                self._say(f"The scenario {name} could not be played: {error}")
                return
            self._monitor.profile = f"demo {name}"
            self._draw()

    def _say(self, text: str) -> None:
        """A notice that goes away by itself; never markup."""
        self.notify(printable(text, self.encoding), severity="warning", markup=False)

    def _begin(self) -> None:
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
        clock = self.source.clock
        while True:
            await clock.sleep(1 - clock.now().wall.microsecond / 1_000_000)
            self._draw()

    def _draw(self) -> None:
        if not self._monitor.is_mounted:
            return
        state, now = self.source.snapshot, self.source.clock.now()
        self._monitor.show(state, self._judge(state, now), now)
