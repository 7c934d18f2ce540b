"""Opens the setup wizard: what it needs is loaded only then, on a thread, so that no start pays for it."""

import asyncio
from collections.abc import Callable

from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.ui.bare_app import BareApp

Prove = Callable[[tuple[Address, ...], Callable[[Proof], None]], bool]


async def open_wizard(
    app: BareApp, clock: Clock, prove: Prove, left: Callable[[], None] = lambda: None, meant: int | None = None
) -> None:
    """Show its first step over what there is. left: called once the user has left it.

    meant: the port of the gateway that it is about; None to ask which.
    """
    await asyncio.to_thread(_load)
    from tui.ui.screens.wizard.flow import wizard
    from tui.ui.screens.wizard.step import StepScreen
    from tui.ui.wizard_machine import ThisMachine

    if any(isinstance(each, StepScreen) for each in app.screen_stack):
        return
    app.push_screen(wizard(ThisMachine(clock, prove), app.copy, meant), lambda _: left())


def _load() -> None:
    import tui.ui.screens.wizard.flow
    import tui.ui.wizard_machine  # noqa: F401 - loading them is what this is for
