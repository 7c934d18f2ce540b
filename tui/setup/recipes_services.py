"""How a service's file comes to its service manager, step by step, on Linux, macOS and Windows."""

from collections.abc import Sequence
from enum import StrEnum

from tui.domain.remedy_parts import GATEWAY_PORT
from tui.path.machine import System
from tui.setup import service_launchd, service_tasks, service_units
from tui.setup.recipe import Check, File, Format, Looks, Reads, Recipe, Runs, Step, Unfit, Where
from tui.setup.recipes_place import Place
from tui.setup.service import RESTART_ENDS_LOGIN, Role, Service

INSTALLED_MODE = "0644"  # of a unit that the system's manager reads
_TITLES = {
    Role.GATEWAY: "the gateway",
    Role.TUNNEL: "the tunnel",
    Role.WATCH: "cpwatch watch",
}
_ONLY_RUNS = (
    "A service manager sees only whether a program runs. A gateway whose port is taken, or whose keystore does not "
    "open, runs and serves nobody: `cpwatch status` tells."
)


class Manager(StrEnum):
    """Who keeps a service running."""

    SYSTEMD = "systemd"
    SYSTEMD_USER = "systemd-user"
    LAUNCHD = "launchd"
    TASK_AT_LOGON = "task-at-logon"
    TASK_AT_BOOT = "task-at-boot"

    @property
    def words(self) -> str:
        """`systemd, for the whole system`."""
        return _WORDS[self]


_WORDS = {
    Manager.SYSTEMD: "systemd, for the whole system",
    Manager.SYSTEMD_USER: "systemd, of this user",
    Manager.LAUNCHD: "launchd, of this user",
    Manager.TASK_AT_LOGON: "Task Scheduler, at logon",
    Manager.TASK_AT_BOOT: "Task Scheduler, at boot",
}


def managers(system: System) -> tuple[Manager, ...]:
    """Those that a system of that kind has, the one that needs the fewest rights first."""
    match system:
        case System.LINUX:
            return (Manager.SYSTEMD_USER, Manager.SYSTEMD)
        case System.MACOS:
            return (Manager.LAUNCHD,)
        case System.WINDOWS:
            return (Manager.TASK_AT_LOGON, Manager.TASK_AT_BOOT)
    return ()


def service_recipe(
    service: Service, manager: Manager, place: Place, staging: str, *, port: int = GATEWAY_PORT, user: str | None = None
) -> Recipe:
    """Make that service start by itself. staging: an own folder of cpwatch's, for a file that root then puts in place.

    user: as whom the system's systemd runs it; the user of `place` where None. port: the gateway's.
    Raises Unfit: what the format can't hold, a service for another system.
    """
    if manager not in managers(place.system):
        raise Unfit(f"There is no {manager.words.partition(',')[0]} on this system.")
    match manager:
        case Manager.SYSTEMD:
            steps, undo = _system(service, place, staging, user or place.user)
        case Manager.SYSTEMD_USER:
            steps, undo = _user(service, place)
        case Manager.LAUNCHD:
            steps, undo = _launchd(service, place)
        case Manager.TASK_AT_LOGON:
            steps, undo = _task(service, place, staging, service_tasks.Begins.LOGON)
        case Manager.TASK_AT_BOOT:
            steps, undo = _task(service, place, staging, service_tasks.Begins.BOOT)
    if service.role is Role.GATEWAY:
        steps = (_stop(), *steps, _login(port))
    title = f"A service for {_TITLES[service.role]}: {manager.words}"
    warnings = (RESTART_ENDS_LOGIN, *((_ONLY_RUNS,) if service.role is Role.GATEWAY else ()))
    about = f"{_TITLES[service.role][:1].upper()}{_TITLES[service.role][1:]} starts by itself, and again when it fails."
    return Recipe(f"service-{service.role.value}-{manager.value}", title, about, steps, warnings, undo)


def service_recipes(
    services: Sequence[Service], place: Place, staging: str, *, port: int = GATEWAY_PORT
) -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
    """Every service by every manager of that system; and why any of it can't be had, in sentences. Never raises."""
    recipes: list[Recipe] = []
    reasons: list[str] = []
    for service in services:
        for manager in managers(place.system):
            try:
                recipes.append(service_recipe(service, manager, place, staging, port=port))
            except Unfit as error:
                reasons.append(str(error))
    return tuple(recipes), tuple(dict.fromkeys(reasons))


def _stop() -> Step:
    return Step(
        "stop",
        "End the gateway that runs now, by Ctrl-C in its window: two can't have one port, and the second one would "
        "stay there without a word. This ends the login.",
        checks=(Looks("Nothing answers any more: “gateway down”.", ("cpwatch status",)),),
    )


def _login(port: int) -> Step:
    return Step(
        "login",
        f"Log in at https://localhost:{port} in a browser on the gateway's machine. {RESTART_ENDS_LOGIN}",
        where=Where.BROWSER,
        checks=(Looks("cpwatch says “ready”.", ("cpwatch status",)),),
    )


