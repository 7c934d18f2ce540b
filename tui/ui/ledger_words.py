"""An account's cash in words: what it holds in each currency, and the rate into its base currency."""

from decimal import Decimal

from tui.clock import Moment
from tui.domain.failure import Failure
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.stamped import Stamped
from tui.domain.text import money
from tui.ui.line import Line, Part, Tone, clip, line, wrap
from tui.ui.masking import masked_amount
from tui.ui.words import failure_line, stamp

MOST = 12
"""Currencies that are listed at most; of the others the number is told."""
_CURRENCY = 5


def rate(value: Decimal | None) -> str:
    """`1.0842`, `0.006421`: six decimals at most, as many as there are."""
    text = money(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text else text


def ledger_lines(
    ledger: Stamped[Ledger] | None,
    failure: Stamped[Failure] | None,
    now: Moment,
    width: int,
    fresh_for: float,
    *,
    masked: bool = False,
) -> list[Line]:
    """A line a currency that there is cash of, with its rate; before them when that was so. Nothing where unknown.

    fresh_for: seconds for which a ledger counts as fresh. What is old loses its looks, and says how old it is.
    """
    rows = wrap(failure_line(failure, now, "ledger"), width, indent=2) if failure is not None else []
    if ledger is None:
        return rows
    stale = ledger.age(now) > fresh_for
    tone = Tone.STALE if stale else Tone.PLAIN
    rows += wrap(line(Part("Cash by currency  ", Tone.LABEL), *stamp(ledger.at, now, fresh_for)), width, indent=2)
    held = [each for each in ledger.value.lines if each.cash is None or each.cash]
    shown = [(each.currency, _cash(each, masked), rate(each.exchange_rate)) for each in held[:MOST]]
    cash = max((len(amount) for _, amount, _ in shown), default=0)
    rates = max((len(each) for _, _, each in shown), default=0)
    for currency, amount, of in shown:
        name = Part(f"{clip(currency, _CURRENCY - 1):<{_CURRENCY}}", Tone.MUTED)
        rows.append(line(name, Part(f"{amount:>{cash}}", tone), "  ", Part(f"{of:>{rates}}", Tone.MUTED)))
    if not held:
        rows.append(line(Part("none", Tone.MUTED)))
    if len(held) > MOST:
        rows.append(line(Part(f"and {len(held) - MOST} more", Tone.MUTED)))
    return rows


def _cash(of: LedgerLine, masked: bool) -> str:
    text = money(of.cash)
    return masked_amount(text) if masked else text
