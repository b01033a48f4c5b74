"""Loading grammar/dhcpd.lark: package data first, then beside the package."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Final, final

from lark import Lark, Token
from lark.common import LexerConf
from lark.lexer import Lexer, LexerState
from lark.parsers.lalr_parser_state import ParserState

from pydhcpd.config.builder import Builder

_PLACES: Final = ("grammar/dhcpd.lark", "../grammar/dhcpd.lark")


@final
class _FedLexer(Lexer):
    """The parser is fed by pydhcpd.config.parser and never asks for tokens."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        """Nothing of the configuration is needed."""

    def lex(self, lexer_state: LexerState, parser_state: object) -> Iterator[Token]:
        return iter(())


@cache
def load_grammar() -> Lark:
    """The grammar with its builder; made once, then never changed."""
    for place in _PLACES:
        try:
            text = pkgutil.get_data("pydhcpd", place)
        except FileNotFoundError:
            continue
        if text is not None:
            return Lark(
                text.decode(),
                parser="lalr",
                lexer=_FedLexer,
                start="configuration",
                transformer=Builder(),
            )
    raise FileNotFoundError("grammar/dhcpd.lark is missing from the installation")


def start_parser() -> "ParserState[int]":
    """A parser before its first token."""
    return load_grammar().parse_interactive("").parser_state
