"""The requests that exist, all of them: whatever is not listed here can't be sent."""

import re
from enum import StrEnum

API = "/v1/api"
# IBKR's ids are letters and digits, with a dot before a model's name. Nothing else may get into a path.
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}", re.ASCII)


class Endpoint(StrEnum):
    """Method and path, as the contract lists them."""

    AUTH_STATUS = f"POST {API}/iserver/auth/status"
    TICKLE = f"POST {API}/tickle"
    VALIDATE = f"GET {API}/sso/validate"
    BROKERAGE_ACCOUNTS = f"GET {API}/iserver/accounts"
    PORTFOLIO_ACCOUNTS = f"GET {API}/portfolio/accounts"
    SUBACCOUNTS = f"GET {API}/portfolio/subaccounts"
    SUBACCOUNTS_PAGE = f"GET {API}/portfolio/subaccounts2"
    SUMMARY = f"GET {API}/portfolio/{{id}}/summary"
    LEDGER = f"GET {API}/portfolio/{{id}}/ledger"
    POSITIONS_PAGE = f"GET {API}/portfolio/{{id}}/positions/{{page}}"
    POSITIONS = f"GET {API}/portfolio2/{{id}}/positions"
    PNL = f"GET {API}/iserver/account/pnl/partitioned"
    SSODH_INIT = f"POST {API}/iserver/auth/ssodh/init"
    INVALIDATE = f"POST {API}/portfolio/{{id}}/positions/invalidate"
    WEBSOCKET = f"GET {API}/ws"
    ROOT = "GET /"

    @property
    def method(self) -> str:
        """`GET` or `POST`."""
        return self.value.partition(" ")[0]

    @property
    def decides(self) -> bool:
        """True where the answer decides the verdict; what other endpoints answer stays in their panes."""
        return self in {Endpoint.AUTH_STATUS, Endpoint.TICKLE, Endpoint.ROOT}

    @property
    def on_the_users_word(self) -> bool:
        """True for what is sent only because a user asked for it just then, once, and never again by itself."""
        return self in {Endpoint.SSODH_INIT, Endpoint.INVALIDATE}

    @property
    def limited(self) -> bool:
        """True where IBKR counts it by itself, so that the same request once more and at once may be one too many."""
        return self in _LIMITED

    def path(self, account: str = "", page: int = 0) -> str:
        """The path for that account and page, both ignored where the endpoint has no place for them."""
        path = self.value.partition(" ")[2].replace("{id}", account).replace("{page}", str(page))
        return f"{path}?page={page}" if self is Endpoint.SUBACCOUNTS_PAGE else path


_LIMITED = frozenset(
    {Endpoint.TICKLE, Endpoint.VALIDATE, Endpoint.PORTFOLIO_ACCOUNTS, Endpoint.SUBACCOUNTS, Endpoint.PNL}
)


def askable(account: str) -> bool:
    """True for an account id that may stand in a path."""
    return _ACCOUNT_ID.fullmatch(account) is not None
