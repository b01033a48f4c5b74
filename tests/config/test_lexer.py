"""The lexical rules: strings, numbers, words, comments, and what is no token."""

import pytest

from pydhcpd.config.lexer import MAX_WORD_SIZE, next_token
from pydhcpd.config.problem import Refusal
from pydhcpd.config.source import Source
from pydhcpd.config.token import END, HEX, NAME, NUMBER, STRING


def tokens_of(text: str) -> list[tuple[str, str]]:
    """Kind and text of every token."""
    source = Source("c.conf", text.encode("latin-1"))
    tokens = []
    token, offset = next_token(source, 0)
    while token.kind != END:
        tokens.append((token.kind, token.text))
        token, offset = next_token(source, offset)
    return tokens


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10", NUMBER),
        ("-5", NUMBER),
        ("-", NUMBER),
        ("1a", HEX),
        ("0x10", HEX),
        ("0X10", HEX),
        ("0xzz", NAME),
        ("10-3", NAME),
        ("1st", NAME),
        ("a", HEX),
        ("x", HEX),
        ("tea", HEX),
        ("p1", HEX),
        ("host", NAME),
        ("add", NAME),
        ("ADD", NAME),
        ("a_b", NAME),
    ],
)
def test_words_are_numbers_names_or_both(text: str, kind: str) -> None:
    assert tokens_of(text) == [(kind, text)]


def test_dots_colons_and_underscores_are_tokens_of_their_own() -> None:
    assert tokens_of("a.b:1 _c") == [
        (HEX, "a"),
        (".", "."),
        (HEX, "b"),
        (":", ":"),
        (NUMBER, "1"),
        ("_", "_"),
        (HEX, "c"),
    ]


def test_comments_end_with_their_line_and_start_anywhere() -> None:
    assert tokens_of("a#b;\nc # d") == [(HEX, "a"), (HEX, "c")]


def test_slashes_are_no_comments() -> None:
    assert [kind for kind, _ in tokens_of("// x")] == ["/", "/", HEX]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a#b"', "a#b"),
        (r'"\t\r\n\b"', "\t\r\n\b"),
        (r'"\x41\101"', "AA"),
        (r'"\"\\\4\q"', '"\\4q'),
        (r'"a\08b"', "a\b"),  # observed: the digit is lost, the next letter is an escape
        ('"a\nb"', "a\nb"),
        ('"a\\\nb"', "a\nb"),
        ('"\xff"', "\xff"),
    ],
)
def test_strings(text: str, value: str) -> None:
    assert tokens_of(text) == [(STRING, value)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"abc', "eof in string constant"),
        (r'"abc\"', "eof in string constant"),
        (r'"\xzz"', "invalid hex digit: 7a"),
        (r'"\1b"', "invalid octal digit 62"),
        ("a" * (MAX_WORD_SIZE + 1), "token larger than internal buffer"),
    ],
)
def test_broken_tokens(text: str, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        tokens_of(text)
    assert caught.value.problem.text == message


def test_any_other_byte_is_a_token() -> None:
    assert tokens_of("\0\xef@") == [("\0", "\0"), ("\xef", "\xef"), ("@", "@")]
