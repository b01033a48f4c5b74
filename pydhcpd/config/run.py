"""Runs of plain declarations: what a file of 100,000 hosts or subclasses consists of.

A run is read by one regular expression and fed to the grammar as one terminal. Only the plain
form counts; whatever differs from it, mistakes included, is left to the grammar and its words.
`statements_of` gives the nodes the grammar would have made of the same text, places included.
"""

import re
from itertools import islice
from typing import Final

from pydhcpd.config.ast import Body, OptionName, OptionValue, Plain, PlainRun, Statement, Words
from pydhcpd.config.lexer import next_token, run_end
from pydhcpd.config.source import Source
from pydhcpd.config.token import NAME, Token

HOST: Final = "host"
SUBCLASS: Final = "subclass"
OPTION: Final = "option"

# Atomic groups for the reason given in lexer.py.
_GAP: Final = r"[ \t\n\v\f\r]*+(?>(?:\#[^\n]*+[ \t\n\v\f\r]*+)*)"
_BLANK: Final = r"[ \t\n\v\f\r]" + _GAP
_HEX: Final = r"[0-9A-Fa-f]{1,2}"
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# Far shorter than what the lexer refuses.
_LABEL: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}+"
_NAME: Final = rf"{_LABEL}(?>(?:\.{_LABEL})*)"
_TEXT: Final = r'"([^"\\]*+)"'
_QUAD: Final = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HARDWARE: Final = rf"hardware{_BLANK}ethernet{_BLANK}({_HEX}(?::{_HEX}){{5}})"
_ADDRESS: Final = rf"fixed-address{_BLANK}({_QUAD}|(?=[A-Za-z]){_NAME})"
_HOST_NAME: Final = rf'(option){_BLANK}host-name{_GAP}"([^"\\]++)"'


def _once(group: int, form: str) -> str:
    """A statement that captures this group, which may have no text yet."""
    return rf"(?({group})(?!)|{form}{_GAP};{_GAP})"


# One declaration and the blanks before it, or nothing where something else begins.
_PLAIN: Final = {
    HOST: re.compile(
        rf"{_GAP}host{_BLANK}({_NAME}){_GAP}\{{{_GAP}"
        rf"(?>(?:{_once(2, _HARDWARE)}|{_once(3, _ADDRESS)}|{_once(4, _HOST_NAME)})*)"
        r"(?(2)|(?!))\}|"
    ),
    SUBCLASS: re.compile(
        rf"{_GAP}subclass{_GAP}{_TEXT}{_GAP}(?:({_HEX}(?>(?::{_HEX})*))|{_TEXT}){_GAP};|"
    ),
}


def read_run(keyword: Token) -> PlainRun | None:
    """The run that starts with this word, or None if what follows is not plain."""
    plain = _PLAIN.get(keyword.text)
    if plain is None:
        return None
    source = keyword.source
    rows: list[tuple[str, ...]] = []
    end = keyword.offset
    for found in plain.finditer(source.text, end):
        if found.lastindex is None:
            break
        rows.append(found.groups(""))
        end = found.end()
    if not rows:
        return None
    last = source.text[end - 1]
    return PlainRun(keyword, Token(last, last, source, end - 1), tuple(rows))


def statements_of(run: PlainRun) -> tuple[Plain, ...]:
    """The statements of a run, each a node of its own."""
    statements: list[Plain] = []
    offset = run.token.offset
    while offset <= run.end.offset:
        statement, offset = _read_plain(run.token.source, offset)
        statements.append(statement)
    return tuple(statements)


def offsets_of(run: PlainRun) -> list[int]:
    """Where each statement of a run begins, or the blanks before it."""
    found = _PLAIN[run.token.text].finditer(run.token.source.text, run.token.offset)
    return [match.start() for match in islice(found, len(run.rows))]


def option_keywords(run: PlainRun) -> list[Token | None]:
    """The keyword `option` in each host of a run, where it has one."""
    source = run.token.source
    found = _PLAIN[HOST].finditer(source.text, run.token.offset)
    return [
        Token(NAME, OPTION, source, match.start(4)) if match[4] else None
        for match in islice(found, len(run.rows))
    ]


def statement_at(source: Source, offset: int) -> Plain:
    """The one statement of a run that begins there."""
    return _read_plain(source, offset)[0]


def _read_plain(source: Source, offset: int) -> tuple[Plain, int]:
    """One statement without mistakes, and the offset behind it."""
    keyword, start = next_token(source, offset)
    end = run_end(source, start)
    words = Words(source, start, end)
    last, behind = next_token(source, end)
    if last.kind == ";":
        return Plain(keyword, last, words, None), behind
    statements: list[Statement] = []
    while True:
        close, after = next_token(source, behind)
        if close.kind == "}":
            return Plain(keyword, close, words, Body(last, tuple(statements), close)), after
        read = _read_option if close.text == OPTION else _read_plain
        statement, behind = read(source, behind)
        statements.append(statement)


def _read_option(source: Source, offset: int) -> tuple[Statement, int]:
    """`option NAME VALUE;`."""
    keyword, start = next_token(source, offset)
    name, start = next_token(source, start)
    end = run_end(source, start)
    last, behind = next_token(source, end)
    words = Words(source, start, end)
    return OptionValue(keyword, last, OptionName(None, name), words), behind
