"""The names of the verdicts, and the exit code of each."""

from enum import StrEnum


class VerdictName(StrEnum):
    """The contract's verdicts, in the order in which they are decided."""

    UNKNOWN = "unknown"
    TUNNEL_DOWN = "tunnel_down"
    TUNNEL_DENIED = "tunnel_denied"
    GATEWAY_DOWN = "gateway_down"
    UNREACHABLE = "unreachable"
    WRONG_SCHEME = "wrong_scheme"
    UNTRUSTED_CERTIFICATE = "untrusted_certificate"
    NOT_A_GATEWAY = "not_a_gateway"
    BACKEND_HUNG = "backend_hung"
    DENIED = "denied"
    MISCONFIGURED = "misconfigured"
    EDGE_DENIED = "edge_denied"
    RATE_LIMITED = "rate_limited"
    BACKEND_DOWN = "backend_down"
    LOGIN_REQUIRED = "login_required"
    LOGGED_OUT = "logged_out"
    COMPETING = "competing"
    SESSION_LAPSED = "session_lapsed"
    INITIALISING = "initialising"
    CONTESTED = "contested"
    READY = "ready"

    @property
    def words(self) -> str:
        """The verdict as a person reads it: `LOGIN REQUIRED`."""
        return self.value.replace("_", " ").upper()

    @property
    def exit_code(self) -> int:
        """The contract's exit code of `status` and `doctor`."""
        return _EXIT_CODES.get(self, 1)

    @property
    def tradable(self) -> bool:
        """True where the brokerage session can be used."""
        return self in {VerdictName.READY, VerdictName.CONTESTED}


_EXIT_CODES = {
    VerdictName.READY: 0,
    VerdictName.CONTESTED: 0,
    VerdictName.TUNNEL_DOWN: 5,
    VerdictName.TUNNEL_DENIED: 5,
    VerdictName.GATEWAY_DOWN: 3,
    VerdictName.UNREACHABLE: 3,
    VerdictName.WRONG_SCHEME: 3,
    VerdictName.UNTRUSTED_CERTIFICATE: 3,
    VerdictName.NOT_A_GATEWAY: 3,
    VerdictName.DENIED: 4,
    VerdictName.MISCONFIGURED: 4,
    VerdictName.BACKEND_HUNG: 6,
    VerdictName.EDGE_DENIED: 6,
    VerdictName.BACKEND_DOWN: 6,
    VerdictName.RATE_LIMITED: 7,
}
