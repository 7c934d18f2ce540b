"""The Walkthrough screen: what it says of a run, how it follows it, and what its keys do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from textual.pilot import Pilot

from tests.support import examinations, states
from tests.support.examinations import EXAMINATIONS, FINE, TITLES
from tests.support.host import Host, press, shown
from tests.support.parts import ACCOUNT, NOW
from tests.support.slices import text
from tui.doctor.check import Act, Outcome, Result, Status
from tui.doctor.checks import CHECKS
from tui.doctor.examination import Examination
from tui.domain.accounts import Account, AccountsState
from tui.domain.failure import Failure, FailureKind
from tui.domain.remedy import Remedy
from tui.domain.session import Reopening
from tui.domain.stamped import Stamped
from tui.domain.verdict import verdict
from tui.domain.verdict_name import VerdictName
from tui.ui.command import Scope
from tui.ui.commands import commands
from tui.ui.copying import Copyable
from tui.ui.keymap import Keymap
from tui.ui.line import plain, width
from tui.ui.screens.copy import CopyScreen
from tui.ui.screens.help import help_lines
from tui.ui.screens.login import LoginScreen, login_lines
from tui.ui.screens.walkthrough import Hands, WalkthroughScreen
from tui.ui.walkthrough_words import (
    WalkthroughView,
    detail_lines,
    entries,
    first_sentence,
    lead_lines,
    title_line,
    walkthrough_copyables,
)
from tui.ui.widgets.marked_list import MarkedList

SIZES = [(120, 36), (80, 24), (60, 18)]
SSH = "ssh -p 2222 -L 5000:localhost:5000 trader@192.0.2.17"


def view_of(name: str, **more: object) -> WalkthroughView:
    """The view of a named examination, with the state that goes with it."""
    state, found = EXAMINATIONS[name]
    made = state()
    return WalkthroughView(made, found(), verdict(made, NOW).name, **more)  # type: ignore[arg-type]


def lead(view: WalkthroughView, cells: int = 76, reopening: Reopening | None = None) -> str:
    """What is said at the top."""
    return " ".join(" ".join(text(lead_lines(view, cells, reopening))).split())


def detail(view: WalkthroughView, check: str, cells: int = 76) -> str:
    """What is said of one check, however it is broken into lines."""
    return " ".join(" ".join(text(detail_lines(view, check, cells, "b", "c"))).split())


@pytest.mark.parametrize("name", EXAMINATIONS)
@pytest.mark.parametrize("cells", [40, 58, 78])
def test_no_line_is_too_wide_and_all_is_printable(name: str, cells: int) -> None:
    view = view_of(name)
    rows = [title_line(view, NOW, cells), *lead_lines(view, cells), *(row for _, row in entries(view, cells))]
    for check in view.examination.titles:
        rows += detail_lines(view, check, cells, "b", "c")
    assert max(width(row) for row in rows) <= cells
    assert all(plain(row).isprintable() for row in rows)


def test_the_named_examinations_know_the_checks() -> None:
    assert {check.id: check.title for check in CHECKS} == TITLES
    assert [check.id for check in CHECKS] == list(TITLES)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("healthy", "● All is well: 24 checks passed."),
        ("beginning", "… Looking for the cause, from the settings on."),
        ("running", "… Looking for the cause, from the settings on."),
        (
            "nobody",
            "▲ The gateway runs, nobody is logged in. cpwatch notices the login by itself, and checks again then.",
        ),
        ("competing", "▲ Another program holds the brokerage session."),
        ("down", "▲ Nothing answers at localhost port 5000."),
        ("bad-conf", "▲ The gateway can't read its settings: 192.168.1.0/24 is no address."),
        ("warned", "▲ Nothing failed, but one thing to mind: cpwatch sends no keep-alive here."),
        ("in-trouble", "▲ The checks were ended by a defect of cpwatch (KeyError: 'x')."),
    ],
)
def test_the_first_line_names_the_leading_cause(name: str, said: str) -> None:
    assert lead(view_of(name)) == said


@pytest.mark.parametrize(
    ("means", "evidence", "said"),
    [
        ("Nobody is logged in. A 401 means that.", "401", "Nobody is logged in."),
        ("It listens at 127.0.0.1 only. So it is.", "", "It listens at 127.0.0.1 only."),
        ("One sentence alone", "", "One sentence alone"),
        ("", "401", "Login: 401"),
        ("", "", "Login"),
    ],
)
def test_a_cause_is_one_sentence(means: str, evidence: str, said: str) -> None:
    assert first_sentence(Result("login", "Login", Outcome(Status.FAILED, "x", evidence, means))) == said


def test_skipped_checks_are_counted_apart_where_all_is_well() -> None:
    skipped = Outcome(Status.SKIPPED, "elsewhere", "the gateway is on another machine")
    found = examinations.examination({**FINE, "java": skipped, "folder": skipped})
    assert lead(replace(view_of("healthy"), examination=found)) == (
        "● All is well: 22 checks passed, and 2 had nothing to look at."
    )


def test_each_check_has_its_mark_and_its_word() -> None:
    said = {check: plain(row).split("  ")[0].rstrip() for check, row in entries(view_of("running"), 44)}
    assert said["settings"] == "● passed"
    assert said["gateway"] == said["process"] == "… running"
    assert said["login"] == "· pending"
    said = {check: plain(row)[:9].rstrip() for check, row in entries(view_of("down"), 44)}
    assert (said["port"], said["login"]) == ("▲ failed", "– skipped")


def test_what_was_seen_stands_beside_the_title_where_there_is_room() -> None:
    assert plain(dict(entries(view_of("down"), 78))["port"]).endswith("connection refused")
    assert plain(dict(entries(view_of("down"), 44))["port"]).endswith("The port is reached")


@pytest.mark.parametrize(
    ("name", "check", "parts"),
    [
        (
            "down",
            "port",
            (
                "Looked at: what decides Seen: connection refused Nothing answers at localhost port 5000. What to do: ",
                "$ bin/run.sh root/conf.yaml",
                "More: https://example.com/guide",
            ),
        ),
        ("down", "login", ("– skipped Somebody is logged in", "Why: “The port is reached” failed")),
        ("competing", "competing", ("press b", "b Re-open the brokerage session", "It asks first")),
        ("nobody-over-ssh", "login", (f"$ {SSH}", "c copies the ssh line")),
        ("nobody", "login", ("No browser can be opened from here: c copies the login address.",)),
        ("bad-conf", "conf", ("b Set it up: see what each line of its conf.yaml does", "checks again")),
        ("running", "gateway", ("It is being looked at.",)),
        ("running", "login", ("Not looked at yet",)),
    ],
)
def test_the_detail_says_what_was_seen_what_it_means_and_what_to_do(
    name: str, check: str, parts: tuple[str, ...]
) -> None:
    said = detail(view_of(name), check)
    assert all(part in said for part in parts), said


def test_a_session_that_may_not_be_re_opened_now_has_no_button() -> None:
    said = detail(view_of("competing", refusal="Not re-opened: not again before 14:04:00."), "competing")
    assert "not again before 14:04:00" in said
    assert "Re-open the brokerage session" not in said


def test_a_try_to_re_open_is_told_until_the_session_is_there() -> None:
    view = view_of("competing")
    assert "Re-opening the brokerage session, without competing." in lead(view, reopening=Reopening(NOW, False))
    refused = Reopening(NOW, False, Failure(FailureKind.BACKEND, "500 with an empty body"), NOW)
    assert "failed: 500 with an empty body." in lead(view, reopening=refused)
    assert "failed" not in lead(replace(view, verdict=VerdictName.READY), reopening=refused)


def test_masked_the_accounts_are_hidden_wherever_they_stand() -> None:
    told = f"{ACCOUNT} of Retirement and DU7654321"
    outcome = Outcome(Status.FAILED, "odd", told, f"It is {told}.", Remedy(f"Ask {told}.", (f"echo {told}",)), told)
    found = examinations.failing("accounts", outcome)
    accounts = AccountsState(accounts=Stamped((Account(ACCOUNT, alias="Retirement"), Account("", alias="R")), NOW))
    state = replace(states.ready(), accounts=accounts)
    open_view = WalkthroughView(state, found)
    assert ACCOUNT in detail(open_view, "accounts")
    hidden = replace(open_view, masked=True)
    everything = detail(hidden, "accounts") + lead(hidden) + plain(dict(entries(hidden, 200))["accounts"])
    assert "DU•••567" in everything
    for secret in (ACCOUNT, "Retirement", "DU7654321"):
        assert secret not in everything


def test_what_can_be_copied_is_what_the_remedy_names() -> None:
    over_ssh = view_of("nobody-over-ssh")
    found = walkthrough_copyables(over_ssh, over_ssh.outcome("login"))
    assert [each.text for each in found] == [SSH, "https://localhost:5000"]
    assert walkthrough_copyables(over_ssh, over_ssh.outcome("port")) == ()
    assert walkthrough_copyables(over_ssh, None) == ()
    down = view_of("down")
    assert walkthrough_copyables(down, down.outcome("port"))[-1] == Copyable(
        "a page that tells more", "https://example.com/guide"
    )
    hostile = view_of("hostile")
    assert all(each.text.isprintable() for each in walkthrough_copyables(hostile, hostile.outcome("login")))


def test_help_lists_its_keys() -> None:
    said = " ".join(" ".join(text(help_lines(76, Keymap({"walkthrough-all": ("F",)})))).split())
    assert "In the walkthrough" in said
    assert all(command.help in said for command in commands(Scope.WALKTHROUGH))
    assert "F Run all checks anew." in said


@dataclass
class Asked:
    """What the screen asked for."""

    examined: list[tuple[tuple[str, ...] | None, bool]] = field(default_factory=list)
    reopened: int = 0
    left: list[Callable[[], None]] = field(default_factory=list)
    copied: list[Copyable | None] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    opens: bool = True

    def reopen(self) -> None:
        """Count."""
        self.reopened += 1

    def browse(self, url: str) -> bool:
        """Remember it."""
        self.opened.append(url)
        return self.opens

    def hands(self) -> Hands:
        """The screen's hands, which reach here."""
        return Hands(
            lambda ids, fresh: self.examined.append((ids, fresh)),
            self.reopen,
            self.left.append,
            self.copied.append,
            self.told.append,
            self.browse,
        )


