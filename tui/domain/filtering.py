"""Which positions are shown while a filter is typed: words that must all match, never an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tui.domain.positions import Position

HELP = "type:opt ccy:eur account:567 symbol:es · gain loss long short · !not"
"""What can be typed, in one line."""


class Field(StrEnum):
    """What a word of the filter is looked for in."""

    ANY = "any"
    TYPE = "type"
    CURRENCY = "currency"
    ACCOUNT = "account"
    SYMBOL = "symbol"
    GAIN = "gain"
    LOSS = "loss"
    LONG = "long"
    SHORT = "short"


_PREFIXES = {
    "type": Field.TYPE,
    "ccy": Field.CURRENCY,
    "currency": Field.CURRENCY,
    "account": Field.ACCOUNT,
    "symbol": Field.SYMBOL,
}
_SIGNS = {
    "+": Field.GAIN,
    "gain": Field.GAIN,
    "-": Field.LOSS,
    "loss": Field.LOSS,
    "long": Field.LONG,
    "short": Field.SHORT,
}


@dataclass(frozen=True, slots=True)
class Word:
    """One condition. text: what is looked for, case-folded; empty for a sign. negated: what matches is left out."""

    field: Field
    text: str = ""
    negated: bool = False

    def matches(self, position: Position) -> bool:
        """Whether the position is one that this word asks for."""
        return self._found(position) is not self.negated

    def _found(self, position: Position) -> bool:
        match self.field:
            case Field.ANY:
                return self.text in _said_of(position)
            case Field.TYPE:
                return _folded(position.kind).startswith(self.text)
            case Field.CURRENCY:
                return _folded(position.currency).startswith(self.text)
            case Field.ACCOUNT:
                return self.text in _folded(position.account)
            case Field.SYMBOL:
                return self.text in _folded(position.symbol)
            case Field.GAIN:
                return _sign(position.unrealised) > 0
            case Field.LOSS:
                return _sign(position.unrealised) < 0
            case Field.LONG:
                return _sign(position.quantity) > 0
            case Field.SHORT:
                return _sign(position.quantity) < 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Words that must all match."""

    words: tuple[Word, ...] = ()

    @property
    def empty(self) -> bool:
        """True where every position matches."""
        return not self.words

    def matches(self, position: Position) -> bool:
        """Whether the position is shown."""
        return all(word.matches(position) for word in self.words)


def parse_filter(text: str) -> Filter:
    """The filter that the text asks for; what is not finished yet (`type:`, `!`) asks for nothing.

    A bare word is found in symbol, name, underlying, type, currency, account or exchange. `type:opt` and `ccy:eur`
    are beginnings, `account:567` and `symbol:es` parts. `+`, `gain`, `-`, `loss`: the unrealised profit's sign;
    `long`, `short`: the quantity's; 0 and what is unknown have none. `!` before a word turns it round.
    """
    words = (_word(each) for each in text.casefold().split())
    return Filter(tuple(dict.fromkeys(word for word in words if word is not None)))


def filtered(rows: Sequence[Position], wanted: Filter) -> tuple[Position, ...]:
    """The rows that match, in their order; the very same tuple where all may stay."""
    if wanted.empty:
        return tuple(rows)
    return tuple(row for row in rows if wanted.matches(row))


def _word(typed: str) -> Word | None:
    """One word, already case-folded; None where it asks for nothing yet."""
    text = typed.lstrip("!")
    negated = (len(typed) - len(text)) % 2 == 1
    if not text:
        return None
    if text in _SIGNS:
        return Word(_SIGNS[text], negated=negated)
    prefix, colon, rest = text.partition(":")
    if not colon or prefix not in _PREFIXES:
        return Word(Field.ANY, text, negated)
    return Word(_PREFIXES[prefix], rest, negated) if rest else None


def _said_of(position: Position) -> str:
    """All that a bare word is looked for in. A word has no line break, so that none is found across two of them."""
    texts = (
        position.symbol,
        position.name,
        position.underlying,
        position.kind,
        position.currency,
        position.account,
        position.exchange,
    )
    return "\n".join([text for text in texts if text]).casefold()


def _folded(text: str | None) -> str:
    return (text or "").casefold()


def _sign(value: Decimal | None) -> int:
    """1, -1; 0 for nothing and for what is unknown."""
    if value is None or not value.is_finite() or not value:
        return 0
    return -1 if value.is_signed() else 1
