"""Room: option spaces, formats and tables."""
