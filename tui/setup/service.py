"""Programs that are to run by themselves: the gateway, a tunnel, `cpwatch watch`, for any system's service manager."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from tui.domain.way import Forward
from tui.setup.recipe import Unfit, one_line, quoted

CONF = "root/conf.yaml"
BASH = "/bin/bash"
WINDOWS_SHELL = r"%SystemRoot%\System32\cmd.exe"
"""The task scheduler puts the variable's value in its place."""
RESTART_ENDS_LOGIN = (
    "A restart of the gateway always ends the login: whoever or whatever restarts it, someone has to log in again in a "
    "browser, with the second factor. A service brings the program back, never the session."
)
SSH_OPTIONS = ("ExitOnForwardFailure=yes", "ServerAliveInterval=15", "ServerAliveCountMax=3")
_TERMINATED = 143  # java's exit code where SIGTERM has ended it
_SETTINGS_WRONG, _OTHER_WATCHER = 2, 75  # exit codes of `cpwatch watch` that no restart mends
_CONF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*\.ya?ml", re.ASCII)
_WINDOWS_NEVER = re.compile(r'[<>"|?*%]|/')
# What a service manager may not tell apart from the folders of users, whatever their system.
_HOMES = ("/home", "/root", "/Users", "/var/home")


class Role(StrEnum):
    """What a service is for."""

    GATEWAY = "gateway"
    TUNNEL = "tunnel"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Service:
    """A program to keep running.

    about: a few words. command: its program's absolute path, then its arguments; no secret among them. folder: where
    it is started, None where that does not matter. writable: folders that it has to write into; all else may be kept
    from it. reads_home: whether it reads files of its user's. compiled: whether it makes no code while it runs, so
    that it may be forbidden to. always: whether it is started again however it ended. pause: seconds before that.
    ended_well: exit codes that are no failure. for_good: exit codes after which starting it again is no use.
    """

    role: Role
    about: str
    command: tuple[str, ...]
    folder: str | None = None
    writable: tuple[str, ...] = ()
    reads_home: bool = False
    compiled: bool = False
    always: bool = True
    pause: int = 5
    ended_well: tuple[int, ...] = ()
    for_good: tuple[int, ...] = ()

    @property
    def windows(self) -> bool:
        """Whether it is one for Windows."""
        return "\\" in self.command[0]

    @property
    def in_a_home(self) -> bool:
        """Whether it needs anything that lies in a user's folder."""
        paths = (self.command[0], self.folder or "/", *self.writable, *self.command[1:])
        return self.reads_home or any(each == home or each.startswith(f"{home}/") for each in paths for home in _HOMES)


def gateway_service(folder: str, conf: str = CONF, *, windows: bool = False) -> Service:
    """IBKR's gateway, as its own starter starts it. folder: where it lies unpacked. conf: its settings within that.

    Raises Unfit: a folder that is no absolute path or that the gateway can't live in, settings elsewhere.
    """
    if not _CONF.fullmatch(conf):
        raise Unfit(f"The gateway takes its settings only from a folder within its own, not from {quoted(conf)}.")
    place = windows_path(folder, "The gateway's folder") if windows else posix_path(folder, "The gateway's folder")
    if "+" in place:
        raise Unfit(f"The gateway never listens from a folder with a + in its path: {quoted(place)}. Move it first.")
    about = "IBKR Client Portal Gateway"
    if windows:
        starter = ("/d", "/c", r"bin\run.bat", conf.replace("/", "\\"))
        return Service(Role.GATEWAY, about, (WINDOWS_SHELL, *starter), place, pause=60)
    return Service(
        Role.GATEWAY,
        about,
        (BASH, "bin/run.sh", conf),
        place,
        writable=(str(PurePosixPath(place, "logs")),),
        pause=10,
        ended_well=(_TERMINATED,),
    )


