"""The step that asks the gateway at each of this machine's own addresses, and says what can't be tried from here."""

import contextlib
from collections.abc import Sequence

from textual.message import Message
from textual.widget import Widget

from tui.domain.address import Address
from tui.domain.journal import Level
from tui.domain.proof import Proof
from tui.setup.advice import Advice
from tui.ui.copying import Copyable
from tui.ui.line import Line
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.wizard_state import Step, Wizard, expected, proved, went
from tui.ui.wizard_words import commands, proof_lines, said, strong

_LOOKING = "Looking at this machine's own addresses"


class ProofStep(StepScreen):
    """Nothing is sent before the user says so, and then one request to each of this machine's own addresses."""

    class Answered(Message):
        """The gateway has answered at one of the addresses."""

        def __init__(self, proof: Proof) -> None:
            super().__init__()
            self.proof = proof

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._own: tuple[Address, ...] = ()
        self._guards: tuple[tuple[str, Advice], ...] = ()
        self._waiting: frozenset[Address] = frozenset()

    def on_mount(self) -> None:
        """Look this machine's addresses up."""
        self.do(_LOOKING, self._look)

    def body(self) -> Widget:
        """What was answered, what to try elsewhere, and what keeps others from the port."""
        return StepText(self._lines)

    @property
    def copyables(self) -> Sequence[Copyable]:
        """The lines to run elsewhere and here."""
        tries = [Copyable("the line to run there", each) for each in self._tries]
        guards = [Copyable(f"the line for {name}", line) for name, advice in self._guards for line in advice.commands]
        return [*tries, *guards]

    @property
    def can_again(self) -> bool:
        """Once the answers are there, they can be asked for anew."""
        return bool(self._own) and not self._waiting

    def action_again(self) -> None:
        """Ask."""
        if not self.can_again or self.busy:
            return
        self._waiting = frozenset(self._own)
        self.show()
        if not self.tools.prove(self._own, self._answered):
            self._waiting = frozenset()
            self.tell("It can't be asked: cpwatch is about to end.")
            self.show()

    def action_next(self) -> None:
        """On to what else can be set up."""
        if self.can_next:
            self.go(went(self.wizard, Step.MORE))

    def on_proof_step_answered(self, event: "ProofStep.Answered") -> None:
        """One answer more."""
        event.stop()
        self._waiting -= {event.proof.address}
        self.become(proved(self.wizard, event.proof))

    def _answered(self, proof: Proof) -> None:
        """Called on another thread, and perhaps when this screen is no more."""
        # The loop may have ended meanwhile.
        with contextlib.suppress(RuntimeError):
            self.post_message(self.Answered(proof))

    @property
    def _tries(self) -> list[str]:
        """What to run on the other machines, by the addresses under which they may reach this one."""
        outer = [each for each in self._own if not each.loopback]
        return [f"curl -sk -o /dev/null -w '%{{http_code}}\\n' {each.url}/" for each in outer]

    def _lines(self, width: int) -> list[Line]:
        rows = strong("Is it in force?", width)
        if self.wizard.restarted:
            rows += said(self.wizard.restarted, width)
        rows += self._asked(width)
        rows += [(), *strong("From the other machines", width)]
        if self._tries:
            rows += said(
                "It can't be tried from here. On each machine that shall get in, and on one that shall not:", width
            )
            rows += commands(self._tries, width)
            text = (
                "302: let in. 404: refused by the list. 000: not reached at all, as with a firewall, or where the "
                "gateway does not run. (On Windows write curl.exe, and NUL in place of /dev/null.)"
            )
            rows += said(text, width)
        else:
            rows += said("This machine has no address under which another one could reach it.", width)
        if self._guards:
            rows += [(), *strong("What no list guards", width, Level.WARN), *said(self._guards[0][1].text, width)]
        for name, advice in self._guards:
            rows += [*said(f"With {name}:", width), *commands(advice.commands, width, 4)]
            if advice.undo:
                rows += [*said("and back again:", width, 4), *commands(advice.undo, width, 4)]
        return rows

    def _asked(self, width: int) -> list[Line]:
        if not self._own:
            return []
        rows = proof_lines(self.wizard, expected(self.wizard), width)
        if self._waiting:
            return [*rows, *said(f"Asking at {len(self._waiting)} more …", width)]
        urls = ", ".join(each.url for each in self._own)
        again = "again " if self.wizard.proofs else ""
        return [
            *rows,
            *said(f"{self.keys.again} asks {again}once at each of this machine's own addresses: {urls}", width),
        ]

    async def _look(self) -> None:
        wizard = self.wizard
        self._own = await self.apart(lambda: self.tools.own(wizard))
        judged = wizard.judged
        allow = () if judged is None else judged.conf.allow or ()
        admitted = tuple(each.entry for each in allow if isinstance(each.entry, str))
        self._guards = await self.apart(lambda: self.tools.guarding(wizard.port, admitted))
