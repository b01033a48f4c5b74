"""Files that nobody wrote by hand: huge, deep, binary, including one another without an end."""

import time
from collections.abc import Callable

import pytest

from pydhcpd.config.flaw import find_flaws
from pydhcpd.config.parser import INCLUDE_LIMIT, parse_configuration
from pydhcpd.config.printer import print_file
from pydhcpd.config.source import EXCERPT_SIZE
from pydhcpd.resolve.resolution import Resolution, resolve_configuration
from pydhcpd.resolve.walk import PROBLEM_LIMIT
from tests.config.reading import parse

MEGABYTE = 1_000_000


def resolve(text: bytes) -> Resolution:
    return resolve_configuration(parse_configuration("c.conf", text, no_file), None)


def no_file(path: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory")


def first(text: bytes) -> str:
    """The first thing that is said, or `accepted`."""
    resolution = resolve(text)
    if resolution.configuration is not None:
        return "accepted"
    return resolution.messages[0][1] if resolution.messages else str(resolution.fatal)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # As dhcpd 4.4.3-P1 says it.
        (b"\xef\xbb\xbfauthoritative;\n", "c.conf line 0: expecting a parameter or declaration"),
        (b"authoritative;\r\nfoo bar;\r\n", "c.conf line 2: semicolon expected."),
        (b"\0", "c.conf line 0: expecting a parameter or declaration"),
        (b"authoritative;\n\0\0\n", "c.conf line 1: expecting a parameter or declaration"),
        (b"authoritative\0;", "c.conf line 1: semicolon expected."),
        (b"host caf\xe9 { }\n", "c.conf line 1: expecting left brace."),
        (b"# caf\xe9 \xff\xfe\0\nauthoritative; # \x80\n", "accepted"),
        (b'option host-name "caf\xe9\xff\0";\r\n', "accepted"),
        (b"\x0b\x0c\r authoritative\x0b;", "accepted"),
        (b"", "accepted"),
        (b"#", "accepted"),
    ],
)
def test_bytes_that_are_no_text(text: bytes, said: str) -> None:
    assert first(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"x" * 10 * MEGABYTE, "c.conf line 1: token larger than internal buffer"),
        (b'option host-name "' + b"x" * 10 * MEGABYTE, "c.conf line 1: eof in string constant"),
        (b"#" * 10 * MEGABYTE + b"\n}", "c.conf line 0: expecting a parameter or declaration"),
        (b" " * 10 * MEGABYTE + b"authoritative;", "accepted"),
        (b"\0" * 10 * MEGABYTE, "c.conf line 0: expecting a parameter or declaration"),
        (
            b"host a { hardware ethernet " + b"1:" * (MEGABYTE // 10) + b"1; }",
            "hardware address too long",
        ),
        (b'option host-name "' + b"\\0x" * MEGABYTE + b'";', "accepted"),
    ],
)
def test_lines_of_ten_megabytes(text: bytes, said: str) -> None:
    assert first(text).endswith(said)


def test_a_huge_line_is_quoted_in_part() -> None:
    resolution = resolve(b"authoritative; " * 10_000 + b"foo bar; " + b"authoritative; " * 10_000)
    located, quoted, caret = (text for _, text in resolution.messages)
    assert located == "c.conf line 1: semicolon expected."
    assert len(quoted) <= EXCERPT_SIZE
    assert quoted[len(caret) - 1 :].startswith("bar;")


def test_mistakes_are_counted_up_to_a_limit() -> None:
    resolution = resolve(b";" * (PROBLEM_LIMIT + 10))
    assert resolution.fatal == f"{PROBLEM_LIMIT} mistakes: more are not looked for."
    assert len(resolution.messages) == 3 * PROBLEM_LIMIT