@asynccontextmanager
async def opened(
    view: WalkthroughView, size: tuple[int, int] = (80, 24), encoding: str = "utf-8"
) -> AsyncIterator[tuple[Host, Pilot[int], Asked]]:
    """The screen with that view."""
    asked = Asked()
    async with shown(WalkthroughScreen(view, NOW, asked.hands()), size, encoding) as (app, pilot):
        yield app, pilot, asked


async def give(app: Host, pilot: Pilot[int], view: WalkthroughView, seconds: float = 0.0) -> None:
    """As the app keeps it up to date."""
    screen = next(each for each in app.screen_stack if isinstance(each, WalkthroughScreen))
    screen.state = view
    screen.now = NOW.plus(seconds)
    await pilot.pause()
    await pilot.pause()


def cursor(app: Host) -> str | None:
    """The check that the detail is of."""
    return app.screen.query_one(MarkedList).cursor_key


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_the_cause_the_check_and_its_detail(size: tuple[int, int], encoding: str) -> None:
    async with opened(view_of("nobody", browser=True), size, encoding) as (app, _, asked):
        assert asked.examined == [(None, False)]
        assert "The gateway runs, nobody is logged in." in app.lines[1]
        assert cursor(app) == "login"
        marked = "▲ failed" if encoding == "utf-8" else "! failed"
        assert app.text.count(f"{marked}   Somebody is logged in") == 1
        assert f"{marked}  Somebody is logged in" in app.text
        assert 'Seen: 401 "Unauthorized"' in app.text
        assert "b Do it" in app.lines[-1]
        assert app.text.isascii() is (encoding == "ascii")


