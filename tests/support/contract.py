"""The contract's list of what cpwatch may ask a gateway, read from a copy of its words; requests in its terms."""

import re
from collections.abc import Iterable
from functools import cache

from tests.support.project import ROOT

COPY = ROOT / "tests" / "data" / "contract_endpoints.md"
API = "/v1/api"
_OWN, _WORD, _NEVER = "On its own: ", "Only on the user's word: ", "Never, and no code for it: "
_ACCOUNT = re.compile(r"(?<=/portfolio/)(?!accounts$|subaccounts2?$)[^/]+|(?<=/portfolio2/)[^/]+")


@cache
def sections() -> dict[str, str]:
    """The three parts of the contract's section, by the words with which they begin."""
    text = " ".join(COPY.read_text("utf-8").split())
    places = [text.index(each) for each in (_OWN, _WORD, _NEVER)]
    return {
        name: text[start + len(name) : end]
        for name, start, end in zip((_OWN, _WORD, _NEVER), places, [*places[1:], len(text)], strict=True)
    }


@cache
def unasked() -> frozenset[str]:
    """`METHOD path` for all that may be asked without a user's word."""
    return _listed(sections()[_OWN])


@cache
def on_word() -> frozenset[str]:
    """The same for what needs one."""
    return _listed(sections()[_WORD])


def _listed(text: str) -> frozenset[str]:
    """Of several names in a row the first has the method of all, and may have the folder in which the others are."""
    found: set[str] = set()
    method, folder = "", ""
    for said in re.findall(r"`([^`]+)`", text):
        verb, _, path = said.rpartition(" ")
        method = verb or method
        if path.endswith("/") and path != "/":
            folder = path
            continue
        if not path.startswith("/"):
            path = folder + path
        found.add(f"{method} {path if path.startswith(API) or path == '/' else API + path}")
    return frozenset(found)


def template(request: str) -> str:
    """`GET /v1/api/portfolio/{id}/positions/{page}` for a request's `METHOD path`, as the contract has it."""
    method, _, path = request.partition(" ")
    path = _ACCOUNT.sub("{id}", path.partition("?")[0])
    return f"{method} {re.sub(r'(?<=/positions/)[0-9]+$', '{page}', path)}"


def templates(requests: Iterable[str]) -> frozenset[str]:
    """The same for several."""
    return frozenset(map(template, requests))