@pytest.mark.parametrize(
    "opening",
    [
        "group {",
        "if known {",
        "host a {",
        "switch (known) {",
        "{",
        'class "a" {',
        "if known { } else {",
    ],
)
@pytest.mark.parametrize("is_closed", [False, True])
def test_bodies_in_bodies(opening: str, is_closed: bool) -> None:
    text = opening * 5_000 + "}" * (5_000 * is_closed)
    assert first(text.encode()).startswith("c.conf line ")
    assert find_flaws(parse(text)) != []


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("not ", ""),
        ('concat("a", ', ")"),
        ("lcase(", ")"),
        ("option ", ""),
        ("1:", "1"),
    ],
)
def test_expressions_in_expressions(opening: str, closing: str) -> None:
    text = f"option host-name = {opening * 5_000}option host-name{closing * 5_000};"
    assert "c.conf line 1: " in first(text.encode())


def test_long_chains_are_no_nesting() -> None:
    condition = 'option host-name = "a" or ' * 400 + "known"
    branches = 'elsif option host-name = "a" { } ' * 5000
    assert first(f"if {condition} {{ }} {branches} else {{ }}".encode()) == "accepted"


# Included files.


def test_a_file_that_includes_itself() -> None:
    tree = parse('include "a";', {"a": 'authoritative; include "a";'})
    messages = [text for _, text in resolve_configuration(tree, None).messages]
    assert messages[0] == "a line 1: a: included by itself."


def test_files_that_include_one_another() -> None:
    tree = parse('include "a";', {"a": 'include "b";', "b": '\ninclude "a";'})
    messages = [text for _, text in resolve_configuration(tree, None).messages]
    assert messages[0] == "b line 2: a: included by itself."
    assert [text for text in messages if "bad parse" in text] == [
        "a line 1: b: bad parse.",
        "c.conf line 1: a: bad parse.",
    ]


def test_files_in_files_have_a_limit() -> None:
    files = {str(number): f'include "{number + 1}";' for number in range(1000)}
    tree = parse('include "0";', files)
    messages = [text for _, text in resolve_configuration(tree, None).messages]
    limit = INCLUDE_LIMIT
    assert messages[0] == f"{limit - 1} line 1: {limit}: included too deeply."
    assert len(find_flaws(tree)) == 0


def test_many_files_side_by_side_are_read() -> None:
    files = {str(number): f"host h{number} {{ }}" for number in range(1000)}
    tree = parse("".join(f'include "{name}";\n' for name in files), files)
    configuration = resolve_configuration(tree, None).configuration
    assert configuration is not None
    assert len(configuration.hosts) == 1000


# Twice as much takes twice the time.


@pytest.mark.parametrize(
    "written",
    [
        lambda n: "foo " * n,
        lambda n: "foo bar; " * n,
        lambda n: "};" * n,
        lambda n: "option ;" * n,
        lambda n: "group {" * n + "}" * n,
        lambda n: "#\n" * n + "foo bar;",
        lambda n: 'option host-name "' + "\\0a" * n + '";',
        lambda n: "option routers " + "1.2.3.4," * n + "1.2.3.4;",
        lambda n: "option host-name = concat(" + '"a", ' * n + '"b");',
        lambda n: "if known " + "and known " * n + "{ }",
        lambda n: "".join(f'host h{i} {{ option host-name "x"; }}\n' for i in range(n)),
        lambda n: "host h { hardware ethernet 1:2:3:4:5:6; }\n" * n,
        lambda n: "".join(f'class "c{i}" {{ match if known; }}\n' for i in range(n)),
    ],
    ids=range(13),
)
def test_time_grows_with_the_size_and_no_faster(written: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        text = written(size).encode()
        start = time.process_time()
        tree = parse_configuration("c.conf", text, no_file)
        if resolve_configuration(tree, None).configuration is not None:
            print_file(tree)
        return time.process_time() - start

    size = 500
    # Eight times as much would take 64 times as long if time grew with the square.
    ratios = [seconds(8 * size) / seconds(size) for _ in range(3)]
    assert min(ratios) < 24
