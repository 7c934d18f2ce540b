"""What IBKR says in an answer's head of the time that its own servers took."""

import re

import httpx

LONGEST = 600.0
"""Seconds; what claims to have taken longer is no measurement."""
_READ = 2048
_QUOTED = re.compile(r'"([^"]*)(?:"|$)')
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_RESPONSE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s)", re.ASCII | re.IGNORECASE)
# IBKR's edge and what lies behind it. Others on the way add metrics of their own, under other names (`cfL4`).
_IBKRS = frozenset({"edge", "origin"})


def ibkr_part(headers: httpx.Headers, first_byte: float | None) -> float | None:
    """Seconds that IBKR took of an answer that it gave; None where it says nothing that can be true.

    `Server-Timing: …, edge; dur=4, origin; dur=37` holds milliseconds at its edge and behind it, `X-Response-Time:
    17ms` those of the server that answered alone. first_byte: seconds that the whole took, of which it is a part.
    """
    seconds = _server_timing(headers.get("server-timing", "")[:_READ])
    if seconds is None:
        seconds = _response_time(headers.get("x-response-time", "")[:_READ])
    if seconds is None or first_byte is None or not 0 <= seconds <= min(first_byte, LONGEST):
        return None
    return seconds


def _server_timing(text: str) -> float | None:
    # What is quoted may hold the separators; only a number is of use.
    plain = _QUOTED.sub(lambda quoted: quoted[1] if _NUMBER.fullmatch(quoted[1]) else "", text)
    found: dict[str, float] = {}
    for metric in plain.lower().split(","):
        name, *parameters = (part.strip() for part in metric.split(";"))
        duration = next((value for each in parameters if (value := _duration(each)) is not None), None)
        if name in _IBKRS and duration is not None:
            found.setdefault(name, duration)
    return sum(found.values()) if "origin" in found else None


def _duration(parameter: str) -> float | None:
    """Seconds in `dur=37`; None for another parameter, or another value."""
    name, _, value = (part.strip() for part in parameter.partition("="))
    return float(value) / 1000 if name == "dur" and _NUMBER.fullmatch(value) else None


def _response_time(text: str) -> float | None:
    found = _RESPONSE.fullmatch(text.strip())
    if found is None:
        return None
    return float(found[1]) / (1000 if found[2].lower() == "ms" else 1)
