"""Where the setup wizard stands: what was found, chosen, made and done so far, and how one step leads to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tui.domain.proof import Proof
from tui.setup.edit import Edited, edited
from tui.setup.find import Found
from tui.setup.judge import Answer, Judgement
from tui.setup.machines import Inexpressible, of_machine
from tui.setup.mending import Mending, change_with
from tui.setup.plan import Admit, Plan, Who, plan
from tui.setup.recipe import Recipe
from tui.setup.restart import Restart
from tui.setup.write import Seen, Written


class Step(StrEnum):
    """The wizard's screens."""

    FIND = "find"
    PATH = "path"
    NONE_YET = "none-yet"
    UNPACK = "unpack"
    JUDGE = "judge"
    WHO = "who"
    NAMES = "names"
    LISTS = "lists"
    FIXES = "fixes"
    DIFF = "diff"
    WRITE = "write"
    RESTART = "restart"
    CONSENT = "consent"
    PROOF = "proof"
    MORE = "more"
    RECIPE = "recipe"


TITLES: Mapping[Step, str] = {
    Step.FIND: "Which gateway",
    Step.PATH: "Where it is",
    Step.NONE_YET: "No gateway yet",
    Step.UNPACK: "Unpack it",
    Step.JUDGE: "Its conf.yaml",
    Step.WHO: "Who shall reach it",
    Step.NAMES: "The machines",
    Step.LISTS: "The lists that result",
    Step.FIXES: "What else to mend",
    Step.DIFF: "What changes",
    Step.WRITE: "Write it",
    Step.RESTART: "Start it anew",
    Step.CONSENT: "Restart it",
    Step.PROOF: "Try it",
    Step.MORE: "A tunnel, a service",
    Step.RECIPE: "Step by step",
}
NAMED = "named"
"""Among those who shall get in: machines whose addresses are typed."""
_COUNTED = (
    Step.FIND,
    Step.JUDGE,
    Step.WHO,
    Step.LISTS,
    Step.FIXES,
    Step.DIFF,
    Step.WRITE,
    Step.RESTART,
    Step.PROOF,
    Step.MORE,
)
_BESIDE = {
    Step.PATH: Step.FIND,
    Step.NONE_YET: Step.FIND,
    Step.UNPACK: Step.FIND,
    Step.NAMES: Step.WHO,
    Step.CONSENT: Step.RESTART,
    Step.RECIPE: Step.MORE,
}
"""Steps that are a part of another one."""


def counted(step: Step) -> tuple[int, int]:
    """Which of how many a step is, for its title."""
    return _COUNTED.index(_BESIDE.get(step, step)) + 1, len(_COUNTED)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read, and what the gateway makes of it."""

    seen: Seen
    judged: Judgement = field(repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody who may be let in. admits: by which entries. fixed: it can't be unchosen. wanted: chosen at first."""

    id: str
    label: str
    help: str = ""
    admits: tuple[Admit, ...] = ()
    fixed: bool = False
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Restarting:
    """How a gateway is started anew. mine: whether it is proved that cpwatch may restart it, as this user's service."""

    how: Restart
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Wizard:
    """All that is known and chosen at one step.

    meant: the port on which the gateway is expected that this is about, where whoever opened the wizard knows it.
    restarted: what came of a restart, a sentence. recipe, at: the one that is followed, and at which of its steps.
    former: as it stood at the step before; None at the first.
    """

    step: Step = Step.FIND
    meant: int | None = None
    place: Found | None = None
    reading: Reading | None = None
    offers: tuple[Offer, ...] = ()
    audience: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()
    plan: Plan | None = None
    mendings: tuple[Mending, ...] = ()
    fixes: frozenset[str] = frozenset()
    draft: Edited | None = None
    written: Written | None = None
    restarting: Restarting | None = None
    restarted: str = ""
    proofs: tuple[Proof, ...] = ()
    recipe: Recipe | None = None
    at: int = 0
    former: "Wizard | None" = field(default=None, repr=False)

    @property
    def port(self) -> int:
        """The port on which the gateway listens, or is to listen once it has started anew."""
        if self.place is not None and self.place.process is not None and self.place.process.port is not None:
            return self.place.process.port
        judged = self.judged
        return 5000 if judged is None else judged.conf.listen_port

    @property
    def judged(self) -> Judgement | None:
        """What is to be said of the file as it is: the new one once it is written."""
        if self.written is not None and self.draft is not None:
            return self.draft.judged
        return None if self.reading is None else self.reading.judged


def went(wizard: Wizard, step: Step, **changes: Any) -> Wizard:
    """On to that step, with these changes; the way back leads to the state as it was."""
    return replace(wizard, step=step, former=wizard, **changes)


