"""All targets, by their names, and the groups that are driven together."""

from collections.abc import Iterable
from functools import cache

from tests.fuzz import agent_targets, file_targets, gateway_targets, screen_target, socket_targets
from tests.fuzz.target import Target

GROUPS = {
    "answers": ("gateway-",),
    "sockets": ("socket-",),
    "agents": ("agent-",),
    "machine": ("programs", "arguments", "texts"),
    "state": ("settings", "settings-bundled", "preferences", "remembered", "record"),
    "setup": ("conf", "pattern", "logs", "services"),
}
"""Targets that are driven together: those whose names begin so."""
FUZZERS = (*GROUPS, "screen")
"""What is driven for half an hour each."""


@cache
def targets() -> dict[str, Target]:
    """Made once: several keep an event loop and a screen."""
    found = (
        *gateway_targets.targets(),
        *agent_targets.targets(),
        *file_targets.targets(),
        *screen_target.targets(),
        *socket_targets.targets(),
    )
    return {each.name: each for each in found}


def fuzzer(name: str) -> Target:
    """A target, or a group as one: its inputs begin with the name of the target that they are for. Raises KeyError."""
    if name in targets():
        return targets()[name]
    members = {each.name.encode(): each for each in targets().values() if each.name.startswith(GROUPS[name])}
    first = next(iter(members.values()))

    def run(data: bytes) -> None:
        chosen, _, rest = data.partition(b"\n")
        members.get(chosen, first).run(rest)

    def seeds() -> Iterable[bytes]:
        return [name + b"\n" + data for name, each in members.items() for data in each.seeds()]

    words = {word: None for each in members.values() for word in each.words}
    return Target(name, run, seeds, tuple(words), max(each.seconds for each in members.values()), named=True)
