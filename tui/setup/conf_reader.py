"""Reads a conf.yaml's settings, and finds what ends the gateway at its start: unknown keys, values of a wrong kind."""

from collections.abc import Iterator

from tui.config.rules import nearest
from tui.setup.conf import KINDS, SERVER_OPTIONS, Conf, Kind, Listed
from tui.setup.conf_values import (
    Unfit,
    described,
    entry_of,
    flag_of,
    is_null,
    number_of,
    pairs_of,
    tag_of,
    text_of,
    twice,
    unmade,
    untagged,
)
from tui.setup.finding import Finding, Severity, Stop, shown
from tui.setup.scalars import INT, whole_number
from tui.setup.yaml_nodes import BadYaml, Items, Node, Pairs, Scalar

_ENDS = "the gateway ends at its start"
_NEVER = "the gateway's process runs, but never listens"
_FIELDS = {"name": Kind.TEXT, "index": Kind.TEXT, "proxy": Kind.TEXT, "cache": Kind.FLAG, "listing": Kind.FLAG}
_ELSEWHERE = {
    "listenHost": "There is no such setting: the gateway listens on all addresses. Take the line out, and guard the "
    "port with a firewall.",
    "host": "There is no such setting. Take the line out: the gateway listens on all addresses, and IBKR's address is "
    "`proxyRemoteHost`.",
    "proxyRemotePort": "There is no such setting. Take the line out, and write the port into `proxyRemoteHost`.",
    "tickleDelay": "There is no such setting. Take the line out: who keeps the session alive sends the tickle.",
    "reauthenticate": "There is no such setting, though guides show it. Take the line out.",
    "allow": "It belongs below `ips:`, indented.",
    "deny": "It belongs below `ips:`, indented.",
}


