"""The lexical rules of dhcpd.conf(5): blanks, comments, strings, numbers, words.

Keywords are not known here: dhcpd's are words wherever the grammar does not ask for them.
"""

import re
from typing import Final

from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.source import Source
from pydhcpd.config.token import END, HEX, NAME, NUMBER, STRING, Token

# Observed with dhcpd 4.4.3-P1: one byte more is "token larger than internal buffer".
MAX_WORD_SIZE: Final = 1499

# Atomic groups, not possessive repeats of groups: with these Python 3.11.2, which is Debian 12's,
# goes on behind what a failed repetition has read (cpython issue 106052).
_TOKEN: Final = re.compile(
    r"(?>(?:[ \t\n\v\f\r]+|\#[^\n]*)*)"
    r"(?:(?P<word>[A-Za-z0-9-][A-Za-z0-9_-]*)"
    r'|"(?P<string>[^"\\]*)"'
    r'|"(?P<escaped>(?>(?:[^"\\]+|\\.)*))"'
    r"|(?P<other>.))?",
    re.DOTALL,
)
_HEX_WORD: Final = re.compile(r"(?:0[xX][0-9A-Fa-f]+|[A-Za-z0-9-][0-9A-Fa-f]*)\Z")
# Keywords that look like a number, which they never are.
_HEX_KEYWORDS: Final = frozenset(("add", "hba", "if", "of"))
_NUMBER: Final = re.compile(r"[0-9-][0-9]*\Z")
_RUN: Final = re.compile(r'(?>(?:[^;{}"#]+|"(?>(?:[^"\\]+|\\.)*)"|\#[^\n]*)*)', re.DOTALL)
_DEFINITION: Final = re.compile(r'(?>(?:[^;"#]+|"(?>(?:[^"\\]+|\\.)*)"|\#[^\n]*)*)', re.DOTALL)
_HEX_DIGITS: Final = "0123456789abcdefABCDEF"
_OCTAL_DIGITS: Final = "01234567"
_LETTER_ESCAPES: Final = {"t": "\t", "r": "\r", "n": "\n", "b": "\b"}


def next_token(source: Source, offset: int) -> tuple[Token, int]:
    """The token at or after an offset, and the offset behind it. May raise Refusal."""
    found = _TOKEN.match(source.text, offset)
    assert found is not None, "every part of the expression is optional"
    kind = found.lastgroup
    if kind is None:
        # The end of the file has no place of its own: it stands on what was read last.
        return Token(END, "", source, max(0, offset - 1)), found.end()
    text = found.group(kind)
    end = found.end()
    if kind == "word":
        token = Token(_word_kind(text), text, source, end - len(text))
        if len(text) > MAX_WORD_SIZE:
            raise Refusal(problem_at(token, "token larger than internal buffer"))
    elif kind == "other":
        token = Token(text, text, source, end - 1)
        if text == '"':
            raise Refusal(problem_at(token, "eof in string constant"))
    else:
        token = Token(STRING, text, source, end - len(text) - 2)
        if kind == "escaped":
            token.text = _resolve_escapes(token)
    return token, end


def run_end(source: Source, offset: int) -> int:
    """The end of a run of words: the next ";", "{" or "}", or the end of the file."""
    return _end_of(_RUN, source, offset)


def definition_end(source: Source, offset: int) -> int:
    """The end of an option definition, whose records are written in braces: the next ";"."""
    return _end_of(_DEFINITION, source, offset)


def _end_of(run: re.Pattern[str], source: Source, offset: int) -> int:
    found = run.match(source.text, offset)
    assert found is not None, "a run may be empty"
    end = found.end()
    # A quote can only stop a run when its string never ends.
    return len(source.text) if source.text[end : end + 1] == '"' else end


def _word_kind(text: str) -> str:
    if text.isdecimal() or _NUMBER.match(text):
        return NUMBER
    return HEX if _HEX_WORD.match(text) and text.lower() not in _HEX_KEYWORDS else NAME


def _resolve_escapes(token: Token) -> str:
    """The string's characters (dhcpd.conf(5)); an unknown escape stands for its character."""
    text = token.text
    characters: list[str] = []
    at = 0
    is_escaped = False  # as if a backslash stood before
    while at < len(text):
        if not is_escaped:
            if text[at] != "\\":
                characters.append(text[at])
                at += 1
                continue
            at += 1
        is_escaped = False
        escape = text[at]
        digits = text[at + 1 : at + 3]
        if escape == "x":
            _check_digits(token, digits, _HEX_DIGITS, "invalid hex digit: ")
            characters.append(chr(int(digits, 16)))
            at += 3
        elif escape == "0" and digits[:1] not in _OCTAL_DIGITS:
            # Observed: no NUL, and what follows the next character is read as an escape.
            is_escaped = True
            at += 2
        elif escape in "0123":
            _check_digits(token, digits, _OCTAL_DIGITS, "invalid octal digit ")
            characters.append(chr(int(escape + digits, 8)))
            at += 3
        else:
            characters.append(_LETTER_ESCAPES.get(escape, escape))
            at += 1
    return "".join(characters)


def _check_digits(token: Token, digits: str, allowed: str, text: str) -> None:
    for digit in digits.ljust(2, '"'):
        if digit not in allowed:
            raise Refusal(problem_at(token, f"{text}{ord(digit):x}"))
