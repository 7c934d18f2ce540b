"""What the environment tells: settings by `CPWATCH_*`, and where the user sits."""

import getpass
import re
from collections.abc import Mapping

from tui.domain.address import safe_ip
from tui.domain.state import Here

# No leading dash: it would be an option of ssh.
_USER = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9._-]{0,63}", re.ASCII)


def setting(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `CPWATCH_NAME`, None where it is unset or empty."""
    return environment.get(f"CPWATCH_{name}") or None


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
