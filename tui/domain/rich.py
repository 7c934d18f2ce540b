"""What only the paged positions tell of a contract, fetched once and carried over to rows that are asked for often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tui.domain.as_sent import Lazily
from tui.domain.positions import Position

_FIGURES = ("mkt", "base", "time")
"""How the pages' fields begin that tell figures under a name of their own, and when those were true."""


def merge_rich(rows: Iterable[Position], rich_rows: Iterable[Position]) -> tuple[Position, ...]:
    """The rows, each with what the rich row of the same conid knows of the contract and it does not itself.

    Only what belongs to the contract: figures, currency and keys stay the row's own, among the fields as sent too. A
    row without a rich one stays as it is. The rich row's symbol counts, being read from more.
    """
    by_conid = {row.conid: row for row in rich_rows if row.conid is not None}
    return tuple(_merged(row, by_conid.get(row.conid)) if row.conid is not None else row for row in rows)


class Merger:
    """`merge_rich`, again and again of newer rows: what comes of the same row and the same rich one is the same object.

    It remembers the newest rows alone.
    """

    def __init__(self) -> None:
        self._rich_rows: Sequence[Position] = ()
        self._by_conid: dict[str | None, Position] = {}
        self._known: dict[str, tuple[Position, Position]] = {}

    def __call__(self, rows: tuple[Position, ...], rich_rows: Sequence[Position]) -> tuple[Position, ...]:
        """The rows with what the rich rows know; the very same tuple where there are no rich rows."""
        if rich_rows is not self._rich_rows:
            self._rich_rows = rich_rows
            self._by_conid = {row.conid: row for row in rich_rows if row.conid is not None}
            self._known = {}
        if not self._by_conid:
            return rows
        known, self._known = self._known, {}
        return tuple(self._merged(row, known.get(row.key)) for row in rows)

    def _merged(self, row: Position, before: tuple[Position, Position] | None) -> Position:
        if before is None or before[0] is not row:
            before = row, _merged(row, self._by_conid.get(row.conid))
        self._known[row.key] = before
        return before[1]


def without_rich(rows: Iterable[Position], rich_rows: Iterable[Position]) -> frozenset[str]:
    """The conids of which no rich row is there yet, so that the pages are worth asking for.

    IBKR's first answer may be a minimal one, and of some contracts it never says more: whoever asks because of this
    sets a limit to how often.
    """
    known = {row.conid for row in rich_rows if row.name is not None or row.exchange is not None}
    return frozenset(row.conid for row in rows if row.conid is not None and row.conid not in known)


def _merged(row: Position, rich: Position | None) -> Position:
    if rich is None:
        return row
    return replace(
        row,
        symbol=row.symbol if rich.symbol in {rich.conid, "?"} else rich.symbol,
        kind=row.kind or rich.kind,
        expiry=row.expiry or rich.expiry,
        strike=row.strike if row.strike is not None else rich.strike,
        right=row.right or rich.right,
        multiplier=row.multiplier if row.multiplier is not None else rich.multiplier,
        underlying=row.underlying or rich.underlying,
        name=row.name or rich.name,
        exchange=row.exchange or rich.exchange,
        sent=_newest(row.sent, rich.sent),
    )


def _newest(sent: Mapping[str, object], rich: Mapping[str, object]) -> Mapping[str, object]:
    """Both rows' fields; the row's own where there are no rich ones."""
    return sent if isinstance(rich, dict) and not rich else _Both(sent, rich)


class _Both(Lazily):
    """The fresh row's fields where they say something, and the rich row's without the figures of its time."""

    __slots__ = ("_rich", "_sent")

    def __init__(self, sent: Mapping[str, object], rich: Mapping[str, object]) -> None:
        # A row that is merged again and again must not grow by one of these each time.
        self._sent = sent.fields() if isinstance(sent, _Both) else sent
        self._rich = rich

    def fields(self) -> dict[str, object]:
        """As of any."""
        kept = {name: value for name, value in self._rich.items() if not name.startswith(_FIGURES)}
        return kept | {name: value for name, value in self._sent.items() if value is not None or name not in kept}
