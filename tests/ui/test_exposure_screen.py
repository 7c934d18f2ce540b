"""The Exposure screen: what it lists, what it says it would send, that it asks only when told to, what came of it."""

from dataclasses import dataclass, field, replace

import pytest

from tests.support import path_states, states
from tests.support.host import Host, press, shown
from tests.support.parts import NOW, ago
from tests.support.path_states import CLOUDFLARED, NGROK, QUICK
from tests.support.screen import SMALL, app_of, screen_text, settled, source_of
from tests.support.slices import text
from tui.domain.address import PathKind
from tui.domain.exposure import Exposure, Openness, Probe
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.ui.copying import Copyable
from tui.ui.exposure_words import SHOWN, ExposureView, exposure_lines
from tui.ui.line import width
from tui.ui.screens.exposure import ExposureScreen
from tui.ui.screens.monitor import MonitorScreen

SERVED = Tunnel(PathKind.TAILSCALE, "box", True, "https://box.tail1234.ts.net", leads_here=True)


@dataclass
class Asked:
    """What the screen asked for."""

    looks: int = 0
    copied: list[Copyable | None] = field(default_factory=list)

    def look(self) -> None:
        """Count."""
        self.looks += 1

    def screen(self, path: PathState) -> ExposureScreen:
        """The screen of that path, which asks here."""
        return ExposureScreen(ExposureView(path), NOW, self.look, self.copied.append)


def words(path: PathState, cells: int = 76) -> str:
    """The screen's text, however it is broken into lines."""
    return " ".join(" ".join(text(exposure_lines(ExposureView(path), NOW, cells, "Enter or a"))).split())


def looked(path: PathState, *probes: Probe) -> PathState:
    """The path after a look that showed those."""
    return replace(path, exposure=Exposure(ago(31), ago(30), probes))


@pytest.mark.parametrize("name", path_states.PATH_STATES)
@pytest.mark.parametrize("cells", [56, 76, 116])
def test_the_text_fits(name: str, cells: int) -> None:
    view = ExposureView(path_states.PATH_STATES[name]().path)
    assert max(width(row) for row in exposure_lines(view, NOW, cells, "Enter or a")) <= cells


def test_it_lists_what_is_open_with_how_to_mend_it() -> None:
    said = words(path_states.exposed().path)
    for finding in (path_states.EVERYWHERE, path_states.QUICK_TUNNEL):
        assert f"▲ {finding.text} {finding.fix}" in said
    assert "$ ufw deny in proto tcp to any port 5000" in said


def test_it_says_exactly_what_it_would_send_and_where_to() -> None:
    path = path_states.by_ngrok().path
    assert (
        f"Enter or a tries it as a stranger: one request without any credentials to {NGROK}, for the session's status "
        "(POST /v1/api/iserver/auth/status)." in words(path)
    )
    several = words(path_states.exposed().path)
    assert "to each of the 2 addresses that the internet reaches" in several
    assert QUICK in several
    assert NGROK in several
    assert "No cookie, password or token goes with it" in several


def test_what_only_a_tailnet_reaches_is_listed_and_not_asked() -> None:
    said = words(replace(states.ready().path, tunnels=(SERVED,)))
    assert "https://box.tail1234.ts.net Tailscale, within the tailnet only" in said
    assert "Enter or a" not in said


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (path_states.exposed, "a tunnel's agent on this machine asks from this machine"),
        (path_states.by_cloudflare, "a tunnel's agent on this machine asks from this machine"),
        (path_states.local, "but never its websockets"),
        (path_states.by_lan, None),
        (states.ready, None),
    ],
)
def test_what_the_allow_list_does_not_do_is_said_where_it_matters(state: object, expected: str | None) -> None:
    said = words(state().path)  # type: ignore[operator]
    assert ("allow list" in said) == (expected is not None)
    assert expected is None or expected in said


@pytest.mark.parametrize("openness", Openness)
def test_every_answer_has_its_words(openness: Openness) -> None:
    said = words(looked(path_states.exposed().path, Probe(QUICK, openness, "403 “no”")))
    assert SHOWN[openness].means in said
    assert f"{SHOWN[openness].what} {QUICK}" in said
    assert "Seen: 403 “no”" in said
    assert "As a stranger saw it at 14:02:51" in said
    assert ("Stop cloudflared" in said) == (openness in {Openness.TRADABLE, Openness.OPEN})
    assert ("CRITICAL" in said) == (openness is Openness.TRADABLE)


def test_a_probe_of_an_address_that_is_no_more_has_advice_too() -> None:
    said = words(looked(states.ready().path, Probe("https://gone.example.net", Openness.OPEN, "401")))
    assert "Stop the tunnel, or put a guard before the gateway" in said


def test_a_look_that_found_no_address_says_so() -> None:
    assert "No public address was known then." in words(looked(states.ready().path))


