"""What the rows come to, as lines under the table: by currency, and all together in the base currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.ledger import Ledger
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.text import DASH, money, signed
from tui.domain.totals import CurrencyTotal, Totals, totals
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, clip_line, joined, line, width
from tui.ui.masking import masked_amount
from tui.ui.position_words import PositionsView
from tui.ui.widgets.columns import Slot
from tui.ui.words import minute, old, profit_tone

_DOT = Part(" · ", Tone.MUTED)
_INCOMPLETE = "incomplete: "


class LastTotals:
    """`totals`, remembering its newest answer: the same rows and rates cost nothing again."""

    def __init__(self) -> None:
        self._known: (
            tuple[Sequence[Position], Mapping[str, Stamped[Ledger]], Mapping[str, str | None], Totals] | None
        ) = None

    def __call__(self, rows: Sequence[Position], view: PositionsView) -> Totals:
        """What the rows come to by that view's rates."""
        known = self._known
        if known is None or known[0] is not rows or known[1] != view.ledgers or known[2] != view.base_currencies:
            made = totals(rows, view.ledgers, view.base_currencies)
            self._known = known = (rows, view.ledgers, view.base_currencies, made)
        return known[3]


@dataclass(frozen=True, slots=True)
class TotalsLook:
    """How the lines look. filtered: they are of some rows only. fresh_for: seconds for which rates count as fresh."""

    filtered: bool = False
    masked: bool = False
    stale: bool = False
    fresh_for: float = 60.0


def totals_lines(of: Totals, places: Mapping[str, Slot], now: Moment, most: int, look: TotalsLook) -> list[Line]:
    """At most `most` lines, the base currency's last; the numbers stand under those of the table.

    places: where the table's columns stand.
    """
    by_currency = of.by_currency
    if not by_currency or most < 1:
        return []
    if of.base is not None and len(by_currency) == 1 and by_currency[0].currency == of.base.currency:
        by_currency = ()
    shown = by_currency[: most - (of.base is not None)]
    left_out = len(by_currency) - len(shown)
    rows: list[Line] = []
    for each in shown:
        notes = _unknown(each)
        if left_out and each is shown[-1]:
            notes.append(_more(left_out))
        rows.append(_row(f"Total {each.currency or DASH}", notes, each, places, look))
    if of.base is not None:
        notes = [*_missing(of), *_unknown(of.base)][:1]
        if look.filtered:
            notes.append(Part("of the rows shown", Tone.WARN))
        notes += _rates(of, now, look.fresh_for)
        if left_out and not shown:
            notes.append(Part(f"{left_out} currencies", Tone.MUTED))
        name = "Total in" if by_currency else "Total"
        rows.append(_row(f"{name} {of.base.currency}", notes, of.base, places, look))
    return rows


def _more(currencies: int) -> Part:
    return Part("1 more currency" if currencies == 1 else f"{currencies} more currencies", Tone.MUTED)


def _missing(of: Totals) -> list[Part]:
    return [Part(f"{_INCOMPLETE}no rate for {', '.join(of.missing)}", Tone.WARN)] if of.missing else []


def _unknown(total: CurrencyTotal) -> list[Part]:
    if total.complete:
        return []
    rows = "1 row" if total.unknown == 1 else f"{total.unknown} rows"
    return [Part(f"{_INCOMPLETE}{rows} unknown", Tone.WARN)]


def _rates(of: Totals, now: Moment, fresh_for: float) -> list[Part]:
    if of.rates_at is None or now.seconds_since(of.rates_at) <= fresh_for:
        return []
    return [Part(f"rates {minute(of.rates_at.wall)} · {old(of.rates_at, now)}", Tone.STALE)]


def _row(name: str, notes: list[Part], total: CurrencyTotal, places: Mapping[str, Slot], look: TotalsLook) -> Line:
    """The name and as many notes as there is room for, and the numbers at the ends of their columns."""
    numbers = (
        ("value", money(total.value), Tone.PLAIN),
        ("unrealised", signed(total.unrealised), profit_tone(total.unrealised)),
    )
    placed: list[tuple[int, Part]] = []
    edge: int | None = None
    for column, text, tone in reversed(numbers):
        slot = places.get(column)
        if slot is None:
            continue
        part = _number(text, tone, look)
        end = slot.x + slot.width if edge is None else min(slot.x + slot.width, edge - 1)
        if part.width > end:
            part = Part("#" * max(min(end, slot.width), 0), part.tone)
        edge = end - part.width
        placed.insert(0, (edge, part))
    room = max((edge or 0) - 2, 0)
    head = Part(name, Tone.LABEL)
    said = [joined([line(head), *(line(note) for note in notes[:count])], _DOT) for count in range(len(notes), -1, -1)]
    # Where not even the first note fits, that there is one is said all the same.
    if notes and notes[0].tone is Tone.WARN:
        short = Part(notes[0].text.removeprefix(_INCOMPLETE), Tone.WARN)
        said[-1:] = [line(head, _DOT, short), line(head, " ", Part(glyphs.WARN, Tone.WARN)), said[-1]]
    parts = list(clip_line(next((each for each in said if width(each) <= room), said[-1]), room))
    x = width(tuple(parts))
    for at, part in placed:
        parts += [Part(" " * max(at - x, 0)), part]
        x = max(at, x) + part.width
    return line(*parts)


def _number(text: str, tone: Tone, look: TotalsLook) -> Part:
    if look.masked:
        return Part(masked_amount(text), Tone.PLAIN)
    return Part(text, Tone.MUTED if text == DASH else Tone.STALE if look.stale else tone)
