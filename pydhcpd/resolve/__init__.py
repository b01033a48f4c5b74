"""Room: syntax tree to configuration."""
