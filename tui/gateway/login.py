"""`/sso/validate` -> the login: four of its twenty fields, and none of those that name a person."""

import re

from pydantic import Field

from tui.domain.login import Login
from tui.gateway.translate import an_object
from tui.gateway.wire import Flag, Number, Text, Time, Wire

# A code such as NJ. Anything longer is none, and is not carried about in case it is something else.
_REGION = re.compile(r"[A-Za-z]{2,10}", re.ASCII)
_LIVE, _PAPER = 1, 2


class LoginWire(Wire):
    """`/sso/validate`. EXPIRES is a window of ten minutes that every request renews, and says nothing of the login."""

    result: Flag = Field(None, alias="RESULT")
    auth_time: Time = Field(None, alias="AUTH_TIME")
    login_type: Number = None
    login_type_in_capitals: Number = Field(None, alias="LOGIN_TYPE")
    region: Text = None


def login(value: object) -> Login:
    """Raises WrongShape: no object."""
    wire = LoginWire.model_validate(an_object(value))
    kind = wire.login_type_in_capitals if wire.login_type_in_capitals is not None else wire.login_type
    region = wire.region if wire.region and _REGION.fullmatch(wire.region) else None
    return Login(
        login_at=wire.auth_time,
        region=region.upper() if region else None,
        paper=None if kind not in {_LIVE, _PAPER} else kind == _PAPER,
        valid=wire.result,
    )
