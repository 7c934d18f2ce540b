"""The Session pane: the login, the brokerage session on top of it, who competes for it, and the keep-alive."""

from dataclasses import dataclass
from datetime import datetime

from textual.reactive import var

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.resets import next_reset, until_text
from tui.domain.session import KeepAlive, SessionState
from tui.domain.state import Pace
from tui.domain.text import DASH
from tui.domain.verdict import VerdictName
from tui.ui.line import Line, Part, Tone, first_fitting, joined, line, packed, width, wrap
from tui.ui.size import Density
from tui.ui.widgets.pane import LinesPane
from tui.ui.words import LABEL_WIDTH, indented, labelled, minute, stamp, status, when

_BROKERAGE: dict[VerdictName, tuple[Level, str]] = {
    VerdictName.READY: (Level.OK, "ready"),
    VerdictName.CONTESTED: (Level.WARN, "ready, contested"),
    VerdictName.INITIALISING: (Level.WARN, "initialising"),
    VerdictName.COMPETING: (Level.ALARM, "competing"),
    VerdictName.SESSION_LAPSED: (Level.ALARM, "lapsed"),
    VerdictName.LOGGED_OUT: (Level.ALARM, "logged out"),
    VerdictName.LOGIN_REQUIRED: (Level.ALARM, "none"),
}


@dataclass(frozen=True, slots=True)
class SessionView:
    """The slice. login: whether somebody is logged in, None where nothing fresh tells; verdict: the present one.

    metered: whether every request counts on the way to the gateway.
    """

    session: SessionState
    login: bool | None
    verdict: VerdictName
    pace: Pace
    metered: bool = False


def login_words(view: SessionView) -> Line:
    """`● live`, `▲ none`, `– unknown`."""
    match view.login:
        case True:
            return status(Level.OK, "live")
        case False:
            return status(Level.ALARM, "none")
    return status(None, "unknown")


def login_line(view: SessionView, now: Moment, cells: int) -> Line:
    """`● live  since 08:12 · resets 05:00, in 9 h 57 m` in at most `cells` cells where that can be.

    It changes once a minute. What IBKR did not tell is a dash: the reset of an unknown region can't be told.
    """
    words = login_words(view)
    if view.login is not True:
        return words
    sign_in = view.session.sign_in
    begun = sign_in.value.login_at if sign_in else None
    since = f"since {_minute_of_day(begun, now) if begun else DASH}"
    reset = next_reset(view.session.region, now.wall)
    if reset is None:
        return _told(words, f"{since} · resets {DASH}")
    until, at = until_text(reset, now.wall), minute(reset)
    return first_fitting(
        [
            _told(words, f"{since} · resets {at} here (midnight {view.session.region}), {until}"),
            _told(words, f"{since} · resets {at}, {until}"),
            _told(words, f"{since} · resets {until}"),
            _told(words, f"resets {until}"),
        ],
        cells,
    )


def _told(words: Line, text: str) -> Line:
    return line(*words, "  ", Part(text, Tone.MUTED))


def _minute_of_day(moment: datetime, now: Moment) -> str:
    """`08:12`; with the date where that was another day."""
    then = moment.astimezone()
    return f"{then:%H:%M}" if then.date() == now.wall.astimezone().date() else f"{then:%m-%d %H:%M}"


def short_logins(view: SessionView, now: Moment) -> list[Line]:
    """`● live · resets in 9 h 57 m` and shorter ways to say it; of what is unknown only the dash."""
    words = _short(login_words(view))
    if view.login is not True:
        return [words]
    reset = next_reset(view.session.region, now.wall)
    if reset is None:
        return [line(*words, Part(f" · resets {DASH}", Tone.MUTED))]
    until = until_text(reset, now.wall)
    left = until.removeprefix("in ")
    return [
        line(*words, Part(text, Tone.MUTED))
        for text in (f" · resets {until}", f" · resets {left}", *([f" · {left} left"] if left != until else []))
    ]


def brokerage_words(view: SessionView) -> Line:
    """`● ready`, `▲ lapsed`, …, `– unknown` while nothing fresh tells."""
    level, word = _BROKERAGE.get(view.verdict, (None, "unknown"))
    return status(level, word)


_TOLD_BY_IBKR = frozenset(
    {
        VerdictName.UNKNOWN,
        VerdictName.LOGGED_OUT,
        VerdictName.COMPETING,
        VerdictName.SESSION_LAPSED,
        VerdictName.INITIALISING,
        VerdictName.CONTESTED,
        VerdictName.READY,
    }
)
"""Verdicts under which IBKR's last word on the session still stands; any other has superseded it."""


