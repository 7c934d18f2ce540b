"""The monitor: header, banner, panes and footer, laid out for the terminal's size."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from tui.clock import Moment
from tui.config.preferences import Preferences
from tui.domain.ahead import ahead
from tui.domain.metered import monthly_cost
from tui.domain.ordering import Sorting
from tui.domain.public import public_urls, standing, tunnel_urls
from tui.domain.remedy import COPY, REOPEN
from tui.domain.reopen import refusal
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, login_live
from tui.ui.account_view import AccountsView
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.panes.accounts import AccountsPane
from tui.ui.panes.events import EventsPane, EventsView
from tui.ui.panes.path import MOST_ROWS, PathPane, PathView
from tui.ui.panes.positions import PositionsPane
from tui.ui.panes.session import SessionPane, SessionView
from tui.ui.position_words import COLUMNS
from tui.ui.positions_slice import PositionsSlice
from tui.ui.preset import Preset
from tui.ui.remembering import sort_of, sorting_of
from tui.ui.said import Said
from tui.ui.size import MIN_HEIGHT, MIN_WIDTH, Density, density
from tui.ui.widgets.banner import Banner, BannerView, needed
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer, TrafficView
from tui.ui.widgets.header import Header, HeaderView
from tui.ui.widgets.pane import hand_over
from tui.ui.widgets.table import KeyedTable
from tui.ui.zoom import PANES, focus_pane, pane_of, shown, zoom_to

STYLES = (
    "screens/monitor.tcss",
    *(f"panes/{name}.tcss" for name in ("path", "session", "accounts", "positions", "events")),
)
"""The stylesheets, which the app reads with its own: those that come with a screen have all of them parsed again."""
_FEW_ROWS = 5
"""Lines of the Path pane where there is little room, or a banner."""
_ROOMY = 34
"""Lines of the terminal from which on it may have more."""


class MonitorScreen(Screen[None]):
    """Draws one state; hands each pane its slice and the time."""

    BINDINGS = bindings(Scope.MONITOR)
    # What has the focus is decided once there is something to look at.
    AUTO_FOCUS = ""

    zoomed: var[str | None] = var(None)
    """The pane that has the whole screen."""
    masked: var[bool] = var(False)
    """Whether amounts and account ids are hidden."""

    class Rearranged(Message):
        """The user zoomed a pane, or arranged the positions otherwise: worth remembering."""

    def __init__(self, profile: str = "", preset: Preset | None = None) -> None:
        super().__init__(id="monitor")
        self.profile = profile
        self.preset = preset or Preset()
        self.badge = self.preset.badge
        self._frozen: tuple[MonitorState, Verdict, Moment] | None = None
        self._newest: tuple[MonitorState, Verdict, Moment] | None = None
        self._density = Density.FULL
        self._focused = False
        self._slice = PositionsSlice()

    def compose(self) -> ComposeResult:
        """Header, banner, panes, footer; and what stands in their place where the terminal is too small."""
        yield Header(id="header")
        yield Computed(self._too_small, id="too-small")
        yield Banner(id="banner")
        with Horizontal(id="connection"):
            yield PathPane(id="path")
            yield SessionPane(id="session")
        with Horizontal(id="holdings"):
            yield AccountsPane(id="accounts")
            yield PositionsPane(id="positions")
        yield EventsPane(id="events")
        yield Footer(Scope.MONITOR)

    def on_mount(self) -> None:
        """Arrange the panes as they were left."""
        remembered = self.preset.remembered
        positions = self.query_one(PositionsPane)
        positions.sorting = sorting_of(remembered.sort)
        positions.show_closed = remembered.show_closed
        if remembered.zoom in PANES:
            self.zoomed = remembered.zoom
            # The watcher waits for the end of this.
            zoom_to(self, self.zoomed)

    @property
    def arrangement(self) -> Preferences:
        """How the panes are arranged now, to be remembered."""
        positions = self.query_one(PositionsPane)
        return Preferences(sort=sort_of(positions.sorting), zoom=self.zoomed, show_closed=positions.show_closed)

    def show_another(self, profile: str, badge: str | None) -> None:
        """Another gateway is shown from now on, under that name."""
        self.profile, self.badge, self._frozen = profile, badge, None

    def show(self, state: MonitorState, verdict: Verdict, now: Moment, sent: float | None = None) -> None:
        """Draw that state as judged at that moment; what has not changed is not painted again.

        While the panes are held still, only the header, the banner and the footer follow. sent: bytes a second that
        went to the terminal.
        """
        self._newest = (state, verdict, now)
        address, frozen_at = state.path.address, self._frozen[2].wall if self._frozen else None
        header = HeaderView(self.profile, address.host, address.url, state.paper, verdict, self.badge, frozen_at)
        self.query_one(Header).show(header, now)
        coming = ahead(state, now)
        refused = refusal(state, verdict.name, now) is not None
        self.query_one(Banner).state = BannerView(
            verdict, coming.words(now.wall) if coming else None, frozenset({REOPEN}) if refused else frozenset()
        )
        self._show_panes(*(self._frozen or self._newest))
        self._offer(state, verdict, refused)
        spared = self.preset.tempo.every(self.app.app_focus) if self.preset.tempo.slow else None
        self.query_one(Footer).tell(_traffic(state, sent, spared), now)

    def _show_panes(self, state: MonitorState, verdict: Verdict, now: Moment) -> None:
        path, session = self.query_one(PathPane), self.query_one(SessionPane)
        accounts, positions = self.query_one(AccountsPane), self.query_one(PositionsPane)
        journal = self.query_one(EventsPane)
        metered, keeps_alive = state.path.plan.metered, state.session.keep_alive.enabled
        monthly = monthly_cost(state.pace, keeps_alive) if metered else None
        calm, live = self.preset.tempo.rests(verdict.name, now.wall.second), login_live(state, now)
        hand_over(path, PathView(state.path, verdict.name, state.pace, monthly), now, calm)
        hand_over(session, SessionView(state.session, live, verdict.name, state.pace, metered), now, calm)
        hand_over(accounts, AccountsView(state.accounts, state.pace, self.masked), now, calm)
        holdings = self._slice.of(state, verdict)
        hand_over(positions, holdings, now, calm and not positions.marked)
        hand_over(journal, EventsView(state.journal, state.faults), now, calm)
        # What the verdict makes unknowable leaves its room to the banner; what is still known stays.
        alarmed = needed(verdict)
        held = bool(state.accounts.all) or holdings.book is not None or verdict.name.tradable or not alarmed
        crowded = held and alarmed
        # All at once, here and below: each change of a class has all rules matched anew.
        self.update_classes({"-bare": not held, "-crowded": crowded} | self._room(crowded))
        self._give_focus(held)

    def _room(self, crowded: bool) -> dict[str, bool]:
        """The classes that give the Path pane as many lines as it has something to say, within what is left for it."""
        if self._density is not Density.FULL:
            return {}
        path = self.query_one(PathPane)
        roomy = self.size.height >= _ROOMY and not crowded
        wanted = min(path.wanted(path.size.width or MIN_WIDTH), MOST_ROWS if roomy else _FEW_ROWS)
        return {f"-rows-{rows}": rows == wanted for rows in range(_FEW_ROWS, MOST_ROWS + 1)}

    def fit(self, size: Size) -> None:
        """Choose the layout for a terminal of that size before there is anything to lay out."""
        self._density = density(size.width, size.height)
        self.update_classes(_layout(size), update=False)

    def _offer(self, state: MonitorState, verdict: Verdict, refused: bool) -> None:
        """Only what would do something now has a place in the footer."""
        idle: set[str] = set()
        if len(state.accounts.all) < 2:
            idle.add("account-next")
        if refused:
            idle.add(REOPEN)
        if verdict.remedy is None or COPY not in verdict.remedy.keys:
            idle.add(COPY)
        if not tunnel_urls(state.path):
            idle.add("copy-public")
        if not public_urls(state.path) and not standing(state.path):
            idle.add("exposure")
        if not self.query_one(PositionsPane).all_positions():
            idle.update({"filter", "sort", "export"})
        self.query_one(Footer).idle = frozenset(idle)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        chosen = self._density = density(event.size.width, event.size.height)
        self._lay_out()
        self.update_classes(_layout(event.size) | self._room(self.has_class("-crowded")))
        self.query_one(Banner).density = chosen
        self.query_one("#too-small", Computed).redraw()

    def watch_zoomed(self) -> None:
        """Another pane has the screen, or none."""
        if self.is_mounted:
            zoom_to(self, self.zoomed)
            self._lay_out()

    def watch_masked(self) -> None:
        """Amounts are hidden, or shown again."""
        if self.is_mounted:
            self.query_one(PositionsPane).masked = self.masked
            self._redraw()

    def action_zoom(self) -> None:
        """Give the pane with the focus the whole screen, or give all panes their places again."""
        self.zoomed = None if self.zoomed else pane_of(self.focused) or "positions"
        self.post_message(self.Rearranged())

    def action_jump(self, pane: str) -> None:
        """To that pane; where it is shown too small to be gone to, or another has the screen, it gets it."""
        if self.zoomed:
            self.zoomed = pane
        if not focus_pane(self, pane):
            self.zoomed = pane
            focus_pane(self, pane)

    def action_back(self) -> None:
        """Close what was opened last: a detail, a filter, the zoom."""
        accounts = self.query_one(AccountsPane)
        if self.query_one(PositionsPane).close() or accounts.close():
            return
        if self.zoomed:
            self.zoomed = None
            self.post_message(self.Rearranged())

    def action_mask(self) -> None:
        """Hide amounts and account ids, or show them again."""
        self.masked = not self.masked

    def action_freeze(self) -> None:
        """Hold the panes still, or let them follow again."""
        self._frozen = None if self._frozen else self._newest
        self._redraw()

    def action_filter(self) -> None:
        """Search the accounts where the focus is there, else filter the positions, where they are shown."""
        accounts, positions = self.query_one(AccountsPane), self.query_one(PositionsPane)
        if pane_of(self.focused) == "accounts":
            accounts.open_search()
        elif shown(positions):
            positions.open_filter()

    def action_closed(self) -> None:
        """Show what was sold off today as well, or hide it."""
        self.query_one(PositionsPane).toggle_closed()

    def action_sort(self) -> None:
        """Ask what the positions are to be sorted by."""
        from tui.ui.screens.sort import SortScreen

        positions = self.query_one(PositionsPane)

        def chosen(sorting: Sorting | None) -> None:
            if sorting is not None:
                positions.sort(sorting)

        columns = positions.state.columns if positions.state else COLUMNS
        self.app.push_screen(SortScreen(positions.sorting, columns), chosen)

    def action_export(self) -> None:
        """Ask where the positions are to be written, and write them."""
        from tui.ui.screens.export import ExportScreen

        positions = self.query_one(PositionsPane)
        held = positions.all_positions()
        book = positions.state.book if positions.state else None
        if book is None or not held:
            self.post_message(Said("There are no positions to export."))
            return

        def exported(told: str | None) -> None:
            if told is not None:
                self.post_message(Said(told))

        folder, shown = self.preset.export_folder, positions.shown_positions()
        self.app.push_screen(ExportScreen(folder, shown, held, book.at, self.masked), exported)

    def action_sort_reverse(self) -> None:
        """Turn the order round."""
        self.query_one(PositionsPane).reverse()

    def action_sort_by(self, step: int) -> None:
        """Sort by the next column, or by the one before."""
        self.query_one(PositionsPane).sort_by(step)

    def on_positions_pane_arranged(self, event: PositionsPane.Arranged) -> None:
        """The user sorted by a key or a click."""
        event.stop()
        self.post_message(self.Rearranged())

    def _lay_out(self) -> None:
        """Tell the panes how much room they have; the one that has the screen has plenty."""
        panes: tuple[PathPane | SessionPane | AccountsPane | PositionsPane | EventsPane, ...] = (
            self.query_one(PathPane),
            self.query_one(SessionPane),
            self.query_one(AccountsPane),
            self.query_one(PositionsPane),
            self.query_one(EventsPane),
        )
        for name, pane in zip(PANES, panes, strict=True):
            pane.density = Density.FULL if name == self.zoomed else self._density
        self.query_one(PathPane).zoomed = self.zoomed == "path"

    def _redraw(self) -> None:
        if self._newest is not None:
            self.show(*self._newest)

    def _give_focus(self, held: bool) -> None:
        """The positions have the focus as soon as there are any, unless the user has put it elsewhere."""
        table = self.query_one("#positions-table", KeyedTable)
        if held and table.display and (self.focused is None or not self._focused):
            self._focused = True
            self.set_focus(table)

    def _too_small(self, width: int) -> list[Line]:
        size = self.app.size
        words = f"Terminal too small: {size.width}x{size.height}. cpwatch needs {MIN_WIDTH}x{MIN_HEIGHT}."
        return wrap(line(Part(words, Tone.WARN)), width)


def _layout(size: Size) -> dict[str, bool]:
    """The classes by which the stylesheet lays out a terminal of that size."""
    chosen = density(size.width, size.height)
    return (
        {f"-{each}": each is chosen for each in Density}
        | {"-stacked": chosen in {Density.COMPACT, Density.BRIEF}}
        | {"-wide": size.width >= 160, "-broad": size.width >= 192}
    )


def _traffic(state: MonitorState, sent: float | None, every: int | None) -> TrafficView:
    known = state.traffic
    if known is None:
        return TrafficView(sent=sent, every=every)
    return TrafficView(known.own, known.all, known.limited, known.until, sent, every)
