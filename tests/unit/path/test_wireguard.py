"""WireGuard's last handshake, from what `wg` prints, with a stand-in for the program itself."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import START, ManualClock
from tui.domain.address import PathKind
from tui.path import programs, wireguard
from tui.path.programs import found, ran
from tui.path.wireguard import handshake_words, handshakes

KEY = "OigJ5bTm0000000000000000000000000000000000k="
NOW = int(START.timestamp())
Install = Callable[[str], None]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a shell script in the place of `wg`."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def put(script: str) -> None:
        path = tmp_path / "wg"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    return put


async def test_a_fresh_handshake_says_that_it_is_up(install: Install) -> None:
    # It gives what it prints only for the one question that shows no private key.
    install(f'[ "$*" = "show all latest-handshakes" ] && printf "wg0\\t{KEY}\\t{NOW - 40}\\nwg1\\t{KEY}\\t0\\n"')
    tunnel = await wireguard.tunnel("wg0", ManualClock())
    assert (tunnel.kind, tunnel.name, tunnel.up) == (PathKind.WIREGUARD, "wg0", True)
    assert tunnel.detail == "last handshake 40 s ago"
    assert KEY not in repr(tunnel)
    idle = await wireguard.tunnel("wg1", ManualClock())
    assert (idle.up, idle.detail) == (None, "no handshake yet")


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense", "printf 'wg0\\tx\\t\\n'", "head -c 400000 /dev/zero"])
async def test_what_is_refused_or_makes_no_sense_is_unknown(install: Install, script: str) -> None:
    install(script)
    tunnel = await wireguard.tunnel("wg0", ManualClock())
    assert (tunnel.up, tunnel.detail) == (None, "the last handshake is told to administrators only")


async def test_a_program_that_hangs_is_ended_by_the_clock(install: Install) -> None:
    install("echo started; exec cat /dev/zero > /dev/null")
    clock = ManualClock()
    path = found("wg")
    assert path is not None
    # No time passes until the clock is moved: it is told at once that the time is over.
    assert await ran(clock, path, seconds=0.0) is None


async def test_the_child_gets_next_to_nothing_of_the_environment(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUNNEL_TOKEN", "s3cr3t")
    install("env")
    path = found("wg")
    assert path is not None
    done = await ran(ManualClock(), path)
    assert done is not None
    assert "s3cr3t" not in done.output
    assert "LC_ALL=C" in done.output


async def test_a_program_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_FOLDERS", ())
    assert found("wg") is None
    assert await ran(ManualClock(), str(tmp_path / "wg")) is None
    assert (await wireguard.tunnel("wg0", ManualClock())).up is None


def test_of_several_peers_the_newest_is_told() -> None:
    epochs = handshakes(f"wg0\t{KEY}\t{NOW - 7200}\nwg0\t{KEY}\t{NOW - 90}\n", "wg0")
    assert epochs == (NOW - 7200, NOW - 90)
    assert handshake_words(epochs, START) == "last handshake 1 min ago, the newest of 2 peers"
    assert handshake_words((NOW + 5,), START) == "last handshake 0 s ago"
    assert handshake_words((NOW,), START + timedelta(days=3)) == "last handshake 3 d ago"


@given(st.text(max_size=80), st.text(max_size=8))
def test_whatever_it_prints_nothing_is_raised(output: str, interface: str) -> None:
    handshakes(output, interface)
    handshakes(f"{interface}\t{output}\t{output}", interface)
