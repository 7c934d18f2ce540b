"""One pane a module; none knows another."""
