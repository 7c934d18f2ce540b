"""What the settings of the gateway's own side mean: port, TLS, keystore, origins of pages, the place of the file."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePath

from tui.setup.conf import KINDS, Conf
from tui.setup.conf_values import entry_of, is_null, tag_of
from tui.setup.context import Context
from tui.setup.finding import Finding, Severity, Stop, shown
from tui.setup.java_errors import BadPattern, Unfollowed
from tui.setup.java_regex import read
from tui.setup.scalars import BOOL, TRUE_OR_FALSE
from tui.setup.yaml_nodes import Scalar

_NEVER = "the gateway's process runs, but never listens"
_HIGHEST = 65_535
_JKS = b"\xfe\xed\xfe\xed"
_JKS_SALT = b"Mighty Aphrodite"


def own_findings(conf: Conf, context: Context) -> Iterator[Finding]:
    """What is to be said of how the gateway serves."""
    yield from _port(conf, context)
    yield from _tls(conf, context)
    yield from _cors(conf)
    yield from _environment(conf)
    yield from _place(conf, context)
    said = "The gateway listens on all addresses of its machine; no setting changes that."
    fix = "Keep others from its port with a firewall."
    yield Finding("all-addresses", Severity.INFO, conf.line("listenPort"), said, fix)


def _port(conf: Conf, context: Context) -> Iterator[Finding]:
    port, line = conf.listen_port, conf.line("listenPort")
    fix = "Write `listenPort: 5000`."
    if not 0 <= port <= _HIGHEST:
        said = f"There is no port {port}: {_NEVER}."
        yield Finding("port-range", Severity.ERROR, line, said, fix, Stop.LISTEN)
        return
    if port == 0:
        said = "With port 0 the gateway takes another port at each start, and does not say which."
        yield Finding("port-random", Severity.WARN, line, said, fix)
        return
    if context.port_in_use is not None and context.port_in_use(port):
        said = f"Another program has port {port}: {_NEVER}, though it prints that it does."
        yield Finding("port-in-use", Severity.ERROR, line, said, "Take another port, 5001 for example.", Stop.LISTEN)
    elif port < 1024:
        said = f"Port {port} is the administrator's on most systems: where the gateway may not have it, {_NEVER}."
        yield Finding("port-privileged", Severity.WARN, line, said, fix)
    if port == 5000 and context.macos:
        said = "On macOS the AirPlay receiver has port 5000, unless it is switched off."
        yield Finding("port-airplay", Severity.WARN, line, said, "Take another port, 5001 for example.")


def _tls(conf: Conf, context: Context) -> Iterator[Finding]:
    if not conf.listen_ssl:
        said = (
            "The gateway speaks plain http: who can listen in on the network reads all of it, and who asks for https "
            "finds nobody."
        )
        fix = "Write `listenSsl: true`, unless only this machine or a tunnel that encrypts reaches it."
        yield Finding("plain-http", Severity.WARN, conf.line("listenSsl"), said, fix)
        return
    for key, value in (("sslCert", conf.ssl_cert), ("sslPwd", conf.ssl_pwd)):
        if not value:
            said = f"`{key}` has nothing in it: {_NEVER}, and says nothing of it."
            default = "vertx.jks" if key == "sslCert" else "mywebapi"
            yield Finding("keystore", Severity.ERROR, conf.line(key), said, f'Write `{key}: "{default}"`.', Stop.LISTEN)
            return
    if context.read_file is None or conf.ssl_cert is None or conf.ssl_pwd is None:
        return
    data = context.read_file(conf.ssl_cert)
    if data is None:
        said = (
            f"There is no file `{shown(conf.ssl_cert)}` where the gateway looks for it: {_NEVER}, and does not say so."
        )
        fix = "Put the keystore into the folder of conf.yaml, or name the one that is there: vertx.jks."
        yield Finding("keystore", Severity.ERROR, conf.line("sslCert"), said, fix, Stop.LISTEN)
    elif not opens(data, conf.ssl_pwd):
        said = f"`sslPwd` does not open `{shown(conf.ssl_cert)}`: {_NEVER}, and says nothing of it."
        fix = "Write the keystore's own password; that of vertx.jks is the one in the original file."
        yield Finding("keystore", Severity.ERROR, conf.line("sslPwd", "sslCert"), said, fix, Stop.LISTEN)


def opens(keystore: bytes, password: str) -> bool:
    """Whether the password opens a Java keystore, by the digest at its end; of other formats nothing is known."""
    if not keystore.startswith(_JKS) or len(keystore) < 32:
        return True
    # The format's own digest, which is no choice of ours.
    digest = hashlib.sha1(password.encode("utf-16-be", "surrogatepass") + _JKS_SALT, usedforsecurity=False)
    digest.update(keystore[:-20])
    return digest.digest() == keystore[-20:]


def _cors(conf: Conf) -> Iterator[Finding]:
    if conf.cors is None:
        return
    line = conf.line("cors")
    for key, node in conf.cors.items():
        if key not in ("origin.allowed", "allowCredentials"):
            fix = f"`{shown(key)}` belongs to the left edge, not below `cors`." if key in KINDS else "Take it out."
            said = f"The gateway ignores `{shown(key)}` in `cors` without a word."
            yield Finding("ignored-key", Severity.WARN, node.line, said, fix)
    allowed = conf.cors.get("origin.allowed")
    origin = "*" if allowed is None else entry_of(allowed)
    at = line if allowed is None else allowed.line
    if not isinstance(origin, str):
        said = f"`origin.allowed` has to be one text, and {origin.kind} stands there: {_NEVER}, and says nothing of it."
        fix = 'Several pages are written as one regular expression: "https://(one|other)[.]example".'
        yield Finding("cors", Severity.ERROR, at, said, fix, Stop.LISTEN)
        return
    if origin != "*" and (why := _bad_pattern(origin)):
        said = f"`origin.allowed` is a regular expression, and this is a bad one ({why}): {_NEVER}."
        yield Finding("cors", Severity.ERROR, at, said, _origin(conf), Stop.LISTEN)
        return
    yield from _credentials(conf, origin, at)


def _credentials(conf: Conf, origin: str, at: int | None) -> Iterator[Finding]:
    assert conf.cors is not None
    node = conf.cors.get("allowCredentials")
    credentials = False
    if node is not None:
        if not isinstance(node, Scalar) or tag_of(node) != BOOL:
            there = "nothing stands" if is_null(node) else "something else stands"
            said = f"`allowCredentials` has to be true or false, and {there} there: {_NEVER}."
            fix = "Write `allowCredentials: false`, without quotes."
            yield Finding("cors", Severity.ERROR, node.line, said, fix, Stop.LISTEN)
            return
        credentials = TRUE_OR_FALSE.get(node.text.lower(), False)
    if origin != "*":
        return
    if credentials and node is not None:
        said = f'`allowCredentials: true` does not go with `origin.allowed: "*"`: {_NEVER}, and says nothing of it.'
        yield Finding("cors", Severity.ERROR, node.line, said, "Write `allowCredentials: false`.", Stop.LISTEN)
        return
    there = "" if conf.line("cors") else ", as `cors` is missing"
    said = f"Any page in a browser of an admitted machine may read what the gateway answers{there}."
    yield Finding("cors-any", Severity.WARN, at, said, _origin(conf))


def _origin(conf: Conf) -> str:
    """To the letter: at the left edge the key would be an unknown one, which keeps the gateway from starting."""
    setting = f'`origin.allowed: "{conf.page}"`'
    if conf.line("cors") is None:
        return f"Write `cors:` at the left edge, and below it, after two blanks, the page's own address: {setting}."
    return f"Write the page's own address below `cors`: {setting}."


def _environment(conf: Conf) -> Iterator[Finding]:
    text, line = conf.svc_environment, conf.line("svcEnvironment")
    if text and (why := _bad_pattern(f"/{text}/")):
        said = f"`svcEnvironment` becomes part of a regular expression, and makes it a bad one ({why}): {_NEVER}."
        yield Finding("environment", Severity.ERROR, line, said, 'Write `svcEnvironment: "v1"`.', Stop.LISTEN)


def _bad_pattern(text: str) -> str:
    """Why Java refuses the expression; empty where it takes it, as far as is known."""
    try:
        read(text[:1000])
    except BadPattern as error:
        return str(error)
    except (Unfollowed, RecursionError):
        return ""
    return ""


def _place(conf: Conf, context: Context) -> Iterator[Finding]:
    folder = context.folder
    # A bare name is looked for in the conf.yaml's folder, by an address in which Java reads a + as a blank.
    if folder is not None and "+" in folder and conf.listen_ssl and len(PurePath(conf.ssl_cert or "").parts) == 1:
        said = f"There is a + in the path of the gateway's folder, with which it can't find its keystore: {_NEVER}."
        yield Finding("path-plus", Severity.ERROR, None, said, "Rename the folder.", Stop.LISTEN)
    if folder is not None and context.started_in is not None and PurePath(context.started_in) != PurePath(folder):
        said = (
            f"Started from {shown(context.started_in)} the gateway finds neither its program nor this file, and ends."
        )
        fix = "Change into its own folder first, then: bin/run.sh root/conf.yaml"
        yield Finding("wrong-folder", Severity.ERROR, None, said, fix, Stop.START)
    if context.conf is not None and len(PurePath(context.conf).parts) != 2:
        said = "The gateway finds its settings only in a folder beside bin and dist, one below its own: it ends."
        fix = "Move the file to root/conf.yaml, and start with: bin/run.sh root/conf.yaml"
        yield Finding("conf-place", Severity.ERROR, None, said, fix, Stop.START)
