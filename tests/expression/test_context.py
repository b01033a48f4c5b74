"""Expressions and statements that look at a packet (dhcp-eval(5))."""

import pytest

from pydhcpd.expression.boolean import Equal, Known
from pydhcpd.expression.context import Context
from pydhcpd.expression.control import If
from pydhcpd.expression.data import Constant, Hardware, RequestOption
from pydhcpd.expression.node import Expression
from pydhcpd.expression.state import OptionState
from pydhcpd.expression.statement import APPEND, DEFAULT, PREPEND, SUPERSEDE, Log, SetOption
from tests.resolve.reading import configuration_of, execute

HARDWARE = b"\1\2\0\0\0\1\1"


def packet() -> Context:
    context = Context({12: b"name", 60: b"", 82: b"\1\1c"}, {"agent": {1: b"c"}}, HARDWARE)
    context.is_known = False
    return context


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [
        ('option host-name = "name"', True),
        ('option agent.circuit-id = "c"', True),
        ("exists agent.remote-id", False),
        # Empty is there, and is not null.
        ("exists vendor-class-identifier", True),
        ('option vendor-class-identifier = ""', True),
        ("hardware = 1:2:0:0:0:1:1", True),
        ("substring(hardware, 1, 3) = 2:0:0", True),
        # With a packet `known` is not null any more.
        ("known", False),
        ("not known", True),
        ("not static", True),
    ],
)
def test_conditions_on_a_packet(condition: str, is_true: bool) -> None:
    configuration = configuration_of(f'if {condition} {{ option domain-name "yes"; }}')
    assert (15 in execute(configuration.scope, packet()).dhcp) == is_true


def test_only_one_branch_is_taken() -> None:
    configuration = configuration_of(
        'if known { log(info, "1"); } elsif exists host-name { log(info, "2"); }'
        ' elsif exists host-name { log(info, "3"); } else { log(info, "4"); }'
    )
    context = packet()
    execute(configuration.scope, context)
    assert context.log == [("info", "2")]


@pytest.mark.parametrize(
    ("operation", "before", "value", "after"),
    [
        (SUPERSEDE, b"a", b"b", b"b"),
        (DEFAULT, b"a", b"b", b"a"),
        (DEFAULT, None, b"b", b"b"),
        (APPEND, b"a", b"b", b"ab"),
        (PREPEND, b"a", b"b", b"ba"),
        (APPEND, None, b"b", b"b"),
        (PREPEND, None, b"b", b"b"),
        (SUPERSEDE, b"a", None, None),
    ],
)
def test_ways_of_setting_an_option(
    operation: int, before: bytes | None, value: bytes | None, after: bytes | None
) -> None:
    context = packet()
    context.state = OptionState()
    if before is not None:
        SetOption("dhcp", 15, Constant(before), SUPERSEDE).execute(context)
    expression: Expression = RequestOption("dhcp", 77) if value is None else Constant(value)
    SetOption("dhcp", 15, expression, operation).execute(context)
    assert context.state.dhcp[15].data(context) == after


def test_a_replaced_option_keeps_its_place() -> None:
    context = packet()
    context.state = OptionState()
    for code in (15, 3, 15):
        SetOption("dhcp", code, Constant(b"x"), SUPERSEDE).execute(context)
    assert list(context.state.dhcp) == [15, 3]


def test_spaces_have_values_of_their_own() -> None:
    state = OptionState()
    x, y = Constant(b"x"), Constant(b"y")
    state.slots("ours")[1] = x
    state.slots("server")[1] = y
    assert (state.dhcp, state.server, state.others) == ({}, {1: y}, {"ours": {1: x}})


def test_what_may_be_folded() -> None:
    constant = SetOption("dhcp", 15, Constant(b"d"), SUPERSEDE)
    assert constant.is_constant
    assert not SetOption("dhcp", 15, Hardware(), SUPERSEDE).is_constant
    assert not Log("info", Constant(b"text")).is_constant
    same = Equal(Constant(b"a"), Constant(b"a"), False)
    assert If(same, (constant,), (constant,)).is_constant
    assert not If(same, (Log("info", Constant(b"text")),), ()).is_constant
    assert not If(Known(), (constant,), ()).is_constant


def test_questions_that_a_node_cannot_answer_are_null() -> None:
    node = Constant(b"text")
    assert (node.test(packet()), node.number(packet())) == (None, None)
