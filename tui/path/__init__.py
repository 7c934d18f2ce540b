"""How the gateway is reached: what this machine, its programs and the tunnels' agents on it tell of the way."""

from tui import lean as lean
