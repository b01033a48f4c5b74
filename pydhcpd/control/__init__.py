"""Room: what an admin may ask a running server, and what it answers."""
