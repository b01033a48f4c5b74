"""From text to the syntax tree: feeds the grammar, and goes on after mistakes.

The terminal of a word depends on what the grammar accepts at its place, so keywords stay usable
as names. A statement whose shape is wrong becomes a Mistake node in its place and reading goes on
behind it: at the next ";" of the same depth, or behind the brace that closes an opened body.
"""

from collections.abc import Callable
from typing import Final, cast, final

import lark
from lark.exceptions import UnexpectedToken

from pydhcpd.config.ast import Body, ConfigurationFile, Mistake, PlainRun, Statement, Words
from pydhcpd.config.diagnosis import ARGUMENTS, STRAY, diagnose, is_only_seen, terminal_of
from pydhcpd.config.grammar import start_parser
from pydhcpd.config.keyword import KEYWORDS, VALUES
from pydhcpd.config.lexer import definition_end, next_token, run_end
from pydhcpd.config.problem import Problem, Refusal, problem_at
from pydhcpd.config.run import read_run
from pydhcpd.config.source import Source
from pydhcpd.config.symbol import FileName, Run, Symbol, Whole
from pydhcpd.config.token import END, HEX, MISSING, NAME, NUMBER, STRING, WORDS, Token
from pydhcpd.options.server_rows import SERVER_ROWS

ReadFile = Callable[[str], bytes]
ReadRun = Callable[[Token], PlainRun | None]

# Files in files: reading them recurses, so there is a limit.
INCLUDE_LIMIT: Final = 50

TERMINALS: Final = {
    "and": "AND",
    "append": "VERB",
    "case": "CASE",
    "check": "CHECK",
    "code": "CODE",
    "config-option": "CONFIG_OPTION",
    "debug": "LEVEL",
    "default": "VERB",
    "define": "DEFINE",
    "defined": "DEFINED",
    "else": "ELSE",
    "elsif": "ELSIF",
    "error": "LEVEL",
    "eval": "EVAL",
    "execute": "FUNCTION",
    "exists": "EXISTS",
    "fatal": "LEVEL",
    "if": "IF",
    "include": "INCLUDE",
    "info": "LEVEL",
    "key": "KEY",
    "log": "FUNCTION",
    "match": "MATCH",
    "not": "NOT",
    "option": "OPTION",
    "or": "OR",
    "prepend": "VERB",
    "return": "RETURN",
    "send": "VERB",
    "set": "SET",
    "space": "SPACE",
    "spawn": "SPAWN",
    "supersede": "VERB",
    "switch": "SWITCH",
    "unset": "UNSET",
    "with": "WITH",
}
# What may be set to an expression.
PARAMETERS: Final = frozenset((*(name for _, name, _ in SERVER_ROWS), "server-identifier"))
PUNCTUATION: Final = {
    "!": "BANG",
    "%": "OPERATOR",
    "&": "OPERATOR",
    "(": "_LPAREN",
    ")": "RPAREN",
    "*": "OPERATOR",
    "+": "OPERATOR",
    ",": "COMMA",
    ".": "_DOT",
    "/": "OPERATOR",
    ":": "COLON",
    ";": "SEMICOLON",
    "=": "EQUALS",
    "^": "OPERATOR",
    "{": "LBRACE",
    "|": "OPERATOR",
    "}": "RBRACE",
    "~": "TILDE",
    STRING: "STRING",
}


# What completes a statement that has a mistake, in the order in which it is tried.
CLOSING: Final = ("HOLE", "RPAREN", "SEMICOLON", "LBRACE", "COLON", "EQUALS", "WORD", "STRING")
CLOSED: Final = ("SEMICOLON", "LBRACE", "COLON")


def parse_configuration(path: str, text: bytes, read_file: ReadFile) -> ConfigurationFile:
    """The syntax tree of a file and of all it includes.

    `read_file` gives an included file's bytes or raises OSError. Mistakes are nodes of the tree,
    so that they are reported in order with everything that is found out later.
    """
    return _Parse(Source(path, text), read_file, read_run, (path,)).run()


def parse_each_statement(path: str, text: bytes, read_file: ReadFile) -> ConfigurationFile:
    """The same tree with a node for each plain declaration, which takes far longer."""
    return _Parse(Source(path, text), read_file, _read_no_run, (path,)).run()


