"""The Walkthrough screen: the checks as they go, the leading cause, and what mends it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import var
from textual.screen import Screen

from tui.clock import Moment
from tui.doctor.check import Act, Outcome
from tui.domain.reopen import refusal
from tui.domain.session import Reopening
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.browsing import Browse
from tui.ui.command import Scope
from tui.ui.commands import BY_ID
from tui.ui.copying import Copyable
from tui.ui.following import Follows, Seen
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line
from tui.ui.screens.copy import CopyScreen
from tui.ui.screens.login import LoginAnswer, LoginScreen
from tui.ui.size import Density, density
from tui.ui.walkthrough_again import Again
from tui.ui.walkthrough_words import (
    WalkthroughView,
    can_act,
    detail_lines,
    entries,
    lead_lines,
    login_page,
    title_line,
    walkthrough_copyables,
)
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.lines import Lines, Scrolling
from tui.ui.widgets.marked_list import MarkedList


@dataclass(frozen=True, slots=True)
class Hands:
    """What the screen can have done, all of which returns at once but `browse`.

    examine: runs all checks, or those with these ids and what needs them; the flag lets them look at everything anew.
    reopen: asks, and re-opens the brokerage session. setup: opens the setup of the gateway that is watched, and calls
    what it is given once the user has left it. copy: copies a text. say: a notice. browse: opens a page in a browser,
    None where none would be seen.
    """

    examine: Callable[[tuple[str, ...] | None, bool], None]
    reopen: Callable[[], None]
    setup: Callable[[Callable[[], None]], None]
    copy: Callable[[Copyable | None], None]
    say: Callable[[str], None]
    browse: Browse | None = None


class WalkthroughDetail(Scrolling):
    """All about the check under the cursor; it begins at the top for another one."""

    def __init__(self, compute: Callable[[int], list[Line]]) -> None:
        super().__init__(id="walkthrough-detail")
        self._compute_lines = compute
        self._check: str | None = None

    def lines(self, width: int) -> list[Line]:
        """What the screen computes for that width."""
        return self._compute_lines(width)

    def show(self, check: str | None) -> None:
        """Draw anew what is said of that check."""
        self.redraw()
        if check != self._check:
            self._check = check
            self.scroll_to(y=0, animate=False, force=True, immediate=True)


def view_of(seen: Seen) -> WalkthroughView:
    """The slice of all that is known."""
    name = seen.verdict.name
    refused = refusal(seen.state, name, seen.now)
    return WalkthroughView(seen.state, seen.examination, name, refused, seen.masked, seen.browses)


class WalkthroughScreen(Follows, Screen[None]):
    """Draws the view that the app keeps up to date in `state`, at the time `now`.

    It has the checks run when it opens, and again by itself when a remedy has changed the verdict, or when the setup
    that it has opened is left. The cursor follows the leading cause until the user moves it.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/walkthrough.tcss")]
    BINDINGS = bindings(Scope.WALKTHROUGH)
    AUTO_FOCUS = "#walkthrough-list"
    # It checks again by itself, whatever it asks just then.
    beneath = True
    state: var[WalkthroughView | None] = var(None)
    now: var[Moment | None] = var(None)

    def __init__(self, view: WalkthroughView, now: Moment, hands: Hands, keymap: Keymap = DEFAULT) -> None:
        super().__init__(id="walkthrough-screen")
        self.set_reactive(WalkthroughScreen.state, view)
        self.set_reactive(WalkthroughScreen.now, now)
        self._hands = hands
        self._keymap = keymap
        self._again = Again(view)
        self._examined: tuple[str, Moment] | None = None
        self._opened_at = now
        self._follows = True
        self._set_up = False

    def compose(self) -> ComposeResult:
        """A title, the leading cause, the checks and the detail of one of them, and the footer."""
        yield Computed(self._title, id="walkthrough-title")
        yield Computed(self._lead, id="walkthrough-lead")
        with Container(id="walkthrough-body"):
            yield MarkedList(id="walkthrough-list")
            yield WalkthroughDetail(self._detail)
        yield Footer(Scope.WALKTHROUGH)

    def follow(self, seen: Seen) -> None:
        """A check may have ended, or the session have changed."""
        self.state, self.now = view_of(seen), seen.now

    def on_mount(self) -> None:
        """Begin to check."""
        self.query_one(WalkthroughDetail).can_focus = False
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room, else one below the other."""
        full = density(event.size.width, event.size.height) is Density.FULL
        self.update_classes({"-beside": full, "-below": not full, "-low": event.size.height < 22})
        # What stands beside a title depends on the list's width.
        self.call_after_refresh(self._show)

    def watch_state(self) -> None:
        """A check has ended, or the session has changed."""
        self._show()

    def watch_now(self) -> None:
        """It may be time to check again."""
        self._show()

    def on_marked_list_moved(self, event: MarkedList.Moved) -> None:
        """The user looks at the checks one by one."""
        event.stop()
        self._follows = False
        self._show()

    def on_marked_list_selected(self, event: MarkedList.Selected) -> None:
        """Enter, or a click on the line under the cursor."""
        event.stop()
        self.action_one()

    async def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """A click on the button."""
        event.stop()
        await self.run_action(BY_ID[event.link].action)

    def action_all(self) -> None:
        """Check all again, unless that is under way."""
        if self._idle:
            self._hands.examine(None, True)

    def action_one(self) -> None:
        """Check the one under the cursor again, and what needs it."""
        if self._idle and (check := self._check) is not None:
            self._hands.examine((check,), True)

    def action_act(self) -> None:
        """Ask, and do what can be done about the check under the cursor."""
        view, outcome = self.state, self._outcome
        if view is None or outcome is None or not can_act(view, outcome):
            return
        if outcome.act is Act.REOPEN:
            self._hands.reopen()
        elif outcome.act is Act.SETUP:
            self._hands.setup(self._after_setup)
        elif (page := login_page(view, outcome)) is not None:
            self.app.push_screen(LoginScreen(page), lambda answer: self._log_in(page, answer))

    def action_copy(self) -> None:
        """Copy the one thing that there is, or ask which."""
        items = self._items
        if len(items) == 1:
            self._hands.copy(items[0])
        elif items:
            self.app.push_screen(CopyScreen(items), self._hands.copy)

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the detail."""
        self.query_one(WalkthroughDetail).action_cursor(lines)

    def action_close(self) -> None:
        """Back to the monitor."""
        self.dismiss()

    @property
    def _idle(self) -> bool:
        return self.state is not None and not self.state.examination.under_way

    @property
    def _check(self) -> str | None:
        return self.query_one(MarkedList).cursor_key

    @property
    def _outcome(self) -> Outcome | None:
        return None if self.state is None else self.state.outcome(self._check)

    @property
    def _items(self) -> tuple[Copyable, ...]:
        return () if self.state is None else walkthrough_copyables(self.state, self._outcome)

    @property
    def _reopening(self) -> Reopening | None:
        """A try to re-open the session that was made since the screen is open."""
        tried = self.state.state.reopening if self.state is not None else None
        return tried if tried is not None and tried.asked_at.ticks >= self._opened_at.ticks else None

    def _after_setup(self) -> None:
        """Check everything anew: the file may be another one, and the gateway may have been started with it."""
        self._set_up = True
        self._show()

    def _log_in(self, page: str, answer: LoginAnswer | None) -> None:
        match answer:
            case LoginAnswer.OPEN if self._hands.browse is not None:
                self.run_worker(self._browse(page, self._hands.browse), name="browser")
            case LoginAnswer.COPY:
                self._hands.copy(Copyable("the login address", page))

    async def _browse(self, page: str, browse: Browse) -> None:
        if not await asyncio.to_thread(browse, page):
            self._hands.say(f"No browser could be opened. Open {page} yourself.")

    def _title(self, width: int) -> list[Line]:
        return [] if self.state is None or self.now is None else [title_line(self.state, self.now, width)]

    def _lead(self, width: int) -> list[Line]:
        return [] if self.state is None else lead_lines(self.state, width, self._reopening)

    def _detail(self, width: int) -> list[Line]:
        if self.state is None:
            return []
        keys = (self._keymap.shown(BY_ID[each]) for each in ("walkthrough-act", "walkthrough-copy"))
        return detail_lines(self.state, self._check, width, *keys, dense=self.has_class("-below"))

    def _show(self) -> None:
        view = self.state
        if view is None or self.now is None or not self.query(MarkedList):
            return
        listed = self.query_one(MarkedList)
        listed.show(entries(view, listed.scrollable_content_region.width))
        if self._follows and (leading := view.examination.leading) is not None:
            listed.move_to_key(leading.id)
        for each in ("#walkthrough-title", "#walkthrough-lead"):
            self.query_one(each, Computed).redraw()
        self.query_one(WalkthroughDetail).show(listed.cursor_key)
        self._offer(view)
        self._examine(view, self.now)

    def _offer(self, view: WalkthroughView) -> None:
        offered = {
            "walkthrough-act": can_act(view, self._outcome),
            "walkthrough-copy": bool(self._items),
            "walkthrough-all": self._idle,
            "walkthrough-one": self._idle and self._check is not None,
        }
        self.query_one(Footer).idle = frozenset(each for each, can in offered.items() if not can)

    def _examine(self, view: WalkthroughView, now: Moment) -> None:
        """Have all checks run, at first and for another gateway; and again where they would tell something else."""
        due = self._again.due(view, now)
        watched = (view.state.gateway, view.state.started_at)
        if watched != self._examined:
            self._examined = watched
            due = True
        if (due or self._set_up) and not view.examination.under_way:
            self._hands.examine(None, self._set_up)
            self._set_up = False
