"""The fuzz targets in short: a few spoiled inputs for each, and every input that once did harm."""

import logging
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.drive import driven, tried
from tests.fuzz.mutate import spoiled
from tests.fuzz.target import Target, joined, message, messages
from tests.fuzz.targets import FUZZERS, GROUPS, fuzzer, targets
from tui.clock import SystemClock

SECONDS = 15.0
"""Of the process's own time, after which an input is one that hangs us: what is here took minutes."""
EXAMPLES = 8
"""For each target that draws panes; those that only read a text have five times as many."""

_NFT = b"table inet f {\nchain input {\ntype filter hook input priority filter; policy drop;\n%s\n}\n}\n"
_READY = b'{"readyConnections":1,"connectorId":"x"}'


def _metrics(line: bytes) -> bytes:
    """What cloudflared answers, with a megabyte of that line among its metrics."""
    text = (line + b"\n") * (1_000_000 // len(line))
    return joined((message(_READY, path="/ready"), message(text, path="/metrics")))


FINDINGS: dict[str, tuple[str, bytes]] = {
    "a date beyond the calendar": (
        "gateway-auth",
        message(b"{}", headers={"date": "Fri, 31 Dec 9999 23:59:59 -2359"}).encoded,
    ),
    "more rows than can be drawn": ("gateway-positions", message(b"[" + b"{}," * 200_000 + b"{}]").encoded),
    "rows of a shape that is read apart": (
        "gateway-positions",
        message(b'[{"conid":1' + b'},{"conid":1' * 200_000 + b"}]").encoded,
    ),
    "a strike of a million digits": (
        "gateway-positions",
        message(b'[{"conid":1,"assetClass":"OPT","strike":1.' + b"1" * 1_000_000 + b',"putOrCall":"C"}]').encoded,
    ),
    "a port that is a digit, but no number": ("programs", _NFT % "tcp dport { ² } drop".encode()),
    "a port of 5,000 digits": ("programs", _NFT % (b"tcp dport " + b"9" * 5000 + b" drop")),
    "a version of 5,000 digits": ("programs", b'java version "' + b"9" * 5000 + b'"'),
    "ports within ports": ("programs", _NFT % (b"tcp dport {" * 20_000)),
    "labels that are one long word": ("agent-cloudflared", _metrics(b"build_info{" + b"Z" * 4000 + b"} 1")),
    "metrics that are blanks": ("agent-cloudflared", _metrics(b"build_info" + b" " * 4000)),
    "a setting a thousand times": ("conf", b'proxyRemoteHost: "x"\nlistenPort: 5000\n' * 1000),
    "blanks within ssh's settings": ("arguments", b"ssh\n" + b"\n".join([b"-o", b"a=x" + b" " * 4090 + b"x"] * 127)),
    "blanks within a line of the settings": ("settings-bundled", b"x" + b" " * 60_000 + b"x"),
}
"""Inputs that once raised something else, or took without measure: what they are, and for which target."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What is logged of bad input would fill the report of a test that fails."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", targets())
def test_nothing_from_outside_does_any_harm(name: str) -> None:
    target = targets()[name]
    seeds = list(target.seeds())

    draws = name.startswith(("gateway-", "agent-", "socket-wire", "conf", "screen"))

    @settings(max_examples=EXAMPLES if draws else EXAMPLES * 5, database=None, derandomize=True)
    @given(st.randoms(use_true_random=False))
    def spoil(random: Random) -> None:
        found = tried(target, spoiled(random, target, random.choice(seeds), seeds), SECONDS)
        assert found is None, found.told

    try:
        spoil()
    finally:
        target.end()


@pytest.mark.parametrize("name", FINDINGS)
def test_what_once_did_harm_does_none_now(name: str) -> None:
    target, data = FINDINGS[name]
    found = tried(targets()[target], data, SECONDS)
    assert found is None, found.told


def test_every_target_is_driven_and_its_inputs_find_it() -> None:
    known = [*FUZZERS, *(each for names in GROUPS.values() for each in names)]
    assert [name for name in targets() if not name.startswith(tuple(known))] == []
    for name in GROUPS:
        whole = fuzzer(name)
        first = next(iter(whole.seeds()))
        assert first.partition(b"\n")[0].decode() in targets()
        assert tried(whole, first, SECONDS) is None


def test_a_driver_keeps_what_gets_somewhere_and_tells_of_what_goes_wrong() -> None:
    def run(data: bytes) -> None:
        assert b"9" not in data, "a nine"

    target = Target("nines", run, lambda: [b'{"a": 1}', b"2"], (b"9",))
    report = driven(target, 0.2, 1, SystemClock())
    assert report.runs > 10
    assert [found.data.count(b"9") > 0 for found in report.findings.values()] == [True]


def test_answers_of_an_input_are_read_as_they_were_written() -> None:
    answers = [message(b"a\n\nb", 404, "/x", {"server": "y"}), message(b"")]
    assert messages(joined(answers)) == answers
