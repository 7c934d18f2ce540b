"""What the gateway's SnakeYAML makes of a plain word, by YAML 1.1: `012` is ten, `yes` is true, `1:30` is ninety."""

import re

_STANDARD = "tag:yaml.org,2002:"
STR, INT, FLOAT, BOOL, NULL = (f"{_STANDARD}{name}" for name in ("str", "int", "float", "bool", "null"))
DATE, MERGE, BINARY, SEQ, MAP, SET = (
    f"{_STANDARD}{name}" for name in ("timestamp", "merge", "binary", "seq", "map", "set")
)

NAMES = {
    STR: "a text",
    INT: "a whole number",
    FLOAT: "a number with a point",
    BOOL: "yes or no",
    NULL: "nothing",
    DATE: "a date",
    MERGE: "a merge",
    BINARY: "bytes",
}
"""What each is called in a sentence."""

TRUE_OR_FALSE = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}

_BOOL = re.compile("|".join(f"{word}|{word.capitalize()}|{word.upper()}" for word in TRUE_OR_FALSE))
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*(?::[0-5]?[0-9])+|[1-9][0-9_]*)", re.ASCII)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9_]+(?:[eE][-+]?[0-9]+)?"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?",
    re.ASCII,
)
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_LARGEST = 2**31


def implied(text: str) -> str:
    """The tag of a plain word that has none of its own."""
    if text in _NULL:
        return NULL
    if text == "<<":
        return MERGE
    for pattern, tag in ((_BOOL, BOOL), (_INT, INT), (_FLOAT, FLOAT), (_DATE, DATE)):
        if pattern.fullmatch(text):
            return tag
    return STR


def whole_number(text: str) -> int | None:
    """The text as a setting that is a whole number, however it is quoted; None where the gateway refuses it."""
    digits = text.replace("_", "")
    sign = -1 if digits[:1] == "-" else 1
    if digits[:1] in ("-", "+"):
        digits = digits[1:]
    match digits[:2]:
        case "":
            return None
        case "0":
            return 0
        case "0b":
            value = _digits(digits[2:], 2)
        case "0x":
            value = _digits(digits[2:], 16)
        case begin if begin[0] == "0":
            value = _digits(digits[1:], 8)
        case _ if ":" in digits:
            value = _sixties(digits)
        case _:
            value = _digits(digits, 10)
    if value is None or not -_LARGEST <= value * sign < _LARGEST:
        return None
    return value * sign


def _digits(text: str, base: int) -> int | None:
    # Without the signs and blanks that Python would take, and without a number of a million digits.
    if not text.isascii() or not text.isalnum() or len(text) > 40:
        return None
    try:
        return int(text, base)
    except ValueError:
        return None


def _sixties(text: str) -> int | None:
    total = 0
    for part in text.rstrip(":").split(":"):
        value = _digits(part, 10)
        if value is None:
            return None
        total = total * 60 + value
    return total


def makes_sense(tag: str, text: str) -> bool:
    """Whether a value of that tag can be made of the text; the gateway ends at its start where not."""
    match tag:
        case x if x == INT:
            return any(each.isalnum() for each in re.sub("^[-+]?0[bx]", "", text)) and bool(_INT.fullmatch(text))
        case x if x == FLOAT:
            return any(each.isalnum() for each in text) and bool(_FLOAT.fullmatch(text) or _INT.fullmatch(text))
        case x if x == BOOL:
            return text.lower() in TRUE_OR_FALSE
        case x if x == DATE:
            return bool(_DATE.fullmatch(text))
        case x if x == BINARY:
            return bool(_BASE64.fullmatch(text)) and len(text) % 4 == 0
    return tag in (STR, NULL)