@pytest.mark.parametrize("size", SIZES[1:])
async def test_the_cause_is_in_view_though_all_was_found_at_once(size: tuple[int, int]) -> None:
    view = view_of("nobody")
    async with opened(replace(view, examination=Examination()), size) as (app, pilot, _):
        await give(app, pilot, view)
        listed = app.screen.query_one(MarkedList)
        at = list(TITLES).index("login")
        assert listed.scroll_offset.y <= at < listed.scroll_offset.y + listed.size.height


async def test_where_there_is_little_room_what_to_do_comes_before_what_it_means() -> None:
    view = view_of("nobody")
    outcome = view.outcome("login")
    assert outcome is not None
    assert outcome.means
    means = " ".join(outcome.means.split()[:4])
    for dense in (False, True):
        said = " ".join(" ".join(text(detail_lines(view, "login", 76, "b", "c", dense=dense))).split())
        assert (said.index("What to do:") < said.index(means)) is dense


@pytest.mark.parametrize("name", ["hostile", "in-trouble"])
async def test_nothing_but_text_is_drawn(name: str) -> None:
    async with opened(view_of(name, browser=True), (60, 18)) as (app, pilot, _):
        await press(pilot, "J")
        assert app.text.replace("\n", "").isprintable()
        if name == "hostile":
            assert "[@click=app.quit]トヨタ[/]" in app.squeezed
        assert app.is_running


