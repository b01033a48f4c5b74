"""Text -> tree -> text -> tree: the same tree, the same comments, and nothing left to change."""

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pydhcpd.config.ast import ConfigurationFile
from pydhcpd.config.flaw import find_flaws
from pydhcpd.config.lexer import next_token
from pydhcpd.config.parser import parse_configuration
from pydhcpd.config.printer import print_file
from pydhcpd.config.token import END
from tests.config.shape import shape
from tests.corpus import corpus_files

WORD = st.sampled_from(["a", "x-y", "10", "0x1f", "be", "host", "if", "10-3", '"s"', '"a\\"#;\n"'])
NAME = st.sampled_from(["a", "routers", "host-name", "x_1", "option"])
GAP = st.sampled_from(
    ["", "", "", "\n", "\n\n", "\t", "\r\n", " # c\n", "\n# d }\n\n", "\n\n\n#\n"]
)
# Texts of tokens.
Written = st.SearchStrategy[list[str]]


def tokens(*parts: "str | Written") -> Written:
    """Parts one after the other."""
    lists = [st.just(part.split()) if isinstance(part, str) else part for part in parts]
    return st.tuples(*lists).map(lambda several: [token for one in several for token in one])


def one(strategy: "st.SearchStrategy[str]") -> Written:
    return strategy.map(lambda token: [token])


def joined(strategy: Written, between: str, most: int = 3) -> Written:
    """One or more, with something between them."""
    return st.lists(strategy, min_size=1, max_size=most).map(
        lambda several: [
            token for index, one in enumerate(several) for token in ([between] * (index > 0) + one)
        ]
    )


words = st.lists(
    st.one_of(WORD, st.sampled_from([",", ".", ":", "=", "10.0.0.1", "2001:db8::1", "::"])),
    max_size=8,
)
name = st.one_of(one(NAME), tokens(one(NAME), ".", one(NAME)))
operand: Written = st.deferred(
    lambda: st.one_of(
        one(st.sampled_from(['"s"', "known", "hardware", "10"])),
        joined(one(st.sampled_from(["1", "ff", "be"])), ":"),
        tokens("option", name),
        tokens("exists", name),
        tokens("not", operand),
        tokens("concat (", joined(expression, ","), ")"),
        tokens("(", expression, ")"),
    )
)
expression: Written = st.deferred(
    lambda: st.one_of(
        operand,
        *(
            tokens(operand, operator, operand)
            for operator in ("=", "! =", "~ =", "~ ~", "and", "or", "+", "%")
        ),
    )
)
condition = expression.filter(lambda written: written[0] != "(")
body: Written = st.deferred(lambda: tokens("{", statements, "}"))
statement: Written = st.deferred(
    lambda: st.one_of(
        tokens(one(st.sampled_from(["range", "x", "Host", "lease"])), words, ";"),
        tokens(one(st.sampled_from(["host", "group", "pool", "class"])), words, body),
        tokens("key a {", "algorithm b ;", "}", st.sampled_from([[], [";"]])),
        tokens("option", name, words.filter(lambda some: some[:1] not in (["="], ["."])), ";"),
        tokens("supersede", name, "=", expression, ";"),
        tokens("option", name, "code 250 = {", joined(one(NAME), ","), "} ;"),
        tokens("if", condition, body),
        tokens("if", condition, body, "elsif", condition, body, "else", body),
        tokens("if", condition, body, "else if", condition, body),
        tokens(
            "switch (", expression, ") { case", expression, ":", statements, "default :"
        ).flatmap(lambda head: tokens(st.just(head), statements, "}")),
        tokens("match if", expression, ";"),
        tokens("log ( info ,", expression, ") ;"),
        tokens("default-lease-time =", expression, ";"),
        tokens('include "nowhere" ;'),
    )
)
statements: Written = st.lists(statement, max_size=3).map(
    lambda several: [token for one in several for token in one]
)


@st.composite
def configuration(draw: st.DrawFn) -> str:
    """A text whose tokens stand apart in any way."""
    text = ""
    for token in draw(statements):
        gap = draw(GAP)
        is_apart = gap[:1].isspace() or token in ";,{" or text[-1:] in ("", " ", "\n", "\t")
        text += (gap if is_apart else f" {gap}") + token
    return text + draw(GAP)


def read(text: bytes) -> ConfigurationFile:
    def refuse(path: str) -> bytes:
        raise OSError(2, "No such file or directory")

    return parse_configuration("c.conf", text, refuse)


def comments(file: ConfigurationFile) -> list[str]:
    """The comments of a text, in order."""
    text = file.source.text
    found: list[str] = []
    token, behind = next_token(file.source, 0)
    start = 0
    while True:
        end = len(text) if token.kind == END else token.offset
        found.extend(one.rstrip() for one in re.findall(r"#[^\n]*", text[start:end]))
        if token.kind == END:
            return found
        start = behind
        token, behind = next_token(file.source, behind)


def check(text: bytes) -> bool:
    """Print and read again; False if the text has mistakes."""
    file = read(text)
    if find_flaws(file):
        return False
    once = print_file(file)
    again = read(once)
    assert shape(again) == shape(file)
    assert comments(again) == comments(file)
    assert print_file(again) == once
    assert once == b"" or re.search(rb"[ \t]\n|\n\n\n|\A\n|\n\n\Z|[^\n]\Z", once) is None
    return True


@given(configuration())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_tree(text: str) -> None:
    assume(check(text.encode("latin-1")))


def test_public_configurations() -> None:
    files = corpus_files("conf")
    printed = sum(check(path.read_bytes()) for path in files)
    assert printed > len(files) * 3 // 4
