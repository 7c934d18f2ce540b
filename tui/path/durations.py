"""Go's durations, as agents written in Go print them: `87ms`, `1m2.5s`, `150µs` -> seconds."""

import re

# Both of Unicode's signs for micro are in use.
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_LONGEST = 64


def seconds(text: str) -> float | None:
    """Seconds from 0 on; None for what is no duration, and for a negative one, which no measurement is."""
    bare = text.strip().removeprefix("+")
    if bare == "0":
        return 0.0
    if not bare or len(bare) > _LONGEST:
        return None
    total, at = 0.0, 0
    for part in _PART.finditer(bare):
        if part.start() != at:
            return None
        total += float(part[1]) * _SECONDS[part[2]]
        at = part.end()
    return total if at == len(bare) else None
