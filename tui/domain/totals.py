"""What positions come to, by currency and in the accounts' base currency, and what the sums leave out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tui.clock import Moment
from tui.domain.ledger import Ledger
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.text import LARGEST_EXPONENT
from tui.domain.together import oldest

_PRECISION = 100
"""Digits that are kept: sums of money and its products with rates are exact."""


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Sums over positions, in `currency`.

    value, unrealised: of the rows of which it is known; None where it is known of none. rows: how many there are.
    unknown: of how many one of the two is not known, and so is missing in its sum.
    """

    currency: str | None
    value: Decimal | None
    unrealised: Decimal | None
    rows: int
    unknown: int

    @property
    def complete(self) -> bool:
        """False where a sum leaves a row out, and must be said to."""
        return not self.unknown


@dataclass(frozen=True, slots=True)
class Totals:
    """by_currency: the largest in the base currency first, else by name. base: all together in the base currency.

    base is None where the accounts have different ones, or one that is not known. missing: the currencies that
    could not be converted everywhere. rates_at: when the oldest ledger that was used was seen, None where none was.
    """

    by_currency: tuple[CurrencyTotal, ...]
    base: CurrencyTotal | None
    missing: tuple[str, ...]
    rates_at: Moment | None


class _Sum:
    """Sums that grow row by row."""

    def __init__(self) -> None:
        self.value: Decimal | None = None
        self.unrealised: Decimal | None = None
        self.rows = self.unknown = 0

    def add(self, value: Decimal | None, unrealised: Decimal | None) -> None:
        self.rows += 1
        self.unknown += value is None or unrealised is None
        self.value = _plus(self.value, value)
        self.unrealised = _plus(self.unrealised, unrealised)

    def total(self, currency: str | None) -> CurrencyTotal:
        nothing = None if self.rows else Decimal(0)
        value, unrealised = (nothing if each is None else each for each in (self.value, self.unrealised))
        return CurrencyTotal(currency, value, unrealised, self.rows, self.unknown)


def totals(
    rows: Iterable[Position], ledgers: Mapping[str, Stamped[Ledger]], accounts_currency: Mapping[str, str | None]
) -> Totals:
    """What the rows come to, each converted by the ledger of its own account.

    ledgers: by account id. accounts_currency: the base currency of each account that is looked at; a row that names
    no account is of the only one. What was sold off is left out, having no value; the ledgers' cash is no position.
    """
    held = [row for row in rows if not row.closed]
    only = next(iter(accounts_currency)) if len(accounts_currency) == 1 else None
    accounts = {row.account or only for row in held} or set(accounts_currency)
    currencies = {None if account is None else accounts_currency.get(account) for account in accounts}
    base_currency = currencies.pop() if len(currencies) == 1 else None
    groups: dict[str | None, _Sum] = {}
    sizes: dict[str | None, _Sum] = {}
    whole, missing, used = _Sum(), set[str](), set[str]()
    with localcontext() as context:
        context.prec = _PRECISION
        for row in held:
            value, unrealised = _money(row.value), _money(row.unrealised)
            groups.setdefault(row.currency, _Sum()).add(value, unrealised)
            if base_currency is None:
                continue
            account = row.account or only
            if row.currency != base_currency:
                rated = _rated(ledgers, account, row.currency)
                if rated is None:
                    missing.update([row.currency] if row.currency else [])
                    value = unrealised = None
                else:
                    used.add(account or "")
                    value, unrealised = (_money(rated.in_base(each, row.currency)) for each in (value, unrealised))
            whole.add(value, unrealised)
            sizes.setdefault(row.currency, _Sum()).add(value, unrealised)

        def place(currency: str | None) -> tuple[bool, Decimal, bool, str]:
            size = sizes[currency].value if currency in sizes else None
            return size is None, -abs(size or Decimal(0)), currency is None, currency or ""

        by_currency = tuple(groups[currency].total(currency) for currency in sorted(groups, key=place))
    return Totals(
        by_currency,
        None if base_currency is None else whole.total(base_currency),
        tuple(sorted(missing)),
        oldest(ledgers[account].at for account in used) if used else None,
    )


def _rated(ledgers: Mapping[str, Stamped[Ledger]], account: str | None, currency: str | None) -> Ledger | None:
    """The account's ledger where it has a rate for that currency; a rate of 0 would make money vanish."""
    ledger = None if account is None else ledgers.get(account)
    line = None if ledger is None or currency is None else ledger.value.line(currency)
    rate = None if line is None else _money(line.exchange_rate)
    return ledger.value if ledger is not None and rate is not None and rate > 0 else None


def _money(value: Decimal | None) -> Decimal | None:
    """The value; None for what no amount of money is, which would be shown as a dash too."""
    if value is None or not value.is_finite() or value.adjusted() >= LARGEST_EXPONENT:
        return None
    return value


def _plus(total: Decimal | None, value: Decimal | None) -> Decimal | None:
    if total is None or value is None:
        return total if value is None else value
    return total + value
