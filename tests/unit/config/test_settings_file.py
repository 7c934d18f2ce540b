"""The settings file: what it may say, and how everything that is wrong with one is explained."""

import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.settings_keys import keys
from tui.config import settings_file
from tui.config.secrets import BasicAuth, Reference, Store
from tui.config.settings import POLLS_A_MINUTE, Badge, Settings, pace_of, polls_a_minute
from tui.config.settings_file import LARGEST, LONGEST_LINE, BadSettings, Problem, SettingsFile, read_settings
from tui.config.themes import ThemeName
from tui.domain.address import Address
from tui.domain.state import Pace
from tui.engine.limits import REFILL, SPACING
from tui.gateway.endpoints import Endpoint

EXAMPLE = Path(settings_file.__file__).with_name("example.toml")

FULL = """\
schema = 1
profile = "paper"
theme = "cpwatch-light"
bell = false
keep_alive = false
ca = "certs/all.pem"

[intervals]
auth = 6
positions = 4.5

[keys]
quit = "x"
help = ["?", "f1"]

[profiles.paper]
url = "http://127.0.0.1:5001"
title = "Paper"
badge = "red"
region = "EU"
keep_alive = true
ca = "/etc/paper.pem"
hide_accounts = [
  "U1234567",
  "DU7654321",
]
[profiles.paper.intervals]
positions = 30
[profiles.other]
"""


AT_HOME = "[profiles.a]\nurl = 'https://box'\n"


def read(folder: Path, text: str | bytes) -> SettingsFile:
    file = folder / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(file)


def problems(folder: Path, text: str | bytes) -> list[tuple[int | None, str]]:
    """What is wrong with a file of that text: the lines, and what is said."""
    with pytest.raises(BadSettings) as caught:
        read(folder, text)
    found = caught.value.problems
    assert str(caught.value).splitlines()[0].startswith(str(folder / "settings.toml"))
    assert all(each.text.isprintable() for each in found)
    return [(each.line, each.text) for each in found]


