"""What each pane says, computed without a screen."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support import states
from tests.support.states import ACCOUNT, NOW, ago
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Entry, Level
from tui.domain.session import KeepAlive
from tui.domain.stamped import Stamped
from tui.domain.state import JobFault, MonitorState
from tui.domain.verdict import Verdict, VerdictName, login_live, verdict
from tui.ui.commands import Scope, footer_commands
from tui.ui.line import Line, Tone, plain, width
from tui.ui.panes.accounts import AccountsView, account_line, account_rows, detail_lines
from tui.ui.panes.events import EventsView, event_lines
from tui.ui.panes.path import PathView, chain, path_lines
from tui.ui.panes.positions import PositionsView, cells, note_lines, price, title_line
from tui.ui.panes.session import SessionView, keep_alive_words, session_lines
from tui.ui.size import Density, density
from tui.ui.theme import THEMES
from tui.ui.widgets.banner import banner_lines, needed
from tui.ui.widgets.footer import footer_line
from tui.ui.widgets.header import HeaderView, header_line
from tui.ui.words import old, when

LAYOUTS = [(58, Density.BRIEF), (78, Density.COMPACT), (108, Density.COMPACT), (51, Density.FULL), (61, Density.FULL)]


def text(rows: list[Line]) -> list[str]:
    """The lines' texts."""
    return [plain(row).rstrip() for row in rows]


def path_of(state: MonitorState) -> PathView:
    """The Path pane's slice."""
    return PathView(state.path, verdict(state, NOW).name, state.pace)


def session_of(state: MonitorState) -> SessionView:
    """The Session pane's slice."""
    return SessionView(state.session, login_live(state, NOW), verdict(state, NOW).name, state.pace)


def accounts_of(state: MonitorState) -> AccountsView:
    """The Accounts pane's slice."""
    return AccountsView(state.accounts, state.pace)


def positions_of(state: MonitorState) -> PositionsView:
    """The Positions pane's slice."""
    return PositionsView(
        state.accounts.visible,
        state.positions.books.get(ACCOUNT),
        state.positions.failures.get(ACCOUNT),
        state.pace,
    )


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize(("cells", "layout"), LAYOUTS)
def test_no_pane_writes_wider_than_it_is(name: str, cells: int, layout: Density) -> None:
    state = states.STATES[name]()
    rows = [
        *path_lines(path_of(state), NOW, cells, layout),
        *session_lines(session_of(state), NOW, cells, layout),
        *account_line(accounts_of(state), NOW, cells),
        *detail_lines(accounts_of(state), NOW, cells),
        *note_lines(positions_of(state), NOW, cells),
        *event_lines(EventsView(state.journal, state.faults), NOW, cells, layout),
        *banner_lines(verdict(state, NOW), cells),
    ]
    assert max(width(row) for row in rows) <= cells


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ready, "this machine ──0.4 ms── gateway ──37 ms── IBKR"),
        (states.starting, "this machine ──–── gateway ──–── IBKR"),
        (states.gateway_down, "this machine ──✕── gateway ──–── IBKR"),
        (states.denied, "this machine ──✕── gateway ──–── IBKR"),
        (states.backend_hung, "this machine ──0.4 ms── gateway ──✕── IBKR"),
    ],
)
def test_the_chain_shows_each_leg(state: Callable[[], MonitorState], expected: str) -> None:
    assert plain(chain(path_of(state()), 60)) == expected


def test_the_chain_shortens_where_room_is_short() -> None:
    assert plain(chain(path_of(states.ready()), 40)).startswith("here ──0.4 ms──")


def test_an_old_leg_says_its_age() -> None:
    assert "first byte 37 ms  13:01:42 · 1 h old" in text(
        path_lines(path_of(states.backend_hung()), NOW, 60, Density.FULL)
    )


def test_the_address_of_an_unmeasured_path() -> None:
    assert text(path_lines(path_of(states.starting()), NOW, 60, Density.COMPACT))[1].strip() == (
        "local · https://localhost:5000  first byte –"
    )


