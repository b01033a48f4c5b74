"""Expressions that stand as statements; every verdict was observed with dhcpd 4.4.3-P1."""

import pytest

from pydhcpd.config.diagnosis import ARGUMENTS
from pydhcpd.config.keyword import KEYWORDS, VALUES
from pydhcpd.resolve.expression import WORDS
from pydhcpd.resolve.function import FUNCTIONS
from pydhcpd.resolve.statements import ROWS
from tests.resolve.reading import configuration_of, messages_of


@pytest.mark.parametrize(
    "text",
    [
        "vv;",
        'vv ~= "a" and known;',
        "vv != 5;",
        'vv or "a" = "b";',
        'vv + extract-int("ab", 8);',
        'ab:cd = "a";',
        "if known { vv and known; }",
        'class "c" { vv ~~ "a"; }',
    ],
)
def test_an_unknown_word_begins_an_expression(text: str) -> None:
    assert messages_of(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('vv = "a" + "b";', "illegal expression relating different types"),
        ('vv = "a" = "b";', "illegal expression relating different types"),
        ("vv + 1;", "expecting numeric expressions"),
        ("vv ~= vv;", "expecting data expression"),
        ('vv ~ "a";', "expecting ~= or ~~ operator"),
        ('vv ! "a";', "! in boolean context without ="),
        ("vv = ;", "expecting right-hand side."),
        ('vv = "a" "b";', "semicolon expected."),
        ('vv = "a" { }', "semicolon expected."),
        ("ab:zz;", "expecting hexadecimal number."),
        ("abc = ;", "abc exceeds max (255) for precision."),
        ('subnet = "a";', "expecting numeric value."),
        ("ping-check and known;", "expecting boolean."),
    ],
)
def test_what_is_wrong_with_it(text: str, message: str) -> None:
    assert messages_of(text)[0] == f"c.conf line 1: {message}"


@pytest.mark.parametrize("text", ["vendor = ;", "hex;", 'lcase("a") = "a";', "known and known;"])
def test_a_keyword_begins_none(text: str) -> None:
    stray = "c.conf line 0: expecting a parameter or declaration"
    assert messages_of(text)[0] == stray


def test_a_statement_is_evaluated() -> None:
    assert messages_of('vv = gg("a");') == ["gg: no such function."]


def test_types_are_judged_before_the_shape_of_what_follows() -> None:
    text = 'vv and "a" / ; log(info, "x");'
    assert messages_of(text)[0] == "c.conf line 1: expecting boolean expressions"
    assert messages_of('if "a" ; { }')[0] == "c.conf line 1: Expecting a boolean expression."


def test_digits_are_a_number_behind_a_number_only() -> None:
    """What counts is the operand before, not what comes of the operators before it."""
    different = "c.conf line 1: illegal expression relating different types"
    assert messages_of("vv * vv * 1;")[0] == different
    assert messages_of("vv * lease-time * 1;") == ["data: leased_lease: not available"]


def test_a_parameter_that_the_configuration_defines_is_none() -> None:
    definition = "option server.foo code 250 = text; "
    text = f'{definition}foo and "x";'
    assert messages_of(text)[0] == "c.conf line 1: semicolon expected."
    configuration = configuration_of(f'{definition}foo = lcase("X");')
    assert configuration.parameters[250] == b"x"


def test_the_line_is_that_of_what_was_taken_last() -> None:
    """A missing operand is only looked for, a missing mark was something else that was taken."""
    assert messages_of("vv\n=\n;")[0] == "c.conf line 2: expecting right-hand side."
    assert messages_of("set vv =\nlcase(\n)\n;")[0] == "c.conf line 2: expecting data expression."
    assert messages_of('set vv =\nlcase\n"a";')[0] == "c.conf line 3: left parenthesis expected."
    assert messages_of('set vv = lcase("a"\n,\n"b");')[0] == (
        "c.conf line 2: right parenthesis expected."
    )


def test_a_log_without_data_is_dropped_wherever_it_ends() -> None:
    assert messages_of('log() log(info, "x");') == []
    assert messages_of('log(update "a") zork; log(info, "x");') == ["x"]


def test_a_log_without_data_takes_its_conditions_with_it_but_no_else() -> None:
    assert messages_of('if known { if static { log(; } } log(info, "x");') == ["x"]
    for text in ("if known { log(; } else { }", "if known { } else { log(; }"):
        stray = "c.conf line 1: expecting a parameter or declaration"
        assert messages_of(text)[0] == stray


def test_a_body_that_was_not_opened_is_missed_whatever_follows() -> None:
    for text in ("if known 5 { } else { }", "if known { } elsif static 5 { } else { }"):
        assert messages_of(text)[0] == "c.conf line 1: left brace expected."
    assert messages_of("if known } else { }")[0] == "c.conf line 1: left brace expected."


def test_the_parser_and_the_tables_know_the_same_words() -> None:
    assert WORDS.keys() == VALUES
    assert {*FUNCTIONS, "log", "execute"} == ARGUMENTS.keys()


def test_every_keyword_without_a_row_is_refused_as_a_statement() -> None:
    assert {"substring", "request", "script", "timeout"} <= KEYWORDS - ROWS.keys()
