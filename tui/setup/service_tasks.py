"""A service as a task of the Windows Task Scheduler, in XML."""

from enum import StrEnum
from xml.sax.saxutils import escape

from tui.setup.recipe import Unfit, one_line, quoted, windows_arguments
from tui.setup.service import Role, Service

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
NAMES = {Role.GATEWAY: r"IBKR\Gateway", Role.TUNNEL: r"IBKR\Tunnel", Role.WATCH: r"IBKR\Watch"}
_NO_NAME = frozenset('"/[]:;|=,+*?<>%')
_DELAY = "PT30S"
_SHORTEST_PAUSE = 60
_TRIES = 999


class Begins(StrEnum):
    """When a task is started."""

    LOGON = "logon"
    """When the user logs on to Windows; it ends when they log off."""
    BOOT = "boot"
    """When the machine starts, whether anybody logs on or not."""


def task(service: Service, user: str, begins: Begins = Begins.LOGON) -> bytes:
    """The file for `schtasks /Create /XML`: UTF-16 with its mark, as it says of itself.

    user: as whom it runs, `MACHINE\\name` or `name`. It runs for as long as it likes: without PT0S the scheduler ends
    a task after 72 hours. Raises Unfit: a service for another system, a name that is no user's, what XML can't hold.
    """
    if not service.windows:
        raise Unfit(f"{quoted(service.command[0])} is no program for Windows.")
    named = one_line(user, "The user's name")
    if _NO_NAME & set(named) or named.count("\\") > 1 or named.startswith("\\") or named.endswith("\\"):
        raise Unfit(f"{quoted(user)} is no name of a Windows user.")
    at_logon = begins is Begins.LOGON
    trigger = "LogonTrigger" if at_logon else "BootTrigger"
    whose = _tag("UserId", named) if at_logon else ""
    folder = _tag("WorkingDirectory", service.folder) if service.folder else ""
    arguments = _tag("Arguments", windows_arguments(service.command[1:])) if service.command[1:] else ""
    lines = (
        '<?xml version="1.0" encoding="UTF-16"?>',
        f'<Task version="1.4" xmlns="{NAMESPACE}">',
        f"  <RegistrationInfo>{_tag('Description', service.about)}</RegistrationInfo>",
        "  <Triggers>",
        f"    <{trigger}>{_tag('Enabled', 'true')}{whose}{_tag('Delay', _DELAY)}</{trigger}>",
        "  </Triggers>",
        "  <Principals>",
        '    <Principal id="Author">',
        f"      {_tag('UserId', named)}{_tag('LogonType', 'InteractiveToken' if at_logon else 'S4U')}",
        f"      {_tag('RunLevel', 'LeastPrivilege')}",
        "    </Principal>",
        "  </Principals>",
        "  <Settings>",
        f"    {_tag('MultipleInstancesPolicy', 'IgnoreNew')}",
        f"    {_tag('DisallowStartIfOnBatteries', 'false')}",
        f"    {_tag('StopIfGoingOnBatteries', 'false')}",
        f"    {_tag('AllowHardTerminate', 'true')}",
        f"    {_tag('StartWhenAvailable', 'true')}",
        f"    {_tag('RunOnlyIfNetworkAvailable', 'true' if service.role is Role.TUNNEL else 'false')}",
        f"    {_tag('ExecutionTimeLimit', 'PT0S')}",
        f"    <RestartOnFailure>{_tag('Interval', _pause(service))}{_tag('Count', str(_TRIES))}</RestartOnFailure>",
        "  </Settings>",
        '  <Actions Context="Author">',
        f"    <Exec>{_tag('Command', service.command[0])}{arguments}{folder}</Exec>",
        "  </Actions>",
        "</Task>",
        "",
    )
    return ("\ufeff" + "\r\n".join(lines)).encode("utf-16-le")


def _pause(service: Service) -> str:
    # The scheduler takes nothing below a minute.
    return f"PT{max(_SHORTEST_PAUSE, service.pause) // 60}M"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(one_line(text, name))}</{name}>"
