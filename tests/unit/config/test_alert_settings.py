"""`[alerts]`: what it may say, and that what may be secret is never repeated."""

from datetime import time
from pathlib import Path

import pytest

from tui.config.alert_settings import ALERT_DEFAULTS, AlertRule, AlertSettings, Hours
from tui.config.secrets import Reference, Store
from tui.config.settings import Settings
from tui.config.settings_file import BadSettings, read_settings
from tui.config.sources import Asked, resolve

WHOLE = """[alerts]
rules = ["down", "login_ends", "down"]
down_after = 0
competing_after = 5
gap = 200
latency = 0.7
latency_after = 60
login_ends_in = 1800
quiet = "22:30-06:00"
zone = "Europe/Zurich"
command = ["notify", "--to", "me"]
urls = ["env:MAIL", "keyring:cpwatch/chat"]
figures = true
"""


def read(folder: Path, text: str) -> Settings:
    file = folder / "settings.toml"
    file.write_text(text)
    return read_settings(file).settings


def test_every_key_is_read(tmp_path: Path) -> None:
    expected = AlertSettings(
        rules=(AlertRule.DOWN, AlertRule.LOGIN_ENDS),
        down_after=0,
        competing_after=5,
        gap=200,
        latency=0.7,
        latency_after=60,
        login_ends_in=1800,
        quiet=Hours(time(22, 30), time(6, 0)),
        zone="Europe/Zurich",
        command=("notify", "--to", "me"),
        urls=(Reference(Store.ENVIRONMENT, "MAIL"), Reference(Store.KEYRING, "cpwatch", "chat")),
        figures=True,
    )
    found = read(tmp_path, WHOLE)
    assert found.alerts == expected
    assert resolve(found, Asked(), {}).as_alerts == expected
    assert str(expected.quiet) == "22:30-06:00"


def test_what_is_not_said_is_as_by_default(tmp_path: Path) -> None:
    assert resolve(Settings(), Asked(), {}).as_alerts == ALERT_DEFAULTS
    found = resolve(read(tmp_path, "[alerts]\ngap = 120\nrules = []\n"), Asked(), {}).as_alerts
    assert (found.gap, found.rules, found.down_after) == (120, (), ALERT_DEFAULTS.down_after)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('rules = ["downs"]', '"downs" is none of them'),
        ('rules = "down"', "must be a list of down, login_required"),
        ("down_after = -1", "from 0 to 86400"),
        ('quiet = "22-07"', 'such as "22:00-07:00"'),
        ('quiet = "24:00-07:00"', "two times of day"),
        ('quiet = "07:00-07:00"', "two times of day"),
        ('zone = "Mars/Olympus"', "the name of a time zone"),
        ('zone = "../../etc/passwd"', "the name of a time zone"),
        ("zone = 1", "the name of a time zone"),
        ('command = "notify me"', "a program and its arguments"),
        ("command = []", "a program and its arguments"),
        ('command = [" "]', "a program and its arguments"),
        ('command = ["notify", 1]', "a program and its arguments"),
        ('urls = "env:X"', 'a list of "env:VARIABLE"'),
        ('figures = "no"', "true or false"),
        ('telegram = "x"', "there is no setting telegram in [alerts]"),
    ],
)
def test_what_can_not_be_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, f"[alerts]\n{line}\n")
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert said in problem.text


@pytest.mark.parametrize(
    "line",
    [
        'urls = ["tgram://hunter2c0ffee/1"]',
        'urls = ["env:GOOD", "hunter2c0ffee"]',
        'command = ["x", "hunter2c0ffee", 1]',
    ],
)
def test_a_secret_that_stands_there_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, f"[alerts]\n{line}\n")
    assert "hunter2" not in str(caught.value)
    assert "alerts" in str(caught.value)


def test_a_key_at_the_wrong_place_is_shown_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"it belongs into \[alerts\]"):
        read(tmp_path, "down_after = 5\n")
