"""What a gateway answered when it was asked once at one of this machine's own addresses."""

from dataclasses import dataclass

from tui.domain.address import Address
from tui.domain.failure import Failure


@dataclass(frozen=True, slots=True)
class Proof:
    """address: where it was asked; whoever asks there comes from that very address. failure: None where it let us in.

    held: seconds for which the budget lets no question through, so that none was sent; 0 where one was.
    """

    address: Address
    failure: Failure | None = None
    held: float = 0.0