def cloudflared_service(program: str, config: str) -> Service:
    """A named Cloudflare tunnel by its config.yml. It is given half a minute to end, as it lets requests finish."""
    command = (_path(program, "cloudflared's path"), "--no-autoupdate", "--config", _path(config, "The path"))
    return Service(Role.TUNNEL, "Cloudflare Tunnel to the gateway", (*command, "tunnel", "run"), compiled=True)


def ngrok_service(program: str, configs: Sequence[str], endpoint: str) -> Service:
    """One endpoint of ngrok's, by its configuration files: the later ones count over the earlier ones."""
    files = [word for each in configs for word in ("--config", _path(each, "The path of ngrok's configuration"))]
    command = (_path(program, "ngrok's path"), "start", *files, one_line(endpoint, "The endpoint's name"))
    return Service(Role.TUNNEL, "ngrok to the gateway", command, compiled=True)


def ssh_service(program: str, forward: Forward) -> Service:
    """`ssh -L`, which gives up by itself 45 s after its far side fell silent, and never stops to ask anybody."""
    command = (_path(program, "ssh's path"), *ssh_words(forward, "BatchMode=yes"))
    return Service(Role.TUNNEL, f"ssh -L to {forward.destination}", command, reads_home=True, compiled=True)


def ssh_words(forward: Forward, *options: str) -> tuple[str, ...]:
    """The arguments of an `ssh -L` that listens on this machine alone, and ends where it can't."""
    port = () if forward.ssh_port in {None, 22} else ("-p", str(forward.ssh_port))
    far = f"[{forward.host}]" if ":" in forward.host else forward.host
    settings = [word for each in (*SSH_OPTIONS, *options) for word in ("-o", each)]
    spec = f"127.0.0.1:{forward.local_port}:{far}:{forward.port}"
    destination = one_line(forward.destination, "The machine's name")
    if destination.startswith("-"):
        raise Unfit(f"{quoted(destination)} is no name of a machine.")
    return ("-N", *settings, *forward.options, *port, "-L", spec, destination)


def watch_service(command: Sequence[str], state: str, *, profile: str | None = None) -> Service:
    """`cpwatch watch`. command: what starts cpwatch, its absolute path first. state: the folder where it remembers."""
    chosen = ("--profile", one_line(profile, "The profile's name")) if profile is not None else ()
    words = (_path(command[0], "cpwatch's path"), *(one_line(each, "An argument") for each in command[1:]))
    return Service(
        Role.WATCH,
        "cpwatch watch: keeps the gateway's session alive and tells when it is not",
        (*words, "watch", *chosen),
        writable=(_path(state, "cpwatch's state folder"),),
        reads_home=True,
        always=False,
        pause=30,
        for_good=(_SETTINGS_WRONG, _OTHER_WATCHER),
    )


def posix_path(text: str, what: str) -> str:
    """The absolute path without what is not needed in it. Raises Unfit for any other."""
    path = PurePosixPath(one_line(text, what))
    if not path.is_absolute() or ".." in path.parts:
        raise Unfit(f"{what} has to be an absolute path, without ..: {quoted(text)}.")
    return f"/{str(path).lstrip('/')}"


def windows_path(text: str, what: str) -> str:
    """The absolute path on a drive. Raises Unfit for any other, and for a percent sign, which nothing can quote."""
    path = PureWindowsPath(one_line(text, what))
    named = str(path)
    if not path.is_absolute() or len(path.drive) != 2 or ".." in path.parts:
        raise Unfit(f"{what} has to be an absolute path on a drive, such as C:\\clientportal.gw, not {quoted(text)}.")
    if _WINDOWS_NEVER.search(named) or ":" in named[2:]:
        raise Unfit(f"{what} has a character in it that Windows or its task scheduler reads otherwise: {quoted(text)}.")
    return named


def _path(text: str, what: str) -> str:
    return windows_path(text, what) if PureWindowsPath(text).drive else posix_path(text, what)
