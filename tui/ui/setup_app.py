"""The setup wizard as a program of its own, without a monitor beneath."""

from functools import partial
from typing import ClassVar

from tui.clock import Clock
from tui.ui.bare_app import BareApp
from tui.ui.ends import HUNG_UP, OurTerminal, mend_continue
from tui.ui.preset import Preset
from tui.ui.theme import DARK
from tui.ui.wizard_opening import Prove, open_wizard

_LOOK_EVERY = 1.0


class SetupApp(BareApp):
    """Ends when the user leaves the wizard. prove: asks a gateway at addresses of this machine."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(
        self,
        clock: Clock,
        prove: Prove,
        *,
        theme: str = DARK,
        encoding: str | None = None,
        preset: Preset | None = None,
    ) -> None:
        super().__init__(theme=theme, encoding=encoding, preset=preset)
        self._clock = clock
        self._prove = prove

    def on_mount(self) -> None:
        """Show the first step."""
        if self._driver is not None:
            mend_continue(self._driver, partial(self.refresh, layout=True))
        self.run_worker(open_wizard(self, self._clock, self._prove, lambda: self.exit(0)), name="setup")
        self.run_worker(self._watch_terminal(), name="terminal")

    async def _watch_terminal(self) -> None:
        terminal = OurTerminal()
        while not terminal.gone:
            await self._clock.sleep(_LOOK_EVERY)
        self.exit(HUNG_UP)
