"""How to start a gateway anew, for the way it was started: in words and commands; by cpwatch only where it may."""

from dataclasses import dataclass, replace
from shlex import quote

from tui.clock import Clock
from tui.domain.redact import redacted
from tui.domain.remedy_parts import START
from tui.domain.sanitise import safe_text
from tui.path.machine import System
from tui.path.processes import GatewayProcess
from tui.setup.origin import Origin, Started, Traces, confirmed, of_cgroup, systemctl

LOGIN_ENDS = (
    "The gateway reads the file only at its start. A restart ends the login: afterwards somebody has to log in again, "
    "in a browser on the gateway's machine, with the second factor."
)
"""What every restart costs, to be said before it."""
CONSENT = "restart"
"""What the user types before cpwatch restarts anything itself."""
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Restart:
    """How to start it anew. text: sentences. commands: lines to run. caution: what it costs."""

    origin: Origin
    text: str
    commands: tuple[str, ...]
    caution: str = LOGIN_ENDS


@dataclass(frozen=True, slots=True)
class Done:
    """Whether the service was restarted. said: a sentence on what came of it, safe to print."""

    restarted: bool
    said: str


def restart(
    process: GatewayProcess | None, folder: str, conf: str, system: System, how: Origin | None = None
) -> Restart:
    """How to start the gateway anew, for the way it was started. process: None where none runs.

    folder: the gateway's own. conf: the settings file from there, e.g. `root/conf.yaml`.
    """
    how = how or Origin(Started.UNKNOWN)
    begin = _start(folder, conf, system, None if process is None else process.port)
    if process is None:
        return Restart(how, "No gateway runs here. Start it in its own folder:", begin, "")
    end = _end(process.pid, system)
    match how.started:
        case Started.SYSTEMD | Started.SYSTEMD_USER if how.unit:
            return _service(how, how.unit)
        case Started.CONTAINER:
            name = how.container or "NAME"
            which = "" if how.container else " `docker ps` tells its name."
            text = f"It runs in a container. Restart that, on the machine that holds it (with podman: podman).{which}"
            return Restart(how, text, (f"docker restart {name}",))
        case Started.LAUNCHD:
            text = (
                "launchd started it, and starts it again when it ends if its service says KeepAlive. The first line "
                "tells its label; put that in place of LABEL in the second:"
            )
            return Restart(how, text, ("launchctl list", "launchctl kickstart -k gui/$(id -u)/LABEL"))
        case Started.WINDOWS_TASK:
            text = (
                "The Task Scheduler started it. Ending a task may leave java behind: end that, then run the task "
                "again. The first line lists the tasks; put yours in place of NAME:"
            )
            return Restart(how, text, ("schtasks /Query /FO TABLE", *end, 'schtasks /Run /TN "NAME"'))
    if process.orphaned:
        text = "Its shell is gone, and java runs on by itself. End that, then start it in its own folder:"
        return Restart(how, text, (*end, *begin))
    text = (
        "Press Ctrl+C in the terminal in which it runs, or end its java with the first line. Then start it in its own "
        "folder:"
    )
    return Restart(how, text, (*end, *begin))


def _service(how: Origin, unit: str) -> Restart:
    name = quote(unit)
    own = how.started is Started.SYSTEMD_USER
    status, again = (
        (f"systemctl --user status {name}", f"systemctl --user restart {name}")
        if own
        else (f"systemctl status {name}", f"sudo systemctl restart {name}")
    )
    whose = f"of the user {how.uid}" if own else "of the system"
    who = "That user" if own else "An administrator"
    if how.sure:
        return Restart(how, f"It is the service {unit} {whose}. {who} restarts it:", (again,))
    text = (
        f"It runs within the service {unit} {whose}. If the first line shows that this is the gateway's own, and no "
        f"terminal's or login's, {who[0].lower()}{who[1:]} restarts it with the second:"
    )
    return Restart(how, text, (status, again))


def _end(pid: int, system: System) -> tuple[str, ...]:
    return (f"taskkill /PID {pid} /F",) if system is System.WINDOWS else (f"kill {pid}",)


def _start(folder: str, conf: str, system: System, port: int | None) -> tuple[str, ...]:
    """Into its folder, and start it: elsewhere it finds neither its program nor its settings."""
    more = "" if port is None else f" --port {port}"
    if system is System.WINDOWS:
        safe = safe_text(folder, 300).replace('"', "")
        file = safe_text(conf, 200).replace('"', "").replace("/", "\\")
        return (f'cd /d "{safe}"', f'bin\\run.bat "{file}"{more}' if " " in file else f"bin\\run.bat {file}{more}")
    run = START if conf == START.partition(" ")[2] else f"bin/run.sh {quote(safe_text(conf, 200))}"
    return (f"cd {quote(safe_text(folder, 300))}", f"{run}{more}")


async def owns(how: Origin, pid: int, traces: Traces, clock: Clock) -> bool:
    """Whether it is proved that the gateway is a service of this very user, so that cpwatch may restart it.

    Three things have to agree: the process's own control group, which names a service of this user's manager; that
    manager, which says that the service runs in it; and the main process of the service, which is the gateway's own.
    """
    if how.started is not Started.SYSTEMD_USER or traces.uid is None or how.uid != traces.uid:
        return False
    now = of_cgroup(traces.cgroup(pid))
    return now == replace(how, sure=False) and (await confirmed(now, pid, traces, clock)).sure


async def restarted(how: Origin, pid: int, typed: str, traces: Traces, clock: Clock) -> Done:
    """Restart the service, if the user has typed CONSENT and it is proved, once more, to be this user's own."""
    if typed.strip().lower() != CONSENT:
        return Done(False, f"Nothing was done: {CONSENT} was not typed.")
    if how.unit is None or not await owns(how, pid, traces, clock):
        return Done(False, "Nothing was done: it is not proved that the service is yours.")
    done = await systemctl(clock, traces.uid, "restart", "--", how.unit, seconds=_SECONDS)
    if done is None:
        return Done(False, f"systemctl did not end; look with: systemctl --user status {quote(how.unit)}")
    if done.code != 0:
        why = redacted(safe_text(done.output.strip(), 120)) or "it does not say why"
        return Done(False, f"systemctl could not restart {how.unit}: {why}")
    return Done(True, f"{how.unit} was restarted. Now log in again, in a browser on this machine.")
