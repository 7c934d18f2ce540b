"""IBKR's answers as they were recorded or described, without anybody's data, and ways to spoil them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

FOLDER = Path(__file__).resolve().parent.parent / "data" / "recordings"
PERSONAL = ("Jane Q Public", "jpublic77", "203.0.113.77", "123456789")
"""What stands in the recordings where real ones name a person."""

JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        3,
        10**15,
        10**60,
        0.0,
        -0.5,
        1e308,
        "",
        " ",
        "None",
        "N/A",
        "true",
        "0",
        "1,005,254 USD",
    ),
    *("9" * 300, "20271345", "1e999", "\x1b[31mred", "\u202eevil", "\ud800", "[b]bold[/b]", "<html>", "NaN", "."),
    *([], {}, [[]], [None], ["x"], [{}], {"error": None}, {"amount": {}}, {"": ""}, {"upnl": []}),
)


def recorded(name: str) -> Any:
    """The recording's JSON value, numbers with a point as Decimal, as the client reads them."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def all_names() -> list[str]:
    """All recordings."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every value inside."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> Any:
    """The recording with up to four things wrong with it, as plain JSON: gone, of another type, doubled or renamed."""
    whole = [json.loads((FOLDER / f"{name}.json").read_text("utf-8"))]
    for _ in range(draw(st.integers(0, 4))):
        container, key = draw(st.sampled_from(list(_places(whole))))
        match draw(st.integers(0, 5)):
            case 0 if container is not whole:
                del container[key]
            case 1:
                container[key] = [container[key]]
            case 2:
                container[key] = str(container[key]) if isinstance(container[key], int | float) else container[key]
            case 3 if isinstance(container, list) and container is not whole:
                container.insert(0, deepcopy(container[key]))
            case 4 if isinstance(container, dict):
                container[draw(st.sampled_from([key.upper(), key.lower(), f" {key}"]))] = container.pop(key)
            case _:
                container[key] = deepcopy(draw(st.sampled_from(JUNK)))
    return whole[0]


def body(value: Any) -> bytes:
    """The value as a gateway would send it; lone surrogates and all."""
    return json.dumps(value).encode()
