"""The characters of a regular expression: what an escape stands for, and what a class in brackets holds."""

import string

from tui.setup.java_errors import BadPattern, Unfollowed
from tui.setup.java_nodes import ALPHABET, DIGITS

Chars = frozenset[str]

_NONE: Chars = frozenset()
_DOT: Chars = frozenset(".")
_SHORTHANDS: dict[str, Chars] = {
    "d": DIGITS,
    "w": DIGITS,
    "D": _DOT,
    "W": _DOT,
    "s": _NONE,
    "h": _NONE,
    "v": _NONE,
    "S": ALPHABET,
    "H": ALPHABET,
    "V": ALPHABET,
}
_PROPERTIES: dict[str, Chars] = {
    **dict.fromkeys(("Digit", "Nd", "N", "IsDigit", "Alnum", "XDigit", "IsNd", "IsN"), DIGITS),
    **dict.fromkeys(("Punct", "P", "Po", "IsPunctuation"), _DOT),
    **dict.fromkeys(("ASCII", "Graph", "Print"), ALPHABET),
    **dict.fromkeys(("L", "Lu", "Ll", "Alpha", "Lower", "Upper", "Space", "Blank", "Cntrl", "IsAlphabetic"), _NONE),
}
_CONTROLS = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}
_DEEPEST = 40


class Source:
    """The expression's text, read from left to right. A sign beyond its end is empty."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str:
        """The next sign, or one after it, without taking it."""
        at = self._at + ahead
        return self._text[at] if at < len(self._text) else ""

    def next(self) -> str:
        """Take the next sign."""
        sign = self.peek()
        self._at += 1
        return sign

    def take(self, sign: str) -> bool:
        """Take the next sign if it is this one."""
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def digits(self) -> str:
        """Take all digits that come next."""
        taken = ""
        while (sign := self.peek()) and sign in string.digits:
            taken += self.next()
        return taken

    def until(self, end: str, *, must: bool = False) -> str:
        """Take all before `end`, and `end` too; all that is left where there is none. Raises BadPattern if it must."""
        found = self._text.find(end, self._at)
        if found < 0:
            if must:
                raise BadPattern(f"{end} is missing")
            rest, self._at = self._text[self._at :], len(self._text)
            return rest
        taken, self._at = self._text[self._at : found], found + len(end)
        return taken


def escaped(source: Source) -> Chars:
    """What an escape stands for that is the same in and outside of brackets; the backslash is taken already."""
    found = _escape(source)
    return found if isinstance(found, frozenset) else frozenset(chr(found)) & ALPHABET


def _escape(source: Source) -> Chars | int:
    """A set of characters, or a single one by its number."""
    sign = source.next()
    if not sign:
        raise BadPattern("it ends in a backslash")
    if sign in _SHORTHANDS:
        return _SHORTHANDS[sign]
    if sign in _CONTROLS:
        return _CONTROLS[sign]
    match sign:
        case "p" | "P":
            found = _property(source)
            return ALPHABET - found if sign == "P" else found
        case "0":
            return _octal(source)
        case "x":
            return _hex(source)
        case "u":
            return int(_hex_digits(source, 4), 16)
        case "c":
            if not (after := source.next()):
                raise BadPattern("\\c without a sign")
            return ord(after) ^ 64
        case "N":
            raise Unfollowed("\\N{…}")
    if sign in string.ascii_letters or sign in string.digits:
        raise BadPattern(f"\\{sign} means nothing")
    return ord(sign)


def _property(source: Source) -> Chars:
    name = source.until("}", must=True) if source.take("{") else source.next()
    if not name:
        raise BadPattern("\\p without a name")
    if name not in _PROPERTIES:
        raise Unfollowed(f"\\p{{{name[:20]}}}")
    return _PROPERTIES[name]


def _octal(source: Source) -> int:
    digits = ""
    while len(digits) < 3 and (sign := source.peek()) and sign in string.octdigits and int(digits + sign, 8) <= 0o377:
        digits += source.next()
    if not digits:
        raise BadPattern("\\0 without a number")
    return int(digits, 8)


def _hex(source: Source) -> int:
    if not source.take("{"):
        return int(_hex_digits(source, 2), 16)
    digits = source.until("}", must=True)
    if not digits or any(each not in string.hexdigits for each in digits) or (value := int(digits, 16)) > 0x10FFFF:
        raise BadPattern("\\x without a number")
    return value


def _hex_digits(source: Source, count: int) -> str:
    digits = "".join(source.next() for _ in range(count))
    if len(digits) < count or any(each not in string.hexdigits for each in digits):
        raise BadPattern("an escape without its number")
    return digits


def character_class(source: Source) -> Chars:
    """What the brackets hold; the [ is taken already, and the ] is taken as well."""
    return _within(source, closes=True)


def _within(source: Source, *, closes: bool) -> Chars:
    """The union of all up to the ]. closes: whether that is taken."""
    source.depth += 1
    if source.depth > _DEEPEST:
        raise Unfollowed("brackets within each other too deep")
    negative = closes and source.take("^")
    found: Chars | None = None
    while True:
        match source.peek():
            case "":
                raise BadPattern("a [ without its ]")
            case "[":
                source.next()
                found = (found or _NONE) | _within(source, closes=True)
            case "&" if source.peek(1) == "&":
                # Unions and intersections follow rules of their own, which changed with Java 9.
                raise Unfollowed("&& in brackets")
            case "]" if found is not None:
                if closes:
                    source.next()
                source.depth -= 1
                return ALPHABET - found if negative else found
            case _:
                found = (found or _NONE) | _range(source)


def _range(source: Source) -> Chars:
    """The next sign or escape, or the range that begins with it."""
    first = _sign(source)
    if isinstance(first, frozenset):
        return first
    if source.peek() == "-" and source.peek(1) not in ("[", "]"):
        source.next()
        last = _sign(source)
        if isinstance(last, frozenset):
            raise BadPattern("a range that ends in a class")
        if last < first:
            raise BadPattern("a range that ends before it begins")
        return frozenset(each for each in ALPHABET if first <= ord(each) <= last)
    return frozenset(chr(first)) & ALPHABET


def _sign(source: Source) -> Chars | int:
    sign = source.next()
    if sign == "\\":
        return _escape(source)
    if not sign:
        raise BadPattern("a [ without its ]")
    return ord(sign)
