"""What is told of a service's or a tunnel's file that is not as it should be, and that nothing in one is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.setup.recipe import Format
from tui.setup.service import gateway_service
from tui.setup.service_units import system_unit, user_unit
from tui.setup.tunnel_files import (
    HOST_UNSET,
    ID_UNSET,
    UNSET,
    Target,
    cloudflared_config,
    ngrok_config,
)
from tui.setup.unit_reader import Malformed, command_words, path_words, read_unit
from tui.setup.validate import problems

GATEWAY = gateway_service("/srv/clientportal.gw")
UNIT = system_unit(GATEWAY, "ibkr").decode()
USER_UNIT = user_unit(GATEWAY).decode()
IDENTITY = "a566f92d-7d3c-4a41-9a4e-0c7e3f1f2b6d"
PASSWORD = "planted-password"
NGROK = ngrok_config(Target(), "x.ngrok-free.app").decode().replace(f'"ibkr:{UNSET}"', f'"ibkr:{PASSWORD}"')
CLOUDFLARED = cloudflared_config(Target(), "gw.example.org", IDENTITY, "/srv/a b.json").decode()


def told(text: str, kind: Format) -> str:
    """All that is amiss, in one text."""
    return "\n".join(problems(text.encode(), kind))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Restart=always", "Restrat=always", "none that cpwatch writes: Restrat"),
        ("Restart=always", "Restart=perhaps", "Restart can't be"),
        ("[Service]", "[Servce]", "none that cpwatch writes"),
        ("Type=exec", "Type=notify", "Type can't be"),
        ("Type=exec", "Type=exec\nType=exec", "2 times"),
        ("RestartSec=10", "RestartSec=-1", "RestartSec can't be"),
        ("UMask=0077", "UMask=99", "UMask can't be"),
        ("ExecStart=/bin/bash", "ExecStart=bash", "absolute path of a program"),
        ("ExecStart=/bin/bash", "ExecStart=", "absolute path of a program"),
        ("ExecStart=", "Type2=", "no ExecStart"),
        ("bin/run.sh", "%h/run.sh", "has to be %%"),
        ("bin/run.sh", "$HOME/run.sh", "has to be $$"),
        ("bin/run.sh", '"bin/run.sh', "never closed"),
        ("bin/run.sh", "bin/run.sh ; /bin/evil", "more than one command"),
        ("bin/run.sh", "bin\\q", "backslash"),
        ("bin/run.sh", "--authtoken 2planted-password", "secret"),
        ("/bin/bash", "'/bin/b\"sh'", "starts no program"),
        ("WorkingDirectory=/srv", "WorkingDirectory=srv", "WorkingDirectory has to be an absolute"),
        ("ReadWritePaths=/srv", "ReadWritePaths=srv", "ReadWritePaths has to be absolute"),
        ("MemoryMax=1G", "MemoryDenyWriteExecute=yes", "ends java"),
        ("MemoryMax=1G", "IPAddressDeny=any", "none that cpwatch writes: IPAddressDeny"),
        ("User=ibkr", "User=root", "runs as root"),
        ("User=ibkr\n", "", "names no User"),
        ("multi-user.target", "default.target", "WantedBy"),
        ("[Unit]\n", "", "before the first section"),
        ("[Unit]", "[Unit]\nnonsense", "neither a section"),
        ("MemoryMax=1G\n\n[Install]\nWantedBy=multi-user.target\n", "MemoryMax=1G\\", "goes on"),
    ],
)
def test_what_is_amiss_with_a_unit_is_told(old: str, new: str, said: str) -> None:
    assert old in UNIT
    found = told(UNIT.replace(old, new), Format.UNIT)
    assert said in found
    assert "planted" not in found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Type=exec", "Type=exec\nUser=me", "names a User"),
        ("StartLimitBurst=5", "After=network-online.target", "network-online.target"),
        ("default.target", "multi-user.target", "WantedBy"),
    ],
)
def test_what_a_users_manager_can_not_do_is_told(old: str, new: str, said: str) -> None:
    assert said in told(USER_UNIT.replace(old, new), Format.USER_UNIT)


def test_what_is_no_text_is_told() -> None:
    for data in (b"\xff\xfe", b"[Unit]\0", b"x" * 65_000):
        assert len(problems(data, Format.UNIT)) == 1


def test_comments_blanks_and_lines_that_go_on_are_read_as_systemd_reads_them() -> None:
    text = b"\r\n# one\n; two\n[Service]\r\nExecStart = /bin/a \\\n # between\n  b\\\n\nUser=x\r\n"
    entries = read_unit(text)
    assert [(each.key, each.line) for each in entries] == [("ExecStart", 5), ("User", 9)]
    assert command_words(entries[0].value) == ("/bin/a", "b")


def test_escapes_are_read_as_systemd_reads_them() -> None:
    assert command_words(r'/bin/a \x41\u00e9\101\s"\t\"" a"b c"d %%x $$y') == (
        "/bin/a",
        "Aé" + "A " + '\t"',
        "ab cd",
        "%x",
        "$y",
    )
    assert path_words("'a \\b' \"c'd\"e") == ("a \\b", "c'de")
    for bad in (r"\x4", r"\x00", r"\400000", r"\U99999999", "a\\"):
        with pytest.raises(Malformed):
            command_words(bad)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("noTLSVerify: true", "noTLSVerify: false", "needs noTLSVerify"),
        ("  - service: http_status:404", "  - hostname: b.example.org\n    service: http_status:404", "last rule"),
        ('  - hostname: "gw.example.org"\n    service', "  - service", "never reached"),
        ("https://localhost:5000", "hello_world", "leads to a port"),
        (f"tunnel: {IDENTITY}", "warp-routing: {}", "names no tunnel"),
        (f"tunnel: {IDENTITY}", f"tunnel: {ID_UNSET}", ID_UNSET),
        (f"tunnel: {IDENTITY}", f"tunnel: {IDENTITY}\ntoken: planted", "token"),
        ("gw.example.org", HOST_UNSET, HOST_UNSET),
        ("ingress:", "egress:", "no ingress"),
        ("ingress:", "ingress: &a", ""),
        ("metrics: 127.0.0.1:20241", "a: &a [1]\nb: *a", "alias"),
        ("metrics: 127.0.0.1:20241", "a: [", "no YAML, from line"),
        ("metrics: 127.0.0.1:20241", "a: !!python/object:os.system x", "no YAML"),
        ("metrics: 127.0.0.1:20241", "a: !!bool planted", "no YAML"),
        ("metrics: 127.0.0.1:20241", "a: !!timestamp planted", "no YAML"),
    ],
)
def test_what_is_amiss_with_cloudflareds_file_is_told(old: str, new: str, said: str) -> None:
    assert told(CLOUDFLARED, Format.CLOUDFLARED) == ""
    assert old in CLOUDFLARED
    found = told(CLOUDFLARED.replace(old, new), Format.CLOUDFLARED)
    assert said in found
    assert bool(said) == bool(found)
    assert "planted" not in found


def test_settings_for_all_rules_count_and_so_does_a_certificate_authority() -> None:
    shared = CLOUDFLARED.replace("      noTLSVerify: true\n", "") + "originRequest: {noTLSVerify: true}\n"
    assert told(shared, Format.CLOUDFLARED) == ""
    assert told(CLOUDFLARED.replace("noTLSVerify: true", "caPool: /srv/ca.pem"), Format.CLOUDFLARED) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 3", "version: 2", "not of version 3"),
        ("inspect_db_size: -1", "inspect_db_size: 0", "inspect_db_size"),
        ("endpoints:", "tunnels:", "no endpoints"),
        ("https://localhost:5000", "5000", "no scheme"),
        ("https://localhost:5000", "file:///srv", "no upstream"),
        ("type: basic-auth", "type: log", "no guard"),
        ("        - actions:", "        - expressions: [\"req.method == 'GET'\"]\n          actions:", "no guard"),
        (PASSWORD, UNSET, UNSET),
        (PASSWORD, "short", "passwords of 8"),
        (PASSWORD, "x" * 129, "passwords of 8"),
        (f'- "ibkr:{PASSWORD}"', "[]", "1 to 10 credentials"),
    ],
)
def test_what_is_amiss_with_ngroks_file_is_told_and_no_password(old: str, new: str, said: str) -> None:
    assert told(NGROK, Format.NGROK) == ""
    assert old in NGROK
    found = told(NGROK.replace(old, new), Format.NGROK)
    assert said in found
    assert PASSWORD not in found
    assert "xxxx" not in found


def test_the_bomb_of_aliases_and_a_deep_nest_end_at_once() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert "alias" in told(bomb, Format.NGROK)
    assert told("[" * 2_000, Format.CLOUDFLARED) == "It is no YAML."


PIECES = st.lists(
    st.sampled_from(
        [
            *UNIT.split("\n")[:12],
            *NGROK.split("\n"),
            *CLOUDFLARED.split("\n"),
            "<?xml",
            "<plist>",
            "]",
            "&a",
            "\t",
            "\\",
            "🙂",
        ]
    ),
    max_size=12,
).map("\n".join)


@given(
    st.one_of(
        PIECES.map(str.encode), st.binary(max_size=200), PIECES.map(lambda text: b"\xff\xfe" + text.encode("utf-16-le"))
    )
)
def test_nothing_whatever_breaks_a_reading(data: bytes) -> None:
    for kind in Format:
        assert all(each.isprintable() for each in problems(data, kind))
