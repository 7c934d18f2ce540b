"""Where the files are, and what is said where the system knows no home."""

import sys

import pytest

from tui.clock import SystemClock
from tui.config.locations import config_file, log_folder, state_folder
from tui.config.logs import write_crash
from tui.output import UsageError


@pytest.mark.skipif(sys.platform == "win32", reason="users with a number and no name are POSIX")
def test_a_user_without_a_home_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def nobody(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for folder in (log_folder, state_folder, config_file):
        with pytest.raises(UsageError, match="set HOME to a folder of yours"):
            folder()
    assert write_crash(ValueError("x"), "1", SystemClock().now().wall) is None
    assert config_file({"CPWATCH_CONFIG": "here.toml"}).name == "here.toml"
