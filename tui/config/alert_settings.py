"""The settings file's `[alerts]`: what is told to somebody who does not look, when, and through what."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tui.config.rules import Flag, KeyPath, Seconds, Tell, dotted, given, refuse
from tui.config.secret_rules import Kept
from tui.config.secrets import Reference

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
_MOST_URLS = 20
_MOST_WORDS = 50
_LONGEST_WORD = 1000


class AlertRule(StrEnum):
    """What may be told."""

    DOWN = "down"
    """The session can't be used, for longer than a moment."""
    LOGIN_REQUIRED = "login_required"
    """Only a person's login helps."""
    COMPETING = "competing"
    """Another program holds or takes the brokerage session."""
    KEEP_ALIVE = "keep_alive"
    """The session is there, but no tickle was answered for too long."""
    LATENCY = "latency"
    """The slow answers are too slow, for longer than a while."""
    ADDRESS = "address"
    """A tunnel that leads to the gateway has another public address."""
    LOGIN_ENDS = "login_ends"
    """The login comes to its end, as every login does at its region's midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day, by the local clock; over midnight where it closes before it opens."""

    opens: time
    closes: time

    def __str__(self) -> str:
        """As the settings file has it."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class RuleNames:
    """Several of the rules."""

    expected: str = f"a list of {', '.join(AlertRule)}"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> tuple[AlertRule, ...] | None:
        """The rules, each once."""
        if not isinstance(raw, list) or len(raw) > _MOST_WORDS:
            refuse(self, raw, at, tell)
            return None
        good: dict[AlertRule, None] = {}
        for number, each in enumerate(raw):
            if isinstance(each, str) and each in list(AlertRule):
                good[AlertRule(each)] = None
            else:
                tell((*at, number), f"{dotted(at)} must be {self.expected}; {given(each)} is none of them")
        return tuple(good)


@dataclass(frozen=True, slots=True)
class Command:
    """A program with what it is given."""

    expected: str = 'a list of texts: a program and its arguments, such as ["notify-desk", "--urgent"]'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> tuple[str, ...] | None:
        """The words, of which none was looked at by a shell."""
        if isinstance(raw, list) and 0 < len(raw) <= _MOST_WORDS:
            words = [each for each in raw if isinstance(each, str) and "\0" not in each and len(each) <= _LONGEST_WORD]
            if len(words) == len(raw) and words[0].strip():
                return tuple(words)
        # Not repeated: an argument may be a token.
        tell(at, f"{dotted(at)} must be {self.expected}")
        return None


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the addresses of notification services are kept: each of them has a token or a password in it."""

    expected: str = 'a list of "env:VARIABLE" or "keyring:SERVICE/USER"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> tuple[Reference, ...] | None:
        """The places, as far as they are such."""
        if not isinstance(raw, list) or len(raw) > _MOST_URLS:
            tell(at, f"{dotted(at)} must be {self.expected}, {_MOST_URLS} at most")
            return None
        found = [Kept().read(each, (*at, number), tell) for number, each in enumerate(raw)]
        return tuple(each for each in found if each is not None)


@dataclass(frozen=True, slots=True)
class Daily:
    """Hours of the day."""

    expected: str = 'two times of day such as "22:00-07:00"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Hours | None:
        """The hours."""
        found = _HOURS.fullmatch(raw) if isinstance(raw, str) else None
        if found is not None:
            hours = Hours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
            if hours.opens != hours.closes:
                return hours
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone."""

    expected: str = 'the name of a time zone such as "Europe/Zurich"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> str | None:
        """The name, of which this machine knows the rules."""
        if isinstance(raw, str) and _ZONE.fullmatch(raw):
            try:
                ZoneInfo(raw)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                pass
            else:
                return raw
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What `cpwatch watch` tells, and through what; nothing is told where neither a command nor a URL is given."""

    rules: Annotated[tuple[AlertRule, ...] | None, RuleNames()] = None
    """What is told."""
    down_after: Annotated[float | None, Seconds(0, 86400)] = None
    """Seconds for which the session can't be used before that is told; a login that is needed is told at once."""
    competing_after: Annotated[float | None, Seconds(0, 86400)] = None
    """Seconds for which another program holds or takes the session before that is told."""
    gap: Annotated[float | None, Seconds(90, 3600)] = None
    """Seconds without an answered tickle that are told; the session ends after about five minutes."""
    latency: Annotated[float | None, Seconds(0.001, 60)] = None
    """Seconds that 95 of 100 answers must keep below; twice the way's `high` where nothing is said."""
    latency_after: Annotated[float | None, Seconds(0, 86400)] = None
    """Seconds for which the latency is too high before that is told."""
    login_ends_in: Annotated[float | None, Seconds(60, 43200)] = None
    """Seconds before the login's end at which it is told, where `rules` has login_ends."""
    quiet: Annotated[Hours | None, Daily()] = None
    """Hours of the day in which nothing is sent: what is still so at their end is sent then."""
    zone: Annotated[str | None, Zone()] = None
    """The time zone of `quiet`; this machine's own where nothing is said."""
    command: Annotated[tuple[str, ...] | None, Command()] = None
    """A program that gets each alert as JSON on its standard input; it says by exit code 0 that it has taken it. Of the
    variables it sees all but `CPWATCH_SERVE_TOKEN` and those that this file names as `env:VARIABLE`."""
    urls: Annotated[tuple[Reference, ...] | None, Urls()] = None
    """Where the URLs of notification services are kept (mail, Slack, Telegram, webhook …; needs `cpwatch[alerts]`)."""
    figures: Annotated[bool | None, Flag()] = None
    """Put measured figures, what was seen on the wire, and public addresses into the alerts."""


ALERT_DEFAULTS = AlertSettings(
    # Not `login_ends`: that comes every night.
    rules=tuple(rule for rule in AlertRule if rule is not AlertRule.LOGIN_ENDS),
    down_after=120.0,
    competing_after=30.0,
    gap=180.0,
    latency_after=300.0,
    login_ends_in=3600.0,
    figures=False,
)
"""What is in force where the file says nothing."""