async def test_the_check_under_the_cursor_has_a_ground_of_its_own() -> None:
    async with opened(view_of("down")) as (app, pilot, _):

        def grounds() -> list[str]:
            strips = app.screen._compositor.render_strips()[2:9]
            return [str({each.style.bgcolor for each in list(strip)[1:4] if each.style}) for strip in strips]

        before = grounds()
        assert [before.count(each) for each in before] == [6, 6, 1, 6, 6, 6, 6]
        await press(pilot, "down")
        assert [grounds().count(each) for each in grounds()] == [6, 6, 6, 1, 6, 6, 6]


async def test_the_cursor_follows_the_cause_until_the_user_moves_it() -> None:
    async with opened(view_of("running")) as (app, pilot, _):
        assert cursor(app) == "settings"
        await give(app, pilot, view_of("down"))
        assert cursor(app) == "port"
        await give(app, pilot, view_of("nobody"))
        assert cursor(app) == "login"
        assert "Somebody is logged in" in app.text
        await press(pilot, "down")
        assert cursor(app) == "brokerage"
        assert "Why: “Somebody is logged in” failed" in app.words
        await give(app, pilot, view_of("down"))
        assert cursor(app) == "brokerage"


async def test_the_detail_begins_at_its_top_for_another_check_and_scrolls_by_its_keys() -> None:
    async with opened(view_of("down"), (60, 18)) as (app, pilot, _):
        detail = app.screen.query_one("#walkthrough-detail")
        await press(pilot, "J", "shift+down")
        assert detail.scroll_offset.y == 2
        await press(pilot, "K")
        assert detail.scroll_offset.y == 1
        await press(pilot, "up")
        assert detail.scroll_offset.y == 0


async def test_all_again_and_one_again_unless_they_run() -> None:
    async with opened(view_of("down")) as (app, pilot, asked):
        await press(pilot, "r", "enter", "a", "j", "enter")
        assert asked.examined[1:] == [(None, True), (("port",), True), (("port",), True), (("tunnel",), True)]
        await give(app, pilot, view_of("running"))
        await press(pilot, "r", "enter", "a")
        assert len(asked.examined) == 5
        assert "Check all again" not in app.lines[-1]


async def test_a_click_moves_the_cursor_and_a_second_one_checks_again() -> None:
    async with opened(view_of("healthy")) as (app, pilot, asked):
        await pilot.click("#walkthrough-list", offset=(5, 2))
        await press(pilot)
        assert cursor(app) == "port"
        assert len(asked.examined) == 1
        await pilot.click("#walkthrough-list", offset=(5, 2))
        await press(pilot)
        assert asked.examined[1:] == [(("port",), True)]


async def test_it_copies_the_one_thing_or_asks_which_and_nothing_where_there_is_nothing() -> None:
    async with opened(view_of("nobody-over-ssh")) as (app, pilot, asked):
        await press(pilot, "c")
        assert isinstance(app.screen, CopyScreen)
        await press(pilot, "1")
        assert asked.copied == [Copyable("the ssh line", SSH)]
        await press(pilot, "up", "c")
        assert len(asked.copied) == 1
        assert "Copy" not in app.lines[-1]
    async with opened(view_of("nobody")) as (_, pilot, asked):
        await press(pilot, "c")
        assert asked.copied == [Copyable("the login address", "https://localhost:5000")]


@pytest.mark.parametrize("click", [False, True])
async def test_re_opening_is_handed_on_and_asked_about_there(click: bool) -> None:
    async with opened(view_of("competing"), (120, 36)) as (app, pilot, asked):
        if click:
            y = next(at for at, row in enumerate(app.lines) if "b Re-open the brokerage" in row)
            await pilot.click(offset=(app.lines[y].index("b Re-open"), y))
        await press(pilot, *(() if click else ("b",)))
        assert asked.reopened == 1


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("competing", {"refusal": "Not now."}),
        ("nobody", {}),
        ("nobody-over-ssh", {"browser": True}),
        ("down", {"browser": True}),
        ("running", {"browser": True}),
    ],
)
async def test_where_nothing_can_be_done_the_key_does_nothing(name: str, more: dict[str, object]) -> None:
    async with opened(view_of(name, **more)) as (app, pilot, asked):
        await press(pilot, "b")
        assert (asked.reopened, asked.opened) == (0, [])
        assert isinstance(app.screen, WalkthroughScreen)
        assert "Do it" not in app.lines[-1]


async def test_the_login_page_is_opened_only_when_it_was_asked() -> None:
    async with opened(view_of("nobody", browser=True)) as (app, pilot, asked):
        await press(pilot, "b")
        assert isinstance(app.screen, LoginScreen)
        assert "opens https://localhost:5000 in the browser" in app.words
        await press(pilot, "escape")
        assert asked.opened == []
        await press(pilot, "b", "2")
        assert asked.copied == [Copyable("the login address", "https://localhost:5000")]
        await press(pilot, "b", "enter")
        await app.workers.wait_for_complete()
        assert asked.opened == ["https://localhost:5000"]
        assert asked.told == []


