"""An object as IBKR sent it: kept as text, which takes a fraction of what its parts would, and read when looked at."""

import json
from abc import abstractmethod
from collections.abc import ItemsView, Iterator, Mapping
from decimal import Decimal, InvalidOperation

STAMP = b'"timestamp":'
"""The name of the field whose value `AsSent` keeps apart, since it differs at every look."""


LONGEST_NUMBER = 100
"""Characters of a number; one of millions of digits would take its time in every sum and in every text."""


def _decimal(text: str) -> Decimal | None:
    if len(text) > LONGEST_NUMBER:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _nothing(_constant: str) -> None:
    """NaN and the infinities, which Python's parser accepts: no value."""
    return


_DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=_nothing)


def read_json(text: bytes) -> object:
    """The JSON value in UTF-8, 16 or 32, numbers with a point as Decimal. Raises ValueError and RecursionError."""
    return _DECODER.decode(text.decode(json.detect_encoding(text), "surrogatepass"))


class Lazily(Mapping[str, object]):
    """Fields that are put together anew at each look, as few are ever looked at."""

    __slots__ = ()

    @abstractmethod
    def fields(self) -> dict[str, object]:
        """All of them; for whoever looks at more than one."""

    def __getitem__(self, name: str) -> object:
        return self.fields()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields())

    def __len__(self) -> int:
        return len(self.fields())

    def items(self) -> ItemsView[str, object]:
        """As of any mapping, by one look: they would be put together once for each."""
        return self.fields().items()


class AsSent(Lazily):
    """The fields of one JSON object, by name, in the order in which they were sent; parsed anew at each look.

    opening, text: the object in UTF-8 up to its closing brace, in two parts, of which thousands of rows share the
    first. time: the digits that belong behind `STAMP`, where `text` has none there. Whoever makes one sees by `fields`
    whether they are an object at all.
    """

    __slots__ = ("_opening", "_text", "_time")

    def __init__(self, opening: bytes, text: bytes, time: bytes | None = None) -> None:
        self._opening = opening
        self._text = text
        self._time = time

    def fields(self) -> dict[str, object]:
        """As above. Raises ValueError and RecursionError: they are no object."""
        whole = self._opening + self._text + b"}"
        if self._time is not None:
            at = whole.index(STAMP) + len(STAMP)
            whole = whole[:at] + self._time + whole[at:]
        text = whole.decode("utf-8", "surrogatepass")
        found, end = _DECODER.raw_decode(text)
        if end < len(text) or not isinstance(found, dict):
            raise ValueError("more than one JSON object, or none")
        return found