@pytest.mark.parametrize(
    ("state", "login", "brokerage", "competing"),
    [
        (states.ready, "● live", "● ready  JifN19053", "○ no"),
        (states.competing, "● live", "▲ competing  JifN19053", "▲ yes"),
        (states.contested, "● live", "▲ ready, contested  JifN19053", "▲ yes"),
        (states.login_required, "▲ none", "▲ none", "– unknown"),
        (states.gateway_down, "– unknown", "– unknown", "– unknown"),
        (states.backend_hung, "– unknown", "– unknown", "– no  13:01:42 · 1 h old"),
        (states.starting, "– unknown", "– unknown", "– unknown"),
    ],
)
def test_the_session_says_each_fact(
    state: Callable[[], MonitorState], login: str, brokerage: str, competing: str
) -> None:
    rows = text(session_lines(session_of(state()), NOW, 80, Density.FULL))
    assert rows[:3] == [f"Login (SSO)  {login}", f"Brokerage    {brokerage}", f"Competing    {competing}"]


@pytest.mark.parametrize(
    ("keep_alive", "cells", "expected"),
    [
        (KeepAlive(enabled=False), 60, "○ off (--no-keep-alive)"),
        (KeepAlive(), 60, "– none due yet"),
        (KeepAlive(next_at=ago(-48)), 60, "– none due yet, next 14:04:10"),
        (
            KeepAlive(slots=states.slots(), next_at=ago(-48)),
            60,
            "● 60 of 60 this hour · 14:03:10, next 14:04:10",
        ),
        (KeepAlive(slots=states.slots(), next_at=ago(-48)), 30, "● 60/60 · 14:03:10, next 14:04:10"),
        (
            KeepAlive(slots=states.slots(58, 2), next_at=ago(-3), failures=2),
            70,
            "▲ 58 of 60 this hour · 2 unanswered · 14:01:10, next 14:03:25",
        ),
        (
            KeepAlive(slots=states.slots(0, 1), next_at=ago(-3), failures=1),
            60,
            "▲ 0 of 1 this hour · never answered, next 14:03:25",
        ),
        (KeepAlive(slots=states.slots(2), next_at=None), 60, "● 2 of 2 this hour · 14:03:10, sending now"),
    ],
)
def test_the_keep_alive_in_words(keep_alive: KeepAlive, cells: int, expected: str) -> None:
    assert plain(keep_alive_words(keep_alive, NOW, cells)) == expected


def test_the_accounts_mark_the_visible_one() -> None:
    rows = account_rows(accounts_of(states.several_accounts()), NOW)
    assert [[cell.text for cell in row[:4]] for _, row in rows] == [
        [" DU1234567", "USD", "1,005,166", "88,020"],
        ["▸DU1234568", "EUR", "88,020", "1,200"],
        [" DU1234569", "CHF", "–", "–"],
    ]


@pytest.mark.parametrize(
    ("state", "cells", "expected"),
    [
        (states.ready, 78, "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12"),
        (states.several_accounts, 78, "Account   ▸DU1234568 (income)  EUR 88,020.00  cash 1,200.40  2 of 3"),
        (states.several_accounts, 60, "Account   ▸DU1234568  EUR 88,020.00  cash 1,200.40  2 of 3"),
        (states.several_accounts, 50, "Account   ▸DU1234568 (income)  EUR 88,020  2 of 3"),
        (states.starting, 78, "Account   – not known yet"),
        (
            states.backend_hung,
            78,
            "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12  13:01:42 · 1 h old",
        ),
    ],
)
def test_the_account_in_one_line(state: Callable[[], MonitorState], cells: int, expected: str) -> None:
    assert text(account_line(accounts_of(state()), NOW, cells))[0] == expected


def test_an_accounts_failure_is_told() -> None:
    state = states.ready()
    failure = Stamped(Failure(FailureKind.BACKEND, '503 "x"', 503), ago(4))
    failing = replace(state.accounts, summary_failures={ACCOUNT: failure}, failure=failure)
    view = AccountsView(failing, state.pace)
    assert '▲ summary failed at 14:03:18: 503 "x"' in " ".join(text(account_line(view, NOW, 78)))
    words = " ".join(text(detail_lines(view, NOW, 60)))
    assert "▲ accounts failed at 14:03:18" in words
    assert "▲ summary failed at 14:03:18" in words


