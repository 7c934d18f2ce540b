"""What only the paged positions tell of a contract, fetched once and carried over to rows that are asked for often."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

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
    """Both rows' fields, the fresh row's where it says something, without the figures of the rich row's time."""
    if not rich:
        return sent
    kept = {name: value for name, value in rich.items() if not name.startswith(_FIGURES)}
    return kept | {name: value for name, value in sent.items() if value is not None or name not in kept}
