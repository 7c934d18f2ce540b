"""What is in the package for Prometheus and Grafana: a dashboard and alert rules over the figures of `metrics`."""

from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data"


def dashboard() -> str:
    """A Grafana dashboard, JSON: to be imported as it is; it asks for the Prometheus data source."""
    return _read("dashboard.json")


def rules() -> str:
    """Alert rules, YAML: for Prometheus's `rule_files`."""
    return _read("rules.yaml")


def _read(name: str) -> str:
    return (_DATA / name).read_text("utf-8").rstrip("\n")
