"""The forwards of an ssh process are read from its arguments as ssh itself reads them."""

import re
import shlex
import string
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.requirements import needs_program
from tui.domain.forwards import forward
from tui.domain.way import Forward
from tui.path.ssh import SshCommand, ssh_command

BOX = Forward("trader@box", 5000, "localhost", 5000)
SPELLINGS: dict[str, Forward] = {
    "ssh -L 5000:localhost:5000 trader@box": BOX,
    "ssh -N -L5000:localhost:5000 trader@box": BOX,
    "ssh -NL 5000:localhost:5000 trader@box": BOX,
    "ssh -fNTL5000:localhost:5000 trader@box": BOX,
    "ssh trader@box -N -L 5000:localhost:5000": BOX,
    "ssh -L 5000:localhost:5000 -l trader box": BOX,
    "ssh -L 5000:localhost:5000 ssh://trader@box": BOX,
    "ssh -L 127.0.0.1:5000:localhost:5000 trader@box": BOX,
    "ssh -L [::1]:5000:localhost:5000 trader@box": BOX,
    "ssh -L *:5000:localhost:5000 trader@box": BOX,
    "ssh -L :5000:localhost:5000 trader@box": BOX,
    "ssh -L 5000:[::1]:5000 trader@box": Forward("trader@box", 5000, "::1", 5000),
    "ssh -oLocalForward='5000 localhost:5000' trader@box": BOX,
    "ssh -o 'LocalForward 5000 localhost:5000' trader@box": BOX,
    "ssh -o localforward=127.0.0.1:5000\\ localhost:5000 -o User=trader box": BOX,
    "ssh -o ExitOnForwardFailure=yes -i /k -p 2222 -m hmac-sha2-256 -L 5000:gw.lan:5001 trader@box": Forward(
        "trader@box", 5000, "gw.lan", 5001, 2222, ("-i", "/k")
    ),
    "ssh -p2222 -p 22 -L 5000:localhost:5000 -J jump@bastion:2200 trader@box": Forward(
        "trader@box", 5000, "localhost", 5000, 2222, ("-J", "jump@bastion:2200")
    ),
    "ssh -L 5000:localhost:5000 ssh://trader@box:2222": Forward("trader@box", 5000, "localhost", 5000, 2222),
    "ssh -D 1080 -R 9000:localhost:22 -L 5000:localhost:5000 -- trader@box": BOX,
    "ssh -L 5000:localhost:5000 trader@box tail -f -L 5000:elsewhere:1 log": BOX,
    "ssh -L 7000:a:1 -L 5000:localhost:5000 trader@box": BOX,
}


@pytest.mark.parametrize("line", SPELLINGS)
def test_every_spelling_of_a_forward_is_read(line: str) -> None:
    assert ssh_command(shlex.split(line)).to(5000) == SPELLINGS[line]


@pytest.mark.parametrize("line", SPELLINGS)
def test_ssh_itself_reads_it_so(line: str) -> None:
    program = needs_program("ssh", "ssh")
    done = subprocess.run(
        [program, "-G", "-F", "none", *shlex.split(line)[1:]], capture_output=True, text=True, check=True, timeout=30
    )
    said: dict[str, list[str]] = {}
    for row in done.stdout.splitlines():
        name, _, value = row.partition(" ")
        said.setdefault(name, []).append(value)
    ours = SPELLINGS[line]
    assert ours.destination == f"{said['user'][0]}@{said['hostname'][0]}"
    assert str(ours.ssh_port or 22) == said["port"][0]
    far = f" [{ours.host}]:{ours.port}"
    assert any(re.search(rf"(?:^|:){ours.local_port}{re.escape(far)}$", each) for each in said["localforward"])


