"""Makes the pictures of the README: the simulated gateway, a clock driven by hand, and the real screens.

Run `python screenshots/render.py` from the project's folder after a change that shows; a test fails when a picture
is out of date.
"""

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
# Before textual is imported: what the terminal of whoever runs this can show must not matter.
os.environ.pop("NO_COLOR", None)
os.environ |= {"COLORTERM": "truecolor", "TERM": "xterm-256color", "TZ": "UTC"}

from tests.support import path_states, ways, wizards  # noqa: E402
from tests.support.clock import START, ManualClock  # noqa: E402
from tests.support.doctoring import played, scene_of  # noqa: E402
from tests.support.rig import Rig, rig  # noqa: E402
from tui.clock import Clock  # noqa: E402
from tui.config.themes import ThemeName  # noqa: E402
from tui.doctor.examination import Examination  # noqa: E402
from tui.doctor.on_engine import examined  # noqa: E402
from tui.domain.address import Address, PathKind  # noqa: E402
from tui.domain.events import ExposureAsked, ExposureSeen, PathSeen  # noqa: E402
from tui.domain.exposure import Openness, Probe  # noqa: E402
from tui.domain.proof import Proof  # noqa: E402
from tui.domain.state import Here, MonitorState, Pace  # noqa: E402
from tui.domain.tunnel import Tunnel  # noqa: E402
from tui.domain.way import Way  # noqa: E402
from tui.simulator.scenarios import Scenario  # noqa: E402
from tui.ui.app import CpwatchApp  # noqa: E402
from tui.ui.bare_app import BareApp  # noqa: E402
from tui.ui.preset import Preset  # noqa: E402

Story = Callable[[Rig], Awaitable[None]]


class Still:
    """A source that shows one state for ever."""

    def __init__(self, state: MonitorState, clock: Clock, examination: Examination) -> None:
        self.snapshot = state
        self.clock = clock
        self.examination = examination

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Nothing will change."""

    def choose_account(self, account_id: str) -> None:
        """Nothing will change."""

    def refresh(self) -> None:
        """Nothing will change."""

    def reopen(self, compete: bool) -> None:
        """Nothing will change."""

    def look_for_exposure(self) -> None:
        """Nothing will change."""

    def examine(self, ids: tuple[str, ...] | None = None, fresh: bool = False) -> None:
        """Nothing will change."""

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Nothing is asked."""
        del addresses, tell
        return False

    def start(self) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""


def looked_over(running: Rig, way: Way, *tunnels: Tunnel) -> None:
    """This machine was looked over, and that was found."""
    findings = (path_states.EVERYWHERE,) if way.kind is PathKind.LOCAL else ()
    running.core.apply(PathSeen(running.core.gateway, running.clock.now(), way, tunnels, findings))


async def an_hour(running: Rig) -> None:
    """A morning with two incidents: another login for two minutes, and a restart of the gateway."""
    looked_over(running, ways.LOCAL)
    await running.clock.advance(1260)
    running.gateway.set_scenario(Scenario.COMPETING)
    await running.clock.advance(120)
    running.gateway.set_scenario(Scenario.READY)
    await running.clock.advance(1115)
    running.transport.refused = True
    await running.clock.advance(13)
    running.transport.refused = False
    await running.clock.advance(1104)
    looked_over(running, ways.LOCAL)
    await running.clock.advance(20)


async def logged_out_overnight(running: Rig) -> None:
    """A good while, and then nobody is logged in any more."""
    await running.clock.advance(3512)
    running.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
    await running.clock.advance(120)


async def a_minute(running: Rig) -> None:
    """Long enough for everything to be known."""
    await running.clock.advance(80)


async def a_quarter(running: Rig) -> None:
    """Long enough for an advisor's accounts to have been asked about."""
    await running.clock.advance(900)


async def lapsed(running: Rig) -> None:
    """The brokerage session lapses under a living login."""
    await running.clock.advance(80)
    running.gateway.set_scenario(Scenario.LAPSED)
    await running.clock.advance(40)


async def ssh_gone(running: Rig) -> None:
    """Reached by `ssh -L`, until that ended."""
    looked_over(running, ways.SSH)
    await running.clock.advance(600)
    running.transport.refused = True
    looked_over(running, ways.SSH_GONE)
    await running.clock.advance(20)


async def exposed(running: Rig) -> None:
    """Two tunnels lead to the gateway, and a stranger's look has just told what they let through."""
    looked_over(running, ways.LOCAL, path_states.NGROK_AGENT, path_states.CLOUDFLARED)
    await running.clock.advance(80)
    now, gateway = running.clock.now(), running.core.gateway
    running.core.apply(ExposureAsked(gateway, now))
    probes = (
        Probe(path_states.NGROK, Openness.PROTECTED, "401, asking for a password"),
        Probe(path_states.QUICK, Openness.OPEN, '401 "Unauthorized"'),
    )
    running.core.apply(ExposureSeen(gateway, now, probes))


async def nobody_there(running: Rig) -> None:
    """There never was a gateway."""
    running.transport.refused = True
    await running.clock.advance(20)


async def set_up(running: Rig) -> None:
    """Nothing happens at a gateway: the setup is over a machine that is told."""


