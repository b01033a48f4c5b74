"""Values and null (dhcp-eval(5)): what dhcpd 4.4.3-P1 printed for these, without any packet.

Without a packet an option, `hardware` and `known` have no value.
"""

import pytest

from pydhcpd.expression.context import empty_context
from pydhcpd.expression.node import execute_all
from tests.resolve.reading import configuration_of, evaluated

NOTHING = None

DATA = [
    ('"a"', b"a"),
    ("1:2:ff", b"\1\2\xff"),
    # A bare number where data is expected is one in hex.
    ("10", b"\x10"),
    ("option host-name", NOTHING),
    ("option agent.circuit-id", NOTHING),
    ("hardware", NOTHING),
    ('substring("abcdef", 1, 2)', b"bc"),
    ('substring("abcdef", 4, 10)', b"ef"),
    # Beyond the end is empty, which is not null; negative numbers are huge ones.
    ('substring("abc", 3, 1)', b""),
    ('substring("abc", 9, 1)', b""),
    ('substring("abc", -1, 2)', b""),
    ('substring("abc", 0, -1)', b"abc"),
    ("substring(option host-name, 0, 1)", NOTHING),
    ('suffix("abcdef", 2)', b"ef"),
    ('suffix("abc", 9)', b"abc"),
    ('suffix("abc", 0)', b""),
    ('suffix("abc", -1)', b"abc"),
    ("suffix(option host-name, 2)", NOTHING),
    ('concat("a", "b", "c")', b"abc"),
    ('concat("", "a")', b"a"),
    ('concat("a", option host-name)', NOTHING),
    ('lcase("ABCdef")', b"abcdef"),
    ('ucase("ABCdef")', b"ABCDEF"),
    # ASCII letters only.
    ("lcase(c3:c9:41)", b"\xc3\xc9a"),
    ("lcase(option host-name)", NOTHING),
    ('binary-to-ascii(16, 8, ":", 1:0:ff:7f)', b"1:0:ff:7f"),
    ('binary-to-ascii(10, 8, ".", a:0:0:1)', b"10.0.0.1"),
    ('binary-to-ascii(8, 8, "-", 8:40)', b"10-100"),
    ('binary-to-ascii(16, 16, ":", 1:2:3:4)', b"102:304"),
    ('binary-to-ascii(10, 32, ".", 0:0:1:0)', b"256"),
    ('binary-to-ascii(16, 8, "", 1:ab)', b"1ab"),
    ('binary-to-ascii(10, 8, ".", "")', b""),
    ("binary-to-ascii(10, 8, option host-name, 1:2)", NOTHING),
    ('binary-to-ascii(10, 8, ".", option host-name)', NOTHING),
    ("encode-int(1, 8)", b"\1"),
    # dhcpd reads on in its memory.
    ('encode-int(extract-int(lcase(""), 8), 8)', NOTHING),
    ('encode-int(extract-int("a", 16), 8)', NOTHING),
    # Numbers have 64 bits and no sign; what is written is what atoi makes of it.
    ("encode-int(-1 / 2, 32)", b"\xff\xff\xff\xff"),
    ("encode-int(1 * -5 % 3, 8)", b"\2"),
    ("encode-int(99999999999, 32)", b"\x48\x76\xe7\xff"),
    ("encode-int(7 % 0, 8)", NOTHING),
    # dhcpd counts digits in 32 bits: one too many for large numbers; no digits above base 16.
    ('binary-to-ascii(10, 32, ".", 3b:9a:ca:0:77:35:94:0)', b"1000000000.02000000000"),
    ('binary-to-ascii(12, 32, ".", ff:ff:ff:fe)', b"0009ba461592"),
    ('binary-to-ascii(17, 8, ".", 1:ff)', b"."),
    ('reverse(2, "abcd")', b"cdab"),
    ('pick(option host-name, "b")', b"b"),
    ('pick("", "b")', b""),
    ('v6relay(0, "a")', b"a"),
    ('v6relay(1, "a")', NOTHING),
    ("encode-int(258, 16)", b"\1\2"),
    ("encode-int(258, 8)", b"\2"),
    ("encode-int(16909060, 32)", b"\1\2\3\4"),
    ("encode-int(-1, 16)", b"\xff\xff"),
]

TESTS = [
    ('"a" = "a"', True),
    ('"a" = "A"', False),
    ('"a" != "b"', True),
    ("10 = 10", True),
    ('61 = "a"', True),
    # Both null is equal, one null is not.
    ("option host-name = option root-path", True),
    ("option host-name != option root-path", False),
    ('option host-name = "a"', False),
    ('option host-name != "a"', True),
    ('"" = option host-name', False),
    ("exists host-name", False),
    ("not exists host-name", True),
    ("static", False),
    ("not static", True),
    # Null counts as false, and so does its opposite.
    ("known", False),
    ("not known", False),
    ("not (known)", False),
    ('"a" = "a" and "a" = "b"', False),
    ('"a" = "b" and "a" = "a"', False),
    ('known and "a" = "a"', False),
    ('"a" = "a" and known', False),
    ('known or "a" = "a"', True),
    ('"a" = "b" or known', False),
    ("known or known", False),
    ('not known or "a" = "a"', True),
    # `and` and `or` bind alike; behind a comparison all the rest is taken whole.
    ('"a" = "a" or known and known', False),
    ('"a" = "b" and "a" = "a" or "a" = "a"', False),
]


def run(text: str) -> list[tuple[str, str]]:
    """What the statements of a file log when they are executed at start."""
    context = empty_context()
    execute_all(configuration_of(text).scope.statements, context)
    return context.log


@pytest.mark.parametrize(("expression", "value"), DATA)
def test_data(expression: str, value: bytes | None) -> None:
    logged = [] if value is None else [value.decode("latin-1")]
    assert [text for level, text in run(f"log(info, {expression});") if level == "info"] == logged


@pytest.mark.parametrize(("expression", "is_true"), TESTS)
def test_conditions(expression: str, is_true: bool) -> None:
    text = f'if {expression} {{ log(info, "yes"); }} else {{ log(info, "no"); }}'
    assert run(text) == [("info", "yes" if is_true else "no")]


def test_a_buffer_that_is_no_multiple_of_the_width() -> None:
    assert run('log(error, binary-to-ascii(16, 16, ":", 1:2:3));') == [
        ("error", "binary-to-ascii: length of buffer 3 not a multiple of width 2!")
    ]


def test_what_is_evaluated_says_so_once() -> None:
    # To match nothing is looked at twice, since dhcpd knows several kinds of it.
    text = 'if pick(packet(0, 4), suffix("", 3)) ~= "a" { }'
    assert [line for _, line in run(text)] == [
        "data: packet: raw packet not available",
        "data_string_new: src cannot be NULL tree.c(811)",
    ]


@pytest.mark.parametrize(
    "expression", ['reverse(0, "ab")', 'reverse(0, "")', 'binary-to-ascii(0, 8, ".", "a")']
)
def test_what_dhcpd_dies_of_has_no_value(expression: str) -> None:
    logged = run(f'log(info, pick({expression}, "null"));')
    assert logged[-1] == ("info", "null")


def test_an_option_without_value_keeps_its_place_and_sends_nothing() -> None:
    context = empty_context()
    text = 'option domain-name "d"; option domain-name = option nds-servers;'
    execute_all(configuration_of(text).scope.statements, context)
    assert evaluated(context).dhcp == {15: None}