def test_no_file_is_the_defaults_and_imports_no_parser(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == SettingsFile(tmp_path / "none.toml")
    with pytest.raises(BadSettings, match=r"none\.toml: there is no such file; `cpwatch config init`"):
        read_settings(tmp_path / "none.toml", required=True)


@pytest.mark.parametrize("text", [FULL, FULL.replace("\n", "\r\n"), "\ufeff" + FULL])
def test_every_key_is_read(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    settings = found.settings
    paper = settings.profiles["paper"]
    assert (settings.theme, settings.bell, settings.keep_alive) == (ThemeName.LIGHT, False, False)
    assert settings.ca == tmp_path / "certs" / "all.pem"
    assert settings.keys == {"quit": ("x",), "help": ("?", "f1")}
    assert paper.url is not None
    assert (paper.url.url, paper.title, paper.badge) == ("http://127.0.0.1:5001", "Paper", Badge.RED)
    assert (paper.region, paper.keep_alive) == ("EU", True)
    assert paper.ca == tmp_path / "/etc/paper.pem"
    assert paper.hide_accounts == {"U1234567", "DU7654321"}
    assert pace_of(settings.intervals, paper.intervals) == Pace(auth=6, positions=30)
    assert list(settings.profiles) == ["paper", "other"]
    assert found.line(("profiles", "paper", "badge")) == 19
    assert found.place(("profiles", "other", "badge")) == f"{found.path}:29"


def test_the_way_is_read(tmp_path: Path) -> None:
    text = f"""{AT_HOME}[profiles.a.path]
kind = "cloudflare"
metered = true
monthly = 30000
every = 600
agent = "http://127.0.0.1:20250"
high = 1
basic_auth = {{ user = "me", password = "keyring:ngrok/me" }}
[profiles.a.path.headers]
CF-Access-Client-Id = "env:CF_ID"
"""
    path = read(tmp_path, text).settings.profiles["a"].path
    assert (path.kind, path.metered, path.monthly, path.every, path.high) == ("cloudflare", True, 30000, 600, 1)
    assert path.agent == Address("http", "127.0.0.1", 20250)
    assert path.headers == {"CF-Access-Client-Id": Reference(Store.ENVIRONMENT, "CF_ID")}
    assert path.basic_auth == BasicAuth("me", Reference(Store.KEYRING, "ngrok", "me"))
    assert path.shows


@pytest.mark.parametrize("url", ["https://box", "http://localhost:5000", "http://127.0.0.1:5000"])
def test_a_secret_may_go_where_nobody_can_read_it(tmp_path: Path, url: str) -> None:
    text = f"[profiles.a]\nurl = '{url}'\n[profiles.a.path.headers]\nX = 'env:X'"
    assert read(tmp_path, text).settings.profiles["a"].path.shows


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_empty_file_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).settings == Settings()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('bell = true\nthme = "x"', 2, "there is no setting thme at the top of the file: did you mean theme?"),
        ("[intervals]\n\nauht = 5", 3, "there is no setting auht in [intervals]: did you mean auth?"),
        ("[profiles.a]\nURL = 'x'", 2, "there is no setting URL in [profiles.a]: did you mean url?"),
        ("url = 'https://localhost:1'", 1, "it belongs into [profiles.NAME]"),
        ("positions = 4", 1, "it belongs into [intervals]"),
        ("[profiles.a.intervals]\nzzz = 1", 2, "there are auth, tickle, positions"),
        ("[profil.a]", 1, "did you mean profile?"),
        ("[profiles.a]\nngrok_token = 'x9'", 2, "no secret belongs into this file"),
        ("theme = 'pink'", 1, "theme must be one of cpwatch-dark, cpwatch-light, "),
        ("theme = ['pink']", 1, "not a list"),
        ("bell = 1", 1, "bell must be true or false, not 1"),
        ("bell = 'yes'", 1, 'bell must be true or false, not "yes"'),
        ("\n[intervals]\nauth = 'fast'", 3, 'intervals.auth must be a number of seconds from 2 to 300, not "fast"'),
        ("[intervals]\nauth = 0.5", 2, "not 0.5"),
        ("[intervals]\nauth = nan", 2, "not nan"),
        ("[intervals]\nauth = inf", 2, "not inf"),
        ("[intervals]\nauth = true", 2, "not true"),
        (f"[intervals]\nauth = {'9' * 500}", 2, "not a number far too large"),
        ("[intervals]\nauth = 2026-11-20", 2, "not a date or a time"),
        ("intervals = 5", 1, "intervals must be a table, [intervals], not 5"),
        ("profiles = 5", 1, "profiles must be tables, each with a name, [profiles.NAME], not 5"),
        ("[[profiles]]\nurl = 'x'", 1, "not a list"),
        ("[profiles]\nlive = 'x'", 2, 'profiles.live must be a table, [profiles.live], not "x"'),
        ("[profiles.'a b']", 1, 'profiles."a b": a name is made of letters'),
        ("[profile.live]", 1, "profile must be a text of 1 to 32 characters on one line, not a table"),
        ("profile = 'live'", 1, "profile names live, which is no profile of this file"),
        ("profile = 'life'\n[profiles.live]", 1, "there are live"),
        ("[profiles.a]\nurl = 'localhost:5000'", 2, "profiles.a.url: 'localhost:5000' does not start with https://"),
        ("[profiles.a]\nurl = 5000", 2, "must be a gateway's address such as https://localhost:5000, not 5000"),
        ("[profiles.a]\nregion = 'Mars'", 2, "a region: US (or NJ), EU (or ZG), HK"),
        ("[profiles.a]\ntitle = ''", 2, "not an empty text"),
        ('[profiles.a]\ntitle = "a\\u001b[2J"', 2, "a text of 1 to 30 characters on one line"),
        ("[profiles.a]\ntitle = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'", 2, "1 to 30 characters"),
        ("[profiles.a]\nbadge = 'pink'", 2, "one of red, green, yellow, blue, magenta, cyan"),
        ("[profiles.a]\nhide_accounts = 'U1'", 2, 'a list of account ids such as ["U1234567"], not "U1"'),
        ("[profiles.a]\nhide_accounts = [\n 'U1',\n 5]", 4, "5 is no account id"),
        ("keys = 5", 1, "keys must be a table, [keys], not 5"),
        ("[keys]\nquit = 5", 2, "keys.quit must be a key or a list of keys"),
        ("[keys]\nquit = ['x', 5]", 2, "keys.quit must be a key or a list of keys"),
        ("ca = ''", 1, "ca must be the name of a file, not an empty text"),
        ("schema = 'one'", 1, 'schema must be 1, not "one"'),
        ("schema = 0", 1, "schema must be 1, not 0"),
        ("[intervals]\nauth = 2\npositions = 2", 1, "would ask 76 times a minute, and 48 are what its budget allows"),
        ("[profiles.a]\n[profiles.a.intervals]\npositions = 2", 2, "58 times a minute"),
        ("metered = true", 1, "it belongs into [profiles.NAME.path]"),
        (
            "[profiles.a.path]\nmetred = true",
            2,
            "there is no setting metred in [profiles.a.path]: did you mean metered?",
        ),
        ("[profiles.a.path]\nkind = 'vpn'", 2, "one of local, lan, ngrok, cloudflare, "),
        ("[profiles.a.path]\nmonthly = 2.5", 2, "a whole number of requests from 1 to 1000000000, not 2.5"),
        ("[profiles.a.path]\nmonthly = true", 2, "not true"),
        ("[profiles.a.path]\nevery = 0", 2, "a number of seconds from 2 to 3600, not 0"),
        ("[profiles.a.path]\nhigh = 0", 2, "a number of seconds from 0.001 to 60, not 0"),
        ("[profiles.a.path]\nagent = 4040", 2, "an agent's address such as http://127.0.0.1:4040, not 4040"),
        ("[profiles.a.path]\nheaders = 'x'", 2, "profiles.a.path.headers must be a table"),
        ("[profiles.a.path]\nbasic_auth = 'x'", 2, "profiles.a.path.basic_auth must be { user ="),
        ("[profiles.a.path.headers]\nX = 5", 2, 'profiles.a.path.headers.X must be "env:VARIABLE" or'),
        (f"{AT_HOME}[profiles.a.path.headers]\nCookie = 'env:X'", 4, "this header is cpwatch's own"),
        (f"{AT_HOME}[profiles.a.path.headers]\ncontent-length = 'env:X'", 4, "this header is cpwatch's own"),
        (f"{AT_HOME}[profiles.a.path.headers]\n'a b' = 'env:X'", 4, "has a name that no header can have"),
        (f"{AT_HOME}[profiles.a.path.headers]\nX = 'env:X'\nx = 'env:X'", 5, "capitals make no difference"),
        (f"{AT_HOME}[profiles.a.path]\nbasic_auth = {{ user = 'me' }}", 4, "has no password"),
        ("[profiles.a.path.headers]\nX = 'env:X'", 1, "alone, and it has none: give it a url"),
        (f"{AT_HOME.replace('https', 'http')}[profiles.a.path.headers]\nX = 'env:X'", 3, "would go out in the clear"),
        (
            AT_HOME
            + "path = { headers = { authorization = 'env:X' }, basic_auth = { user = 'me', password = 'env:X' } }",
            *(3, "makes an Authorization header, and headers has one"),
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(tmp_path: Path, text: str, line: int, said: str) -> None:
    ((found, words),) = problems(tmp_path, text)
    assert said in words
    assert found == line


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb", 2, "a setting is written key = value"),
        ("bell = yes", 1, "a text stands in quotes"),
        ("bell = True", 1, "true and false are written small"),
        ('ca = "C:\\Uploads\\me"', 1, "in single quotes"),
        ('ca = "C:\\my"', 1, "in single quotes"),
        ('theme = "x\nbell = true', 1, "a text ends on its line"),
        ("bell = true bell = false", 1, "each setting has a line of its own"),
        ("x = [1,\n2\n\n", 2, "a list ends with ]"),
        ('x = """a\nb', 2, "this is no TOML"),
        ("bell = true\n\nbell = false", 3, "bell stands here a second time, after line 1"),
        ("[keys]\n[intervals]\n[keys]", 3, "keys stands here a second time, after line 1"),
        ("[keys]\nquit = 'x'\n'quit' = 'y'", 3, "keys.quit stands here a second time, after line 2"),
        ("bell = true\n[bell]", 2, "this is no TOML"),
        ("\0", 1, "this is no TOML"),
        ("a = " + "[\n" * 20_000, None, "too deep"),
        ("bell = true\n" + "#" * (LONGEST_LINE + 1), 2, "longer than 1000 characters"),
        (b"bell = true\ntheme = '\xff'", 2, "not UTF-8"),
        ("bell = true".encode("utf-16"), None, "this file is UTF-16: save it as UTF-8"),
        ("bell = true".encode("utf-32"), None, "this file is UTF-32"),
        ("#\n" * LARGEST, None, "larger than 64 KiB"),
    ],
)
def test_what_is_no_toml_at_all(tmp_path: Path, text: str | bytes, line: int | None, said: str) -> None:
    ((found, words),) = problems(tmp_path, text)
    assert said in words
    assert found == line


