"""From options, environment and settings to what a command runs with; and a monitor's engine for any profile."""

import argparse
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tui.clock import Clock
from tui.config.environment import here, setting
from tui.config.locations import config_file
from tui.config.preferences import Preferences
from tui.config.profile import Profile
from tui.config.rules import KeyPath, dotted
from tui.config.secrets import NoSecret, headers_of
from tui.config.settings import Settings
from tui.config.settings_file import BadSettings, SettingsFile, read_settings
from tui.config.sources import Asked, BadValue, InForce, Source, Value, resolve, resolve_address, resolve_other
from tui.domain.accounts import AccountsState
from tui.domain.address import Address
from tui.domain.path import PathState
from tui.domain.secret import Secret
from tui.domain.session import KeepAlive, SessionState
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.way import Told, ToldBy, Way
from tui.output import UsageError
from tui.ui.source import MonitorSource, Opened


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command runs with. asked: the options. profile: the gateway to begin with.

    first_run: whether nobody has said yet which gateway to watch: no settings file, no option, no variable.
    """

    file: SettingsFile
    settings: Settings
    asked: Asked
    in_force: InForce
    profile: Profile
    remembered: Preferences = field(default_factory=Preferences)
    first_run: bool = False


def asked_by(options: argparse.Namespace) -> Asked:
    """What the options say of the settings' values."""
    return Asked(options.profile, options.url, options.ca, options.theme, options.no_keep_alive)


def plan_for(asked: Asked, environment: Mapping[str, str], remembered: Preferences | None = None) -> Plan:
    """The plan for a gateway of the user's. Raises UsageError."""
    file = settings_file(environment)
    kept = remembered or Preferences()
    in_force = _in_force(file.settings, asked, environment, kept)
    said = (asked.url, asked.profile, setting(environment, "URL"), setting(environment, "PROFILE"))
    check_certificates(in_force.ca, file)
    return Plan(
        file=file,
        settings=file.settings,
        asked=asked,
        in_force=in_force,
        profile=in_force.as_profile,
        remembered=kept,
        first_run=not file.exists and all(each is None for each in said),
    )


def plan_for_demo(asked: Asked, environment: Mapping[str, str], title: str, remembered: Preferences) -> Plan:
    """The plan for a demo, to whose gateway nothing applies that was said of the user's own; its address is not known.

    Raises UsageError.
    """
    file = settings_file(environment)
    settings = replace(file.settings, profile=None, profiles={}, ca=None, keep_alive=None)
    of_screen = Asked(theme=asked.theme, no_keep_alive=asked.no_keep_alive)
    theme = {name: value for name, value in environment.items() if name == "CPWATCH_THEME"}
    in_force = _in_force(settings, of_screen, theme, remembered)
    profile = replace(in_force.as_profile, title=title)
    return Plan(file, settings, of_screen, in_force, profile, remembered)


def at_address(plan: Plan, address: Address) -> Plan:
    """The same plan for a gateway that is there."""
    return replace(plan, profile=replace(plan.profile, url=address))


def settings_file(environment: Mapping[str, str], *, required: bool | None = None) -> SettingsFile:
    """The settings file in use. required: by default, where CPWATCH_CONFIG names it. Raises UsageError."""
    if required is None:
        required = setting(environment, "CONFIG") is not None
    try:
        return read_settings(config_file(environment), own_keys, required=required)
    except BadSettings as error:
        raise UsageError(str(error)) from None