async def test_a_browser_that_does_not_open_is_told() -> None:
    async with opened(view_of("nobody", browser=True)) as (app, pilot, asked):
        asked.opens = False
        await press(pilot, "b", "1")
        await app.workers.wait_for_complete()
        assert asked.told == ["No browser could be opened. Open https://localhost:5000 yourself."]


@pytest.mark.parametrize("cells", [30, 56, 72])
def test_the_question_fits(cells: int) -> None:
    assert max(width(row) for row in login_lines(f"https://{'x' * 90}:5000\x1b[31m", cells)) <= cells


@pytest.mark.parametrize("key", ["escape", "d", "q"])
async def test_each_of_its_keys_closes_it(key: str) -> None:
    async with opened(view_of("healthy")) as (app, pilot, _):
        await press(pilot, key)
        assert app.results == [None]


async def test_it_checks_again_once_after_the_verdict_has_changed_and_not_too_often() -> None:
    nobody = view_of("nobody")
    came = replace(nobody, verdict=VerdictName.INITIALISING)
    async with opened(nobody) as (app, pilot, asked):
        await give(app, pilot, came, 0.5)  # the run began four seconds ago
        assert len(asked.examined) == 1
        await give(app, pilot, came, 1.0)
        assert asked.examined[1:] == [(None, False)]
        again = replace(came, examination=replace(view_of("running").examination, begun_at=NOW.plus(1)))
        await give(app, pilot, replace(again, verdict=VerdictName.READY), 7.0)
        assert len(asked.examined) == 2  # it runs
        done = replace(
            again, verdict=VerdictName.READY, examination=replace(examinations.healthy(), begun_at=NOW.plus(1))
        )
        await give(app, pilot, done, 8.0)
        assert len(asked.examined) == 3
        await give(app, pilot, replace(done, examination=replace(done.examination, begun_at=NOW.plus(8))), 60.0)
        assert len(asked.examined) == 3


async def test_what_a_run_has_found_out_itself_is_no_reason_for_another() -> None:
    state, _ = EXAMINATIONS["beginning"]
    async with opened(WalkthroughView(state(), examinations.running())) as (app, pilot, asked):
        assert asked.examined == []  # one runs already
        await give(app, pilot, replace(view_of("running"), verdict=VerdictName.DENIED), 9.0)
        await give(app, pilot, replace(view_of("down"), verdict=VerdictName.DENIED, state=state()), 10.0)
        await give(app, pilot, replace(view_of("down"), verdict=VerdictName.UNKNOWN, state=state()), 20.0)
        assert asked.examined == []


async def test_a_try_to_re_open_that_ended_is_followed_by_a_look_even_where_the_verdict_stays() -> None:
    view = view_of("competing")

    def tried(outcome: Failure | None) -> WalkthroughView:
        return replace(view, state=replace(view.state, reopening=Reopening(NOW, False, outcome)))

    async with opened(view) as (app, pilot, asked):
        await give(app, pilot, tried(None), 8.0)
        assert "Re-opening the brokerage session" in app.words
        assert len(asked.examined) == 1
        await give(app, pilot, tried(Failure(FailureKind.BACKEND, "500")), 9.0)
        await give(app, pilot, tried(Failure(FailureKind.BACKEND, "500")), 20.0)
        assert asked.examined[1:] == [(None, False)]


async def test_another_gateway_is_checked_at_once() -> None:
    async with opened(view_of("down")) as (app, pilot, asked):
        other = replace(states.starting(), gateway="another")
        await give(app, pilot, WalkthroughView(other, Examination()))
        assert asked.examined == [(None, False)] * 2
        await give(app, pilot, WalkthroughView(other, Examination()), 1.0)
        assert len(asked.examined) == 2


@pytest.mark.parametrize("act", Act)
def test_every_act_has_its_words(act: Act) -> None:
    outcome = Outcome(Status.FAILED, "x", "seen", "It means.", Remedy("Do so.", (), "https://localhost:5000"))
    plainly, offered = (
        WalkthroughView(states.login_required(), examinations.failing("login", each), browser=True)
        for each in (outcome, replace(outcome, act=act))
    )
    assert detail(offered, "login").startswith(detail(plainly, "login"))
    assert detail(offered, "login") != detail(plainly, "login")
