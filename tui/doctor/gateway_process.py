"""The checks of the gateway's process on this machine: whether it runs, where, on which Java, with which settings."""

from tui.doctor.check import Act, Check, Outcome
from tui.doctor.gateway_story import GET_JAVA, JAVA, NO_PROCESS, after, stopping, story
from tui.doctor.host import Conf
from tui.doctor.outcome import failed, passed, skipped, warned
from tui.doctor.scene import Scene
from tui.domain.remedy import Remedy
from tui.domain.remedy_parts import START
from tui.path.processes import GatewayProcess
from tui.setup.finding import Finding, Severity, Stop

ELSEWHERE = "the gateway is on another machine, and only what it answers can be seen from here"


async def process(scene: Scene) -> Outcome:
    """Whether a gateway runs on this machine and has the port."""
    looked = "java with the gateway's class among this machine's processes"
    if not await scene.here():
        return skipped("elsewhere", ELSEWHERE)
    if await scene.contact() is not None:
        return await story(scene)
    found = await scene.gateways()
    first = await scene.gateway()
    if first is None:
        return passed(
            "unseen",
            "it answers, and its process is not to be seen: another user's, or a container's",
            looked_at=looked,
        )
    seen = f"process {first.pid} in {first.place}"
    if len(found) > 1:
        pids = ", ".join(str(each.pid) for each in found)
        means = (
            "Several gateways run on this machine. Each has a login of its own, and a browser's login at one is "
            "none at the other; IBKR gives the brokerage session to one of them."
        )
        remedy = Remedy(
            f"End those that you do not mean. cpwatch asks the one on port {scene.state.path.address.port}."
        )
        return warned("several", f"processes {pids}", means, remedy, looked_at=looked)
    if first.orphaned:
        means = (
            "The gateway's java runs on by itself: the bin/run.sh that started it is gone. Ending run.sh does not end "
            "java, and a second start would find the port taken."
        )
        return warned("orphaned", seen, means, _end(first, "When you next restart it, end it first."), looked_at=looked)
    return passed("runs", seen, looked_at=looked)


def _end(process: GatewayProcess, before: str = "") -> Remedy:
    text = "With the line below (Windows: in the Task Manager), end the gateway's java itself; that ends the login."
    return Remedy(" ".join(filter(None, (before, text))), (f"kill {process.pid}",))


async def java(scene: Scene) -> Outcome:
    """Whether there is a Java that the gateway runs on, where none runs already."""
    looked = "what `java -version` says"
    if not await scene.here():
        return skipped("elsewhere", ELSEWHERE)
    if await scene.gateway() is not None or await scene.contact() is None:
        return passed("in-use", "a gateway runs on it", looked_at=looked)
    found = await scene.java()
    if found is None:
        means = "No Java is found on this machine, and the gateway is a program in Java."
        return failed("missing", "no java on the path", means, GET_JAVA, looked_at=looked, links=(JAVA,))
    if found.fit is None:
        return warned("unknown", "java tells no version", "Whether the gateway runs on it is not known.", GET_JAVA)
    if not found.fit:
        means = f"This Java is too old for the gateway: {found.words}, and 8u192 is the oldest that does."
        return failed("too-old", f"java {found.words}", means, GET_JAVA, looked_at=looked, links=(JAVA,))
    return passed("fit", f"java {found.words}", looked_at=looked)


async def folder(scene: Scene) -> Outcome:
    """Whether the gateway that runs was started in its own folder."""
    looked = "the folder in which the gateway was started"
    if not await scene.here():
        return skipped("elsewhere", ELSEWHERE)
    process = await scene.gateway()
    if process is None:
        return skipped("no-process", NO_PROCESS)
    there = await scene.folder()
    if process.folder is None or there is None:
        return skipped("unknown", "the system does not tell in which folder it was started: another user's process")
    if "root" in there.missing or "dist" in there.missing:
        means = (
            "The gateway was started outside its own folder: the settings and logs that you look at may be others than "
            "those that it uses."
        )
        missing = f"{process.place}: no {', no '.join(there.missing)}"
        remedy = after(
            "End it with the first line below, go to the gateway's folder, start it with the second.", process
        )
        return warned("wrong-folder", missing, means, remedy, looked_at=looked)
    if "+" in process.folder and await scene.contact() is not None:
        means = "The path of the gateway's folder has a + in it: it can't find its keystore so, and never listens."
        remedy = after("End it, rename the folder, and start it there again.", process)
        return failed("plus", process.place, means, remedy, looked_at=looked)
    return passed("own", process.place, looked_at=looked)


async def conf(scene: Scene) -> Outcome:
    """Whether the gateway starts and listens with the settings as they stand in its file now."""
    looked = "the gateway's root/conf.yaml, read as the gateway reads it"
    if not await scene.here():
        return skipped("elsewhere", ELSEWHERE)
    found = await scene.conf()
    if found is None:
        return skipped("no-process", "where its settings are is only known while its process is to be seen")
    if found.judged is None:
        return skipped("unreadable", f"{found.path} can't be read: {found.why}")
    why = stopping(found)
    if why is not None:
        return await _stops(scene, found, why, looked)
    errors = [each for each in found.judged.findings if each.severity is Severity.ERROR]
    if errors:
        remedy = Remedy(f"{errors[0].fix} It counts from the gateway's next start, which ends the login.")
        return warned("faults", _at(found, errors[0]), errors[0].message, remedy, looked_at=looked, act=Act.SETUP)
    return passed("sound", found.path, looked_at=looked)


async def _stops(scene: Scene, found: Conf, why: Finding, looked: str) -> Outcome:
    seen = _at(found, why)
    if await scene.contact() is None:
        means = (
            f"The gateway runs with its settings as they were at its start; with the file as it is now it would not "
            f"come up again. {why.message}"
        )
        return warned("not-again", seen, means, Remedy(why.fix), looked_at=looked, act=Act.SETUP)
    remedy = Remedy(f"{why.fix} Then start the gateway again.", (START,))
    cause = "does-not-load" if why.stops is Stop.START else "never-listens"
    return failed(cause, seen, why.message, remedy, looked_at=looked, act=Act.SETUP)


def _at(found: Conf, finding: Finding) -> str:
    return f"{found.path} line {finding.line}" if finding.line else found.path


CHECKS: tuple[Check[Scene], ...] = (
    Check(
        "process",
        "The gateway's process",
        process,
        ("settings",),
        frozenset(
            {
                "elsewhere",
                "unseen",
                "several",
                "orphaned",
                "runs",
                "held",
                "container",
                "other-port",
                "not-listening",
                "tws-instead",
                "none",
            }
        ),
    ),
    Check(
        "java",
        "Java",
        java,
        ("settings",),
        frozenset({"elsewhere", "in-use", "missing", "unknown", "too-old", "fit"}),
    ),
    Check(
        "folder",
        "The gateway's folder",
        folder,
        ("settings",),
        frozenset({"elsewhere", "no-process", "unknown", "wrong-folder", "plus", "own"}),
    ),
    Check(
        "conf",
        "Its conf.yaml loads",
        conf,
        ("settings",),
        frozenset(
            {"elsewhere", "no-process", "unreadable", "not-again", "does-not-load", "never-listens", "faults", "sound"}
        ),
    ),
)
"""In the order in which they depend on each other."""
