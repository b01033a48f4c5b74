"""Splits option values as dhcpd.conf writes them into words, for the tests of this room."""

import re

from pydhcpd.options.word import Word, bare, quoted

TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(-?[0-9A-Za-z][0-9A-Za-z_-]*|-)|(\S))', re.ASCII)
ESCAPE = re.compile(r"\\([0-3][0-7][0-7]|.)")


def split_words(text: str) -> list[Word]:
    """The words of a value; escapes in strings are octal or a literal character."""
    words: list[Word] = []
    for match in TOKEN.finditer(text):
        string, name, other = match.groups()
        is_spaced = match.group()[0].isspace()
        if string is not None:
            words.append(quoted(ESCAPE.sub(unescape, string).encode("latin-1"), is_spaced))
        else:
            words.append(bare(name or other, is_spaced))
    return words


def unescape(match: re.Match[str]) -> str:
    """The character that an escape stands for."""
    escape = match.group(1)
    return chr(int(escape, 8)) if len(escape) == 3 else escape
