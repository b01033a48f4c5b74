"""Texts on the way out: they are Latin-1, a character for each byte, as in the configuration."""

import sys
from collections.abc import Iterable
from typing import TextIO


def write_lines(lines: Iterable[str], stream: TextIO = sys.stdout) -> None:
    """Print lines as the bytes that they stand for."""
    text = "".join([f"{line}\n" for line in lines])
    stream.flush()
    stream.buffer.write(text.encode("latin-1", "backslashreplace"))
    stream.buffer.flush()
