"""Texts on the way out: they are Latin-1, a character for each byte, as in the configuration."""

import sys
from collections.abc import Iterable


def write_lines(lines: Iterable[str]) -> None:
    """Print lines as the bytes that they stand for."""
    text = "".join([f"{line}\n" for line in lines])
    sys.stdout.buffer.write(text.encode("latin-1", "backslashreplace"))
    sys.stdout.buffer.flush()
