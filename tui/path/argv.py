"""Secrets in the arguments of the programs that make tunnels: every user of the machine can read them there."""

import re
from collections.abc import Sequence
from pathlib import PureWindowsPath

from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text

PROGRAMS = frozenset({"ngrok", "cloudflared", "ssh", "autossh", "sshpass", "plink", "frpc", "tailscale"})
"""Programs whose arguments are looked into."""

_MASK = "•••"
_SHOWN = 120
_NAMES = (
    "token|authtoken|auth-token|add-authtoken|authkey|auth-key|auth|basic-auth|password|passwd|passphrase|pass|pw|pwd|"
    "secret|api-key|apikey|sk|http-pwd|http-password|credentials-contents|service-token-secret|service-secret|"
    "oauth-client-secret|oidc-client-secret|client-secret|verify-webhook-secret"
)
_FLAG = re.compile(rf"--?(?:{_NAMES.replace('-', '[-_]')})", re.IGNORECASE | re.ASCII)
_VARIABLE = re.compile(r"\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|AUTHKEY)", re.IGNORECASE | re.ASCII)
# One letter: what it means depends on the program.
_LETTERS = {"frpc": "-t", "sshpass": "-p"}
_URL_PASSWORD = re.compile(r"(\w://[^/\s:@]*):[^/\s]+@")
# What nobody takes for anything but a secret, wherever it stands: a JWT's or cloudflared's token, ngrok's, Tailscale's.
_LOOKS = re.compile(
    r"eyJ[\w-]{16,}={0,2}(?:\.[\w.=-]+)?|\btskey-[\w-]{8,}|\bcfast_[\w-]{8,}|"
    r"\b(?=\w*\d)(?=\w*[A-Z])[A-Za-z0-9]{20,40}_[A-Za-z0-9]{16,40}\b",
    re.ASCII,
)
_HEADER = re.compile(
    r"((?:proxy-)?authorization|cookie|cf-access-client-secret|x-api-key)\s*:.+", re.IGNORECASE | re.DOTALL
)
_LEADS_TO_ONE = frozenset({"add-authtoken"})


def without_secrets(arguments: Sequence[str]) -> tuple[str, ...]:
    """The arguments with every secret in them masked; doing it twice changes nothing."""
    program = _program(arguments[0]) if arguments else ""
    masked: list[str] = []
    follows = False
    for word in arguments:
        leads = bool(_FLAG.fullmatch(word)) or word == _LETTERS.get(program) or word in _LEADS_TO_ONE
        # A secret may look like an option.
        masked.append(_MASK if follows else _masked(word, program))
        if not follows and _program(word) in PROGRAMS:  # `sshpass -p … ssh -p 22 …`
            program = _program(word)
        follows = leads
    return tuple(masked)


def secret_in(pid: int, program: str, arguments: Sequence[str]) -> Finding | None:
    """What to say of a process with a secret in its arguments; None where there is none."""
    masked = without_secrets(arguments)
    if masked == tuple(arguments):
        return None
    line = safe_text(redacted(" ".join((program, *masked[1:]))), _SHOWN)
    return Finding(
        "secret-in-arguments",
        Level.WARN,
        f"Every user of this machine can read a secret in the arguments of {program} (process {pid}): {line}",
        _FIXES.get(program, _FIX),
        _COMMANDS.get(program),
    )


_FIX = "Put it into the program's configuration file, readable by its owner only, and start it without."
_FIXES = {
    "ngrok": "Put it into ngrok's configuration file (a password into its traffic policy) and start ngrok without.",
    "cloudflared": "Put the token into a file that only its owner can read, and start with --token-file.",
    "frpc": "Put it into frpc.toml, readable by its owner only, and start with -c frpc.toml.",
    "tailscale": "Put the key into a file that only its owner can read, and give it as file:PATH.",
    "plink": "Use a key instead of a password, or -pwfile.",
    "sshpass": "Use a key instead of a password.",
}
_COMMANDS = {"ngrok": "ngrok config check"}


def _program(path: str) -> str:
    # It takes both kinds of slashes for what they are.
    return PureWindowsPath(path).name.lower().removesuffix(".exe")


def _masked(word: str, program: str) -> str:
    name, equals, value = word.partition("=")
    if equals and value and (_FLAG.fullmatch(name) or _VARIABLE.fullmatch(name)):
        return f"{name}={_MASK}"
    letter = _LETTERS.get(program)
    if letter and word.startswith(letter) and len(word) > len(letter) and not word.startswith("--"):
        return f"{letter}{_MASK}"
    word = _HEADER.sub(rf"\1: {_MASK}", word)
    word = _URL_PASSWORD.sub(rf"\1:{_MASK}@", word)
    return _LOOKS.sub(_MASK, word)
