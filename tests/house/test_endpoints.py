"""What cpwatch may ask a gateway: the contract's list, the endpoints that exist, and the source, against each other."""

import ast
import re
from pathlib import Path

import pytest

import tui
from tests.support import contract
from tui.gateway.endpoints import Endpoint

API = "/v1/api"
ALLOWED_UNASKED = {
    f"POST {API}/iserver/auth/status",
    f"POST {API}/tickle",
    f"GET {API}/sso/validate",
    f"GET {API}/iserver/accounts",
    f"GET {API}/portfolio/accounts",
    f"GET {API}/portfolio/subaccounts",
    f"GET {API}/portfolio/subaccounts2",
    f"GET {API}/portfolio/{{id}}/meta",
    f"GET {API}/portfolio/{{id}}/summary",
    f"GET {API}/portfolio/{{id}}/ledger",
    f"GET {API}/portfolio/{{id}}/positions/{{page}}",
    f"GET {API}/portfolio2/{{id}}/positions",
    f"GET {API}/iserver/account/pnl/partitioned",
    f"GET {API}/ws",
    "GET /",
}
ALLOWED_ON_THE_USERS_WORD = {
    f"POST {API}/iserver/auth/ssodh/init",
    f"POST {API}/portfolio/{{id}}/positions/invalidate",
}
NEVER = re.compile(r"order|/logout|/clear|reauthenticate|/iserver/account$|whatif|/trsrv|reply", re.IGNORECASE)
PACKAGE = Path(tui.__file__).parent
# The simulator plays the gateway's side and can send nothing.
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if PACKAGE / "simulator" not in path.parents and path.name != "endpoints.py"
)
API_PATH = re.compile(r"/(v1|iserver|portfolio2?|tickle|sso|trsrv|fyi|logout|clear|md|pa|ws|hmds)(/|$)", re.IGNORECASE)
# Where a gateway redirects to, and the remedy that a user may run: recognised and shown, never asked for.
SHOWN_ONLY = {"/sso/Login", f"{API}/iserver/auth/ssodh/init", f"{API}/iserver/auth/status"}


def literals(source: str) -> set[str]:
    """The string constants of a module, f-strings' parts among them, without its docstrings."""
    tree = ast.parse(source)
    prose: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            prose.add(id(node.value))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    }


def test_the_lists_here_are_the_contracts() -> None:
    assert contract.unasked() == ALLOWED_UNASKED
    assert contract.on_word() == ALLOWED_ON_THE_USERS_WORD


@pytest.mark.parametrize("endpoint", Endpoint)
def test_every_endpoint_is_one_that_the_contract_allows(endpoint: Endpoint) -> None:
    assert endpoint.value in ALLOWED_UNASKED | ALLOWED_ON_THE_USERS_WORD
    assert not NEVER.search(endpoint.path("U1"))


def test_what_needs_the_users_word_is_marked_so() -> None:
    assert {endpoint.value for endpoint in Endpoint if endpoint.on_the_users_word} == ALLOWED_ON_THE_USERS_WORD


def test_nothing_is_sent_on_its_own_that_needs_the_users_word() -> None:
    """From the user's key to the request there is one way, and no job is on it but the one that a wish has marked."""
    users = {
        name: {str(path.relative_to(PACKAGE)) for path in SOURCES if name in names(path.read_text("utf-8"))}
        for name in ("client.reopen", "client.invalidate_positions", "actions.reopen", "outdated.update", "refresh")
    }
    assert users == {
        "client.reopen": {"engine/actions.py"},
        "client.invalidate_positions": {"engine/account_jobs.py"},
        "actions.reopen": {"engine/thread.py"},
        "outdated.update": {"engine/refresh.py"},
        "refresh": {"engine/actions.py"},
    }


def names(source: str) -> set[str]:
    """What a module calls: `f`, or `owner.f` by the last two names of a longer way."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner))):
                found.add(f"{owner}.{name}")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_module_spells_a_path_of_the_api(source: Path) -> None:
    found = {text for text in literals(source.read_text("utf-8")) if API_PATH.match(text)}
    assert found <= SHOWN_ONLY


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_requests_are_built_in_one_place(source: Path) -> None:
    called = {node.attr for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    sends = called & {"build_request", "handle_async_request", "AsyncClient", "urlopen"}
    assert not sends or source.parent.name in {"gateway", "path"}


def test_the_search_itself_finds_what_it_is_for() -> None:
    code = '"""Prose of /v1/api/logout."""\nx = "/logout"\ny = f"/v1/api/{x}"\n'
    assert {text for text in literals(code) if API_PATH.match(text)} == {"/logout", "/v1/api/"}
    assert names("f(1)\nself._core.client.reopen(compete=True)") == {"f", "client.reopen"}
