"""What people see when it does not work, as reports, guides and the gateway itself put it, and which check tells it.

`web-api N` is row N of the collected reports; `gateway NAME` a failure that was seen with the real program; `guide
NAME` a case of the users' guides; `way NAME` a failure of what leads there; `data NAME` one of what comes from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that is seen. told_by: `check/cause` of each check that tells it, what leads first."""

    source: str
    seen: str
    told_by: tuple[str, ...]


SYMPTOMS: tuple[Symptom, ...] = (
    Symptom("web-api 1", "every call gets 401", ("login/nobody", "login/ended")),
    Symptom("web-api 2", "the browser says success, and authenticated stays false", ("brokerage/lapsed",)),
    Symptom("web-api 3", "the login begins anew and anew from a new address", ("login/nobody",)),
    Symptom("web-api 4", "the session drops when TWS or the phone logs in", ("competing/competing", "brokerage/held")),
    Symptom("web-api 5", "“Force compete capability must be used together with …”", ("brokerage/not-forced",)),
    Symptom("web-api 6", "400 “no bridge”", ("brokerage/no-bridge",)),
    Symptom("web-api 8", "an empty portfolio, though something is held", ("accounts/none", "established/loading")),
    Symptom("web-api 9", "a hundred positions and no more", ("positions/whole", "positions/cut")),
    Symptom("web-api 10", "old positions after a fill", ("positions/stale",)),
    Symptom("web-api 13", "works all day, dead each morning", ("reset/ahead", "reset/soon", "login/nobody")),
    Symptom("web-api 14", "dies overnight though the login lives", ("keep-alive/unanswered", "keep-alive/unproven")),
    Symptom("web-api 15", "500 about midnight, 503 in bursts", ("ibkr/backend", "reset/now")),
    Symptom("web-api 16", "503 for hours", ("ibkr/backend",)),
    Symptom("web-api 17", "“Access Denied”", ("allow-list/denied",)),
    Symptom("web-api 18", "denied still, or 500, with 0.0.0.0/0", ("allow-list/denied", "allow-list/chokes")),
    Symptom(
        "web-api 19", "an edited conf.yaml that changes nothing", ("allow-list/needs-restart", "folder/wrong-folder")
    ),
    Symptom("web-api 20", "containers are denied, the machine itself is not", ("allow-list/denied",)),
    Symptom("web-api 21", "logged in in the browser, and a service gets 401", ("login/nobody", "process/several")),
    Symptom("web-api 22", "the login page returns to its form behind a proxy", ("login/nobody",)),
    Symptom("web-api 23", "CERTIFICATE_VERIFY_FAILED", ("tls/untrusted",)),
    Symptom("web-api 24", "“Server listen failed Address already in use”", ("process/held", "gateway/airplay")),
    Symptom("web-api 25", "run.sh ends at once", ("java/missing", "java/too-old", "java/unknown")),
    Symptom("web-api 27", "401 or 404 with a live account's id at a paper login", ("accounts/listed",)),
    Symptom("web-api 29", "429", ("ibkr/rate-limited",)),
    Symptom("web-api 30", "a websocket with heartbeats and no data", ("websocket/silent", "websocket/waiting")),
    Symptom("web-api 32", "a websocket that closes as soon as it is open", ("websocket/closed",)),
    Symptom("web-api 35", "connection refused after a day", ("port/refused", "process/none")),
    Symptom("web-api 39", "not reached from another machine", ("port/filtered",)),
    Symptom("gateway port-busy", "alive, its banner shown, not serving", ("process/held", "process/not-listening")),
    Symptom("gateway port-70000", "“port p must be in range”", ("conf/never-listens", "process/not-listening")),
    Symptom("gateway port-0", "it listens on another port at each start", ("process/other-port",)),
    Symptom(
        "gateway keystore", "a wrong sslPwd, no keystore: not a word", ("process/not-listening", "conf/never-listens")
    ),
    Symptom("gateway plus-in-path", "a + in its folder's path: not a word", ("folder/plus", "process/not-listening")),
    Symptom("gateway upstream-null", "proxyRemoteHost: null, not a word", ("conf/never-listens",)),
    Symptom("gateway upstream-absent", "listens, and every call gets 500", ("allow-list/chokes", "conf/faults")),
    Symptom("gateway bad-conf", "bad YAML, an unknown key, no file: it ends", ("conf/does-not-load", "process/none")),
    Symptom("gateway started-in-bin", "“Could not find or load main class”", ("process/none",)),
    Symptom("gateway no-java", "“java: command not found”", ("java/missing",)),
    Symptom("gateway no-arguments", "run.sh prints how it is used", ("process/none",)),
    Symptom("gateway plain-http", "listenSsl: false, asked by https", ("tls/wrong-scheme",)),
    Symptom("gateway upstream-scheme", "500 of 21 bytes to every call", ("allow-list/chokes",)),
    Symptom("gateway environment", "calls are redirected to api.ibkr.com", ("allow-list/off-path",)),
    Symptom("gateway upstream-unreachable", "no byte of an answer, for ever", ("ibkr/no-answer",)),
    Symptom("gateway orphaned", "run.sh was ended, and java still serves", ("process/orphaned",)),
    Symptom(
        "gateway conf-edited", "the file has become worse since the start", ("conf/not-again", "allow-list/not-again")
    ),
    Symptom("gateway hangs", "not even its own page is answered", ("answers/silent",)),
    Symptom("gateway edge-denied", "403 with a page of IBKR's", ("ibkr/edge-denied",)),
    Symptom(
        "gateway tws", "TWS or IB Gateway runs in its stead", ("process/tws-instead", "settings/tws-port", "tls/tws")
    ),
    Symptom("gateway container", "a container's port, and nothing behind it", ("process/container",)),
    Symptom("guide connection-refused", "connection refused", ("port/refused",)),
    Symptom("guide not-authenticated", "the browser shows “not authenticated”", ("brokerage/lapsed",)),
    Symptom("guide api-401", "the API returns 401", ("login/nobody",)),
    Symptom("guide certificate", "a certificate error in the browser", ("tls/speaks",)),
    Symptom("guide call-times-out", "an API call times out", ("ibkr/no-answer", "ibkr/slow")),
    Symptom(
        "guide tunnel", "the gateway can't be reached through the tunnel", ("tunnel/offline", "tunnel/nothing-behind")
    ),
    Symptom("guide running-not-authenticated", "runs, and is not authenticated", ("login/nobody", "brokerage/lapsed")),
    Symptom(
        "guide connection-timeout", "connection timeout through the tunnel", ("port/filtered", "tunnel/forward-hangs")
    ),
    Symptom("way settings", "something is amiss with the settings", ("settings/trouble", "settings/clear")),
    Symptom("way name", "the name has no address", ("name/unresolved", "name/quick-tunnel-gone")),
    Symptom("way no-route", "no route, or not permitted by this machine", ("port/no-route", "port/not-permitted")),
    Symptom("way agent", "the VPN or its agent is not connected here", ("port/agent-down",)),
    Symptom("way ssh", "ssh -L has ended, or reaches no gateway", ("port/forward-gone", "tunnel/behind-forward")),
    Symptom("way edge", "the tunnel's servers can't be reached", ("port/edge",)),
    Symptom("way no-tunnel", "the tunnel's name leads to none", ("tunnel/no-route",)),
    Symptom("way guard", "the tunnel asks for a password, or is used up", ("tunnel/denied", "tunnel/limited")),
    Symptom(
        "way bare-port",
        "`ngrok http 5000`, `service: http://localhost:5000`",
        ("tunnel/upstream-scheme", "tunnel/wrong-upstream"),
    ),
    Symptom("way tls", "the connection is cut, or hangs, before TLS", ("tls/cut", "tls/silent", "tls/held")),
    Symptom(
        "way other-program", "something answers that is no gateway", ("gateway/another-server", "gateway/unexpected")
    ),
    Symptom("way slow", "every answer takes long", ("answers/slow", "ibkr/slow")),
    Symptom("data garbled", "answers that are none", ("ibkr/garbled",)),
    Symptom("data link", "authenticated no, connected no", ("brokerage/link-gone",)),
    Symptom("data settling", "not authenticated right after the login", ("brokerage/settling",)),
    Symptom(
        "data contested", "another login is about to take the session", ("competing/contested", "competing/untold")
    ),
    Symptom("data keep-alive", "cpwatch sends no keep-alive", ("keep-alive/off",)),
    Symptom("data clock", "this machine's clock is wrong", ("clock/ahead", "clock/behind")),
    Symptom("data refused", "accounts or positions can't be had", ("accounts/refused", "positions/refused")),
    Symptom("data incomplete", "rows without figures", ("positions/incomplete",)),
    Symptom("data stream", "the stream is refused, or says other things", ("websocket/refused", "websocket/odd")),
    Symptom("data open", "strangers may get in", ("exposure/open",)),
)

UNSEEN: Mapping[int, str] = {
    7: "cpwatch asks for the accounts first by itself; what another program forgets is not to be seen",
    11: "orders are never asked for",
    12: "the first question begins the count, and cpwatch asks again",
    26: "only the login page in the browser says it",
    28: "only the login page in the browser says it",
    31: "cpwatch asks for the status instead of waiting for the stream to tell",
    33: "quotes are never asked for",
    34: "a keep-alive's answer without its middle part is taken for what it is",
    36: "it is about the paths that another program asks for",
    37: "only the login page in the browser says it",
    38: "cpwatch sends the length of what it sends",
    40: "about a way to log in that needs no gateway",
    41: "not confirmed by anybody; it would look like nobody being logged in",
}
"""Rows of the reports that a monitor can't see, and why."""
