"""Where the stylesheets lie: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def stylesheet(name: str) -> Path:
    """The absolute path of a stylesheet, e.g. `base.tcss` or `panes/path.tcss`.

    Absolute, because Textual resolves a relative path from the file of the *subclass*.
    """
    installed = _PACKAGE / "_styles"
    return (installed if installed.is_dir() else _PACKAGE.parent / "styles") / name
