"""What opens above the monitor on a key or a command; each screen is read in when it is first opened."""

import os
from collections.abc import Callable, Sequence

from textual.command import CommandPalette

from tui.clock import Moment
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.domain.reopen import refusal
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict
from tui.ui.bare_app import BareApp
from tui.ui.copying import Copyable, copyables, public_copyables
from tui.ui.following import Seen
from tui.ui.glyphs import printable
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.source import MonitorSource

Judge = Callable[[MonitorState, Moment], Verdict]


class AboveMonitor(BareApp):
    """The actions that open something. A subclass sets what is declared here; another source may be watched later."""

    source: MonitorSource
    _monitor: MonitorScreen
    _judge: Judge

    def seen(self) -> Seen:
        """What is so now."""
        state, now = self.source.snapshot, self.source.clock.now()
        masked, browses = self._monitor.masked, self.preset.browse is not None
        return Seen(state, self._judge(state, now), now, self.source.examination, masked, browses)

    def action_help(self) -> None:
        """Show the help screen."""
        from tui.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.keymap))

    def action_command_palette(self) -> None:
        """Show the palette, with a prompt that the terminal can show."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=printable("Search for commands…", self.encoding)))

    def action_reopen(self) -> None:
        """Open the brokerage session again, on the user's word."""
        from tui.ui.screens.reopen import ReopenScreen

        seen = self.seen()
        name = seen.verdict.name

        def answered(compete: bool | None) -> None:
            if compete is not None:
                self.source.reopen(compete)

        self.push_screen(ReopenScreen(name, refusal(seen.state, name, seen.now)), answered)

    def action_copy(self) -> None:
        """Copy what the advice names; where that is several things, ask which."""
        seen = self.seen()
        self._copy_one_of(copyables(seen.verdict.remedy, seen.state))

    def action_copy_public(self) -> None:
        """Copy the address under which a tunnel makes the gateway public; where there are several, ask which."""
        items = public_copyables(self.source.snapshot.path)
        if items:
            self._copy_one_of(items)
        else:
            self.say("No public address of this gateway is known.")

    def _copy_one_of(self, items: Sequence[Copyable]) -> None:
        if len(items) == 1:
            self.copy(items[0])
        elif items:
            from tui.ui.screens.copy import CopyScreen

            self.push_screen(CopyScreen(items), self.copy)

    def action_exposure(self) -> None:
        """Show what is open, and offer to try the public addresses as a stranger would."""
        from tui.ui.screens.exposure import ExposureScreen, view_of

        def look() -> None:
            # Another gateway may be watched by then.
            self.source.look_for_exposure()

        seen = self.seen()
        self.push_screen(ExposureScreen(view_of(seen), seen.now, look, self.copy, self.keymap))

    def action_walkthrough(self) -> None:
        """Lead the user from what is wrong to what mends it."""
        from tui.ui.screens.walkthrough import Hands, WalkthroughScreen, view_of

        def examine(ids: tuple[str, ...] | None, fresh: bool) -> None:
            # Another gateway may be watched by then.
            self.source.examine(ids, fresh)

        def setup(left: Callable[[], None]) -> None:
            self._open_setup(left, self.source.snapshot.path.address.port)

        hands = Hands(examine, self.action_reopen, setup, self.copy, self.say, self.preset.browse)
        seen = self.seen()
        self.push_screen(WalkthroughScreen(view_of(seen), seen.now, hands, self.keymap))

    def action_setup(self) -> None:
        """Lead the user through the setting up of a gateway, beside what is watched."""
        self._open_setup()

    def _open_setup(self, left: Callable[[], None] = lambda: None, meant: int | None = None) -> None:
        """left: called once the user has left it. meant: the port of the gateway that it is about, if any."""
        from tui.ui.wizard_opening import open_wizard

        def prove(addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
            # Another gateway may be watched by then.
            return self.source.prove(addresses, tell)

        opening = open_wizard(self, self.source.clock, prove, left, meant)
        self.run_worker(opening, name="setup", group="setup", exclusive=True)

    def action_events(self) -> None:
        """Show everything that changed."""
        from tui.ui.screens.events import EventsScreen, view_of

        seen = self.seen()
        self.push_screen(EventsScreen(view_of(seen), seen.now))

    def action_history(self) -> None:
        """Show the session as plots."""
        from tui.ui.screens.history import HistoryScreen, view_of

        self.push_screen(HistoryScreen(view_of(self.seen()), self.preset.export_folder))

    def action_suspend(self) -> None:
        """Stop the process as a shell's Ctrl+Z does; where that ends the keep-alive, say so first."""
        if os.name == "nt" or self._driver is None or not self._driver.can_suspend:
            self.say("Programs can't be stopped here.")
            return
        keep_alive = self.source.snapshot.session.keep_alive
        if not keep_alive.enabled:
            self.action_suspend_process()
            return
        from tui.ui.screens.suspend import SuspendScreen

        self.push_screen(SuspendScreen(elsewhere=keep_alive.elsewhere), self._suspend_if)

    def _suspend_if(self, wanted: bool | None) -> None:
        if wanted:
            self.action_suspend_process()
