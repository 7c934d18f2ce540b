"""cpwatch: a terminal monitor for the Interactive Brokers Client Portal Gateway."""

__version__ = "0.1.0"
