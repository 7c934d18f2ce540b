"""The engine without a screen: keep-alive, lines about what changes, and whatever else is served beside it."""
