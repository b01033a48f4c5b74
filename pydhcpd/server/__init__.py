"""Room: composition of the cores."""
