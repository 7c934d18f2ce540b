"""Where settings come from and where files go."""
