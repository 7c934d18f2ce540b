"""What the source may not do, and the few places where it may do what needs care, each with its reason."""

import ast
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.support.project import PACKAGE, relative, sources

# Together, so that the source is walked once.
pytestmark = pytest.mark.xdist_group("security of the source")

MODULES = sources()

# What runs text as a program, or makes objects of bytes: no place at all.
FORBIDDEN = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "os.execv",
    "os.execve",
    "os.execvp",
    "os.spawnv",
    "os.spawnl",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "shelve.open",
    "yaml.unsafe_load",
    "yaml.full_load",
    "tempfile.mktemp",
    "os.tempnam",
    "logging.config.listen",
    "ssl._create_unverified_context",
    "socket.fromfd",
    "ctypes.CDLL",
}
# Where a program is started: a list of words, none of which a shell looks at.
STARTS = {"subprocess.run", "subprocess.Popen", "asyncio.create_subprocess_exec"}
STARTED_IN = {
    "tui/path/programs.py": "agents and systemd's checker, by their paths, with a few variables of the environment",
    "tui/watch/alerts/channels.py": "the command of the user's own settings, without the variables of secrets",
    "tui/ui/browsing.py": "our own interpreter and an address that was parsed, without the variables of secrets",
    "tui/simulator/child.py": "our own interpreter, without the variables of secrets",
}
# Where a TLS context is made. Those that verify nobody say on which addresses.
CONTEXTS = {
    ("tui/gateway/tls.py", "context_from"): "of the user's own authorities; it verifies",
    ("tui/gateway/tls.py", "default_context"): "off below `if address.loopback`, else it verifies",
    ("tui/gateway/own.py", "_transport"): "off below `if is_own(address.host)`: nothing that is sent there leaves",
    ("tui/path/local_http.py", "__init__"): "it verifies",
    ("tui/simulator/tls.py", "tls_context"): "the server's side",
    ("tui/simulator/child.py", "_connection"): "off, for 127.0.0.1 and nobody else",
}
UNVERIFIED = {
    ("tui/gateway/tls.py", "default_context"): "address.loopback",
    ("tui/gateway/own.py", "_transport"): "is_own(address.host)",
    ("tui/simulator/child.py", "_connection"): None,
}
# Where httpx clients are made, each with the settings that keep it from doing anything unasked.
CLIENTS = {"tui/gateway/connections.py", "tui/path/local_http.py"}
CLIENT_SETTINGS = {"follow_redirects": False, "trust_env": False}
# Where something listens.
LISTENS = {
    "tui/simulator/server.py": "on LOOPBACK",
    "tui/watch/health.py": "where the user said, and beyond this machine only with a token",
    "tui/watch/http.py": "on the socket that is handed over",
    "tui/gateway/own.py": "it only tries whether an address is this machine's, and sends and takes nothing",
}
# Where files come to be, or are changed, other than through tui/files.py.
WRITES = {
    "tui/files.py": "the one place",
    "tui/config/logs.py": "a defect's details: a new file, 0600",
    "tui/engine/shared_file.py": "locks and small files, 0600 in a folder of 0700, no link followed",
    "tui/setup/write.py": "a conf.yaml with all that its owner has set, and the copy of it",
    "tui/setup/unpack.py": "a gateway's zip, in a folder of its own until it is whole",
    "tui/setup/validate.py": "a unit in a temporary folder of its own",
}


def named(node: ast.expr) -> str:
    """`f`, or `owner.f`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name, value=ast.Name(id=owner)):
            return f"{owner}.{name}"
        case ast.Attribute(attr=name):
            return f".{name}"
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call by the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield named(node.func), node


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, methods among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def tree_of(module: str) -> ast.Module:
    """A module's source, parsed."""
    return ast.parse((PACKAGE.parent / module).read_text("utf-8"))


def is_call(*names: str) -> Callable[[ast.AST], bool]:
    """The rule that such a thing is called."""
    return lambda node: isinstance(node, ast.Call) and named(node.func) in names


