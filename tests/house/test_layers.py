"""The layers hold: import-linter's contracts, and the rules about outside packages, read from the source itself."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.project import PACKAGE, ROOT, relative, run, sources

SOURCES = sources()
# Outside package -> the folders of tui/ that may import it, at any depth of the code.
HOMES = {
    "textual": ("ui",),
    "rich": ("ui",),
    "httpx": ("gateway", "path"),
    "httpcore": ("gateway", "path"),
    "pydantic": ("gateway", "config"),
    "platformdirs": ("config",),
    "h11": ("simulator", "watch"),
    "plotext": ("ui",),
    "psutil": ("path", "setup"),
    "yaml": ("setup",),
    "prometheus_client": ("watch",),
    "shtab": ("",),
}


def imported(source: str) -> set[str]:
    """The modules that a source text imports, late imports and `from` imports included, by their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def home(path: Path) -> str:
    """The folder of tui/ in which a module lies; empty for those at the top."""
    below = path.relative_to(PACKAGE).parts
    return below[0] if len(below) > 1 else ""


def packages(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    return {name.partition(".")[0] for name in imported(path.read_text("utf-8"))}


def test_an_outside_package_is_imported_only_in_its_home() -> None:
    strays = {
        relative(path): away
        for path in SOURCES
        if (away := {name for name in packages(path) & set(HOMES) if home(path) not in HOMES[name]})
    }
    assert not strays


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"tui"}
    strays = {relative(path): away for path in sources("tui/domain") if (away := packages(path) - allowed)}
    assert not strays


def test_the_simulator_knows_nothing_of_the_client_but_the_clock() -> None:
    strays = {}
    for path in sources("tui/simulator"):
        ours = {name for name in imported(path.read_text("utf-8")) if name.startswith("tui.")}
        away = {name for name in ours if not name.startswith(("tui.simulator", "tui.clock"))}
        if away:
            strays[relative(path)] = away
    assert not strays


def test_imports_are_absolute_and_nothing_hides_under_type_checking() -> None:
    hidden = [relative(path) for path in SOURCES if "TYPE_CHECKING" in path.read_text("utf-8")]
    dotted = [
        f"{relative(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not hidden + dotted


def test_the_contracts_of_pyproject_are_kept() -> None:
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("import-linter is not installed: pip install -e '.[dev]' brings it")
    done = run([linter, "--no-cache"], cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_search_itself_finds_what_it_is_for() -> None:
    code = "import httpx\nfrom textual import app\ndef late():\n    from tui.gateway.client import GatewayClient\n"
    assert imported(code) == {
        "httpx",
        "textual",
        "textual.app",
        "tui.gateway.client",
        "tui.gateway.client.GatewayClient",
    }
