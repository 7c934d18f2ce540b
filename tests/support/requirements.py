"""Programs that some tests need: the test is skipped where one is missing, and fails where it must be there."""

import os
import shutil

import pytest

# A user's PATH leaves out where Debian keeps sshd.
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def needs_program(name: str, within: str | None = None) -> str:
    """The program's path. Call it in a test or a fixture, before anything else.

    Where the program is missing, the test is skipped, or fails if the environment says `CPWATCH_REQUIRE_<NAME>=1`
    (`CPWATCH_REQUIRE_TMUX=1`): so that a machine on which it belongs never skips without a word. within: the name in
    that variable, where the program is one of several that come together (`ssh`, `sshd`).
    """
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(_SYSTEM_FOLDERS))
    if found is not None:
        return found
    required = f"CPWATCH_REQUIRE_{(within or name).upper().replace('-', '_')}"
    if os.environ.get(required) == "1":
        pytest.fail(f"{name} is not installed, and {required}=1 says that it must be", pytrace=False)
    pytest.skip(f"{name} is not installed")