AT_HOME = Here("you")
OVER_SSH = Here("you", "203.0.113.7")


@dataclass(frozen=True)
class Picture:
    """One file, and how it comes about."""

    name: str
    size: tuple[int, int]
    story: Story
    theme: ThemeName = ThemeName.DARK
    here: Here = AT_HOME
    keys: tuple[str, ...] = ()
    scenario: Scenario = Scenario.READY
    first_run: bool = False


PICTURES = (
    Picture("monitor-120x36", (120, 36), an_hour),
    Picture("monitor-80x24", (80, 24), an_hour, ThemeName.LIGHT),
    Picture("login-required-80x24", (80, 24), logged_out_overnight, here=OVER_SSH),
    Picture("reopen-80x24", (80, 24), lapsed, keys=("b",)),
    Picture("copy-80x24", (80, 24), logged_out_overnight, here=OVER_SSH, keys=("c",)),
    Picture("sort-80x24", (80, 24), a_minute, keys=("o",)),
    Picture("filter-80x24", (80, 24), a_minute, ThemeName.COLOUR_BLIND, keys=("o", "9", "O", "/", "o", "p", "t")),
    Picture("detail-120x36", (120, 36), a_minute, keys=("j", "j", "j", "j", "j", "j", "enter")),
    Picture("export-80x24", (80, 24), a_minute, keys=("e",)),
    Picture("masked-80x24", (80, 24), a_minute, ThemeName.CONTRAST, keys=("m",)),
    Picture("accounts-120x36", (120, 36), a_quarter, scenario=Scenario.ADVISOR, keys=("3", "z")),
    Picture("wide-200x60", (200, 60), a_minute, scenario=Scenario.ADVISOR),
    Picture("events-80x24", (80, 24), an_hour, keys=("l",)),
    Picture("palette-80x24", (80, 24), a_minute, keys=("ctrl+p",)),
    Picture("help-80x24", (80, 24), a_minute, keys=("?",)),
    Picture("tunnel-down-80x24", (80, 24), ssh_gone),
    Picture("path-120x36", (120, 36), exposed, keys=("1", "z")),
    Picture("walkthrough-120x36", (120, 36), logged_out_overnight, here=OVER_SSH, keys=("d",)),
    Picture("exposure-80x24", (80, 24), exposed, keys=("x",)),
    Picture("history-120x36", (120, 36), an_hour, keys=("h",)),
    Picture("setup-80x24", (80, 24), set_up),
    Picture("first-run-80x24", (80, 24), nobody_there, first_run=True),
)


Ended = tuple[MonitorState, ManualClock, Examination]
_ENDED: dict[tuple[Story, Scenario, Here, bool], Ended] = {}


async def checked(running: Rig) -> Examination:
    """The walkthrough's checks of what there is now, on a machine on which all is well."""
    told: list[Examination] = []
    await played(examined(lambda _: scene_of(running), None, Examination(), told.append), running.clock)
    return replace(told[-1], begun_at=running.clock.now(), ended_at=running.clock.now())


async def ended(picture: Picture) -> Ended:
    """What there is to see at the end of the picture's story, and when that is; each story is told once."""
    walked = "d" in picture.keys
    key = (picture.story, picture.scenario, picture.here, walked)
    if key in _ENDED:
        return _ENDED[key]
    clock = ManualClock(START - timedelta(seconds=3632))
    made = rig(picture.scenario, clock=clock, here=picture.here, pace=Pace(positions=20))
    made.transport.latency = 0.037
    made.transport.own_latency = 0.0021
    made.transport.round_trip = 0.0004
    async with made.running() as running:
        await picture.story(running)
        examination = await checked(running) if walked else Examination()
        _ENDED[key] = (running.state, clock, examination)
    return _ENDED[key]


async def program(picture: Picture) -> BareApp:
    """What the picture is of."""
    if picture.story is set_up:
        return wizards.WizardApp(tools := wizards.PicturedTools(), wizards.at_lists(tools), picture.theme.value)
    state, clock, examination = await ended(picture)
    preset = Preset(first_run=picture.first_run, copy_file=Path("copied.txt"), export_folder=Path("exports"))
    return CpwatchApp(Still(state, clock, examination), theme=picture.theme.value, preset=preset, encoding="utf-8")


async def render(picture: Picture) -> str:
    """The picture as SVG; always the same for the same program."""
    app = await program(picture)
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause()
        for key in picture.keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause()
        svg = app.export_screenshot(title="cpwatch", simplify=True)
    return _without_web_fonts(svg)


def _without_web_fonts(svg: str) -> str:
    """A README shows pictures without fetching anything: the viewer's own fixed-width font will do."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return svg.replace("font-family: Fira Code,", "font-family: Menlo, Consolas, 'DejaVu Sans Mono',") + "\n"


def main() -> None:
    """Write all pictures."""
    for picture in PICTURES:
        target = FOLDER / f"{picture.name}.svg"
        target.write_text(asyncio.run(render(picture)), encoding="utf-8")
        print(target.relative_to(FOLDER.parent))


if __name__ == "__main__":
    main()
