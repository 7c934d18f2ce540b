"""Where the platform wants a program's files."""

from pathlib import Path

APP = "cpwatch"


def log_folder() -> Path:
    """The platform's folder for this user's logs; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_log_dir(APP, appauthor=False))


def state_folder() -> Path:
    """The platform's folder for what this user's processes remember between them; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_state_dir(APP, appauthor=False))