def constants(call: ast.Call) -> dict[str, object]:
    """The keyword arguments that are plain constants."""
    return {
        each.arg: each.value.value
        for each in call.keywords
        if each.arg is not None and isinstance(each.value, ast.Constant)
    }


def shells(node: ast.AST) -> bool:
    """Whether a call hands its words to a shell, or might."""
    return (
        is_call(*STARTS)(node)
        and isinstance(node, ast.Call)
        and any(
            each.arg == "shell" and not (isinstance(each.value, ast.Constant) and each.value.value is False)
            for each in node.keywords
        )
    )


def makes_context(node: ast.AST) -> bool:
    """Whether a TLS context is made here."""
    return is_call("ssl.SSLContext", "ssl.create_default_context", "httpx.create_ssl_context")(node)


def turns_off(node: ast.AST) -> bool:
    """Whether verification is turned off here."""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="check_hostname")], value=ast.Constant(value=False)):
            return True
        case ast.Attribute(attr="CERT_NONE" | "CERT_OPTIONAL"):
            return True
        case ast.keyword(arg="verify", value=ast.Constant(value=False)):
            return True
    return False


def writes(node: ast.AST) -> bool:
    """Whether a file comes to be here, or is changed."""
    if not isinstance(node, ast.Call):
        return False
    name = named(node.func)
    if name.rpartition(".")[2] in {
        "write_text",
        "write_bytes",
        "mkstemp",
        "mkdtemp",
        "TemporaryDirectory",
        "symlink_to",
    }:
        return True
    if name in {"os.mkdir", "os.makedirs", "os.rename", "os.link", "os.chmod", "os.truncate"} or name.endswith(
        ".mkdir"
    ):
        return True
    if name == "open" or name.endswith(".open"):
        said = [
            each.value for each in (*node.args, *(k.value for k in node.keywords)) if isinstance(each, ast.Constant)
        ]
        if any(isinstance(each, str) and set(each) <= set("rwxabt+") and set(each) & set("wxa+") for each in said):
            return True
    flags = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    if "devnull" in flags:
        return False
    return name == "os.open" and bool(flags & {"O_WRONLY", "O_RDWR", "O_CREAT"})


def runs_text(node: ast.AST) -> bool:
    """Whether text is run here, or an object made of bytes."""
    return is_call(*FORBIDDEN)(node) or shells(node)


def asks(node: ast.AST) -> bool:
    """Whether a request is made here without one of our clients, or goes where an answer sends it."""
    others = ("httpx.get", "httpx.post", "httpx.request", "httpx.stream", "urllib.request.urlopen", "urlopen")
    return is_call(*others)(node) or (isinstance(node, ast.Call) and constants(node).get("follow_redirects") is True)


def listens(node: ast.AST) -> bool:
    """Whether something listens here. An app binds keys; a socket is bound to an address, which is a pair."""
    if is_call("socket.create_server", "asyncio.start_server", "asyncio.start_unix_server")(node):
        return True
    match node:
        case ast.Call(func=ast.Attribute(attr="bind"), args=[ast.Tuple(), *_]):
            return True
    return False


RULES: dict[str, Callable[[ast.AST], bool]] = {
    "runs text": runs_text,
    "loads yaml": is_call("yaml.load", "yaml.load_all"),
    "starts": is_call(*STARTS),
    "makes a context": makes_context,
    "turns off": turns_off,
    "makes a client": is_call("httpx.AsyncClient", "httpx.Client", ".AsyncClient"),
    "asks": asks,
    "listens": listens,
    "writes": writes,
}


@cache
def found() -> dict[str, set[str]]:
    """For each rule, the modules in which it holds for some node. The whole source is walked once."""
    holds: dict[str, set[str]] = {name: set() for name in RULES}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call | ast.Assign | ast.Attribute | ast.keyword):
                for name, rule in RULES.items():
                    if rule(node):
                        holds[name].add(relative(path))
    return holds


