"""Widgets that know nothing of the gateway."""
