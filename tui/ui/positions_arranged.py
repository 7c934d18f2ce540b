"""The book of a moment as the rows that a user wants to see of it: sorted, filtered, masked, with what has changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tui.clock import Moment
from tui.domain.filtering import filtered, parse_filter
from tui.domain.ordering import LastOrder, Sorting, SortKey
from tui.domain.positions import Position
from tui.ui.glyphs import FALLEN, RISEN
from tui.ui.position_words import ALL_COLUMNS, COLUMNS, Heading, PositionsView, cells
from tui.ui.widgets.columns import Cell, Column
from tui.ui.widgets.rows import UNMARKED, Marks, Row
from tui.ui.widgets.table import Anchor

MARKED_FOR = 0.9
"""Seconds for which a change is marked at least; the mark goes with the next tick, or with the next book."""

_AMOUNTS = ("quantity", "price", "value", "cost", "unrealised")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to see of a book. query: as typed into the filter."""

    sorting: Sorting = field(default_factory=Sorting)
    query: str = ""
    show_closed: bool = False
    masked: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides how a row's cells look beside the position itself."""

    account: str | None
    stale: bool
    masked: bool


_Made = tuple[Position, tuple[Cell, ...]]
"""A position and the cells that were made of it."""


class Arrangement:
    """The rows of the newest book. What has not changed since the last one is the very same object."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.rows: list[Row] = []
        self.shown: tuple[Position, ...] = ()
        self.marks: Marks = UNMARKED
        self.anchor = Anchor.ROW
        self.heading = Heading(0, 0)
        self._order = LastOrder()
        self._book: tuple[Position, ...] | None = None
        self._wishes = Wishes()
        self._look = _Look(None, False, False)
        self._made: dict[str, _Made] = {}
        self._at: dict[str, int] = {}
        self._columns: tuple[str, ...] = ()
        self._marked_at: Moment | None = None

    def arrange(self, view: PositionsView | None, wishes: Wishes, now: Moment) -> None:
        """Take the newest book and wishes. Nothing is done where both are as they were, however many rows there are."""
        if view is None or view.book is None:
            self._clear()
            return
        book, look = view.book.value, _Look(view.account, view.stale(now), wishes.masked)
        same_look = look == self._look
        if book is self._book and same_look and wishes == self._wishes:
            self.anchor = Anchor.PLACE if wishes.sorting.key else Anchor.ROW
            return
        told = self._book is not None
        self.anchor = self._anchor(look, wishes)
        self._choose(book, wishes)
        if not same_look:
            self._made = {}
        replaced = self._make(book, look, view.together)
        # What was put in another order is not what has changed.
        fresh = told and same_look and wishes == self._wishes
        marks = dict(self._changes(replaced, wishes.masked)) if fresh and not look.stale else {}
        self.marks = marks or UNMARKED
        self._marked_at = None
        self._book, self._wishes, self._look = book, wishes, look

    def seen(self, now: Moment) -> None:
        """The changes are on the screen since now: from here on their time runs."""
        if self.marks and self._marked_at is None:
            self._marked_at = now

    def forget(self, now: Moment) -> None:
        """Drop the marks whose time is over."""
        if self._marked_at is not None and now.seconds_since(self._marked_at) >= MARKED_FOR:
            self.marks, self._marked_at = UNMARKED, None

    def position(self, key: str | None) -> Position | None:
        """The newest position of that key, if it is among the rows."""
        at = None if key is None else self._at.get(key)
        return None if at is None else self.shown[at]

    def _anchor(self, look: _Look, wishes: Wishes) -> Anchor:
        before = self._wishes
        arranged = (wishes.sorting, wishes.query, wishes.show_closed)
        if arranged != (before.sorting, before.query, before.show_closed) or look.account != self._look.account:
            return Anchor.TOP
        # Where prices decide the order, the view must not follow a row that they move.
        return Anchor.PLACE if wishes.sorting.key else Anchor.ROW

    def _choose(self, book: tuple[Position, ...], wishes: Wishes) -> None:
        in_order = self._order(book, wishes.sorting)
        closed = sum(row.closed for row in in_order)
        # What was sold off comes last in every order.
        offered = in_order if wishes.show_closed or not closed else in_order[: len(in_order) - closed]
        wanted = parse_filter(wishes.query)
        self.shown = filtered(offered, wanted)
        self.heading = Heading(
            shown=len(self.shown),
            of=len(offered),
            closed=sum(row.closed for row in self.shown) if wishes.show_closed else 0,
            hidden=0 if wishes.show_closed else closed,
            query="" if wanted.empty else " ".join(wishes.query.split()),
            masked=wishes.masked,
        )

    def _make(self, book: tuple[Position, ...], look: _Look, together: bool) -> list[tuple[_Made, _Made]]:
        """Make the rows, and tell which stood there before with another look, each as (before, now).

        Rows that a filter hides are kept for when it goes: making thousands anew would be felt.
        """
        made, shown_before = self._made, self._at
        if len(made) > len(book):
            held = {row.key for row in book}
            made = self._made = {key: row for key, row in made.items() if key in held}
        replaced: list[tuple[_Made, _Made]] = []
        rows: list[Row] = []
        for position in self.shown:
            key = position.key
            known = made.get(key)
            if known is None or not (known[0] is position or known[0] == position):
                new = (position, cells(position, look.stale, together, look.masked))
                if known is not None and key in shown_before:
                    replaced.append((known, new))
                made[key] = known = new
            rows.append((key, known[1]))
        self._at = {position.key: at for at, position in enumerate(self.shown)}
        self._columns = tuple(column.id for column in (ALL_COLUMNS if together else COLUMNS))
        self.rows = rows
        return replaced

    def _changes(
        self, replaced: Iterable[tuple[_Made, _Made]], masked: bool
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        """By key, the columns whose text has changed, each with the way in which its amount went."""
        # A price is public; the way that a value went would tell whether it is owned or owed.
        names = ("price",) if masked else _AMOUNTS
        places = [(name, self._columns.index(name)) for name in names]
        for (before, old), (position, new) in replaced:
            moved = {
                name: mark
                for name, at in places
                if old[at].text != new[at].text and (mark := _way(_amount(before, name), _amount(position, name)))
            }
            if moved:
                yield position.key, moved


def neighbour(sorting: Sorting, columns: Sequence[Column], shown: Sequence[str], step: int) -> Sorting:
    """By the next of the columns that are shown (1), or by the one before (-1); round and round, IBKR's order between.

    columns: all that there are, in their order. shown: the ids of those that fit.
    """
    ring: list[SortKey | None] = [None, *(SortKey(column.id) for column in columns)]
    at = ring.index(sorting.key) if sorting.key in ring else 0
    for _ in ring:
        at = (at + step) % len(ring)
        if ring[at] is None or ring[at] in shown:
            break
    return Sorting().toggled(ring[at])


def _amount(position: Position, name: str) -> Decimal | None:
    match name:
        case "quantity":
            return position.quantity
        case "price":
            return position.price
        case "value":
            return position.value
        case "cost":
            return position.average_cost
    return position.unrealised


def _way(old: Decimal | None, new: Decimal | None) -> str | None:
    """The mark of a rise or a fall; None where one of the two is not known."""
    if old is None or new is None or not old.is_finite() or not new.is_finite() or old == new:
        return None
    return RISEN if new > old else FALLEN