def test_no_accounts_and_no_summary_are_said() -> None:
    state = states.ready()
    none = replace(state.accounts, accounts=Stamped((), ago(1)), visible=None, summaries={})
    assert text(detail_lines(AccountsView(none, state.pace), NOW, 30)) == ["no accounts"]
    unknown = replace(state.accounts, summaries={})
    assert text(detail_lines(AccountsView(unknown, state.pace), NOW, 30)) == ["– worth not known yet"]


@pytest.mark.parametrize(
    ("state", "title", "notes"),
    [
        (states.ready, "DU1234567 · 12 · 14:03:20", []),
        (states.stale_positions, "DU1234567 · 12 · 14:00:02 · 3 min old", []),
        (states.empty_book, "DU1234567 · 0 · 14:03:20", ["no positions"]),
        (states.starting, "", ["– not known yet"]),
        (
            states.failing_positions,
            "DU1234567 · 12 · 14:02:17 · 1 min old",
            ['▲ positions failed at 14:03:18: 503 "Service Unavailable"'],
        ),
    ],
)
def test_positions_tell_empty_unknown_old_and_failed_apart(
    state: Callable[[], MonitorState], title: str, notes: list[str]
) -> None:
    view = positions_of(state())
    assert plain(title_line(view, NOW)) == title
    assert text(note_lines(view, NOW, 80)) == notes


def test_an_account_without_a_book_has_its_name_alone() -> None:
    assert plain(title_line(PositionsView(ACCOUNT, None, None, states.ready().pace), NOW)) == ACCOUNT


def test_gain_and_loss_differ_by_sign_and_tone_until_they_are_old() -> None:
    gain, loss = states.BOOK[0], states.BOOK[2]
    assert (cells(gain)[6].text, cells(gain)[6].tone) == ("+518.00", Tone.GAIN)
    assert (cells(loss)[6].text, cells(loss)[6].tone) == ("-447.00", Tone.LOSS)
    assert {cell.tone for cell in cells(gain, stale=True)} == {Tone.STALE}
    assert cells(gain, stale=True)[6].text == "+518.00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        ("175.43", "175.43"),
        ("10", "10.00"),
        ("1.0842", "1.0842"),
        ("6.15", "6.15"),
        ("0.00039", "0.0004"),
        ("-3", "-3.00"),
        ("NaN", "–"),
    ],
)
def test_small_prices_keep_their_decimals(value: str | None, expected: str) -> None:
    assert price(Decimal(value) if value else None) == expected


def test_events_are_newest_first_with_mark_and_time() -> None:
    rows = text(event_lines(EventsView(states.JOURNAL), NOW, 60, Density.FULL))
    assert rows[0] == "14:02:11  ● keep-alive answered again after 1 failure"
    assert rows[-1] == "12:01:22  ● login seen"


def test_an_event_of_another_day_has_its_date() -> None:
    entry = Entry(ago(86400), Level.INFO, "long ago")
    assert text(event_lines(EventsView((entry,)), NOW, 60, Density.FULL)) == ["11-19 14:03:22  ○ long ago"]


@pytest.mark.parametrize(("seconds", "ending"), [(8.0, "until 14:03:25"), (None, "until cpwatch is started again")])
def test_a_job_that_stands_still_is_told_first(seconds: float | None, ending: str) -> None:
    fault = JobFault(ago(5), "ValueError: x", seconds)
    rows = text(event_lines(EventsView(states.JOURNAL, {"summary": fault}), NOW, 120, Density.FULL))
    assert rows[0] == f"▲ the summary job stands still by a defect of cpwatch (ValueError: x), {ending}"


def test_no_events_are_said() -> None:
    assert text(event_lines(EventsView(), NOW, 60, Density.COMPACT)) == ["Events    nothing has changed yet"]


