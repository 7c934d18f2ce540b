"""What may stand in the line of an `ssh -L` that the user is asked to run: nothing that a shell reads otherwise."""

import re
from collections.abc import Sequence

from tui.domain.address import safe_ip
from tui.domain.way import Forward

MOST_OPTIONS = 12
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?", re.ASCII)
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]{0,63}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./@:,+-]{0,254}", re.ASCII)
_PORTS = range(1, 65536)


def forward(
    destination: str, local_port: int, host: str, port: int, ssh_port: int | None = None, options: Sequence[str] = ()
) -> Forward | None:
    """The forward of these parts; None where one of them is none, or could not be put into a line as it is.

    options: those that could not be are left out, each with its value.
    """
    user, at, machine = destination.rpartition("@")
    safe_machine, safe_target = safe_host(machine), safe_host(host)
    if safe_machine is None or safe_target is None or (at and not _USER.fullmatch(user)):
        return None
    if local_port not in _PORTS or port not in _PORTS or not (ssh_port is None or ssh_port in _PORTS):
        return None
    return Forward(f"{user}{at}{safe_machine}", local_port, safe_target, port, ssh_port, _safe_options(options))


def safe_host(host: str) -> str | None:
    """A machine's name, also one of ~/.ssh/config, or its IP address; None for what is neither."""
    return safe_ip(host) if ":" in host else host if _NAME.fullmatch(host) else None


def _safe_options(words: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(words[:MOST_OPTIONS:2], words[1:MOST_OPTIONS:2], strict=False)
    return tuple(
        word
        for name, value in pairs
        if name in {"-J", "-i", "-F"} and _VALUE.fullmatch(value)
        for word in (name, value)
    )