def test_all_mistakes_are_told_at_once_in_the_files_order(tmp_path: Path) -> None:
    found = problems(tmp_path, "bell = 1\n[profiles.a]\nbadge = 1\nurl = 'x'\n[intervals]\nauth = 0\n[keys]\nx = 1\n")
    assert [line for line, _ in found] == [1, 3, 4, 6, 8]


def test_of_a_thousand_mistakes_the_message_tells_the_first(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, "".join(f"x{number} = 1\n" for number in range(1000)))
    assert len(caught.value.problems) == 1000
    assert str(caught.value).endswith("… and 960 more")


def test_of_a_newer_file_only_that_is_told(tmp_path: Path) -> None:
    ((line, said),) = problems(tmp_path, "new_thing = 1\nschema = 2\n[intervals]\nauth = 'x'")
    assert line == 2
    assert said.startswith("this file is made for a newer cpwatch")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("[profiles.a]\nurl = 'https://me:hunter2@localhost'", "hunter2"),
        ("api_token = 'hunter2'", "hunter2"),
        ("bell = 'session=hunter2'", "hunter2"),
        ("bell = '0123456789abcdef0123456789abcdef'", "abcdef"),
        ("bell = 'U1234567'", "U1234567"),
        ("[profiles.a]\nhide_accounts = ['https://me:hunter2@localhost']", "hunter2"),
        ("[profiles.a.path]\nheaders = 'X-Key: hunter2'", "hunter2"),
        ("[profiles.a.path.headers]\nX = 'hunter2'", "hunter2"),
        ("[profiles.a.path.headers]\nX = ['hunter2']", "hunter2"),
        ("[profiles.a.path.headers]\n'X-Key: hunter2' = true", "hunter2"),
        ("[profiles.a.path]\nbasic_auth = 'me:hunter2'", "hunter2"),
        ("[profiles.a.path]\nbasic_auth = { user = 'me:hunter2', password = 'env:X' }", "hunter2"),
        ("[profiles.a.path]\nbasic_auth = { user = 'me', password = 'hunter2' }", "hunter2"),
        ("[profiles.a.path]\nbasic_auth = { user = 'me', pass = 'hunter2' }", "hunter2"),
        ("[profiles.a.path]\nagent = 'http://me:hunter2@127.0.0.1:4040'", "hunter2"),
    ],
)
def test_no_message_repeats_what_is_secret(tmp_path: Path, text: str, secret: str) -> None:
    assert secret not in str(problems(tmp_path, text))


