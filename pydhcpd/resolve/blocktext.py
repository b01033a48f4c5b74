"""Executable statements as dhcpd writes them into its leases file (dhcpd.leases(5) `on`).

dhcpd drops the value of `return` and the semicolon of `add`, and dies of `define`: these are
written here so that they can be read again.
"""

from typing import Final

from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.control import Break, If, Switch
from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Expression, Statement
from pydhcpd.expression.statement import (
    APPEND,
    DEFAULT,
    PREPEND,
    SUPERSEDE,
    Add,
    Define,
    Eval,
    Execute,
    Log,
    On,
    Return,
    SetOption,
    SetVariable,
    Unset,
)
from pydhcpd.expression.transform import Concat
from pydhcpd.expression.vendor import ParseVendorOption
from pydhcpd.options.format import parse_format
from pydhcpd.options.space import OptionSpaces
from pydhcpd.options.value import WIDTHS
from pydhcpd.resolve.expressiontext import is_text, option_name, write_expression
from pydhcpd.resolve.layout import Layout

VERBS: Final[dict[int, str]] = {
    SUPERSEDE: "supersede",
    DEFAULT: "default",
    APPEND: "append",
    PREPEND: "prepend",
}
# The block stands inside a lease.
LEASE_INDENT: Final = 2


def block_text(
    events: tuple[str, ...], statements: tuple[Statement, ...], spaces: OptionSpaces
) -> str:
    """`on EVENTS { ... }` without the line break in front of it."""
    layout = Layout()
    layout.line(LEASE_INDENT)
    _write_block(layout, events, statements, spaces, LEASE_INDENT)
    return layout.text()[1 + LEASE_INDENT :]


def _write_block(
    layout: Layout,
    events: tuple[str, ...],
    statements: tuple[Statement, ...],
    spaces: OptionSpaces,
    indent: int,
) -> None:
    layout.write("on " + " or ".join(events))
    if not statements:
        layout.write(";")
        return
    layout.write(" {")
    _write_statements(layout, statements, spaces, indent + 2)
    layout.line(indent)
    layout.write("}")


def _write_statements(
    layout: Layout, statements: tuple[Statement, ...], spaces: OptionSpaces, indent: int
) -> None:
    for statement in statements:
        layout.line(indent)
        _write_statement(layout, statement, spaces, indent)


def _write_statement(
    layout: Layout, statement: Statement, spaces: OptionSpaces, indent: int
) -> None:
    match statement:
        case SetOption():
            _write_option(layout, statement, spaces, indent)
        case SetVariable(name=name, value=value):
            layout.write(f"set {name} = ")
            write_expression(layout, value, spaces, indent + 3, False)
            layout.token(";", indent + 4, " ")
        case Unset(name=name):
            layout.write(f"unset {name} ;")
        case Log(level=level, value=value):
            layout.write(f"log ({level}, ")
            write_expression(layout, value, spaces, indent + 4, False)
            layout.write(");")
        case Execute():
            _write_execute(layout, statement, spaces, indent)
        case If():
            _write_if(layout, statement, spaces, indent)
        case Switch():
            _write_switch(layout, statement, spaces, indent)
        case On(block=EventBlock(events=events, statements=inner)):
            _write_block(layout, events, inner, spaces, indent)
        case Define(name=name, function=function):
            layout.write(f"define {name} ({', '.join(function.parameters)}) {{")
            _write_statements(layout, function.body, spaces, indent + 2)
            layout.line(indent)
            layout.write("}")
        case Eval(value=value) | Return(value=value):
            layout.write("eval " if isinstance(statement, Eval) else "return ")
            write_expression(layout, value, spaces, indent + 6, True)
            layout.write(";")
        case Add(name=name):
            layout.write(f'add "{name}";')
        case ParseVendorOption():
            layout.write("parse-vendor-option;")
        case Break():
            layout.write("break;")


def _write_option(layout: Layout, statement: SetOption, spaces: OptionSpaces, indent: int) -> None:
    name = option_name(spaces, statement.space, statement.code)
    layout.write(f"{VERBS[statement.operation]} {name} = ")
    value = statement.value
    if isinstance(value, Constant):
        value = _elements(value, statement, spaces)
    # A text that is too long for any line goes on where it stands (observed).
    is_plain = isinstance(value, Constant) and is_text(value.content)
    inner = layout.column if is_plain else indent + 8
    write_expression(layout, value, spaces, inner, True)
    layout.write(";")


def _elements(value: Constant, statement: SetOption, spaces: OptionSpaces) -> Expression:
    """A value as it was written, one constant for each of its elements."""
    space = spaces.find(statement.space)
    if space is None:
        return value
    form = parse_format(space.find_code(statement.code).format)
    widths = [WIDTHS.get(item.letter, 0) for item in form.items]
    if not widths or 0 in widths or (sum(widths) >= len(value.content) and len(widths) == 1):
        return value
    parts: list[Expression] = []
    at = 0
    while at < len(value.content):
        width = widths[len(parts) % len(widths)]
        parts.append(Constant(value.content[at : at + width]))
        at += width
    return Concat(tuple(parts)) if len(parts) > 1 else value


def _write_execute(layout: Layout, statement: Execute, spaces: OptionSpaces, indent: int) -> None:
    layout.write("execute (")
    write_expression(layout, Constant(statement.path), spaces, indent + 4, True)
    for argument in statement.arguments:
        layout.token(",", indent + 4, "", " ")
        write_expression(layout, argument, spaces, indent + 4, False)
    layout.write(");")


def _write_if(layout: Layout, statement: If, spaces: OptionSpaces, indent: int) -> None:
    layout.write("if ")
    while True:
        write_expression(layout, statement.condition, spaces, indent + 3, True)
        layout.write(" {")
        _write_statements(layout, statement.then, spaces, indent + 2)
        layout.line(indent)
        otherwise = statement.otherwise
        if len(otherwise) == 1 and isinstance(otherwise[0], If):
            statement = otherwise[0]
            layout.write("} elsif ")
            continue
        if otherwise:
            layout.write("} else {")
            _write_statements(layout, otherwise, spaces, indent + 2)
            layout.line(indent)
        layout.write("}")
        return


def _write_switch(layout: Layout, statement: Switch, spaces: OptionSpaces, indent: int) -> None:
    layout.write("switch (")
    write_expression(layout, statement.subject, spaces, indent + 7, True)
    layout.write(") {")
    for at in range(len(statement.body) + 1):
        for value, start in statement.cases:
            if start == at:
                layout.line(indent + 1)
                layout.write("case ")
                write_expression(layout, value, spaces, indent + 7, True)
                layout.write(":")
        if statement.default == at:
            layout.line(indent + 1)
            layout.write("default: ")
        if at < len(statement.body):
            layout.line(indent + 2)
            _write_statement(layout, statement.body[at], spaces, indent + 2)
    layout.line(indent)
    layout.write("}")
