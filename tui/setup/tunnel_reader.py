"""What is amiss with a configuration of ngrok's or cloudflared's, which may be the user's own.

No sentence repeats a value: there may be tokens and passwords in these files.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from tui.path.upstream import Upstream, upstream
from tui.setup.tunnel_files import HOST_UNSET, ID_UNSET, LONGEST_PASSWORD, SHORTEST_PASSWORD, UNSET
from tui.setup.unit_reader import LARGEST, Malformed

_MOST_CREDENTIALS = 10
_GUARDS = frozenset(
    {"basic-auth", "oauth", "oidc", "openid-connect", "jwt-validation", "restrict-ips", "verify-webhook"}
)


def cloudflared_problems(data: bytes) -> list[str]:
    """As cloudflared and the gateway would have it. Raises Malformed."""
    told = _mapping(_loaded(data))
    said = []
    if not isinstance(told.get("tunnel"), str):
        said.append("It names no tunnel.")
    if told.get("tunnel") == ID_UNSET or ID_UNSET in _text(told.get("credentials-file")):
        said.append(f"{ID_UNSET} is still to be replaced by the id that `cloudflared tunnel create` printed.")
    if "token" in told:
        said.append("It holds a token: a file of its own, readable by its owner only, belongs to --token-file.")
    rules = [_mapping(each) for each in _list(told.get("ingress"))]
    if not rules:
        return [*said, "It has no ingress, so that nothing leads to the gateway."]
    if not _matches_all(rules[-1]):
        said.append("The last rule of the ingress has to match everything: `- service: http_status:404`.")
    if any(_matches_all(each) for each in rules[:-1]):
        said.append("A rule before the last one matches everything, so that those behind it are never reached.")
    if any(each.get("hostname") == HOST_UNSET for each in rules):
        said.append(f"{HOST_UNSET} is still to be replaced by the gateway's own name.")
    shared = _mapping(told.get("originRequest"))
    led = [(each, to) for each in rules if (to := upstream(_text(each.get("service")))) is not None]
    if not led:
        said.append("No rule of the ingress leads to a port.")
    for rule, to in led:
        said += _origin(to, {**shared, **_mapping(rule.get("originRequest"))})
    return said


def _matches_all(rule: Mapping[str, Any]) -> bool:
    return _text(rule.get("hostname")) in {"", "*"} and not _text(rule.get("path"))


def _origin(to: Upstream, settings: Mapping[str, Any]) -> list[str]:
    if to.scheme != "https":
        return []  # whether the gateway speaks TLS is its own settings' business
    if settings.get("noTLSVerify") is True or settings.get("caPool"):
        return []
    return ["A service with https needs noTLSVerify: true, as nobody has signed the gateway's certificate."]


def ngrok_problems(data: bytes) -> list[str]:
    """As ngrok would have it, and as a careful owner would. Raises Malformed."""
    told = _mapping(_loaded(data))
    if str(told.get("version")) != "3":
        return ["It is not of version 3; `ngrok config upgrade` makes one of an older file."]
    endpoints = [_mapping(each) for each in _list(told.get("endpoints"))]
    if not endpoints:
        return ["It has no endpoints, so that nothing leads to the gateway."]
    said = []
    if _mapping(told.get("agent")).get("inspect_db_size") != -1:
        said.append("inspect_db_size is not -1: any user of this machine can read the requests at the agent.")
    for each in endpoints:
        said += _endpoint(each)
    return said


def _endpoint(endpoint: Mapping[str, Any]) -> list[str]:
    to = upstream(_text(_mapping(endpoint.get("upstream")).get("url")))
    if to is None:
        return ["An endpoint has no upstream that leads to a port."]
    said = []
    if not to.scheme and to.port != 443:
        said.append("An endpoint's upstream has no scheme, which ngrok takes for http.")
    rules = [_mapping(each) for each in _list(_mapping(endpoint.get("traffic_policy")).get("on_http_request"))]
    # A rule with conditions guards only against some.
    actions = [_mapping(each) for rule in rules if not rule.get("expressions") for each in _list(rule.get("actions"))]
    guards = [each for each in actions if each.get("type") in _GUARDS]
    if not guards:
        said.append("An endpoint has no guard: whoever finds its address can use the session, and trade.")
    for each in guards:
        if each.get("type") == "basic-auth":
            said += _credentials(_list(_mapping(each.get("config")).get("credentials")))
    return said


def _credentials(each_one: list[Any]) -> list[str]:
    if not 1 <= len(each_one) <= _MOST_CREDENTIALS:
        return [f"basic-auth takes 1 to {_MOST_CREDENTIALS} credentials."]
    passwords = [_text(each).partition(":")[2] for each in each_one]
    if UNSET in passwords:
        return [f"The password is still to be chosen, in place of {UNSET}."]
    if any(not SHORTEST_PASSWORD <= len(each) <= LONGEST_PASSWORD for each in passwords):
        return [f"ngrok wants passwords of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, as user:password."]
    return []


class _Loader(yaml.SafeLoader):
    """Without aliases, which a few lines can make into more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise Malformed("It has an alias (*name) in it, which cpwatch does not follow.")
        return super().compose_node(parent, index)


def _loaded(data: bytes) -> object:
    if len(data) > LARGEST:
        raise Malformed(f"It is larger than {LARGEST:,} bytes.")
    try:
        return yaml.load(data, _Loader)  # noqa: S506 (it is a SafeLoader)
    except yaml.MarkedYAMLError as error:
        where = f", from line {error.problem_mark.line + 1} on" if error.problem_mark else ""
        raise Malformed(f"It is no YAML{where}.") from None
    except Malformed:
        raise
    except Exception:  # noqa: BLE001 (PyYAML meets bad values of its tags with whatever error Python has for them)
        raise Malformed("It is no YAML.") from None


def _mapping(value: object) -> dict[str, Any]:
    return {key: each for key, each in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
