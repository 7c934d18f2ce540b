"""The whole loop before the real gateway: denied, set up on the wizard's own screens, restarted, let in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.real_gateway import RealGateway, gateway_home
from tests.support.screen import screen_text, until
from tests.support.wizards import WizardApp
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.engine.proof import prove_apart
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.wizard_machine import ThisMachine
from tui.ui.wizard_state import Step, Wizard

pytestmark = pytest.mark.live

DENIES_US = "ips:\n  allow:\n    - 127.0.0.3 # nobody\n  deny:\n    - 212.90.324.10\n"


def squeezed(app: WizardApp) -> str:
    """What stands on the screen, however it is broken into lines."""
    return "".join(screen_text(app).split())  # type: ignore[arg-type]


async def press(app: WizardApp, pilot: Pilot[int], *keys: str) -> StepScreen:
    """Press these, and wait for what comes of each."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
        await until(pilot, lambda: not app.busy)
        await pilot.pause()
    assert isinstance(app.screen, StepScreen)
    return app.screen


async def asked(app: WizardApp, pilot: Pilot[int], said: str) -> None:
    """Have the gateway asked, and wait until that was answered."""
    await press(app, pilot, "r")
    await until(pilot, lambda: "".join(said.split()) in squeezed(app))


async def test_denied_before_set_up_and_let_in_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, clock = gateway_home(), SystemClock()
    # Only loopback is asked.
    monkeypatch.setattr("tui.setup.networks.networks", lambda machine: ())
    folder = tmp_path / "gateway"

    def prove(addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        return prove_apart(clock, addresses, tell)

    with RealGateway(home, folder, "http://127.0.0.1:9", tls=False, ips=DENIES_US) as gateway:
        conf = folder / "root" / "conf.yaml"
        before = conf.read_bytes()
        app = WizardApp(ThisMachine(clock, prove), Wizard(meant=gateway.port))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            # As from the walkthrough: the gateway that runs on that port is found by its process.
            await until(pilot, lambda: isinstance(app.screen, StepScreen) and app.screen.wizard.step is Step.JUDGE)
            step = await press(app, pilot, "n", "n", "n")
            if step.wizard.step is Step.FIXES:
                step = await press(app, pilot, "n")
            assert step.wizard.step is Step.DIFF
            assert conf.read_bytes() == before
            step = await press(app, pilot, "n", "2")
            assert step.wizard.written is not None
            assert step.wizard.written.backup is not None
            assert step.wizard.written.backup.read_bytes() == before
            assert (await press(app, pilot, "n", "n")).wizard.step is Step.PROOF
            url = f"http://127.0.0.1:{gateway.port}"
            await asked(app, pilot, f"{url}  refused by the allow list, though by the file it should be let in")
            gateway.stop()
            await asked(app, pilot, f"{url}  nothing listens there: is the gateway running?")
            gateway.start()
            await asked(app, pilot, f"{url}  let in, as the file has it")
