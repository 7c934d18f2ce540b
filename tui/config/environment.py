"""What the environment tells, settings by `CPWATCH_*` and where the user sits, and how much of it others are told."""

import getpass
import re
from collections.abc import Collection, Mapping

from tui.domain.address import safe_ip
from tui.domain.state import Here

_SECRET = frozenset({"CPWATCH_SERVE_TOKEN"})
# No leading dash: it would be an option of ssh.
_USER = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9._-]{0,63}", re.ASCII)


def setting(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `CPWATCH_NAME`, None where it is unset or empty."""
    return environment.get(f"CPWATCH_{name}") or None


def for_children(environment: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """What a program that cpwatch starts may see of its environment: all but cpwatch's own secrets.

    secrets: the variables that the settings name as places of secrets. In an environment they would be handed on to
    whatever that program starts in its turn, and could be read in `/proc` and in the reports of its crashes.
    """
    left_out = _SECRET.union(secrets)
    return {name: value for name, value in environment.items() if name not in left_out}


def here(environment: Mapping[str, str]) -> Here:
    """Who runs cpwatch, and by which address of this machine they came over SSH.

    sshd sets SSH_CONNECTION to `client-address client-port server-address server-port`; what does not look so is
    not used, since it would end up in a line that the user is asked to run.
    """
    user = _user()
    parts = environment.get("SSH_CONNECTION", "").split()
    if len(parts) != 4:
        return Here(user)
    server = safe_ip(parts[2])
    port = int(parts[3]) if re.fullmatch(r"[0-9]{1,5}", parts[3]) else 0
    return Here(user, server, port) if server is not None and 0 < port < 65536 else Here(user)


def _user() -> str | None:
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None
    return name if _USER.fullmatch(name) else None