def places(name: str) -> set[tuple[str, str]]:
    """The functions in which the rule holds for some node, each with its module."""
    return {
        (module, each.name)
        for module in found()[name]
        for each in functions(tree_of(module))
        if any(RULES[name](node) for node in ast.walk(each))
    }


def test_no_text_is_run_and_no_object_made_of_bytes() -> None:
    assert found()["runs text"] == set()


def test_yaml_is_read_by_a_safe_loader() -> None:
    from yaml import SafeLoader

    from tui.setup.tunnel_reader import _Loader

    (module,) = found()["loads yaml"]
    loads = [call for name, call in calls(tree_of(module)) if name == "yaml.load"]
    assert (module, [named(each.args[1]) for each in loads]) == ("tui/setup/tunnel_reader.py", ["_Loader"])
    assert issubclass(_Loader, SafeLoader)


def test_programs_are_started_in_few_places_and_by_lists_of_words() -> None:
    assert found()["starts"] == set(STARTED_IN)
    for module in STARTED_IN:
        for name, call in calls(tree_of(module)):
            if name in STARTS:
                # What its environment is, is said: none inherits ours by silence.
                assert "env" in {each.arg for each in call.keywords}
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)


def test_tls_contexts_are_made_in_few_places_and_verify_but_on_this_machine() -> None:
    assert places("makes a context") == set(CONTEXTS)
    assert places("turns off") == set(UNVERIFIED)
    assert found()["turns off"] == {module for module, _ in UNVERIFIED}
    for (module, function), condition in UNVERIFIED.items():
        (body,) = [each for each in functions(tree_of(module)) if each.name == function]
        guarded = {
            id(inner)
            for node in ast.walk(body)
            if isinstance(node, ast.If) and ast.unparse(node.test) == condition
            for each in node.body
            for inner in ast.walk(each)
        }
        off = [node for node in ast.walk(body) if turns_off(node)]
        assert off
        assert condition is None or all(id(node) in guarded for node in off)


def test_the_simulator_asks_itself_and_nobody_else() -> None:
    """Of those that verify nobody it is the one without a condition, so its address stands in the call."""
    from tui.simulator.child import _LOOPBACK

    made = [call for name, call in calls(tree_of("tui/simulator/child.py")) if "HTTP" in name]
    assert {ast.unparse(call.args[0]) for call in made if call.args} == {"_LOOPBACK"}
    assert _LOOPBACK == "127.0.0.1"


def test_http_clients_follow_nobody_and_take_nothing_from_the_environment() -> None:
    assert found()["makes a client"] == CLIENTS
    for module in CLIENTS:
        made = [call for name, call in calls(tree_of(module)) if name == "httpx.AsyncClient"]
        assert all(CLIENT_SETTINGS.items() <= constants(call).items() for call in made)
    assert found()["asks"] == set()


def test_what_listens_listens_where_it_should() -> None:
    from tui.simulator.server import LOOPBACK

    assert found()["listens"] == set(LISTENS)
    assert LOOPBACK == "127.0.0.1"


def test_files_are_written_in_few_places() -> None:
    assert found()["writes"] == set(WRITES)


def test_the_searches_find_what_they_are_for() -> None:
    code = """
os.system("x"); subprocess.run("x", shell=True); subprocess.run(["x"], shell=False)
a = ssl.create_default_context(); a.check_hostname = False; a.verify_mode = ssl.CERT_NONE
httpx.AsyncClient(verify=False)
open(p, "w"); path.open("ab"); path.open("rb"); os.open(p, os.O_RDONLY); os.open(p, os.O_CREAT | os.O_WRONLY)
path.write_text("x"); path.mkdir()
"""
    nodes = list(ast.walk(ast.parse(code)))
    assert sum(map(is_call(*FORBIDDEN), nodes)) == 1
    assert sum(map(shells, nodes)) == 1
    assert sum(map(makes_context, nodes)) == 1
    assert sum(map(turns_off, nodes)) == 3
    assert sum(map(writes, nodes)) == 5