def _system(service: Service, place: Place, staging: str, user: str) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    name = service_units.unit_name(service)
    staged = place.within(staging, name)
    installed = f"{service_units.SYSTEM_FOLDER}/{name}"
    file = File(staged, service_units.system_unit(service, user), Format.UNIT)
    own = user == place.user and service.in_a_home
    folders = tuple(
        place.line("mkdir", "-p", each) if own else place.root_line("install", "-d", "-o", user, "-m", "0700", each)
        for each in service.writable
    )
    make = Step(
        "folders",
        f"Make the folders that the service writes into, as {user}'s; without them it does not start."
        + ("" if own else f" {place.root_words}"),
        folders,
        root=not own,
    )
    steps = (
        Step(
            "write",
            f"cpwatch writes the unit below. It runs as {user}, not as root, who has to be able to read all that it "
            "names; it may write into its own folders alone.",
            file=file,
            checks=(Reads(staged, Format.UNIT, "The unit is as it should be."),),
        ),
        Step(
            "install",
            f"Put it where systemd looks. {place.root_words}",
            (place.root_line("install", "-o", "root", "-g", "root", "-m", INSTALLED_MODE, staged, installed),),
            root=True,
            checks=(Reads(installed, Format.UNIT, "The unit lies where systemd looks."),),
        ),
        Step(
            "start",
            f"Start it now, and at every boot. {place.root_words}",
            (place.root_line("systemctl", "daemon-reload"), place.root_line("systemctl", "enable", "--now", name)),
            root=True,
            checks=(
                Runs("systemctl", ("is-active", "--quiet", name), "It runs."),
                Looks("It says “active (running)”.", (place.line("systemctl", "status", name),)),
            ),
        ),
    )
    undo = (place.root_line("systemctl", "disable", "--now", name), place.root_line("rm", installed))
    return (make, *steps) if folders else steps, undo


def _user(service: Service, place: Place) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    name = service_units.unit_name(service)
    path = place.own(*service_units.USER_FOLDER.split("/"), name)
    steps = (
        Step(
            "write",
            "cpwatch writes the unit below into your own folder: nobody's rights but yours are needed.",
            file=File(path, service_units.user_unit(service), Format.USER_UNIT),
            checks=(Reads(path, Format.USER_UNIT, "The unit is as it should be."),),
        ),
        Step(
            "start",
            "Start it now, and whenever you log in.",
            ("systemctl --user daemon-reload", place.line("systemctl", "--user", "enable", "--now", name)),
            checks=(Looks("It says “active (running)”.", (place.line("systemctl", "--user", "status", name),)),),
        ),
        Step(
            "linger",
            "To have it run from boot on, whether you are logged in or not, let your services stay. Where the system "
            "refuses that to you, it needs root: with sudo before it.",
            (place.line("loginctl", "enable-linger", place.user),),
            checks=(Looks("It says Linger=yes.", (place.line("loginctl", "show-user", place.user, "-p", "Linger"),)),),
        ),
    )
    undo = (place.line("systemctl", "--user", "disable", "--now", name), place.line("rm", path))
    return steps, undo


def _launchd(service: Service, place: Place) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    label = service_launchd.LABELS[service.role]
    path = place.own(*service_launchd.FOLDER.split("/"), f"{label}.plist")
    # The shell puts the user's number in.
    mine = f"gui/$(id -u)/{label}"
    checks: tuple[Check, ...] = (
        Reads(path, Format.PLIST, "The file is as it should be."),
        Runs("plutil", ("-lint", path), "macOS takes the file."),
    )
    steps = (
        Step(
            "write",
            "cpwatch writes the file below into your own folder: nobody's rights but yours are needed. Its log is "
            f"{place.own('Library', 'Logs', f'{label}.log')}.",
            file=File(path, service_launchd.agent(service, place.home), Format.PLIST),
            checks=checks,
        ),
        Step(
            "start",
            "Start it now, and whenever you log in to this Mac.",
            (f"launchctl bootstrap gui/$(id -u) {place.line(path)}",),
            checks=(Looks("It says “state = running”.", (f"launchctl print {mine}",)),),
        ),
    )
    return steps, (f"launchctl bootout {mine}", place.line("rm", path))


def _task(
    service: Service, place: Place, staging: str, begins: service_tasks.Begins
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    name = service_tasks.NAMES[service.role]
    path = place.within(staging, f"{name.rpartition(chr(92))[2]}.xml")
    boot = begins is service_tasks.Begins.BOOT
    when = (
        f"at every boot, whether anybody is logged on or not. {place.root_words}"
        if boot
        else "whenever you log on; its window stays open."
    )
    steps = (
        Step(
            "write",
            "cpwatch writes the task below. The scheduler starts it again only where it could not start, or ended with "
            "an error; it never ends it for having run long.",
            file=File(path, service_tasks.task(service, place.user, begins), Format.TASK),
            checks=(Reads(path, Format.TASK, "The file is as it should be."),),
        ),
        Step(
            "start",
            f"Give it to the scheduler and start it: now, and {when}",
            (
                place.line("schtasks", "/Create", "/TN", name, "/XML", path, "/F"),
                place.line("schtasks", "/Run", "/TN", name),
            ),
            root=boot,
            checks=(
                Runs("schtasks", ("/Query", "/TN", name), "The scheduler has the task."),
                Looks("Its status is Running.", (place.line("schtasks", "/Query", "/TN", name, "/V", "/FO", "LIST"),)),
            ),
        ),
    )
    return steps, (place.line("schtasks", "/Delete", "/TN", name, "/F"),)
