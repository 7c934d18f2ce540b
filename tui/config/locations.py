"""Where the platform wants a program's files."""

import os
from collections.abc import Mapping
from pathlib import Path

from tui.config.environment import setting

APP = "cpwatch"


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's settings file, in the platform's folder or where CPWATCH_CONFIG says; it may not exist."""
    if (named := setting(environment, "CONFIG")) is not None:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.toml"


def log_folder() -> Path:
    """The platform's folder for this user's logs; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_log_dir(APP, appauthor=False))


def state_folder() -> Path:
    """The platform's folder for what this user's processes remember between them; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_state_dir(APP, appauthor=False))


def preferences_file() -> Path:
    """What the monitor remembers by itself; it may not exist yet."""
    return state_folder() / "preferences.json"


def copied_file() -> Path:
    """Where the monitor puts what was copied, for a terminal that does not take it."""
    return state_folder() / "copied.txt"