@final
class _Parse:
    """One file being read."""

    def __init__(
        self, source: Source, read_file: ReadFile, read_run: ReadRun, readers: tuple[str, ...]
    ) -> None:
        self._source = source
        self._read_file = read_file
        self._read_run = read_run
        self._readers = readers  # the files that are being read, outermost first
        self._state = start_parser()
        self._states = self._state.parse_conf.states
        self._offset = 0
        self._last: Token | None = None
        self._depth = 0
        self._no_peer_end = -1

    def run(self) -> ConfigurationFile:
        """Read the whole file."""
        while True:
            actions = self._states[self._state.position]
            try:
                token, behind = next_token(self._source, self._offset)
            except Refusal as refusal:
                self._skip(refusal.problem, False)
                continue
            terminal = self._terminal(token, behind, actions)
            if terminal == "$END":
                return self._finish(token)
            if terminal in ("WORDS", "DEFINITION", "FILE_NAME"):
                self._feed_run(terminal)
            elif "RUN" in actions and self._feed_many(token):
                continue
            elif terminal is not None and self._feed(Symbol(terminal, token)):
                self._count_depth(terminal)
                self._offset = behind
                self._last = token
            elif not self._feed_missing_semicolon(token):
                self._go_on_behind(token)

    def _terminal(
        self, token: Token, behind: int, actions: dict[str, tuple[object, ...]]
    ) -> str | None:
        """What the token is at this place, or None when it has no business here."""
        kind = token.kind
        terminal: str | None = None
        if kind in WORDS:
            terminal = self._word_terminal(token, behind, actions)
        elif kind == END:
            terminal = "RBRACE" if self._depth else "$END"
        elif kind == "%" and "MISTAKE" in actions:
            terminal = "WORD"  # an ignored statement
        elif kind == ":" and "_HEX_COLON" in actions and self._is_hex_at(behind):
            terminal = "_HEX_COLON"
        elif kind != "}" or self._depth:
            terminal = PUNCTUATION.get(kind)
        if terminal is not None and terminal in actions:
            return terminal
        for run in ("WORDS", "DEFINITION", "FILE_NAME"):
            if run in actions:
                return run
        return None

    def _word_terminal(
        self, token: Token, behind: int, actions: dict[str, tuple[object, ...]]
    ) -> str | None:
        keyword = TERMINALS.get(token.word)
        if keyword == "VERB" and token.word == "default" and self._is_colon_at(behind):
            keyword = "DEFAULT"
        if keyword is not None and keyword in actions:
            return keyword
        if "WORDS" in actions:
            return "WORDS"
        if "NAME" in actions:
            return _first_terminal(token)
        if token.kind != NAME and "DIGITS" in actions:
            return "DIGITS"
        if "HOLE" in actions:
            return _operand_terminal(token.word)
        return None if token.kind == NUMBER else "WORD"

    def _is_colon_at(self, offset: int) -> bool:
        return self._kind_at(offset) == ":"

    def _is_hex_at(self, offset: int) -> bool:
        return self._kind_at(offset) in (HEX, NUMBER)

    def _kind_at(self, offset: int) -> str:
        try:
            return next_token(self._source, offset)[0].kind
        except Refusal:
            return ""

    def _count_depth(self, terminal: str) -> None:
        if terminal == "LBRACE":
            self._depth += 1
        elif terminal == "RBRACE":
            self._depth -= 1

    def _feed_run(self, terminal: str) -> None:
        """Take raw words up to the end of the statement or its body."""
        find_end = definition_end if terminal == "DEFINITION" else run_end
        if self._last is not None and self._last.word == "no":
            self._no_peer_end = self._end_of_no_peer()
        end = self._no_peer_end
        if end <= self._offset:
            end = find_end(self._source, self._offset)
        words = Words(self._source, self._offset, end)
        if end == len(self._source.text):
            # So that the end of the file is placed behind the last token, not behind blanks.
            end = words.last_end()
        self._offset = end
        if terminal == "FILE_NAME":
            self._feed(self._include(words))
        else:
            self._feed(Run(terminal, words))

    def _end_of_no_peer(self) -> int:
        """Where `no failover peer` ends, which takes no semicolon; -1 if that is not here."""
        offset = self._offset
        try:
            for word in ("failover", "peer"):
                token, offset = next_token(self._source, offset)
                if token.word != word:
                    return -1
        except Refusal:
            return -1
        return offset

    def _feed_many(self, token: Token) -> bool:
        """Take plain declarations all at once; False where there is none."""
        run = self._read_run(token)
        if run is None:
            return False
        self._feed(Whole("RUN", run))
        self._offset = run.end.offset + 1
        self._last = run.end
        return True

    def _feed_missing_semicolon(self, token: Token) -> bool:
        """End the statement where the token stands, which whoever reads it complains of.

        False where the statement was not complete. The rest of it is skipped.
        """
        actions = self._states[self._state.position]
        if "SEMICOLON" not in actions or "MISTAKE" in actions:
            return False
        is_no_peer = self._offset == self._no_peer_end
        if is_no_peer:
            token = Token("", "", self._source, self._offset)
        if not self._feed(Symbol("SEMICOLON", token)):
            return False
        if not is_no_peer and token.kind not in ("}", END):
            self._offset = self._statement_end(self._offset)
        return True

    def _feed(self, symbol: Symbol | Run | FileName | Whole) -> bool:
        """Give the parser a terminal; False when it cannot take it."""
        try:
            self._state.feed_token(cast(lark.Token, symbol))
        except UnexpectedToken:
            return False
        return True

    def _finish(self, end: Token) -> ConfigurationFile:
        result: tuple[Statement, ...] = self._state.feed_token(
            cast(lark.Token, Symbol("$END", end)), is_end=True
        )
        return ConfigurationFile(self._source, result, end)

    # Mistakes.

    def _go_on_behind(self, token: Token) -> None:
        """Close the statement that the token cannot be a part of, or drop it."""
        stack = self._state.value_stack
        text = diagnose(stack, token)
        if text is None:
            self._skip(problem_at(token, STRAY), True)
            return
        place = token
        is_hole = "HOLE" in self._states[self._state.position]
        if self._last is not None and is_only_seen(text, is_hole):
            place = self._last if token.position.line != self._last.position.line else token
        missing = Token(MISSING, text, self._source, place.offset)
        if self._close(token, missing):
            self._offset = self._statement_end(self._offset)
        else:
            self._skip(problem_at(place, text), False)

    def _close(self, token: Token, missing: Token) -> bool:
        """Feed what a complete statement would have here; False if that is not possible."""
        if token.kind == ":" and self._feed(Symbol("_HEX_COLON", token)):
            self._feed(Symbol("DIGITS", missing))
        elif terminal_of(self._state.value_stack[-1]) in ("BANG", "TILDE"):
            self._feed(Symbol("EQUALS", Token("=", "=", self._source, missing.offset)))
            self._feed(Symbol("BROKEN", missing))
        fed = ""
        while fed not in CLOSED:
            actions = self._states[self._state.position]
            fed = next(
                (one for one in CLOSING if one in actions and self._feed(Symbol(one, missing))),
                "",
            )
            if not fed:
                return False
            if fed == "EQUALS":
                self._feed(Symbol("BROKEN", missing))
        if fed == "LBRACE":
            self._feed(Symbol("RBRACE", missing))
        return True

    def _skip(self, problem: Problem, is_stray: bool) -> None:
        """Leave the statement, skip the rest of it, and put a Mistake in its place."""
        state = self._state
        first: object = None
        while "MISTAKE" not in self._states[state.position]:
            state.state_stack.pop()
            first = state.value_stack.pop()
            if isinstance(first, Body) and first.open.kind == MISSING:
                problem = problem_at(first.open, first.open.text)  # said before
        start = self._offset
        self._offset = self._statement_end(start)
        end = Token(";", "", self._source, max(start, self._offset - 1))
        self._last = end
        keyword = first.token if isinstance(first, Symbol) else end
        is_taken = self._feed(Whole("MISTAKE", Mistake(keyword, end, problem, is_stray)))
        assert is_taken, "statements follow wherever a mistake is accepted"

    def _statement_end(self, offset: int) -> int:
        """Behind the next ";" at this depth or behind the body that is opened first."""
        depth = 0
        text = self._source.text
        while True:
            offset = run_end(self._source, offset)
            found = text[offset : offset + 1]
            if not found:
                return offset
            if found == "}" and depth == 0 and self._depth:
                return offset
            offset += 1
            if found == "{":
                depth += 1
            elif found == "}":
                depth -= 1
            if depth <= 0 and found != "{":
                return offset

    # Included files.

    def _include(self, words: Words) -> FileName:
        try:
            tokens = words.tokens()
        except Refusal:
            return FileName(words)
        if not tokens or tokens[0].kind != STRING:
            return FileName(words)
        path = tokens[0].text
        if path in self._readers:
            return FileName(words, refusal=f"{path}: included by itself.")
        if len(self._readers) > INCLUDE_LIMIT:
            return FileName(words, refusal=f"{path}: included too deeply.")
        try:
            text = self._read_file(path)
        except OSError as error:
            return FileName(words, failure=error.strerror or str(error))
        readers = (*self._readers, path)
        source = Source(path, text)
        content = _Parse(source, self._read_file, self._read_run, readers).run()
        return FileName(words, content)


def _first_terminal(token: Token) -> str | None:
    """What the first word of a statement is."""
    if token.kind == NUMBER:
        return None
    if token.word in PARAMETERS:
        return "PARAMETER"
    if token.word in KEYWORDS:
        return "WORD"
    return "DIGITS" if token.kind == HEX else "NAME"


def _operand_terminal(word: str) -> str | None:
    """What a word is in an expression."""
    if word in VALUES:
        return "VALUE"
    if word in ARGUMENTS and word not in TERMINALS:
        return "CALLED" if ARGUMENTS[word] else "ALONE"
    return None if word in KEYWORDS else "WORD"


def _read_no_run(token: Token) -> None:
    """Leave every declaration to the grammar."""
