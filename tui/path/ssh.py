"""What an ssh process was started with: the forwards that it makes and the machine that it made them to."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.domain.forwards import forward, safe_host
from tui.domain.way import Forward

PROGRAMS = frozenset({"ssh", "autossh", "sshuttle", "plink", "putty", "kitty", "klink"})
"""Programs that forward a port over ssh."""

_VALUED = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
_PUTTY = frozenset({"plink", "putty", "kitty", "klink"})
# PuTTY's options are words; these take a value.
_PUTTY_VALUED = frozenset(
    {"-load", "-l", "-P", "-m", "-L", "-R", "-D", "-nc", "-i", "-pw", "-pwfile", "-hostkey", "-cert", "-sercfg"}
    | {"-proxycmd", "-sshlog", "-sshrawlog", "-sessionlog"}
)
_PUTTY_LETTERS = {"-L": "L", "-D": "D", "-l": "l", "-P": "p", "-load": "load"}
_FIELD = re.compile(r"\[([^\[\]]*)\]|([^:\[\]]*)")
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
_SETTING = re.compile(r"\s*([A-Za-z]+)\s*(?:=|\s)(.*)", re.DOTALL)
# ssh's settings by the letters of the options that say the same.
_SETTING_LETTERS = {
    "localforward": "L",
    "dynamicforward": "D",
    "port": "p",
    "user": "l",
    "proxyjump": "J",
    "identityfile": "i",
}
_SPECS_MOST = 50


@dataclass(frozen=True, slots=True)
class SshCommand:
    """One command. destination: `user@host`; None where it is not told, or could not be put into a line as it is.

    forwards: its -L to TCP ports. socks: the ports of its -D.
    """

    destination: str | None = None
    forwards: tuple[Forward, ...] = ()
    socks: frozenset[int] = frozenset()

    def to(self, port: int) -> Forward | None:
        """The forward that listens on that port here."""
        return next((each for each in self.forwards if each.local_port == port), None)


def ssh_command(arguments: Sequence[str], program: str = "ssh") -> SshCommand:
    """What the arguments say, in all of ssh's spellings; never raises, and keeps no password.

    A process that holds ssh's shared connection shows a title instead of arguments: nothing is told then.
    """
    options = list(_putty_options(arguments) if program in _PUTTY else _options(arguments, program))
    words = [word for letter, word in options if letter == ""]
    destination, port = _destination(words[0] if words else "", _first(options, "l"))
    port = _port(_first(options, "p")) or port
    specs = [value for letter, value in options if letter == "L"][:_SPECS_MOST]
    extra = [word for letter, value in options if letter in {"J", "i", "F"} for word in (f"-{letter}", value)]
    made = [_forward(destination, spec, port, extra) for spec in specs] if destination else []
    socks = [_socks(value) for letter, value in options if letter == "D"][:_SPECS_MOST]
    return SshCommand(
        destination, tuple(each for each in made if each), frozenset(each for each in socks if each is not None)
    )


def _options(arguments: Sequence[str], program: str) -> Iterator[tuple[str, str]]:
    """Each option's letter and value, and the destination with an empty letter.

    ssh takes options before and behind the destination; from the second word on it is the far side's command.
    """
    valued = _VALUED | {"M"} if program == "autossh" else _VALUED
    rest = deque(arguments[1:])
    found = ended = False
    while rest:
        word = rest.popleft()
        if ended or not word.startswith("-") or word == "-":
            if found:
                return
            found = True
            yield "", word
            continue
        if word == "--":
            ended = True
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter not in valued:
                yield letter, ""
                continue
            value = letters or (rest.popleft() if rest else "")
            yield _setting(value) if letter == "o" else (letter, value)
            break


def _putty_options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    rest = deque(arguments[1:])
    named = False
    while rest:
        word = rest.popleft()
        if not word.startswith("-"):
            if named:
                return
            named = True
            yield "", word
            continue
        value = rest.popleft() if word in _PUTTY_VALUED and rest else ""
        letter = _PUTTY_LETTERS.get(word, "-")
        if letter == "load":  # a saved session: it names the machine
            named = True
            yield "", value
        else:
            yield letter, value


def _setting(text: str) -> tuple[str, str]:
    """`-o LocalForward=5000 localhost:5000` as the option that says the same."""
    found = _SETTING.fullmatch(text)
    letter = _SETTING_LETTERS.get(found[1].lower()) if found else None
    if found is None or letter is None:
        return "o", ""
    value = found[2].strip().replace('"', "")
    return letter, ":".join(value.split()) if letter == "L" else value


def _first(options: Sequence[tuple[str, str]], letter: str) -> str:
    """As in ssh, what was said first counts."""
    return next((value for each, value in options if each == letter), "")


def _destination(word: str, login: str) -> tuple[str | None, int | None]:
    """`user@host` and its port, from `host`, `user@host` or `ssh://user@host:port`."""
    port = None
    place = word
    if word.startswith("ssh://"):
        user, at, machine = word.removeprefix("ssh://").rstrip("/").rpartition("@")
        fields = _fields(machine) or [""]
        port = _port(fields[1]) if len(fields) > 1 else None
        # Behind the user's name there may be a password or a fingerprint.
        place = f"{re.split('[:;]', user, maxsplit=1)[0]}{at}{fields[0]}"
    if login and "@" not in place:
        place = f"{login}@{place}"
    # By the same rules as the line that it will stand in.
    made = forward(place, 1, "localhost", 1)
    return (made.destination if made else None), port


def _forward(destination: str, spec: str, ssh_port: int | None, options: Sequence[str]) -> Forward | None:
    """`[bind:]port:host:hostport`; None for unix sockets, which have a slash in them."""
    fields = _fields(spec)
    if fields is None or len(fields) not in {3, 4} or any("/" in field for field in fields):
        return None
    local, host, port = _port(fields[-3]), safe_host(fields[-2]), _port(fields[-1])
    if local is None or host is None or port is None:
        return None
    return forward(destination, local, host, port, ssh_port, options)


def _socks(spec: str) -> int | None:
    fields = _fields(spec)
    return _port(fields[-1]) if fields else None


def _fields(spec: str) -> list[str] | None:
    """The parts between the colons, those of IPv6 addresses in brackets left alone; None where that is no spelling."""
    found: list[str] = []
    at = 0
    while field := _FIELD.match(spec, at):
        found.append(field[1] if field[1] is not None else field[2])
        at = field.end()
        if at == len(spec):
            return found
        if spec[at] != ":":
            return None
        at += 1
    return None


def _port(text: str) -> int | None:
    number = int(text) if _PORT.fullmatch(text) else 0
    return number if 0 < number < 1 << 16 else None
