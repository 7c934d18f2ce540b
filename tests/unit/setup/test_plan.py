"""Who shall reach the gateway -> the lists: in force always, admitting just those, counted as the judge counts."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.setup.admitted import NOT_PUBLIC
from tui.setup.conf import Listed
from tui.setup.edit import MOST_ENTRIES, Edited, edited
from tui.setup.entries import Effect
from tui.setup.judge import Answer
from tui.setup.machines import Inexpressible, Machines, of_machine
from tui.setup.matcher import Decision, Other
from tui.setup.networks import Network, NetworkKind, Peer, exact
from tui.setup.plan import (
    NOBODY,
    TAILNET,
    Admit,
    Plan,
    Who,
    decides,
    of_kept,
    of_networks,
    of_own,
    of_peers,
    plan,
)

SOMEBODY = ("127.0.0.1", "127.0.0.2", "192.168.1.20", "192.168.2.20", "172.17.0.3", "100.101.7.9", "8.8.8.8")


def network(text: str, kind: NetworkKind = NetworkKind.LAN, interface: str = "eth0") -> Network:
    """That network, with an address of this machine in it."""
    own = ipaddress.IPv4Interface(text)
    return Network(kind, interface, own.ip, own.network)


def admitted(made: Plan) -> set[str]:
    """Of some addresses, those that get in."""
    return {each for each in SOMEBODY if decides(made, each) is Decision.ALLOWED}


def lists(made: Plan) -> tuple[list[str], list[str]]:
    """The entries of both."""
    return [line.entry for line in made.allow], [line.entry for line in made.deny]


def test_this_machine_only() -> None:
    made = plan(())
    assert lists(made) == (["127.0.0.1"], [NOBODY])
    assert admitted(made) == {"127.0.0.1"}
    assert (made.public, made.total and made.total.allowed) == (False, 1)
    assert [(line.addresses, line.public, line.who) for line in made.allow] == [(1, False, Who.THIS_MACHINE)]
    assert any("`deny`" in note for note in made.notes)


@pytest.mark.parametrize(
    ("admits", "entries", "who"),
    [
        ([Admit(Who.MACHINES, ("192.168.1.20",))], ["192.168.1.20"], {"192.168.1.20"}),
        (of_networks([network("192.168.1.5/24")], NetworkKind.LAN), ["192.168.1.*"], {"192.168.1.20"}),
        (
            of_networks([network("172.17.0.1/16", NetworkKind.CONTAINERS, "docker0")], NetworkKind.CONTAINERS),
            ["172.17.*"],
            {"172.17.0.3"},
        ),
        (of_peers([Peer("nas", "100.101.7.9", True)], Who.TAILSCALE), ["100.101.7.9"], {"100.101.7.9"}),
        ([Admit(Who.TAILSCALE, (TAILNET,))], [TAILNET], {"100.101.7.9"}),
        ([Admit(Who.TUNNEL, ())], [], set()),
        (
            of_own([network("192.168.1.20/24"), network("127.0.0.1/8", NetworkKind.LOOPBACK)]),
            ["192.168.1.20"],
            {"192.168.1.20"},
        ),
        ([of_kept(["127.0.0.1", "8.8.8.8"])], ["8.8.8.8"], {"8.8.8.8"}),
    ],
)
def test_each_choice_lets_in_just_those(admits: list[Admit], entries: list[str], who: set[str]) -> None:
    made = plan(admits)
    assert lists(made) == (["127.0.0.1", *entries], [NOBODY])
    assert admitted(made) == {"127.0.0.1", *who}
    assert made.public is ("8.8.8.8" in who)


def test_a_tailnet_is_counted_and_public_no_more_than_it_is() -> None:
    made = plan([Admit(Who.TAILSCALE, (TAILNET,))])
    line = made.allow[1]
    assert (line.report.effect, line.addresses, line.public) == (Effect.REGEX, 2**22, False)
    assert any("100.0.0.0/8" in note for note in made.notes)
    wide = plan([Admit(Who.TAILSCALE, ("100.*",))]).allow[1]
    assert (wide.addresses, wide.public) == (2**24, True)


def test_a_tunnel_needs_no_entry_and_another_guard() -> None:
    assert any("no guard" in note for note in plan([Admit(Who.TUNNEL, ())]).notes)


@pytest.mark.parametrize(
    ("deny", "kept", "word"),
    [
        ("212.90.324.10", ["212.90.324.10"], ""),
        ("9.9.9.9", ["9.9.9.9"], ""),
        ("192.168.1.7", ["192.168.1.7"], ""),
        ("0.0.0.0/0", [NOBODY], "nobody out"),
        ("10.0.0.0/8", [NOBODY], "nobody out"),
        ("localhost", [NOBODY], "can't read"),
        ("*", [NOBODY], "can't read"),
        ("127.*", [NOBODY], "127.0.0.1"),
        ("192.168.1.*", [NOBODY], "192.168.1.20"),
        (Other("nothing", "~"), [NOBODY], "can't read"),
    ],
)
def test_of_the_deny_list_stays_what_does_no_harm(deny: str, kept: list[str], word: str) -> None:
    made = plan([Admit(Who.MACHINES, ("192.168.1.20",))], [Listed(deny, 3)])
    assert lists(made)[1] == kept
    assert word in " ".join(made.notes)
    assert {"127.0.0.1", "192.168.1.20"} <= admitted(made)


def test_no_more_entries_than_are_written() -> None:
    many = tuple(f"10.0.{n // 250}.{n % 250}" for n in range(2 * MOST_ENTRIES))
    made = plan([Admit(Who.MACHINES, many)])
    assert len(made.allow) == MOST_ENTRIES
    assert any(str(MOST_ENTRIES) in note for note in made.notes)
    assert made.allow[0].entry == "127.0.0.1"


@pytest.mark.parametrize(
    ("typed", "entries", "note"),
    [
        ("192.168.1.20", ("192.168.1.20",), ""),
        (" 10.0.0.7 ", ("10.0.0.7",), ""),
        ("192.168.1.*", ("192.168.1.*",), ""),
        ("10.*", ("10.*",), ""),
        ("192.168.1.0/24", ("192.168.1.*",), ""),
        ("172.17.5.9/16", ("172.17.*",), ""),
        ("10.0.0.0/8", ("10.*",), ""),
        ("10.0.0.1/255.255.255.0", ("10.0.0.*",), ""),
        ("10.0.0.1/32", ("10.0.0.1",), ""),
        ("8.8.8.8", ("8.8.8.8",), "internet"),
        ("8.8.0.0/16", ("8.8.*",), "strangers"),
        ("192.*", ("192.*",), "strangers"),
        ("100.*", ("100.*",), "Tailscale"),
    ],
)
def test_machines_that_can_be_named(typed: str, entries: tuple[str, ...], note: str) -> None:
    found = of_machine(typed)
    assert isinstance(found, Machines)
    assert found.entries == entries
    assert note in found.note
    assert bool(note) == bool(found.note)
    assert not any(
        line.report.effect in (Effect.NOTHING, Effect.ERROR, Effect.MALFORMED)
        for line in plan([Admit(Who.MACHINES, entries)]).allow
    )


@pytest.mark.parametrize(
    ("typed", "needed", "word"),
    [
        ("", 0, "Type"),
        ("x" * 100, 0, "too long"),
        ("10.0.0.0/23", 2, "2 entries: 10.0.0.*, 10.0.1.*"),
        ("172.16.0.0/12", 16, "16 entries"),
        ("192.168.1.128/25", 128, "128 entries"),
        ("10.0.0.0/31", 2, "10.0.0.0, 10.0.0.1"),
        ("0.0.0.0/0", 0, "everyone"),
        ("10.0.0.0/33", 0, "no IPv4 network"),
        ("0.0.0.0", 0, "nobody"),
        ("224.0.0.1", 0, "No machine"),
        ("255.255.255.255", 0, "No machine"),
        ("10.0.0.256", 0, "no IPv4 address"),
        ("10.0.0.01", 0, "no IPv4 address"),
        ("10.0.0", 0, "no IPv4 address"),
        ("nas", 0, "is a name"),
        ("nas.local", 0, "is a name"),
        ("::1", 0, "IPv6"),
        ("*", 0, "500"),
        ("*.*.*.*", 0, "everyone"),
        ("10.*.*.*", 1, "Type 10.*"),
        ("10.*.0.1", 0, "only at the end"),
        ("010.*", 0, "leading zeros"),
        ("300.*", 0, "255"),
        ("10.1*", 0, "only at the end"),
        ("1\x1b[31m.2", 0, ""),
    ],
)
def test_machines_that_can_not(typed: str, needed: int, word: str) -> None:
    found = of_machine(typed)
    assert isinstance(found, Inexpressible)
    assert len(found.needed) == needed
    assert word in found.reason
    assert found.reason.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 32), st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=3))
def test_a_networks_exact_entries_admit_just_it(number: int, bits: int, others: list[int]) -> None:
    found = ipaddress.IPv4Network((number, bits), strict=False)
    entries = exact(found)
    made = plan([Admit(Who.LAN, entries)])
    inside = [found.network_address, found.broadcast_address, ipaddress.IPv4Address(number)]
    outside = [int(found.network_address) - 1, int(found.broadcast_address) + 1, *others]
    for address in [*inside, *(ipaddress.IPv4Address(each % 2**32) for each in outside)]:
        expected = address in found or str(address) == "127.0.0.1"
        expected = expected and str(address) != NOBODY
        assert (decides(made, str(address)) is Decision.ALLOWED) is expected
    total = sum(line.addresses or 0 for line in made.allow[:])
    assert total == found.num_addresses + ("127.0.0.1" not in entries)
    private = any(
        all(int(part) in box for part, box in zip(str(found.network_address).split("."), each, strict=True))
        for each in NOT_PUBLIC
    )
    assert private or made.public


def test_a_plan_put_into_a_file_is_what_the_gateway_then_does() -> None:
    made = plan([Admit(Who.MACHINES, ("192.168.1.20",)), Admit(Who.TAILSCALE, (TAILNET,))])
    for text in (b"ccp: no\n", b"{ips: {allow: ['*']}}\n", b"ips:\n  allow:\n    - 192.*\n"):
        done = edited(text, made.change)
        assert isinstance(done, Edited), done
        assert done.judged.in_force
        answers = dict(zip(SOMEBODY, done.judged.decide_all(SOMEBODY), strict=True))
        assert {each for each, answer in answers.items() if answer is Answer.ALLOWED} == admitted(made)
        assert tuple(each.reach for each in done.judged.entries) == tuple(each.reach for each in made.reports)
