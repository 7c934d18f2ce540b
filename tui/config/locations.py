"""Where the platform wants a program's files. All raise UsageError where it tells no home folder for this user."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tui.config.environment import setting
from tui.output import UsageError

APP = "cpwatch"


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's settings file, in the platform's folder or where CPWATCH_CONFIG says; it may not exist."""
    if (named := setting(environment, "CONFIG")) is not None:
        return Path(named)
    import platformdirs

    return _found(platformdirs.user_config_dir) / "settings.toml"


def log_folder() -> Path:
    """The platform's folder for this user's logs; it may not exist yet."""
    import platformdirs

    return _found(platformdirs.user_log_dir)


def state_folder() -> Path:
    """The platform's folder for what this user's processes remember between them; it may not exist yet."""
    import platformdirs

    return _found(platformdirs.user_state_dir)


def preferences_file() -> Path:
    """What the monitor remembers by itself; it may not exist yet."""
    return state_folder() / "preferences.json"


def copied_file() -> Path:
    """Where the monitor puts what was copied, for a terminal that does not take it."""
    return state_folder() / "copied.txt"


def _found(folder: Callable[..., str]) -> Path:
    try:
        return Path(folder(APP, appauthor=False))
    except RuntimeError:
        # A container's user, who has a number and no name.
        raise UsageError("the system tells no home folder for this user: set HOME to a folder of yours") from None
