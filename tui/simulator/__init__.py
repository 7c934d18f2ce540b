"""A stand-in gateway on a real socket, in a process of its own; it shares no code with the client."""
