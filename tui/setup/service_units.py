"""A service as a systemd unit: for the whole system, shut in as far as it can live with that, or for one user."""

import re

from tui.setup.recipe import Unfit, one_line, quoted
from tui.setup.service import Role, Service

SYSTEM_FOLDER = "/etc/systemd/system"
USER_FOLDER = ".config/systemd/user"
"""Within the user's own folder."""
NAMES = {Role.GATEWAY: "ibkr-gateway", Role.TUNNEL: "ibkr-tunnel", Role.WATCH: "cpwatch-watch"}

NO_PROGRAM = frozenset("\"'\\$")
"""What systemd refuses in a program's path, or takes for a variable."""

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}", re.ASCII)
_BARE_WORD = re.compile(r"[A-Za-z0-9_./:=@,+-]+", re.ASCII)
# Each starts after those before it, and lives on without them: a tunnel waits for its gateway to come back.
_AFTER = {
    Role.GATEWAY: (),
    Role.TUNNEL: (NAMES[Role.GATEWAY],),
    Role.WATCH: (NAMES[Role.GATEWAY], NAMES[Role.TUNNEL]),
}
_FAMILIES = "AF_INET AF_INET6 AF_UNIX"
_MOST_MEMORY = {Role.GATEWAY: "1G", Role.WATCH: "512M"}

Lines = list[tuple[str, str]]


def unit_name(service: Service) -> str:
    """The file's name, e.g. `ibkr-gateway.service`."""
    return f"{NAMES[service.role]}.service"


def system_unit(service: Service, user: str) -> bytes:
    """The unit for /etc/systemd/system, which runs as that user and without a login.

    It may write into the service's own folders alone, and gains no rights. What would break a service is left out:
    MemoryDenyWriteExecute ends java, and IPAddressDeny would cut the gateway off from IBKR.
    Raises Unfit: a name that is no user's, or root's; anything of the service that no unit can hold.
    """
    if not _USER.fullmatch(user) or user == "root":
        raise Unfit(f"{quoted(user)} is not a name of a user to run this as; it should not be root.")
    unit: Lines = [
        *_about(service),
        ("After", " ".join(("network-online.target", *_after(service)))),
        ("Wants", "network-online.target"),
        *_limits(service),
    ]
    run: Lines = [("Type", "exec"), ("User", user), *_run(service), *_shut_in(service)]
    return _text(unit, run, "multi-user.target")


def user_unit(service: Service) -> bytes:
    """The unit for ~/.config/systemd/user.

    A user's manager knows no network-online.target, and most of the walls need rights that it does not have.
    Raises Unfit: anything of the service that no unit can hold.
    """
    after = " ".join(_after(service))
    unit: Lines = [*_about(service), *([("After", after)] if after else []), *_limits(service)]
    run: Lines = [
        ("Type", "exec"),
        *_run(service),
        ("NoNewPrivileges", "yes"),
        ("LockPersonality", "yes"),
        *_calls(),
    ]
    return _text(unit, run, "default.target")


def _limits(service: Service) -> Lines:
    """When to give up. A tunnel never: while the internet is away, every start of it fails at once."""
    if service.role is Role.TUNNEL:
        return [("StartLimitIntervalSec", "0")]
    return [("StartLimitIntervalSec", "300"), ("StartLimitBurst", "5")]


def _about(service: Service) -> Lines:
    return [("Description", _specified(one_line(service.about, "The description")))]


def _after(service: Service) -> tuple[str, ...]:
    return tuple(f"{name}.service" for name in _AFTER[service.role])


def _run(service: Service) -> Lines:
    lines: Lines = [("WorkingDirectory", unit_value(service.folder))] if service.folder else []
    lines += [
        ("ExecStart", command_value(service.command)),
        ("Restart", "always" if service.always else "on-failure"),
        ("RestartSec", str(service.pause)),
    ]
    if service.ended_well:
        lines.append(("SuccessExitStatus", " ".join(map(str, service.ended_well))))
    if service.for_good:
        lines.append(("RestartPreventExitStatus", " ".join(map(str, service.for_good))))
    return [*lines, ("UMask", "0077")]


def _shut_in(service: Service) -> Lines:
    families = _FAMILIES if service.role is Role.GATEWAY else f"{_FAMILIES} AF_NETLINK"
    lines: Lines = [
        ("NoNewPrivileges", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "read-only" if service.in_a_home else "yes"),
    ]
    if service.writable:
        lines.append(("ReadWritePaths", " ".join(path_word(each) for each in service.writable)))
    lines += [
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectClock", "yes"),
        ("ProtectHostname", "yes"),
        ("RestrictAddressFamilies", families),
        ("RestrictNamespaces", "yes"),
        ("RestrictRealtime", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("LockPersonality", "yes"),
        ("CapabilityBoundingSet", ""),
        *_calls(),
    ]
    if service.compiled:
        lines.append(("MemoryDenyWriteExecute", "yes"))
    if (most := _MOST_MEMORY.get(service.role)) is not None:
        lines.append(("MemoryMax", most))
    return lines


def _calls() -> Lines:
    return [
        ("SystemCallArchitectures", "native"),
        ("SystemCallFilter", "@system-service"),
        ("SystemCallFilter", "~@privileged"),
        # A call too many is refused to the program, and does not end it.
        ("SystemCallErrorNumber", "EPERM"),
    ]


def _text(unit: Lines, run: Lines, wanted_by: str) -> bytes:
    parts = (("Unit", unit), ("Service", run), ("Install", [("WantedBy", wanted_by)]))
    said = "\n\n".join("\n".join((f"[{name}]", *(f"{key}={value}" for key, value in lines))) for name, lines in parts)
    return f"{said}\n".encode()


def _specified(text: str) -> str:
    return text.replace("%", "%%")


def unit_value(text: str) -> str:
    """The text as the whole of a value, in which quotes are letters. Raises Unfit where a line can't end with it."""
    if text.endswith("\\"):
        raise Unfit(f"A line of a unit can't end with a backslash: {quoted(text)}.")
    return _specified(one_line(text, "A value"))


def path_word(text: str) -> str:
    """The path as one of a list, in which quotes hold a word together, and a backslash is a letter."""
    text = one_line(text, "A path")
    if text.endswith("\\"):
        raise Unfit(f"A line of a unit can't end with a backslash: {quoted(text)}.")
    if _BARE_WORD.fullmatch(text):
        return text
    # A quote of one kind stands within quotes of the other.
    return _specified('"\'"'.join(f"'{part}'" for part in text.split("'")))


def command_value(words: tuple[str, ...]) -> str:
    """The command for ExecStart=, which knows quotes, backslashes, %x and $X."""
    program = one_line(words[0], "The program's path")
    if NO_PROGRAM & set(program):
        raise Unfit(f"systemd starts no program with a quote, a backslash or a $ in its path: {quoted(program)}.")
    return " ".join(_command_word(each) for each in words)


def _command_word(word: str) -> str:
    if word == "":
        return '""'
    word = _specified(one_line(word, "An argument")).replace("$", "$$")
    if _BARE_WORD.fullmatch(word):
        return word
    return '"{}"'.format(word.replace("\\", "\\\\").replace('"', '\\"'))
