"""The bundle: what is in it, that nothing planted anywhere comes out of it, its size, and how it is packed."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.parts import NOW, ago
from tests.support.path_states import CLOUDFLARED
from tests.support.states import ready
from tui.doctor import bundle
from tui.doctor.bundle import MOST, Material, known_to, listing, members, zipped
from tui.doctor.check import Outcome, Result, Status
from tui.doctor.masks import Masks, secrets_in
from tui.domain.accounts import Account, BrokerageAccounts
from tui.domain.address import parse_address
from tui.domain.journal import Entry, Level
from tui.domain.remedy import Remedy
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, VerdictName

TOKEN = "eyJhIjoiNzU2ZGVhZGJlZWYiLCJ0Ijoic2VjcmV0In0"
SESSION = "9c1185a5c5e3e3fa4cff5262a27ed421"
MAC = "98:F2:B3:1A:2B:3C"
PASSWORD = "pl4nted-password"
TITLE = "Grandmother's savings"
USER = "jsmith"
FULL_IDS = ("DU1234567", "U7654321", "ODD77")
PUBLIC = ("203.0.113.77", "2a02:8070:a1b2::77", "calm-river-fits-here.trycloudflare.com", "gw-77.example.com")
SECRETS = (TOKEN, SESSION, MAC, PASSWORD, TITLE, USER, *FULL_IDS)
LEAKY = (
    f"token={TOKEN} session: {SESSION} mac {MAC} password={PASSWORD} {TOKEN} {TITLE} {USER}@gw-77.example.com "
    f"{' '.join(FULL_IDS)} {' '.join(PUBLIC)} /home/{USER}/gw https://gw-77.example.com:8443"
)
MEMBERS = {
    *("README.txt", "checks.txt", "checks.json", "versions.json", "settings.json", "settings.toml"),
    *("events.json", "latency.json", "logs/gw.2026-11-20.log", "logs/gw.message.2026-11-20.log"),
}


def leaky_state() -> MonitorState:
    """Ready, with something planted wherever a text may come from outside."""
    state = ready()
    accounts = tuple(Account(each, "USD", alias=TITLE) for each in FULL_IDS)
    tunnel = replace(
        CLOUDFLARED, detail=LEAKY, down_because=LEAKY, upstream=f"https://{USER}:{PASSWORD}@localhost:5000"
    )
    return replace(
        state,
        path=replace(state.path, address=parse_address("https://gw-77.example.com:8443"), tunnels=(tunnel,)),
        accounts=replace(
            state.accounts,
            accounts=Stamped(accounts, ago(2)),
            brokerage=Stamped(BrokerageAccounts(True, {"DU1234567": TITLE}), ago(2)),
        ),
        journal=(Entry(ago(9), Level.WARN, LEAKY),),
    )


def material(**changes: object) -> Material:
    """A whole bundle's."""
    state = leaky_state()
    settings = {"title": {"value": TITLE}, "url": {"value": "https://gw-77.example.com:8443"}, "ca": {"value": LEAKY}}
    outcome = Outcome(Status.FAILED, "x", LEAKY, f"It fails. {LEAKY}", Remedy(LEAKY, (f"ssh {USER}@203.0.113.77",)))
    log = "".join(
        f"17:47:0{n}.240 INFO  main {maker} : {text}\n"
        for n, (maker, text) in enumerate(
            [
                ("Cookies", LEAKY),
                ("DeploymentManager", LEAKY),
                ("IPv4Validator", "ipv4 address 203.0.113.77 is forbidden"),
                ("BaseServiceProxy", "-> GET /v1/api/portfolio/DU1234567/summary,200|2ms"),
            ]
        )
    )
    whole = Material(
        [Result("login", "Somebody is logged in", outcome, 0.1)],
        Verdict(VerdictName.LOGIN_REQUIRED, f"Nobody is logged in. {LEAKY}", LEAKY, Remedy(LEAKY)),
        1,
        NOW,
        state,
        settings=f'# {LEAKY}\n[profiles.box]\ntitle = "{TITLE}"\nurl = "https://gw-77.example.com"\nca = "{LEAKY}"\n',
        in_force={"file": {"path": f"/home/{USER}/settings.toml"}, "profiles": ["box"], "settings": settings},
        logs={"gw.2026-11-20.log": log, "gw.message.2026-11-20.log": f"{LEAKY}\n-> GET /v1/api/portfolio/U7654321/x\n"},
        variables=("CPWATCH_URL",),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def masks_for(of: Material, *, addresses: bool = False) -> Masks:
    ids, names, hosts = known_to(of.state)
    secrets = secrets_in({"CF_TUNNEL_TOKEN": TOKEN}, PASSWORD)
    return Masks(
        secrets=secrets,
        ids=ids,
        names=names,
        user=USER,
        home=Path("/home") / USER,
        hosts=hosts,
        addresses=addresses,
    )


def made(of: Material, *, addresses: bool = False) -> dict[str, str]:
    return {name: data.decode() for name, data in members(of, masks_for(of, addresses=addresses)).items()}


@pytest.mark.parametrize("addresses", [False, True])
def test_nothing_that_was_planted_comes_out(addresses: bool) -> None:
    found = made(material(), addresses=addresses)
    assert set(found) == MEMBERS
    for name, text in found.items():
        assert [secret for secret in SECRETS if secret.lower() in text.lower()] == [], name
        kept = [each for each in PUBLIC if each in text]
        assert addresses or not kept, name
    everything = "".join(found.values())
    assert addresses == all(each in everything for each in PUBLIC)
    assert "DU•••567" in everything
    assert "localhost:5000" in everything


def test_the_same_account_has_the_same_mask_in_every_member() -> None:
    found = made(material())
    for name in ("checks.txt", "checks.json", "events.json", "latency.json", "logs/gw.2026-11-20.log"):
        assert "DU•••567" in found[name], name
    assert {text.count("account-2") for text in found.values()} == {0}


def test_the_json_members_can_be_read_and_tell_what_they_should() -> None:
    found = made(material())
    read = {name: json.loads(text) for name, text in found.items() if name.endswith(".json")}
    assert (read["checks.json"]["schema"], read["checks.json"]["verdict"]) == (1, "login_required")
    assert read["versions.json"]["at"] == "2026-11-20T14:03:22Z"
    assert read["versions.json"]["variables"] == ["CPWATCH_URL"]
    assert read["versions.json"]["libraries"]["httpx"]
    assert read["settings.json"]["settings"]["title"]["value"] == "•••"
    assert set(read["latency.json"]["series"]) == {"connect", "own", "answer"}
    assert read["latency.json"]["tunnels"][0]["kind"] == "cloudflare"
    assert [each["level"] for each in read["events.json"]] == ["warn"]


def test_settings_that_cannot_be_used_and_no_gateway_leave_the_rest() -> None:
    found = made(material(state=None, in_force=None, logs={}))
    assert set(found) == {"README.txt", "checks.txt", "checks.json", "versions.json", "settings.toml"}
    assert "settings.toml" not in made(material(settings=None))


def test_however_much_there_is_the_bundle_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(ago(9), Level.WARN, "long " * 500)
    line = f"17:47:07.240 INFO  main DeploymentManager : {'x' * 100}\n"
    much = material(
        state=replace(leaky_state(), journal=(entry,) * 500),
        settings="# a line\n" * 20_000,
        logs={f"gw.{n}.log": line * 500 for n in range(3)},
        results=[Result(str(n), "A title", Outcome(Status.FAILED, "x", "seen " * 2000)) for n in range(40)],
    )
    found = members(much, masks_for(much))
    assert sum(map(len, found.values())) <= MOST
    assert found["settings.toml"].endswith(b"(cut here)\n")
    for name in ("events.json", "checks.json"):
        json.loads(found[name])
    monkeypatch.setattr(bundle, "MOST", 300_000)
    fewer = members(much, masks_for(much))
    assert sum(map(len, fewer.values())) <= 300_000
    assert {"checks.txt", "checks.json", "versions.json"} < set(fewer) < set(found)


def test_the_zip_file_holds_them_for_their_owner_and_says_when() -> None:
    found = members(material(), masks_for(material()))
    with zipfile.ZipFile(io.BytesIO(zipped(found, NOW))) as archive:
        assert archive.testzip() is None
        assert {each.filename: archive.read(each) for each in archive.infolist()} == found
        assert {each.date_time for each in archive.infolist()} == {(2026, 11, 20, 14, 3, 22)}
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o600}


def test_the_listing_names_each_member_with_its_size() -> None:
    assert listing({"a.json": b"x" * 1200, "long name.txt": b"y"}) == [
        "  a.json         1,200 bytes",
        "  long name.txt      1 bytes",
    ]
