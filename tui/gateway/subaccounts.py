"""An advisor's sub-accounts: all of up to a hundred at once, or pages of twenty in either of their two shapes."""

from dataclasses import dataclass
from decimal import Decimal

from tui.domain.accounts import Account
from tui.gateway.translate import WrongShape, accounts
from tui.gateway.wire import Number, Wire

AT_ONCE = 100
"""How many accounts the question without pages lists at most; as many may mean that there are more."""
PAGE_SIZE = 20


class MetadataWire(Wire):
    """`metadata` of a page."""

    total: Number = None
    page_size: Number = None


@dataclass(frozen=True, slots=True)
class Subaccounts:
    """One answer's accounts. received: how many rows, counting what is none. total, page_size: None where not told."""

    accounts: tuple[Account, ...]
    received: int
    total: int | None = None
    page_size: int | None = None


def subaccounts(value: object) -> Subaccounts:
    """A bare array, or an object that has one beside its metadata. Raises WrongShape: neither."""
    match value:
        case list() as rows:
            return Subaccounts(accounts(rows), len(rows))
        case {"subaccounts": list() as rows, **others}:
            metadata = others.get("metadata")
            wire = MetadataWire.model_validate(metadata if isinstance(metadata, dict) else {})
            return Subaccounts(accounts(rows), len(rows), _count(wire.total), _count(wire.page_size))
    raise WrongShape("expected a JSON array of accounts, or an object with one")


def _count(number: Decimal | None) -> int | None:
    """A number of things, at least one."""
    return int(number) if number is not None and number >= 1 else None
