"""What is measured, and the most that each figure may be."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Colours(StrEnum):
    """What a terminal says of its colours."""

    TRUE = "true colour"
    MANY = "256 colours"
    FEW = "16 colours"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which it says so."""
        match self:
            case Colours.TRUE:
                return {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            case Colours.MANY:
                return {"TERM": "xterm-256color"}
            case Colours.FEW:
                return {"TERM": "xterm-16color"}


class Part(StrEnum):
    """What is done with the running program, in this order."""

    REST = "rest"
    MOVING = "moving"
    KEYS = "keys"
    REFRESH = "refresh"
    ACTIONS = "actions"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Goals:
    """The most that a case's figures may be; what has none is only shown."""

    cpu_moving: float | None = None
    """Percent of a core."""
    cpu_rest: float | None = None
    bytes_moving: float | None = None
    """A second."""
    idle: bool = False
    """Nothing written where nothing changed, and the clock at most once a second."""
    key: float | None = None
    """Milliseconds, 95 of 100 keys; at rest and during a refresh."""
    key_hung: float | None = None
    action: float | None = None
    """Milliseconds from the key to the last cell."""
    memory_ratio: float | None = None
    bytes_ratio: float | None = None
    """Against the base case."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to run the monitor. size: columns and rows. pace: seconds between two looks at the positions."""

    name: str
    parts: frozenset[Part]
    positions: int = 50
    size: tuple[int, int] = (80, 24)
    colours: Colours = Colours.TRUE
    pace: float | None = None
    goals: Goals = field(default_factory=Goals)


@dataclass(frozen=True, slots=True)
class Span:
    """How much is measured. starts: of each program. keys, actions: of each kind. tools: htop and btop too.

    Seconds: settle before anything else, rest and moving for their figures, acted for an action to be seen whole,
    settle_reference and reference for each program beside the monitor.
    """

    starts: int = 9
    settle: float = 8.0
    rest: float = 20.0
    moving: float = 24.0
    keys: int = 40
    actions: int = 7
    acted: float = 0.9
    settle_reference: float = 3.0
    reference: float = 15.0
    tools: bool = True


FULL = Span()
SHORT = Span(3, 1.5, 4.0, 6.0, 12, 2, acted=0.6, settle_reference=1.0, reference=1.0, tools=False)

MOVING = 0.2
"""The share of the prices that moves at each refresh."""
START_RATIO = 1.25
BASE, LARGE = "base", "5000"
FASTEST = 2.0
"""Seconds: the shortest pace for positions that the settings take."""

CASES = (
    Case(
        BASE,
        frozenset(Part) - {Part.ACTIONS},
        goals=Goals(1.0, 0.3, 1500.0, idle=True, key=25.0, key_hung=25.0, memory_ratio=1.35),
    ),
    Case("fastest", frozenset({Part.MOVING}), pace=FASTEST),
    Case("500", frozenset({Part.MOVING, Part.KEYS}), positions=500),
    Case(
        LARGE,
        frozenset(Part),
        positions=5000,
        goals=Goals(cpu_moving=2.5, key=50.0, key_hung=25.0, action=150.0, bytes_ratio=1.5),
    ),
    Case("200x50", frozenset({Part.REST, Part.MOVING, Part.KEYS}), size=(200, 50)),
    Case("256", frozenset({Part.MOVING}), colours=Colours.MANY),
    Case("16", frozenset({Part.MOVING}), colours=Colours.FEW),
)

SHORT_CASES = tuple(
    replace(case, parts=case.parts & kept)
    for case in CASES
    for name, kept in (
        (BASE, frozenset({Part.REST, Part.MOVING, Part.KEYS})),
        (LARGE, frozenset({Part.ACTIONS})),
    )
    if case.name == name
)