def own_keys(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    """What is wrong with the user's own keys: where, and a sentence."""
    if settings.keys:
        from tui.ui.keymap import mistakes

        for command, said in mistakes(settings.keys):
            yield ("keys", command), said


def check_certificates(ca: Value[Path | None], file: SettingsFile) -> None:
    """Raises UsageError: there are no certificates in the file that is named, or it can't be read."""
    if ca.value is None:
        return
    from tui.gateway.errors import BadCertificateFile
    from tui.gateway.tls import context_from

    try:
        context_from(ca.value)
    except BadCertificateFile as error:
        where = f"{file.place(ca.at)}: ca" if ca.source is Source.FILE else ca.name
        raise UsageError(f"{where}: {error}") from None


def way_in(profile: Profile, file: SettingsFile, environment: Mapping[str, str]) -> dict[str, Secret]:
    """The headers for the guard before this gateway, read now from where they are kept. Raises UsageError."""
    try:
        return headers_of(profile.way_in, environment)
    except NoSecret as error:
        at = ("profiles", profile.name, "path", *error.at)
        raise UsageError(f"{file.place(at)}: {dotted(at)}: {error}") from None


def told(profile: Profile) -> Told:
    """What the settings say of the way to this gateway."""
    return Told(profile.kind, () if profile.agent is None else (profile.agent,))


def first_state(profile: Profile, clock: Clock) -> MonitorState:
    """What is known of a gateway before it is asked."""
    now = clock.now()
    way = None if profile.kind is None else Stamped(Way(profile.kind, ToldBy.SETTINGS), now)
    return MonitorState(
        gateway=profile.url.url,
        path=PathState(profile.url, way=way, plan=profile.plan, high=profile.high),
        started_at=now,
        session=SessionState(region=profile.region, keep_alive=KeepAlive(enabled=profile.keep_alive)),
        accounts=AccountsState(hidden=profile.hidden),
        pace=profile.pace,
        here=here(os.environ),
    )


def begin_log(options: argparse.Namespace, *, screen: bool) -> Path | None:
    """Send the log to where the options say; the file, None where there is none. Raises UsageError."""
    from tui.config.logs import start_logging

    if options.log == "":
        raise UsageError("--log is empty: name a file, or leave it out")
    file = None if options.log is None else Path(options.log)
    try:
        return start_logging(file, debug=options.debug, screen=screen)
    except OSError as error:
        raise UsageError(
            f"the log can't be written: {error.filename}: {error.strerror}; mend that, or name another one with --log"
        ) from None


class ProfileSwitch:
    """The gateways that the monitor can watch, one at a time, and a new engine for each that is chosen.

    shared: whether the budget of requests is shared with other processes, as it is for any gateway but a demo's.
    """

    def __init__(self, plan: Plan, clock: Clock, *, shared: bool = True) -> None:
        self.current = plan.profile.name
        self._plan = plan
        self._clock = clock
        self._shared = shared
        self._opened: list[MonitorSource] = []

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles in the file's order; before them an empty name where the start was with none of them."""
        names = tuple(self._plan.settings.profiles)
        start = self._plan.profile.name
        return names if start in names or not names else (start, *names)

    def title(self, name: str) -> str:
        """What the header calls it; empty for the start's gateway where that has no profile."""
        return self._profile(name).title

    def badge(self, name: str) -> str | None:
        """The colour of its badge; None where it has none."""
        return self._profile(name).badge

    def address(self, name: str) -> str:
        """Its gateway's address."""
        return self._profile(name).url.url

    def open(self, wanted: str | Address) -> Opened:
        """An engine for that profile, or for a gateway at that address, not started yet; the current one from now on.

        Raises UsageError: there is no such profile, its certificates can't be used, or a secret for the way in is not
        where the settings say; the message says which.
        """
        from tui.doctor.examining import Examining, on_this_machine
        from tui.engine.thread import MonitorEngine

        if isinstance(wanted, Address):
            profile = self._alone(wanted)
        else:
            profile = self._profile(wanted)
            if wanted != self._plan.profile.name:
                check_certificates(self._other(wanted).ca, self._plan.file)
        engine = MonitorEngine(
            first_state(profile, self._clock),
            self._clock,
            ca=profile.ca,
            shared=self._shared,
            told=told(profile),
            way_in=way_in(profile, self._plan.file, os.environ),
        )
        verified = profile.ca is not None
        source = Examining(engine, on_this_machine(told(profile), profile.name or None, verified=verified))
        self._opened.append(source)
        self.current = profile.name
        return Opened(source, profile.title, profile.badge)

    def stop(self) -> None:
        """Stop every engine that was opened; those that have stopped already are left alone."""
        for engine in self._opened:
            engine.stop()

    def _profile(self, name: str) -> Profile:
        return self._plan.profile if name == self._plan.profile.name else self._other(name).as_profile

    def _alone(self, address: Address) -> Profile:
        """Nothing of any profile belongs to it; but the certificates that the start was told of hold here as well."""
        found = resolve_address(self._plan.settings, address, no_keep_alive=self._plan.asked.no_keep_alive)
        return replace(found.as_profile, ca=self._plan.profile.ca)

    def _other(self, name: str) -> InForce:
        try:
            return resolve_other(self._plan.settings, name, no_keep_alive=self._plan.asked.no_keep_alive)
        except BadValue as error:
            raise UsageError(str(error)) from None


def _in_force(settings: Settings, asked: Asked, environment: Mapping[str, str], kept: Preferences) -> InForce:
    try:
        return resolve(settings, asked, environment, kept.theme)
    except BadValue as error:
        raise UsageError(str(error)) from None
