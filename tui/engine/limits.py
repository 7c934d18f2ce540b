"""How often a gateway may be asked: its 10 requests a second belong to the user's own program first."""

from tui.domain.reopen import COOLDOWN
from tui.gateway.endpoints import Endpoint

BURST = 3
"""Requests within any one second (contract: *How much it may ask*)."""
PER_MINUTE = 60
"""Requests within any minute: one a second on average."""
MINUTE = 60.0

# The keep-alive never waits, so what it may need is never given to anything else: the third request of every second,
# and two of every minute, since two tickles that are due at least DUE_AFTER apart can fall into one.
POLL_BURST = BURST - 1
SHARED_PER_MINUTE = PER_MINUTE - 2
DUE_AFTER = 50.0
"""Seconds after which a tickle counts as due rather than as a retry of the one before."""

# A plain window would let a burst spend the minute at once and leave its rest silent, the auth status with it. So
# polls draw on a bucket: 8 at once, then 4 in 5 seconds, which makes 56 in any minute and never a long silence.
BUCKET = 8
REFILL = 0.8

# IBKR counts what arrives there: of two requests that leave five seconds apart, the second may be the faster one.
MARGIN = 0.5

SPACING: dict[str, float] = {
    Endpoint.TICKLE: 1.0 + MARGIN,
    Endpoint.VALIDATE: 300.0,  # IBKR allows one a minute; its answer is kept, and asked for five times more rarely
    Endpoint.PORTFOLIO_ACCOUNTS: 5.0 + MARGIN,
    Endpoint.SUBACCOUNTS: 5.0 + MARGIN,
    Endpoint.PNL: 5.0 + MARGIN,
    Endpoint.SSODH_INIT: COOLDOWN,  # IBKR names no limit; two users of one gateway should not undo each other's try
}
"""Seconds between two requests to an endpoint that has a limit of its own; all others know the common limits only."""

PENALTY = 900.0
"""Seconds for which what answered 429 is left alone; IBKR's penalty box lasts 10 to 15 minutes."""
LONGEST_PENALTY = 3600.0
"""Seconds that a server's own Retry-After may make of it at the most."""
SECOND_WITHIN = 60.0
"""Seconds within which a second 429 stops all polling."""

UNANSWERED = 5.0
"""Seconds for which another process's tickle is waited for before one is sent beside it: a fast retry's distance."""
YIELD = 0.1
"""Seconds given to a process that has had less and is about to look; by then it has taken its turn, or is gone."""