class ConfReader:
    """conf: what is in force. findings: what is wrong with single keys and values."""

    def __init__(self) -> None:
        self.conf = Conf()
        self.findings: list[Finding] = []

    def read(self, root: Node | None) -> None:
        """Read a document. Raises BadYaml."""
        match root:
            case None:
                self._stop("yaml-empty", None, f"There is nothing in the file: {_ENDS}.", "Copy the original again.")
            case Pairs():
                self._twice(root, "")
                pairs = pairs_of(root)
                last = {key.text: key for key, _ in pairs}
                for key, node in pairs:
                    if last[key.text] is key:
                        self._setting(key, node)
                    else:
                        self._replaced(key, node)
            case Items(items=[]):
                pass
            case _:
                said = f"This is no list of settings, each with a name, a colon, a blank and its value: {_ENDS}."
                self._stop("conf-shape", root.line, said, "Write `listenPort: 5000`, with a blank after the colon.")

    def _setting(self, key: Scalar, node: Node) -> None:
        name = key.text
        if name not in KINDS:
            self._unknown(key)
            return
        self.conf.lines[name] = key.line
        try:
            match KINDS[name]:
                case Kind.TEXT:
                    self._put(name, text_of(node))
                case Kind.NUMBER:
                    self._put(name, number_of(node))
                case Kind.FLAG:
                    self._put(name, flag_of(node))
                case Kind.APPS:
                    self._apps(node)
                case Kind.TABLE:
                    self._table(name, node)
        except Unfit as error:
            there = "something else" if name == "sslPwd" else str(error)
            said = f"`{name}` has to be {KINDS[name]}, and {there} stands there: {_ENDS}."
            self._stop("wrong-type", node.line, said, _right(name))

    def _replaced(self, key: Scalar, node: Node) -> None:
        """A setting whose name comes again: its value has to be of the right kind, and means nothing."""
        other = ConfReader()
        other._setting(key, node)
        kinds = (each for each in other.findings if each.stops is Stop.START and each.id != "server-options")
        self.findings += kinds

    def _put(self, name: str, value: object) -> None:
        field = _FIELD.get(name)
        if field is not None:
            setattr(self.conf, field, value)

    def _unknown(self, key: Scalar) -> None:
        name = shown(key.text)
        near = nearest(key.text, list(KINDS))
        fix = _ELSEWHERE.get(key.text) or (f"Did you mean `{near}`?" if near else "Take the line out.")
        self._stop("unknown-key", key.line, f"The gateway knows no setting `{name}`: {_ENDS}.", fix)

    def _table(self, name: str, node: Node) -> None:
        if is_null(node):
            self._null_table(name, node.line)
            return
        if not isinstance(node, Pairs):
            raise Unfit(described(node))
        untagged(node)
        self._twice(node, f"{name}.")
        pairs = [(key.text, value) for key, value in pairs_of(node)]
        match name:
            case "ips":
                self._ips(node)
            case "cors":
                self.conf.cors = dict(pairs)
                self._whole(value for _, value in pairs)
            case _:
                self._whole(value for _, value in pairs)
                self._server(node)

    def _null_table(self, name: str, line: int) -> None:
        match name:
            case "ips":
                said = f"`ips` is there with nothing in it: {_NEVER}, and says nothing of it."
                self._stop("ips-null", line, said, "Give it the lists `allow` and `deny`.", Stop.LISTEN)
            case "cors":
                self.conf.cors = None
            case _:
                said = f"`{name}` is there with nothing in it: {_ENDS}."
                self._stop("server-options", line, said, "Take the line out.")

    def _ips(self, node: Pairs) -> None:
        pairs = pairs_of(node)
        last = {key.text: key for key, _ in pairs}
        for key, value in pairs:
            self.conf.lines[f"ips.{key.text}"] = key.line
            lists = key.text in ("allow", "deny") and last[key.text] is key
            if is_null(value):
                listed = None
            elif isinstance(value, Items):
                untagged(value)
                self._whole(value.items)
                listed = tuple(Listed(entry_of(each), each.line) for each in value.items)
            elif isinstance(value, Pairs):
                if lists:
                    said = f"`{key.text}` is a mapping and no list: {_NEVER}."
                    self._stop("list-shape", value.line, said, _LIST, Stop.LISTEN)
                continue
            else:
                said = f"`{shown(key.text)}` has to be a list, and {described(value)} stands there: {_ENDS}."
                self._stop("list-shape", value.line, said, _LIST)
                continue
            match key.text:
                case "allow":
                    self.conf.allow = listed
                case "deny":
                    self.conf.deny = listed
                case _:
                    self._ignored("ips", key, ("allow", "deny"))

    def _server(self, node: Pairs) -> None:
        last = {key.text: (key, value) for key, value in pairs_of(node)}
        for key, value in last.values():
            if key.text not in SERVER_OPTIONS:
                self._ignored("serverOptions", key, SERVER_OPTIONS)
                continue
            number = whole_number(value.text) if isinstance(value, Scalar) and tag_of(value) == INT else None
            if number is None or number < 1:
                said = f"`{key.text}` has to be a whole number above 0 without quotes, not {described(value)}: {_ENDS}."
                self._stop("server-options", value.line, said, "Take the line out, or give it a number.")

    def _apps(self, node: Node) -> None:
        if is_null(node):
            said = f"`webApps` is there with nothing in it: {_NEVER}."
            self._stop("web-apps", node.line, said, "Take the line out.", Stop.LISTEN)
            return
        if not isinstance(node, Items):
            raise Unfit(described(node))
        untagged(node)
        for each in node.items:
            untagged(each)
            if is_null(each):
                said = f"An empty entry in `webApps`: {_NEVER}."
                self._stop("web-apps", each.line, said, "Take it out.", Stop.LISTEN)
            elif isinstance(each, Pairs):
                self._app(each)
            elif not (isinstance(each, Items) and not each.items):
                said = f"An entry of `webApps` has to be a mapping, not {described(each)}: {_ENDS}."
                self._stop("web-apps", each.line, said, "Write it as `- name: demo`.")

    def _app(self, node: Pairs) -> None:
        for key, value in pairs_of(node):
            kind = _FIELDS.get(key.text)
            try:
                match kind:
                    case None:
                        known = ", ".join(_FIELDS)
                        said = f"An entry of `webApps` has no `{shown(key.text)}`: {_ENDS}."
                        self._stop("web-apps", key.line, said, f"It has {known}.")
                    case Kind.FLAG:
                        flag_of(value)
                    case _:
                        text_of(value)
            except Unfit as error:
                said = f"`{key.text}` in `webApps` has to be {kind}, not {error}: {_ENDS}."
                self._stop("web-apps", value.line, said, "Correct it, or take the line out.")

    def _ignored(self, table: str, key: Scalar, known: tuple[str, ...]) -> None:
        near = nearest(key.text, list(known))
        fix = f"Did you mean `{near}`?" if near else "Take it out."
        said = f"The gateway ignores `{shown(key.text)}` in `{table}` without a word."
        self.findings.append(Finding("ignored-key", Severity.WARN, key.line, said, fix))

    def _twice(self, node: Pairs, before: str) -> None:
        for first, again in twice(node):
            name = shown(f"{before}{again.text}")
            said = f"`{name}` stands here a second time, after line {first.line}: the last one alone is in force."
            fix = "Make one of the two."
            self.findings.append(Finding("duplicate-key", Severity.WARN, again.line, said, fix))

    def _whole(self, nodes: "Iterator[Node] | list[Node]") -> None:
        for node in nodes:
            if (bad := unmade(node)) is not None:
                said = f"Nothing can be made of {described(bad)} with its tag or its looks: {_ENDS}."
                raise BadYaml("yaml-value", bad.line, said, "Put it in quotes, or take it out.")

    def _stop(self, id: str, line: int | None, said: str, fix: str, stops: Stop = Stop.START) -> None:  # noqa: A002 (as in the contract)
        self.findings.append(Finding(id, Severity.ERROR, line, said, fix, stops))


_LIST = "Write each address in a line of its own, after a - and a blank."
_FIELD = {
    "listenPort": "listen_port",
    "listenSsl": "listen_ssl",
    "proxyRemoteHost": "proxy_remote_host",
    "proxyRemoteSsl": "proxy_remote_ssl",
    "portalBaseURL": "portal_base_url",
    "svcEnvironment": "svc_environment",
    "sslCert": "ssl_cert",
    "sslPwd": "ssl_pwd",
}


def _right(name: str) -> str:
    match KINDS[name]:
        case Kind.NUMBER:
            return f"Write for example `{name}: 5000`." if name == "listenPort" else f"Give `{name}` a whole number."
        case Kind.FLAG:
            return f"Write `{name}: true` or `{name}: false`."
        case Kind.TABLE:
            return f"Write the parts of `{name}` in the lines below it, indented."
    return "Write it as in the conf.yaml that came with the gateway."
