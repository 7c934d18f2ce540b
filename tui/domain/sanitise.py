"""Text from outside -> text that is safe to print: no escape sequence, no control, no bidi override."""

import unicodedata

EVIDENCE_LIMIT = 160
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Cc: C0 and C1 controls, ESC among them. Cf: bidi overrides and isolates, zero-width marks, tags. Cs: lone
# surrogates, which no terminal can encode. Co and Cn: private and unassigned, of unknown width. Zl, Zp: line and
# paragraph separators, which break a row in two.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "\N{NO-BREAK SPACE}": " "})


def safe_text(text: str, limit: int = 200) -> str:
    """One printable line of at most `limit` characters.

    What could steer a terminal becomes U+FFFD; an end that was cut off is "…".
    """
    cut = text[: limit + 1].translate(_BLANKS)
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(_REPLACEMENT if unicodedata.category(c) in _UNSAFE else c for c in cut)
    return cut if len(cut) <= limit else cut[: limit - 1] + "…"


def safe_block(text: str) -> str:
    """As `safe_text` for text of many lines, of any length: only line ends and tabs stay of what is not printable."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _UNSAFE else _REPLACEMENT for c in text)


def evidence(status: int | None, body: bytes) -> str:
    """What was received, in one line: the status and the body's beginning in quotes, e.g. `404 "Access Denied"`."""
    start = " ".join(safe_text(body[:1024].decode("utf-8", "replace"), 1024).split())
    if not start:
        return "an empty body" if status is None else f"{status} with an empty body"
    quoted = f'"{safe_text(start, EVIDENCE_LIMIT)}"'
    return quoted if status is None else f"{status} {quoted}"
