"""A port that is open to every network is told of, unless a firewall rule that is understood guards it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tui.domain.journal import Level
from tui.domain.way import Owner
from tui.path import local
from tui.path.firewall import nft_guards, ufw_guards
from tui.path.machine import System

EVERYWHERE = ("0.0.0.0",)
GATEWAY = Owner("java", 4121, EVERYWHERE)


@pytest.mark.parametrize(
    ("system", "ufw", "line"),
    [
        (System.LINUX, True, "sudo ufw deny 5000/tcp"),
        (System.LINUX, False, "sudo nft 'add table inet cpwatch; .* iifname != \"lo\" tcp dport 5000 drop'"),
        (System.MACOS, False, "echo 'block drop in quick .* port 5000' | sudo pfctl -a com.apple/cpwatch -Ef -"),
        (System.WINDOWS, False, "New-NetFirewallRule .* -LocalPort 5000 -Action Block"),
    ],
)
def test_each_system_has_its_own_line(system: System, ufw: bool, line: str) -> None:
    finding = local.listens_everywhere(GATEWAY, 5000, system, ufw=ufw)
    assert (finding.id, finding.level) == ("listens-everywhere", Level.WARN)
    assert finding.command is not None
    before, _, after = line.partition(".*")
    assert finding.command.startswith(before)
    assert finding.command.endswith(after)
    assert "no firewall rule is known" in finding.text
    assert "not their websockets" in finding.text


def test_what_is_said_depends_on_who_listens() -> None:
    ssh = local.listens_everywhere(Owner("ssh", 812, ("::",)), 5000, System.OTHER)
    assert "ssh listens on every network of this machine (::)" in ssh.text
    assert "which the allow list lets in" in ssh.text
    assert ssh.command is None
    assert local.listens_everywhere(Owner(binds=EVERYWHERE), 5000, System.LINUX).text.startswith(
        "What listens on every"
    )
    docker = local.listens_everywhere(Owner("docker-proxy", 9, EVERYWHERE), 5000, System.LINUX, ufw=True)
    assert docker.command is None
    assert "127.0.0.1:5000:5000" in docker.fix


async def test_who_listens_for_this_machine_only_is_nothing_to_tell() -> None:
    owner = Owner("java", 4121, ("127.0.0.1", "::1"))
    assert await local.findings(owner, 5000, System.LINUX, root=False, clock=ManualClock()) == ()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
async def test_only_root_reads_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "nft").write_text(f"#!/bin/sh\ncat <<'E'\n{OWN_RULE}\nE\n", encoding="utf-8")
    (tmp_path / "nft").chmod(0o755)
    clock = ManualClock()
    assert await local.findings(GATEWAY, 5000, System.LINUX, root=True, clock=clock) == ()
    assert await local.findings(GATEWAY, 5001, System.LINUX, root=True, clock=clock)
    assert await local.findings(GATEWAY, 5000, System.LINUX, root=False, clock=clock)
    assert await local.findings(GATEWAY, 5000, System.MACOS, root=True, clock=clock)


OWN_RULE = """table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 22 accept
		iifname != "lo" tcp dport { 4999, 5000 } counter packets 3 bytes 180 drop
	}
}"""
BY_DEFAULT = """table inet filter {
	chain input {
		type filter hook input priority 0; policy drop;
		iif "lo" accept
		ct state established,related accept
		ct state invalid drop
		ip protocol icmp accept
		tcp dport { 22, 8000-8010 } accept
		udp dport 51820 accept
	}
	chain forward {
		type filter hook forward priority 0; policy drop;
	}
}"""


@pytest.mark.parametrize("rules", [OWN_RULE, BY_DEFAULT, OWN_RULE.replace("{ 4999, 5000 }", "5000-5010")])
def test_rules_that_guard_are_understood(rules: str) -> None:
    assert nft_guards(rules, 5000, EVERYWHERE)
    assert nft_guards(rules, 5000, ("::",))


@pytest.mark.parametrize(
    "rules",
    [
        "",
        OWN_RULE.replace("5000 }", "5001 }"),
        OWN_RULE.replace('iifname != "lo"', "ip saddr != 10.0.0.0/8"),
        OWN_RULE.replace('iifname != "lo"', 'iifname "eth1"'),
        OWN_RULE.replace("tcp dport 22 accept", "ip saddr 192.168.0.0/16 accept"),
        OWN_RULE.replace("tcp dport 22 accept", "jump more"),
        OWN_RULE.replace("hook input", "hook output"),
        OWN_RULE.replace("inet", "bridge"),
        BY_DEFAULT.replace("policy drop", "policy accept"),
        BY_DEFAULT.replace("8000-8010", "4000-6000"),
        BY_DEFAULT.replace("ct state invalid drop", "ct state vmap { invalid : drop, new : accept }"),
        BY_DEFAULT.replace("ct state established,related accept", "ct state new,established accept"),
        BY_DEFAULT.replace("udp dport 51820 accept", "accept"),
    ],
)
def test_rules_that_do_not_or_may_not_are_none(rules: str) -> None:
    assert not nft_guards(rules, 5000, EVERYWHERE)


def test_a_rule_for_ipv4_alone_guards_no_ipv6() -> None:
    rules = OWN_RULE.replace("inet", "ip")
    assert nft_guards(rules, 5000, EVERYWHERE)
    assert not nft_guards(rules, 5000, ("::",))
    both = rules + "\n" + OWN_RULE.replace("inet", "ip6")
    assert nft_guards(both, 5000, ("0.0.0.0", "::"))


UFW = """Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp (OpenSSH)           ALLOW IN    Anywhere
53/udp                     ALLOW IN    Anywhere
"""


@pytest.mark.parametrize(
    ("output", "guarded"),
    [
        (UFW, True),
        (UFW + "5000/tcp                   DENY IN     Anywhere\n", True),
        (UFW.replace("deny (incoming)", "allow (incoming)"), False),
        (UFW.replace("deny (incoming)", "allow (incoming)") + "5000/tcp      DENY IN     Anywhere\n", True),
        (UFW.replace("deny (incoming)", "allow (incoming)") + "5000/tcp      DENY IN     10.0.0.0/8\n", False),
        (UFW + "5000/tcp                   ALLOW IN    192.168.1.0/24\n", False),
        (UFW + "4000:6000/tcp              ALLOW IN    Anywhere\n", False),
        (UFW + "Anywhere                   ALLOW IN    192.168.1.7\n", False),
        (UFW.replace("Status: active", "Status: inactive"), False),
        ("", False),
    ],
)
def test_ufw_is_understood(output: str, guarded: bool) -> None:
    assert ufw_guards(output, 5000) is guarded


@given(st.lists(st.sampled_from([*OWN_RULE.splitlines(), *BY_DEFAULT.splitlines(), "x", "}", "type", "tcp dport {"])))
def test_whatever_the_rules_are_nothing_is_raised(lines: list[str]) -> None:
    nft_guards("\n".join(lines), 5000, EVERYWHERE)
    ufw_guards("Status: active\n" + "\n".join(lines), 5000)