def test_without_anything_it_says_so_and_that_it_did_not_look_yet() -> None:
    assert "This machine has not been looked over yet." in words(states.ready().path)
    assert "Nothing is known to be open." in words(path_states.by_lan().path)
    assert "None is known" in words(states.ready().path)


async def test_it_asks_on_enter_once_and_shows_that_it_is_under_way_and_what_came() -> None:
    asked, path = Asked(), path_states.exposed().path
    async with shown(asked.screen(path)) as (app, pilot):
        assert asked.looks == 0
        assert "Ask now" in app.lines[-1]
        await press(pilot, "enter", "enter", "a")
        assert asked.looks == 1
        give(app, replace(path, exposure=Exposure(ago(1))))
        await press(pilot, "enter", "a")
        assert asked.looks == 1
        assert "Asking as a stranger now" in app.words
        assert "Ask now" not in app.lines[-1]
        give(app, looked(path, Probe(QUICK, Openness.TRADABLE, "200")))
        await press(pilot)
        assert "CRITICAL: anyone can trade" in app.words
        assert "tries them again, as a stranger" in app.words
        await press(pilot, "a")
        assert asked.looks == 2


def give(app: Host, path: PathState) -> None:
    """As the app keeps it up to date."""
    screen = app.screen
    assert isinstance(screen, ExposureScreen)
    screen.state = ExposureView(path)


@pytest.mark.parametrize("path", [states.ready().path, replace(states.ready().path, tunnels=(SERVED,))])
async def test_where_there_is_nothing_to_ask_no_key_asks(path: PathState) -> None:
    asked = Asked()
    async with shown(asked.screen(path)) as (app, pilot):
        await press(pilot, "enter", "a")
        assert asked.looks == 0
        assert "Ask now" not in app.lines[-1]


async def test_it_copies_a_line_or_an_address() -> None:
    asked = Asked()
    async with shown(asked.screen(path_states.exposed().path)) as (app, pilot):
        await press(pilot, "c")
        assert "The line against “listens everywhere”" in app.words
        await press(pilot, "1")
        assert asked.copied == [Copyable("the line against “listens everywhere”", str(path_states.EVERYWHERE.command))]


async def test_one_thing_is_copied_without_a_question_and_nothing_not_at_all() -> None:
    asked = Asked()
    one = replace(states.ready().path, tunnels=(replace(CLOUDFLARED, findings=()),))
    async with shown(asked.screen(one)) as (app, pilot):
        await press(pilot, "c")
        assert asked.copied == [Copyable("the public address (Cloudflare Tunnel)", QUICK)]
        give(app, states.ready().path)
        await press(pilot, "c")
        assert len(asked.copied) == 1
        assert "Copy" not in app.lines[-1]


@pytest.mark.parametrize("key", ["escape", "x", "q"])
async def test_each_of_its_keys_closes_it(key: str) -> None:
    async with shown(Asked().screen(states.ready().path)) as (app, pilot):
        await press(pilot, key)
        assert app.results == [None]


async def test_the_smallest_terminal_shows_what_would_be_sent_first_and_scrolls_to_the_rest() -> None:
    async with shown(Asked().screen(path_states.exposed().path), (60, 18)) as (app, pilot):
        assert "one request without any credentials" in app.words
        await press(pilot, "G")
        assert "websockets" in app.words
        assert app.text.isprintable() or "\n" in app.text


async def test_in_ascii_everything_is_ascii() -> None:
    async with shown(Asked().screen(path_states.tradable().path), (60, 18), "ascii") as (app, pilot):
        await press(pilot, "j")
        assert app.text.isascii()


async def test_hostile_texts_are_text() -> None:
    probe = Probe("https://a.example", Openness.UNCLEAR, "[red]bold[/] [@click=app.quit]トヨタ[/]")
    async with shown(Asked().screen(looked(states.ready().path, probe))) as (app, _):
        assert "[@click=app.quit]トヨタ[/]" in app.squeezed


async def test_the_app_hands_it_newer_states_and_asks_its_source() -> None:
    app = app_of(path_states.exposed())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert source_of(app).exposure_looks == 0
        await pilot.press("x")
        await settled(pilot)
        assert isinstance(app.screen, ExposureScreen)
        assert source_of(app).exposure_looks == 0
        await pilot.press("enter")
        await settled(pilot)
        assert source_of(app).exposure_looks == 1
        source_of(app).push(path_states.tradable())
        await settled(pilot)
        assert "CRITICAL: anyone can trade" in screen_text(app)
        await pilot.press("c", "1")
        await settled(pilot)
        assert app.clipboard == path_states.EVERYWHERE.command
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        assert "strangers can trade" in screen_text(app)


async def test_nothing_asks_by_itself() -> None:
    state: MonitorState = path_states.tradable()
    app = app_of(state)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("x", "j", "G", "c", "escape", "x")
        await settled(pilot)
        source_of(app).push(replace(state, path=replace(state.path, exposure=None)))
        await settled(pilot)
        assert source_of(app).exposure_looks == 0