def competing_words(view: SessionView, now: Moment) -> Line:
    """`○ no`, `▲ yes`; with the time and the age where the answer is old."""
    seen = view.session.status
    if seen is None or seen.value.competing is None or view.verdict is VerdictName.LOGIN_REQUIRED:
        return status(None, "unknown")
    fresh_for = view.pace.fresh_for(view.pace.auth) if view.verdict in _TOLD_BY_IBKR else 0.0
    word = "yes" if seen.value.competing else "no"
    if seen.age(now) > fresh_for:
        return line(*status(None, word), "  ", *stamp(seen.at, now, fresh_for))
    return status(Level.ALARM if seen.value.competing else Level.INFO, word)


def server(view: SessionView) -> Line:
    """The name of IBKR's server, muted; nothing where it is not known or no session stands."""
    seen = view.session.status
    stands = view.verdict in _BROKERAGE and view.verdict is not VerdictName.LOGIN_REQUIRED
    if seen is None or seen.value.server is None or not stands:
        return ()
    return line(Part(seen.value.server, Tone.MUTED))


def keep_alive_words(keep_alive: KeepAlive, now: Moment, cells: int, *, metered: bool = False) -> Line:
    """`● 60 of 60 this hour · 14:03:10, next 14:04:10` in at most `cells` cells; `off`, and why, where none is sent."""
    if not keep_alive.enabled:
        reasons = ["metered path"] if metered else ["by the settings or --no-keep-alive", "as you set it"]
        return first_fitting([status(Level.INFO, f"off ({why})") for why in reasons], cells)
    answered, due = keep_alive.this_hour(now)
    last, coming = keep_alive.answered_at, keep_alive.next_at
    if coming is not None and now.seconds_until(coming) <= 0:
        coming = None  # a retry is on its way
    upcoming = f"next {when(coming, now)}" if coming else "sending now"
    if not due:
        return status(None, "none due yet, " + upcoming if coming or keep_alive.slots else "none due yet")
    said_last = when(last, now) if last else "never answered"
    times = f"{said_last}, {upcoming}"
    level = Level.OK if answered == due else Level.WARN
    word = f" · {keep_alive.failures} unanswered" if keep_alive.failures and last else ""
    if keep_alive.elsewhere and not keep_alive.failures:
        by = "by another cpwatch"
        return first_fitting(
            [
                status(level, f"{answered} of {due} this hour · {by} · {times}"),
                status(level, f"{answered} of {due} this hour · {by} · {said_last}"),
                status(level, f"{answered} of {due} this hour · {by}"),
                status(level, f"{answered}/{due} · {by}"),
            ],
            cells,
        )
    return first_fitting(
        [
            status(level, f"{answered} of {due} this hour{word} · {times}"),
            status(level, f"{answered} of {due}{word} · {times}"),
            status(level, f"{answered}/{due} · {times}"),
        ],
        cells,
    )


def _short(words: Line) -> Line:
    """The words; of what is unknown or old only the dash."""
    return words[:1] if words[0].text == DASH else words


def session_lines(view: SessionView, now: Moment, cells: int, density: Density) -> list[Line]:
    """The pane's lines in `cells` cells: one a fact in full, two stacked."""
    if density is Density.FULL:
        facts = (
            ("Login (SSO)", login_line(view, now, cells - 13)),
            ("Brokerage", joined((brokerage_words(view), server(view)))),
            ("Competing", competing_words(view, now)),
            ("Keep-alive", keep_alive_words(view.session.keep_alive, now, cells - 13, metered=view.metered)),
        )
        rows: list[Line] = []
        for name, content in facts:
            rows.extend(wrap(line(Part(f"{name:<13}", Tone.LABEL), *content), cells, indent=13))
        return rows
    room = cells - LABEL_WIDTH
    logins = [line("Login ", *words) for words in short_logins(view, now)]
    brokerage = line("Brokerage ", *_short(brokerage_words(view)))
    competing = line("Competing ", *_short(competing_words(view, now)))
    in_one = [
        # The name of the server is the one thing here that answers no question.
        joined((logins[0], joined((brokerage, server(view)), " "), competing)),
        *(joined((login, brokerage, competing)) for login in logins),
    ]
    fitting = next((facts for facts in in_one if width(facts) <= room), None)
    facts_rows = packed((logins[0], brokerage, competing), room) if fitting is None else [fitting]
    keep_alive = line("Keep-alive ", *keep_alive_words(view.session.keep_alive, now, room - 11, metered=view.metered))
    first, *rest = facts_rows
    return [
        labelled("Session", first),
        *(indented(row) for row in rest),
        *(indented(row) for row in wrap(keep_alive, room, indent=11)),
    ]


class SessionPane(LinesPane):
    """The session and what keeps it alive."""

    state: var[SessionView | None] = var(None)

    def on_mount(self) -> None:
        """The pane's name."""
        self.border_title = "Session"

    def lines(self, width: int) -> list[Line]:
        """The pane's lines; a dash until there is a slice."""
        if self.state is None or self.now is None:
            return [line(Part(DASH, Tone.MUTED))]
        return session_lines(self.state, self.now, width, self.density)