def back(wizard: Wizard) -> Wizard:
    """As it stood at the step before; the first step stays where it is."""
    return wizard if wizard.former is None else wizard.former


def way(wizard: Wizard) -> tuple[Step, ...]:
    """The steps that were gone, from the first one to this."""
    steps: list[Step] = []
    at: Wizard | None = wizard
    while at is not None:
        steps.append(at.step)
        at = at.former
    return tuple(reversed(steps))


def meant(places: Sequence[Found], port: int | None) -> Found | None:
    """The gateway that runs and is meant: the one that has the port, else the first, as the walkthrough takes it.

    None where none runs, or where nobody has said that one is meant.
    """
    if port is None:
        return None
    running = [each for each in places if each.process is not None]
    having = (each for each in running if each.process is not None and port in (each.process.ports or ()))
    return next(having, running[0] if running else None)


def placed(wizard: Wizard, place: Found, reading: Reading) -> Wizard:
    """That file was chosen and read; what was chosen for another one is forgotten."""
    kept = wizard if wizard.place == place else Wizard(wizard.step, wizard.meant, former=wizard.former)
    return replace(went(kept, Step.JUDGE, place=place, reading=reading), former=wizard)


def reread(wizard: Wizard, reading: Reading) -> Wizard:
    """The file was read anew on the very step that shows it."""
    return replace(wizard, reading=reading)


def offered(wizard: Wizard, offers: tuple[Offer, ...]) -> Wizard:
    """These may be let in, on the very step that asks; of what was chosen before, what is still there stays."""
    fixed = frozenset(each.id for each in offers if each.fixed)
    wanted = frozenset(each.id for each in offers if each.wanted)
    known = frozenset(each.id for each in offers)
    before = wizard.audience & known if wizard.offers else wanted
    return replace(wizard, offers=offers, audience=before | fixed)


def chosen(wizard: Wizard, audience: frozenset[str]) -> Wizard:
    """These are to be let in, on the very step that asks."""
    return replace(wizard, audience=audience)


def plan_for(wizard: Wizard, named: tuple[str, ...] = ()) -> Plan | str:
    """The lists that let in all who are chosen; or why they can't be made, a sentence. named: what was typed."""
    admits: list[Admit] = []
    for offer in wizard.offers:
        if offer.id in wizard.audience:
            admits += offer.admits
    for text in named:
        machines = of_machine(text)
        if isinstance(machines, Inexpressible):
            return machines.reason
        admits.append(Admit(Who.MACHINES, machines.entries, "a named machine"))
    return plan(admits, None if wizard.reading is None else wizard.reading.judged.conf.deny)


def planned(wizard: Wizard, made: Plan, named: tuple[str, ...] = ()) -> Wizard:
    """On to the lists that result. named: the machines that were typed."""
    return went(wizard, Step.LISTS, plan=made, named=named)


def mending(wizard: Wizard, fixes: frozenset[str]) -> Wizard:
    """These are to be mended, on the very step that asks."""
    return replace(wizard, fixes=fixes)


def draft_of(wizard: Wizard) -> Edited | str:
    """The file with the lists and what is to be mended; or why it can't be made, in sentences."""
    if wizard.reading is None or wizard.plan is None:
        return "There is nothing to change yet."
    change = wizard.plan.change
    conf, mended = wizard.reading.judged.conf, [each for each in wizard.mendings if each.id in wizard.fixes]
    made = edited(wizard.reading.seen.data, change_with(mended, conf, change.allow or (), change.deny or ()))
    if isinstance(made, Edited):
        return made
    where = "" if made.line is None else f"Line {made.line}: "
    return f"{where}{made.reason} {made.fix}".strip()


def drafted(wizard: Wizard, draft: Edited) -> Wizard:
    """On to what changes."""
    return went(wizard, Step.DIFF, draft=draft)


def unchanged(wizard: Wizard) -> bool:
    """Whether nothing in the file needs to change."""
    return wizard.draft is not None and wizard.reading is not None and wizard.draft.data == wizard.reading.seen.data


def wrote(wizard: Wizard, written: Written) -> Wizard:
    """It was written, on the very step that asks."""
    return replace(wizard, written=written)


def proved(wizard: Wizard, proof: Proof) -> Wizard:
    """An answer came; the newest of an address counts."""
    others = tuple(each for each in wizard.proofs if each.address != proof.address)
    return replace(wizard, proofs=(*others, proof))


def expected(wizard: Wizard) -> dict[str, Answer]:
    """By this machine's address, what a gateway with this file answers whoever comes from there."""
    judged = wizard.judged
    if judged is None:
        return {}
    hosts = [each.address.host for each in wizard.proofs]
    return {host: judged.decide(host) for host in hosts}
