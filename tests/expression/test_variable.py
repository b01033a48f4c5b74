"""Variables and functions (dhcp-eval(5)), as dhcpd 4.4.3-P1 printed for these."""

import pytest

from pydhcpd.expression.boolean import Known
from pydhcpd.expression.context import empty_context
from pydhcpd.expression.control import If
from pydhcpd.expression.node import execute_all
from tests.resolve.reading import configuration_of, messages_of

SAME = "define same(given) { return given; } "


def printed(text: str) -> list[str]:
    """What the statements of a file log at the start."""
    context = empty_context()
    execute_all(configuration_of(text).scope.statements, context)
    return [line for _, line in context.log]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('set vv = "a"; set vv = concat(vv, "b"); log(info, pick(vv, "null"));', ["null"]),
        ('set one = "a"; set two = one; log(info, two);', ["a"]),
        # A function sets what its caller knows, and what is new only for itself.
        (
            'set out = "1"; define fun(given) { set out = "2"; set inner = "3"; return out; }'
            ' set result = fun("a"); log(info, out); log(info, result);'
            ' log(info, pick(inner, "null"));',
            ["2", "2", "null"],
        ),
        # `return` leaves all lists of a function, but not with null.
        (
            'define first(given) { if given = "1" { return "one"; } log(info, "after");'
            ' return "two"; }'
            ' set out = first("1"); log(info, out); set out = first("2"); log(info, out);',
            ["one", "after", "two"],
        ),
        (
            'define first(given) { return null; log(info, "after"); return "two"; }'
            ' set out = first("1"); log(info, out);',
            ["after", "two"],
        ),
        # Elsewhere it ends nothing.
        ('return "a"; log(info, "on");', ["on"]),
        (SAME + 'set out = same("a", "b");', ["same: too many arguments."]),
        ("define two(one, other) { } set out = two(one);", ["two: too few arguments."]),
        ('set out = nowhere("a");', ["nowhere: no such function."]),
        ('set text1 = "a"; set out = text1("a");', ["text1: not a function."]),
        (
            SAME + 'log(info, same("a"));',
            ["Bogus opcode in evaluate_data_expression: 45"],
        ),
        (
            SAME + 'if same("a") { log(info, "yes"); }',
            [
                "same() returned type 1 in evaluate_boolean_expression.",
                "Bogus opcode in evaluate_boolean_expression: 45",
            ],
        ),
        (SAME + 'if same("a") = "a" { log(info, "yes"); }', ["yes"]),
        (
            'set vv = extract-int("a", 8); log(info, vv); if vv { }',
            [
                "binding type 2 in evaluate_data_expression.",
                "binding type 2 in evaluate_boolean_expression.",
            ],
        ),
        (SAME + "unset same;", ["execute.c(427): invalid binding type: 4"]),
    ],
)
def test_what_is_printed(text: str, lines: list[str]) -> None:
    assert printed(text) == lines


def test_a_function_that_calls_itself_comes_to_an_end() -> None:
    # dhcpd dies of it.
    text = 'define deep(given) { set inner = deep(given); return "r"; } set out = deep("a");'
    assert printed(text) == ["deep: calls nested too deeply."]


def test_an_option_that_speaks_of_itself_comes_to_an_end() -> None:
    # dhcpd dies of it.
    text = 'option domain-name = concat(config-option domain-name, "x");'
    assert printed(text + " log(info, config-option domain-name);") == []


def test_deep_nesting_is_refused() -> None:
    text = f'log(info, {"lcase(" * 3000}"a"{")" * 3000});'
    assert messages_of(text)[0] == "c.conf line 1: expression nested too deeply"


def test_a_long_chain_of_conditions_that_folds() -> None:
    chain = 'elsif "a" = "b" { option domain-name "b"; } ' * 3000
    text = f'if "a" = "b" {{ }} {chain} else {{ option domain-name "z"; }}'
    (statement,) = configuration_of(text).scope.statements
    assert statement.is_constant
    assert not If(Known(), (statement,), ()).is_constant


def test_a_long_chain_of_conditions() -> None:
    chain = " or ".join(['option host-name = "a"'] * 2000)
    assert printed(f'if {chain} or "b" = "b" {{ log(info, "yes"); }}') == ["yes"]
