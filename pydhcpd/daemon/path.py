"""File names: texts here are Latin-1, a character for each byte, as in the configuration."""

import os


def file_name(text: str) -> bytes:
    """The bytes of a path that came from the command line, the environment or dhcpd.conf."""
    return text.encode("latin-1")


def text_of(name: str) -> str:
    """The text of a word that the operating system gave us."""
    return os.fsencode(name).decode("latin-1")
