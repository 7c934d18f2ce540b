"""The rules of the house that no linter knows, read from the source itself."""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.support.project import PACKAGE, relative, sources, texts

MODULES = sources()
TESTS = [path for folder in ("tests", "screenshots") for path in sources(folder)]
LONGEST = 400
THE_CLOCK = PACKAGE / "clock.py"

# What reads the machine's clocks or sleeps, by module and name.
CLOCKS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep", "localtime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "asyncio": {"sleep"},
}
TIMERS = {"set_timer", "set_interval", "call_later", "call_at"}
BROAD = {"Exception", "BaseException"}
MARK = "# no" + "qa:"
REASON = re.compile(MARK + r" [A-Z]+\d+(, ?[A-Z]+\d+)* (\(.{8,}\)|- .{8,})")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pragma: no cover")
MACHINE_PATH = re.compile(r"(?<![\w.~:/-])/(?:root|work|home|Users|tmp|opt)/\w|\b[A-Z]:\\\\?Users\b")


def clock_readings(source: str) -> list[str]:
    """Where a source text reads a clock or sleeps other than through a Clock: `line: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if name in CLOCKS.get(owner, ()):
                found.append(f"{node.lineno}: {owner}.{name}")
            case ast.Attribute(value=ast.Attribute(attr=owner), attr=name) if name in CLOCKS.get(owner, ()):
                found.append(f"{node.lineno}: {owner}.{name}")
            case ast.Attribute(attr=name) if name in TIMERS:
                found.append(f"{node.lineno}: {name}")
            case ast.ImportFrom(module=str(module), names=names) if module in CLOCKS:
                taken = {alias.name for alias in names} & CLOCKS[module]
                found += [f"{node.lineno}: from {module} import {name}" for name in sorted(taken)]
    return found


def waits(source: str) -> list[str]:
    """Where a test waits for the real clock: a sleep of more than 0, a pilot that pauses for a while.

    Also what is a nap by another name: an event that nobody else has, or nothing at all to select from.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="time" | "asyncio" as owner), attr="sleep"), args=[spent]
            ):
                if not (isinstance(spent, ast.Constant) and spent.value == 0):
                    found.append(f"{node.lineno}: {owner}.sleep")
            case ast.Call(func=ast.Attribute(attr="pause"), args=[_, *_]):
                found.append(f"{node.lineno}: pause")
            case ast.Call(func=ast.Attribute(value=ast.Call(func=made), attr="wait"), args=spans, keywords=named) if (
                spans or named
            ) and _name(made) in {"Event", "Condition"}:
                found.append(f"{node.lineno}: {_name(made)}().wait")
            case ast.Call(func=called, args=[*looked_at, _]) if _name(called) == "select" and len(looked_at) == 3:
                if all(isinstance(each, ast.List | ast.Tuple) and not each.elts for each in looked_at):
                    found.append(f"{node.lineno}: select of nothing")
            case ast.ImportFrom(module="time" | "asyncio", names=names) if any(a.name == "sleep" for a in names):
                found.append(f"{node.lineno}: import of sleep")
    return found


def _name(called: ast.expr) -> str:
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def broad_handlers(source: str) -> list[int]:
    """The lines of handlers that catch everything, and neither raise it again, nor log it whole, nor give a reason."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        broad = any(each is None or (isinstance(each, ast.Name) and each.id in BROAD) for each in caught)
        raised = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
        logged = any(
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and (inner.func.attr == "exception" or any(keyword.arg == "exc_info" for keyword in inner.keywords))
            for inner in ast.walk(node)
        )
        explained = "BLE001" in lines[node.lineno - 1] and REASON.search(lines[node.lineno - 1])
        if broad and not (raised or logged or explained):
            found.append(node.lineno)
    return found


def broken(files: Iterable[Path], rule: Callable[[str], object]) -> dict[str, object]:
    """What the rule finds in each file's text, by the files in which it finds something."""
    found = {relative(path): rule(path.read_text("utf-8")) for path in files}
    return {name: findings for name, findings in found.items() if findings}


def unexplained(source: str) -> list[str]:
    """The lines that silence a linter without a reason."""
    lines = enumerate(source.splitlines(), 1)
    return [f"{number}: {line.strip()}" for number, line in lines if MARK in line and not REASON.search(line)]


def opening(source: str) -> str:
    """What is wrong with a module's docstring, empty where nothing is."""
    said = ast.get_docstring(ast.parse(source))
    return "" if said and said.splitlines()[0].endswith((".", ":", "?")) else f"its docstring is no sentence: {said}"


def test_time_is_read_in_one_place() -> None:
    assert not broken([path for path in MODULES if path != THE_CLOCK], clock_readings)


def test_no_test_waits_for_the_clock() -> None:
    assert not broken(TESTS, waits)


def test_what_catches_everything_says_why() -> None:
    assert not broken(MODULES, broad_handlers)


def test_a_linter_is_silenced_only_with_a_reason() -> None:
    assert not broken([*MODULES, *sources("tests")], unexplained)


def test_a_module_begins_by_saying_what_lives_there() -> None:
    assert not broken(MODULES, opening)


def test_no_module_is_longer_than_a_person_reads() -> None:
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


def test_nothing_is_left_unfinished() -> None:
    assert not broken(MODULES, UNFINISHED.findall)


def test_no_file_names_a_folder_of_one_machine() -> None:
    this = Path(__file__).resolve()  # it has to name them
    assert not broken([path for path in texts() if path != this], MACHINE_PATH.findall)


def test_the_searches_find_what_they_are_for() -> None:
    clocks = """
import asyncio, datetime as dt, time
from time import monotonic
from datetime import datetime
time.time(); datetime.now(); dt.datetime.utcnow(); self.set_interval(1, f)
clock.now(); clock.sleep(1); datetime(2026, 1, 1); loop.time()
async def f(): await asyncio.sleep(1)
"""
    assert {line.partition(": ")[2] for line in clock_readings(clocks)} == {
        "from time import monotonic",
        "time.time",
        "datetime.now",
        "datetime.utcnow",
        "set_interval",
        "asyncio.sleep",
    }
    assert waits("time.sleep(0)\ntime.sleep(0.1)\npilot.pause()\npilot.pause(1)\nclock.sleep(9)") == [
        "2: time.sleep",
        "4: pause",
    ]
    naps = """
threading.Event().wait(0.2); Event().wait(timeout=9)
select.select([], [], [], 0.2)
threading.Event().wait(); done.wait(9); select.select([terminal], [], [], 9)
"""
    assert waits(naps) == ["2: Event().wait", "2: Event().wait", "3: select of nothing"]
    handlers = """
try: f()
except Exception: g()
try: f()
except BaseException: raise
try: f()
except (ValueError, Exception): g()
try: f()
except Exception: g()  MARK BLE001 (whatever happens here is shown to the user)
try: f()
except Exception: g()  MARK BLE001
try: f()
except Exception: log.exception("the job failed")
try: f()
except Exception: log.debug("the job failed")
""".replace("MARK", MARK)
    assert broad_handlers(handlers) == [3, 7, 11, 15]
    assert unexplained(f"x  {MARK} S311\ny  {MARK} S311 (spreads load)") == [f"1: x  {MARK} S311"]
    assert not opening('"""What lives here."""')
    assert opening("x = 1")
    assert UNFINISHED.search("x = 1  # TODO later")
    assert MACHINE_PATH.search("see /root/x")
    assert MACHINE_PATH.search("open('/home/me/x')")
    assert not MACHINE_PATH.search("root/conf.yaml bin/run.sh https://host/work/x ../shared/tmp/x /usr/sbin")
