"""Secrets and personal data -> masks, for every line that leaves for a log or a report."""

import re

from tui.domain.sanitise import safe_text

_MASK = "•••"
_HEADERS = r"(?:proxy-)?authorization|(?:set-)?cookie"
_KEYS = (
    r"session|j?session_?id|x-sess-uuid|\w*user_?name|\w*user_?id|credential|account_?title|display_?name|mac|"
    r"hardware_info|ssl_?pwd|passw(?:or)?d|secret|(?:\w+[_-])?token|access_?token|api_?key"
)
# From the key to its value: JSON, YAML, a query or a header, the same escaped within a string, or a pair of Python's.
_LEADS_TO = r"(?:\\*[\"']?\s*[:=]|[\"']\s*,)\s*"
# A mask is a value too, so that masking twice changes nothing.
_QUOTED = _MASK + r"|b?\"(?:[^\"\\\n]|\\.)*\"?|b?'(?:[^'\\\n]|\\.)*'?|\\+[\"'](?:(?!\\+[\"']).)*(?:\\+[\"'])?"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # IBKR account ids: U1234567, DU1234567, DUO123456, F1234567 (advisor). The last three tell them apart.
    (re.compile(r"(?<![A-Za-z0-9])(D?[UFI][A-Z]?)\d{3,8}(\d{3})(?![A-Za-z0-9])"), rf"\1{_MASK}\2"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"), _MASK),
    # Session ids and tokens stand alone as 24 or more hex digits, or as a UUID.
    (re.compile(r"(?<![A-Za-z0-9])[0-9a-fA-F]{24,}(?![A-Za-z0-9])"), _MASK),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), _MASK),
    # A header's value goes to the end of its line: `Bearer …`, several cookies.
    (re.compile(rf"(?i)(\b(?:{_HEADERS}){_LEADS_TO})(?:{_QUOTED}|[^\n]+)"), rf"\1{_MASK}"),
    (re.compile(rf"(?i)(\b(?:{_KEYS}){_LEADS_TO})(?:{_QUOTED}|[^\s,;}}&]+)"), rf"\1{_MASK}"),
    (re.compile(r"(//)[^/\s@]+@"), rf"\1{_MASK}@"),
)


def redacted(text: str) -> str:
    """The text with account ids shortened, and session ids, MAC addresses, names and passwords masked."""
    for pattern, mask in _RULES:
        text = pattern.sub(mask, text)
    return text


def described(error: BaseException) -> str:
    """An exception's kind and message in one line that can be shown and logged."""
    return safe_text(redacted(f"{type(error).__name__}: {error}"))