def test_what_else_must_hold_is_asked_and_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("\n[keys]\nfly = 'x'\n", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"settings\.toml:3: there is no command fly"):
        read_settings(
            file, lambda settings: [(("keys", each), f"there is no command {each}") for each in settings.keys]
        )


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="this is a folder"):
        read_settings(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadSettings, match="no plain file"):
        read_settings(tmp_path / "pipe")


def test_the_null_device_is_an_empty_file() -> None:
    assert read_settings(Path(os.devnull)).settings == Settings()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch(0o000)
    with pytest.raises(BadSettings, match="Permission denied"):
        read_settings(file)


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"])
def test_a_name_that_no_file_has(name: str) -> None:
    with pytest.raises(BadSettings, match="the settings can't be read"):
        read_settings(Path(name))


_WORDS = st.sampled_from(
    [*"[]{}=.,'\"#\n\\ ", "\r\n", '"""', "profiles", "intervals", "keys", "url", "auth", "schema", "5", "true", "[["]
)


@given(st.one_of(st.binary(max_size=200), st.lists(_WORDS, max_size=40).map(lambda words: "".join(words).encode())))
def test_whatever_the_file_holds_only_one_error_is_raised(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    told: tuple[Problem, ...] = ()
    try:
        read(tmp_path_factory.getbasetemp(), data)
    except BadSettings as error:
        told = error.problems or (Problem(0, ""),)
    lines = data.count(b"\n") + 1
    assert all(each.text and (each.line is None or 1 <= each.line <= lines) for each in told)


# The example


def spoken(text: str) -> str:
    """The example with all that stands behind a # put in force; its sentences end with a full stop or name several."""
    return re.sub(r"^# (?=\[|[A-Za-z_-]+ = )", "", text, flags=re.MULTILINE)


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, EXAMPLE.read_bytes()).settings == Settings(schema=1)


def test_the_example_has_every_key_and_all_of_it_is_well(tmp_path: Path) -> None:
    found = read(tmp_path, spoken(EXAMPLE.read_text("utf-8")))
    written = {".".join(str(part) for part in at) for at in found.lines}
    expected = {each.path.replace("NAME", "paper") for each in keys()}
    expected |= {f"profiles.paper.{each.path}" for each in keys() if each.table == "intervals"}
    assert expected <= written
    assert pace_of(found.settings.intervals, found.settings.profiles["paper"].intervals) == Pace()


def test_every_key_has_a_meaning() -> None:
    assert all(each.doc.endswith(".") and each.rule.expected for each in keys())


# The bounds


def test_the_defaults_are_just_what_the_budget_refills() -> None:
    assert abs(POLLS_A_MINUTE - REFILL * 60) < 1e-9
    assert polls_a_minute(Pace()) <= POLLS_A_MINUTE


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [("accounts", Endpoint.PORTFOLIO_ACCOUNTS), ("pnl", Endpoint.PNL), ("tickle", Endpoint.TICKLE)],
)
def test_no_interval_may_be_shorter_than_its_endpoints_own_limit(name: str, endpoint: Endpoint) -> None:
    (rule,) = [each.rule for each in keys() if each.path == f"intervals.{name}"]
    words = re.search(r"from (\S+) to", rule.expected)
    assert words
    assert float(words[1]) >= SPACING[endpoint]
