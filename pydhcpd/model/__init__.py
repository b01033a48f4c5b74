"""Room: the frozen configuration."""
