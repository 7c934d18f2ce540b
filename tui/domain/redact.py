"""Secrets and personal data -> masks, for every line that leaves for a log or a report."""

import re

_MASK = "•••"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # IBKR account ids: U1234567, DU1234567, DUO123456, F1234567 (advisor). The last three tell them apart.
    (re.compile(r"\b(D?[UFI][A-Z]?)\d{3,8}(\d{3})\b"), rf"\1{_MASK}\2"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"), _MASK),
    # Session ids and tokens stand alone as 24 or more hex digits.
    (re.compile(r"\b[0-9a-fA-F]{24,}\b"), _MASK),
    (
        re.compile(
            r"(?i)([\"']?\b(?:session|sessionid|user_?name|credential|user_?id|accounttitle|displayname|mac|hardware_info|"
            r"sslpwd|password|authorization|cookie|set-cookie|x-sess-uuid|token)\b[\"']?\s*[:=]\s*)"
            r"(\"[^\"]*\"?|'[^']*'?|[^\s,;}]+)"
        ),
        rf"\1{_MASK}",
    ),
    (re.compile(r"(//)[^/\s@]+@"), rf"\1{_MASK}@"),
)


def redacted(text: str) -> str:
    """The text with account ids shortened, and session ids, MAC addresses, names and passwords masked."""
    for pattern, mask in _RULES:
        text = pattern.sub(mask, text)
    return text
