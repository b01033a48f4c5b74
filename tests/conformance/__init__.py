"""The conformance runner: what it reads, sends, sees and calls different (no root needed)."""
