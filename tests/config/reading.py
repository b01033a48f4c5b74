"""Parsing texts in tests."""

from pydhcpd.config.ast import ConfigurationFile, Statement
from pydhcpd.config.parser import parse_configuration


def parse(text: str, files: dict[str, str] | None = None) -> ConfigurationFile:
    """The tree of a file `c.conf`; `files` may be included."""

    def read_file(path: str) -> bytes:
        if files is None or path not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[path].encode("latin-1")

    return parse_configuration("c.conf", text.encode("latin-1"), read_file)


def only_statement(text: str) -> Statement:
    """The one statement of a text."""
    (statement,) = parse(text).statements
    return statement