@pytest.mark.parametrize(
    ("line", "forward"),
    [
        ("autossh -M 0 -f -N -L 5000:localhost:5000 trader@box", BOX),
        ("plink -ssh -batch -pw secret -P 2222 -L 5000:localhost:5000 trader@box", ("trader@box", 2222)),
        ("putty -load box -L 5000:localhost:5000", ("box", None)),
        ("plink -L 5000:localhost:5000 -l trader box -N", ("trader@box", None)),
    ],
)
def test_its_relatives_are_read_by_their_own_rules(line: str, forward: object) -> None:
    found = ssh_command(line.split(), line.partition(" ")[0]).to(5000)
    assert found is not None
    assert forward in (found, (found.destination, found.ssh_port))
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        "ssh -N box",
        "ssh -L /run/user/gw.sock:localhost:5000 box",
        "ssh -L 5000:/run/gw.sock box",
        "ssh -L 5000:localhost box",
        "ssh -L 5000:localhost:99999 box",
        "ssh -L five:localhost:5000 box",
        "ssh -L 5000:[::1:5000 box",
        "ssh -R 5000:localhost:5000 box",
        "ssh -L",
        "ssh",
    ],
)
def test_what_is_no_forward_to_a_port_is_none(line: str) -> None:
    assert ssh_command(line.split()).forwards == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ["ssh", "-L", "5000:localhost:5000", "$(reboot)"],
        ["ssh", "-L", "5000:local;host:5000", "box"],
        ["ssh", "-L", "5000:localhost:5000", "--", "-oProxyCommand=x"],
        ["ssh", "-L", "5000:localhost:5000", "-l", "a b", "box"],
        ["ssh", "-L", "5000:localhost:5000", "trader:password@box"],
        ["ssh", "-L", "5000:localhost:5000", "trader@fe80::1%;x"],
    ],
)
def test_what_a_shell_would_read_otherwise_is_refused(arguments: list[str]) -> None:
    assert ssh_command(arguments).to(5000) is None


def test_a_password_in_an_address_is_not_kept() -> None:
    found = ssh_command(["ssh", "-L", "5000:localhost:5000", "ssh://trader:hunter2@box:2222/"])
    assert found.destination == "trader@box"
    assert "hunter2" not in repr(found)


def test_a_socks_port_and_a_shared_connection_are_no_forwards() -> None:
    assert ssh_command(["ssh", "-D", "127.0.0.1:5000", "box"]) == SshCommand("box", (), frozenset({5000}))
    assert ssh_command(["ssh: /run/user/1000/ctl [mux]"]) == SshCommand()


def test_an_option_that_no_line_could_hold_is_left_out() -> None:
    words = ["ssh", "-J", "$(x)", "-i", "/a b", "-F", "/etc/gw.conf", "-L", "5000:localhost:5000", "box"]
    found = ssh_command(words).to(5000)
    assert found is not None
    assert found.line == "ssh -N -F /etc/gw.conf -L 5000:localhost:5000 box"


_WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["-L", "-l", "-p", "-o", "-D", "-J", "--", "-NL", "box", "u@box", "5000:localhost:5000", "22"]),
    st.from_regex(r"-[A-Za-z]{1,3}", fullmatch=True),
    st.from_regex(r"\[?[0-9a-z:.]{0,8}\]?:[0-9]{1,6}:[a-z;$ ]{1,5}:[0-9]{1,6}", fullmatch=True),
)
_SAFE = set(string.ascii_letters + string.digits + "._-@:/+,%[]' ")


@settings(max_examples=60)
@given(st.lists(_WORDS, max_size=12), st.sampled_from(["ssh", "autossh", "plink"]))
def test_whatever_the_arguments_are_a_line_is_safe(words: list[str], program: str) -> None:
    for each in ssh_command([program, *words], program).forwards:
        assert set(each.line) <= _SAFE
        assert shlex.join(shlex.split(each.line)) == each.line


_NAMES = st.from_regex(r"[a-z][a-z0-9.-]{0,8}[a-z]", fullmatch=True)
_PORTS = st.integers(1, 65535)


@settings(max_examples=50)
@given(
    st.one_of(_NAMES, st.builds("{}@{}".format, _NAMES, _NAMES)),
    _PORTS,
    st.one_of(_NAMES, st.ip_addresses().map(str)),
    _PORTS,
    st.one_of(st.none(), _PORTS.filter(lambda port: port != 22)),
    st.sampled_from([(), ("-J", "bastion"), ("-i", "/k/id_ed25519", "-F", "none")]),
)
def test_a_forward_is_read_back_from_its_own_line(
    destination: str, local: int, host: str, port: int, ssh_port: int | None, options: tuple[str, ...]
) -> None:
    made = forward(destination, local, host, port, ssh_port, options)
    assert made is not None
    assert ssh_command(shlex.split(made.line)).to(local) == made
