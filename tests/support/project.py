"""The project's own files, found without git, so that a test of the house also runs in an unpacked sdist."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "tui"
README = ROOT / "README.md"
PATIENCE = 60.0
"""Seconds after which a process that a test waits for has failed; far more than any of them takes."""

_TEXT = {".py", ".md", ".toml", ".tcss", ".yml", ".yaml", ".sh", ""}
_PLACES = ("tui", "styles", "tests", "screenshots", ".ci", ".github")


def sources(folder: str = "tui") -> list[Path]:
    """The Python files below that folder, sorted."""
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def texts() -> list[Path]:
    """Every text file that a person writes here: code, styles, documents, settings and scripts."""
    top = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in _TEXT and path.name != ".git"]
    below = [path for place in _PLACES for path in (ROOT / place).rglob("*") if path.is_file()]
    written = [path for path in below if path.suffix in _TEXT and "__pycache__" not in path.parts]
    return sorted(top + written)


def relative(path: Path) -> str:
    """The path below the project's folder, with slashes on every system: short enough for a test's name."""
    return path.relative_to(ROOT).as_posix()


def plain_environment(**changes: str) -> dict[str, str]:
    """This process's environment without what would change how cpwatch or Python starts, and with `changes`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CPWATCH_", "PYTHON", "COV_"))}
    return {**kept, "PYTHONUTF8": "1", **changes}


def run_python(
    *arguments: str, cwd: Path = ROOT, python: str = sys.executable, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, run to its end in `cwd`; what it printed is text."""
    return run([python, *arguments], cwd=cwd, environment=environment)


def run(
    command: Sequence[str],
    *,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    within: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """A program, run to its end without standard input; what it printed is text, and its exit code is kept."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=dict(environment) if environment is not None else plain_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=within,
        check=False,
    )
