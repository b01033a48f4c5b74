"""Room: why a client would get what it would get."""
