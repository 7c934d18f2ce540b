"""The wizard's states: the way back leads through all that was, and what is chosen becomes the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.wizards import DENIED, FakeTools, found_at, gateway_folder, read_at
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.path.processes import GatewayProcess
from tui.setup.edit import Edited
from tui.setup.find import By, Found
from tui.setup.judge import Answer
from tui.setup.mending import mendings
from tui.setup.plan import Plan
from tui.ui.wizard_state import (
    NAMED,
    TITLES,
    Step,
    Wizard,
    back,
    chosen,
    counted,
    draft_of,
    drafted,
    expected,
    meant,
    mending,
    offered,
    placed,
    plan_for,
    planned,
    proved,
    unchanged,
    way,
    went,
)

CAREFUL = (Path(__file__).parents[1] / "data" / "conf" / "careful.yaml").read_bytes()
GUIDE = (Path(__file__).parents[1] / "data" / "conf" / "guide-sample.yaml").read_bytes()
IDS = ["this-machine", "own", NAMED, "lan:192.168.1.*", "tunnel"]
MOVES = st.lists(
    st.one_of(
        st.sampled_from(Step).map(lambda step: ("go", step)),
        st.frozensets(st.sampled_from(IDS)).map(lambda ids: ("choose", ids)),
        st.frozensets(st.text(max_size=3)).map(lambda ids: ("mend", ids)),
        st.just(("back", None)),
    ),
    max_size=30,
)


@given(MOVES)
def test_back_returns_to_the_state_as_it_was_left(moves: list[tuple[str, object]]) -> None:
    wizard, left = Wizard(), list[Wizard]()
    for move, what in moves:
        match move:
            case "go":
                left.append(wizard)
                wizard = went(wizard, what)  # type: ignore[arg-type]
            case "choose":
                wizard = chosen(wizard, what)  # type: ignore[arg-type]
            case "mend":
                wizard = mending(wizard, what)  # type: ignore[arg-type]
            case _:
                wizard = back(wizard)
                assert wizard == (left.pop() if left else wizard)
        assert way(wizard) == (*(each.step for each in left), wizard.step)
    while left:
        wizard = back(wizard)
        assert wizard == left.pop()
    assert back(wizard) == wizard


def test_the_gateway_that_is_meant_runs_and_has_the_port_or_is_the_first_of_those() -> None:
    def running(pid: int, *ports: int) -> Found:
        folder = Path(f"/gw{pid}")
        return Found(folder, folder / "conf.yaml", By.RUNNING, GatewayProcess(pid, str(folder), ports=ports or None))

    still = Found(Path("/still"), Path("/still/conf.yaml"), By.FOLDER)
    first, second = running(1), running(2, 5001, 5000)
    assert meant((first, second, still), 5000) is second
    assert meant((still, first, second), 5002) is first
    assert meant((still,), 5000) is None
    assert meant((first,), None) is None


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_title_and_a_number(step: Step) -> None:
    at, of = counted(step)
    assert 1 <= at <= of
    assert TITLES[step]


def asked(folder: Path, conf: bytes | None = None) -> Wizard:
    """The wizard where it asks who shall get in."""
    home = gateway_folder(folder, conf)
    wizard = read_at(home)
    assert wizard.reading is not None
    return offered(went(wizard, Step.WHO), FakeTools(home).offers(wizard.reading))


def made(wizard: Wizard, *named: str) -> Wizard:
    """The wizard with the lists for those who are chosen."""
    plan = plan_for(wizard, named)
    assert isinstance(plan, Plan)
    return planned(wizard, plan, named)


def test_this_machine_is_always_let_in_and_strangers_are_not_kept(tmp_path: Path) -> None:
    wizard = asked(tmp_path)
    assert wizard.audience == {"this-machine"}
    assert {"kept:192.*", "kept:131.216.*"} <= {each.id for each in wizard.offers}
    plan = made(wizard).plan
    assert plan is not None
    assert [each.entry for each in plan.allow] == ["127.0.0.1"]
    assert plan.deny
    assert not plan.public


def test_what_was_let_in_before_stays_chosen_where_no_stranger_is_among_it(tmp_path: Path) -> None:
    conf = CAREFUL.replace(b"- 127.0.0.1", b"- 127.0.0.1\n        - 10.9.8.7")
    wizard = asked(tmp_path, conf)
    kept = {each.id for each in wizard.offers if each.id.startswith("kept:")}
    assert wizard.audience == {"this-machine", *kept}


def test_looking_anew_keeps_what_was_chosen_as_far_as_it_is_there(tmp_path: Path) -> None:
    wizard = chosen(asked(tmp_path), frozenset({"tunnel", "own", "gone"}))
    assert offered(wizard, wizard.offers).audience == {"tunnel", "own", "this-machine"}


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("10.0.0.0/12", "16 entries"),
        ("box.local", "looks up no names"),
        ("::1", "no IPv6"),
        ("\x1b[31m", "no IPv4 address"),
        ("0.0.0.0/0", "everyone"),
    ],
)
def test_what_the_list_can_not_say_is_refused_with_the_reason(tmp_path: Path, named: str, said: str) -> None:
    refused = plan_for(asked(tmp_path), ("192.168.1.20", named))
    assert isinstance(refused, str)
    assert said in refused
    assert "\x1b" not in refused


def test_what_is_chosen_becomes_the_file_and_nothing_else_does(tmp_path: Path) -> None:
    wizard = asked(tmp_path)
    wizard = chosen(wizard, frozenset({"this-machine", "lan:192.168.1.*", NAMED, "tunnel"}))
    wizard = made(wizard, "10.1.2.3")
    draft = draft_of(wizard)
    assert isinstance(draft, Edited)
    allowed = [each.entry for each in draft.judged.conf.allow or ()]
    assert allowed == ["127.0.0.1", "192.168.1.*", "10.1.2.3"]
    assert draft.judged.in_force
    assert b'origin.allowed: "*"' in draft.data
    assert not unchanged(drafted(wizard, draft))


def test_what_is_to_be_mended_is_mended_too(tmp_path: Path) -> None:
    wizard = asked(tmp_path, GUIDE)
    assert wizard.reading is not None
    found = mendings(wizard.reading.seen.data, wizard.reading.judged, 5001)
    wizard = went(made(wizard), Step.FIXES, mendings=found)
    draft = draft_of(mending(wizard, frozenset(each.id for each in found)))
    assert isinstance(draft, Edited)
    assert draft.judged.starts
    assert draft.judged.listens
    assert not draft.judged.open_to_everyone
    assert b"reauthenticate" not in draft.data


def test_a_file_that_is_so_already_needs_no_writing(tmp_path: Path) -> None:
    first = draft_of(made(asked(tmp_path / "first")))
    assert isinstance(first, Edited)
    again = made(asked(tmp_path / "again", first.data))
    second = draft_of(again)
    assert isinstance(second, Edited)
    assert unchanged(drafted(again, second))


@pytest.mark.parametrize("conf", [b"", b"a: [", b"\xff\xfe\xff", b"ips:\n\t- x", b"- 1\n", b"x: &a 1\ny: *a\n"])
def test_a_file_that_can_not_be_changed_is_said_to_be_so(tmp_path: Path, conf: bytes) -> None:
    refused = draft_of(made(asked(tmp_path, conf)))
    assert isinstance(refused, str)
    assert refused.endswith(".")


def test_the_newest_answer_of_an_address_counts_and_is_held_against_the_file(tmp_path: Path) -> None:
    here = Address("https", "127.0.0.1", 5000)
    there = Address("https", "192.168.1.7", 5000)
    wizard = read_at(gateway_folder(tmp_path))
    wizard = proved(proved(proved(wizard, Proof(here, DENIED)), Proof(there)), Proof(here))
    assert wizard.proofs == (Proof(there), Proof(here))
    assert expected(wizard) == {"127.0.0.1": Answer.ALLOWED, "192.168.1.7": Answer.ALLOWED}
    assert expected(Wizard()) == {}


def test_another_gateway_forgets_what_was_chosen_for_the_first(tmp_path: Path) -> None:
    wizard = asked(tmp_path)
    other = gateway_folder(tmp_path / "other")
    first = chosen(wizard, frozenset({"tunnel"}))
    assert first.reading is not None
    moved = placed(first, found_at(other), first.reading)
    assert moved.audience == frozenset()
    assert moved.former == first
    assert moved.step is Step.JUDGE
