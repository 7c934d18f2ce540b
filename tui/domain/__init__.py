"""What is true: frozen dataclasses and pure functions, standard library only."""
