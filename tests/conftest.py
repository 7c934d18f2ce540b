"""What every test stands on: UTC, a terminal whose colours the environment does not decide; and what keeps it fast."""

import gc
import os
import tempfile
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before textual is imported: it reads the environment at import.
for name in ("NO_COLOR", "TEXTUAL", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TEXTUAL_DRIVER"):
    os.environ.pop(name, None)
os.environ["COLORTERM"] = "truecolor"
os.environ["TERM"] = "xterm-256color"
os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

# What cpwatch remembers between its processes belongs to the test run, not to the user; and no settings of the user's.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="cpwatch-tests-")
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="cpwatch-tests-")
for name in ("CPWATCH_CONFIG", "CPWATCH_PROFILE"):
    os.environ.pop(name, None)

# A busy machine makes a generated case slow, and timings are never asserted here.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """Thousands of tests are a large heap, which no collection of garbage needs to walk through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _stylesheets_parsed_once() -> None:
    """Hundreds of apps with the same stylesheets: what Textual keeps of one sheet's parsing it may keep for all apps.

    The key is Textual's own and the variables, so that another theme or another sheet is parsed as ever.
    """
    from textual.css.stylesheet import Stylesheet

    parsed: dict[tuple[object, ...], list[Any]] = {}
    parse = Stylesheet._parse_rules

    def kept(self: Stylesheet, *sheet: Any, **settings: Any) -> list[Any]:
        key = (sheet, tuple(sorted(settings.items())), tuple(sorted(self._variables.items())))
        if key not in parsed:
            parsed[key] = parse(self, *sheet, **settings)
        return parsed[key]

    Stylesheet._parse_rules = kept  # type: ignore[method-assign]