@pytest.mark.parametrize(("seconds", "expected"), [(30, "<1 min old"), (200, "3 min old"), (7300, "2 h old")])
def test_ages_move_by_the_minute_at_most(seconds: float, expected: str) -> None:
    assert old(ago(seconds), NOW) == expected


def test_a_time_of_another_day_has_its_date() -> None:
    assert when(ago(60), NOW) == "14:02:22"
    assert when(ago(-86400), NOW) == "11-21 14:03:22"


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize("cells", [40, 48, 68, 108, 190])
def test_the_header_never_leaves_out_badge_and_verdict(name: str, cells: int) -> None:
    state = states.STATES[name]()
    judged = verdict(state, NOW)
    view = HeaderView("a-profile-with-a-long-name", "localhost", "https://localhost:5000", state.accounts.paper, judged)
    said = plain(header_line(view, cells))
    assert judged.name.words in said
    assert {True: " PAPER ", False: " LIVE ", None: " – "}[state.accounts.paper] in said
    assert len(said) <= cells


@pytest.mark.parametrize(("paper", "tone"), [(True, Tone.PAPER), (False, Tone.LIVE), (None, Tone.MUTED)])
def test_live_and_paper_look_different(paper: bool | None, tone: Tone) -> None:
    view = HeaderView("", "localhost", "https://localhost:5000", paper, verdict(states.ready(), NOW))
    assert tone in {part.tone for part in header_line(view, 70)}


@pytest.mark.parametrize("name", VerdictName)
def test_every_verdict_has_its_words_in_the_header_at_80(name: VerdictName) -> None:
    view = HeaderView("home", "localhost", "https://localhost:5000", False, Verdict(name, "some summary"))
    assert name.words in plain(header_line(view, 68))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ready, False),
        (states.starting, False),
        (states.login_required, True),
        (states.competing, True),
        (states.backend_hung, True),
    ],
)
def test_the_banner_is_there_when_something_is_to_be_done(state: Callable[[], MonitorState], expected: bool) -> None:
    assert needed(verdict(state(), NOW)) is expected


@pytest.mark.parametrize("cells", [58, 78, 118])
def test_the_banner_gives_the_command_whole(cells: int) -> None:
    judged = verdict(states.login_required_over_ssh(), NOW)
    rows = text(banner_lines(judged, cells))
    assert rows[0].startswith("▲ LOGIN REQUIRED  ")
    assert judged.remedy is not None
    assert any(row.strip() == f"$ {judged.remedy.commands[0]}" for row in rows)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((200, 60), Density.FULL),
        ((110, 28), Density.FULL),
        ((109, 28), Density.COMPACT),
        ((200, 27), Density.COMPACT),
        ((80, 24), Density.COMPACT),
        ((80, 21), Density.BRIEF),
        ((60, 18), Density.BRIEF),
        ((59, 18), Density.TOO_SMALL),
        ((60, 17), Density.TOO_SMALL),
    ],
)
def test_the_layout_follows_the_size(size: tuple[int, int], expected: Density) -> None:
    assert density(*size) is expected


@pytest.mark.parametrize("cells", [10, 20, 40, 80, 120])
def test_the_footer_shows_whole_commands(cells: int) -> None:
    offered = footer_commands(Scope.APP)
    said = plain(footer_line(offered, cells))
    assert len(said) <= cells
    assert said == "".join(
        f"{' ' if at == 0 else '  '}{each.shown} {each.label}"
        for at, each in enumerate(offered[: said.count("  ") + 1])
    )


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["ok", "warn", "alarm", "stale", "muted", "gain", "loss"])
def test_every_meaning_can_be_read_on_its_ground(theme: object, name: str) -> None:
    colours = theme.variables  # type: ignore[attr-defined]
    for ground in (theme.background, theme.panel, colours["cursor"]):  # type: ignore[attr-defined]
        high, low = sorted((luminance(colours[name]), luminance(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= (3.0 if ground == colours["cursor"] else 4.5)
