"""Statements and expressions as dhcpd writes them into dhcpd.leases(5): the bodies of `on`.

The text is dhcpd's own, blanks and line ends included, as far as dhcpd can read it back as what
it was. Where it can't, this one keeps the meaning: parentheses, the values of `return`, the
semicolon behind `add`, quotes and backslashes (then all of the string is in hexadecimal), and
what makes dhcpd die while it writes (`define`, `filename`, `server-name`).
"""

from collections.abc import Sequence
from typing import Final, final

from pydhcpd.expression.boolean import Chain, Check, Equal, Exists, Known, Not, Static
from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.control import Break, If, Switch
from pydhcpd.expression.data import (
    ConfiguredOption,
    Constant,
    Filename,
    Hardware,
    HostByName,
    HostDeclName,
    HostName,
    LeasedAddress,
    Null,
    RawPacket,
    RequestOption,
    ServerName,
)
from pydhcpd.expression.function import Call
from pydhcpd.expression.layout import Layout
from pydhcpd.expression.node import Expression, Statement
from pydhcpd.expression.number import Arithmetic, ClientState, ExtractInt, LeaseTime, Number
from pydhcpd.expression.regex import Matches
from pydhcpd.expression.relay import RelayData
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
from pydhcpd.expression.transform import (
    BinaryToAscii,
    ChangeCase,
    Concat,
    EncodeInt,
    Pick,
    Reverse,
    Substring,
    Suffix,
)
from pydhcpd.expression.variable import Defined, Variable
from pydhcpd.expression.vendor import ParseVendorOption
from pydhcpd.options.format import parse_format
from pydhcpd.options.space import DHCP, OptionDefinition, OptionSpaces

INDENT: Final = 2
VERBS: Final[dict[int, str]] = {
    SUPERSEDE: "supersede",
    DEFAULT: "default",
    APPEND: "append",
    PREPEND: "prepend",
}
# The order in which dhcpd names the events of a block.
EVENTS: Final = ("expiry", "commit", "release", "transmission")
# Words for nodes that have nothing in them.
WORDS: Final[dict[type[Expression], str]] = {
    Check: 'check "default"',
    ClientState: "client-state",
    Filename: "filename",
    Hardware: "hardware",
    HostDeclName: "host-decl-name",
    HostName: "gethostname()",
    Known: "known",
    LeaseTime: "lease-time",
    LeasedAddress: "leased-address",
    Null: "null",
    ServerName: "server-name",
    Static: "static",
}
# Sizes of the elements of an option's value, of which dhcpd writes more than one with concat().
ELEMENT_SIZES: Final[dict[str, int]] = {
    "I": 4,
    "6": 16,
    "l": 4,
    "L": 4,
    "T": 4,
    "s": 2,
    "S": 2,
    "b": 1,
    "B": 1,
    "f": 1,
}


def body_text(statements: Sequence[Statement], spaces: OptionSpaces, is_explicit: bool) -> str:
    """`{ ... }` of an event stored on a lease, whose statement begins in the third column.

    `is_explicit` puts parentheses around every operand that is itself an operation.
    """
    writer = StatementWriter(spaces, is_explicit)
    writer.block(statements, INDENT)
    return writer.layout.text()


@final
class StatementWriter:
    """Puts statements into a layout; `is_explicit` puts parentheses around every operand that
    is itself an operation."""

    __slots__ = ("_expressions", "_spaces", "layout")

    def __init__(self, spaces: OptionSpaces, is_explicit: bool) -> None:
        self.layout: Final = Layout()
        self._spaces: Final = spaces
        self._expressions: Final = ExpressionWriter(self.layout, spaces, is_explicit)

    def on(self, block: EventBlock, indent: int) -> None:
        """`on EVENTS { ... }`, or `on EVENTS;` without statements."""
        layout = self.layout
        names = " or ".join([name for name in EVENTS if name in block.events])
        layout.put(f"on {names}", indent)
        if not block.statements:
            layout.put(";", indent)
            return
        layout.put(" ", indent)
        self.block(block.statements, indent)

    def block(self, statements: Sequence[Statement], indent: int) -> None:
        """`{ ... }`."""
        layout = self.layout
        layout.put("{", indent)
        self.body(statements, indent + 2)
        layout.new_line(indent)
        layout.put("}", indent)

    def body(self, statements: Sequence[Statement], indent: int) -> None:
        """A list of statements, each on lines of its own."""
        for statement in statements:
            self.layout.new_line(indent)
            self._statement(statement, indent)

    def _statement(self, statement: Statement, indent: int) -> None:
        layout = self.layout
        expressions = self._expressions
        match statement:
            case SetOption():
                self._option(statement, indent)
            case SetVariable():
                layout.put("set", indent + 4, "", " ")
                layout.put(statement.name, indent + 4)
                layout.put("=", indent + 4, " ", " ")
                layout.column = indent + 3
                expressions.write(statement.value, indent + 3, False)
                layout.put(";", indent + 4, " ")
            case Unset():
                layout.put("unset", indent + 4, "", " ")
                layout.put(statement.name, indent + 4)
                layout.put(";", indent + 4, " ")
            case Eval():
                layout.put("eval", indent + 4, "", " ")
                expressions.write(statement.value, indent + 5, True)
                layout.add(";")
            case Return():
                layout.put("return", indent + 4, "", " ")
                expressions.write(statement.value, indent + 5, True)
                layout.add(";")
            case Log():
                layout.put("log", indent + 4, "", " ")
                layout.put("(", indent + 4)
                layout.put(statement.level, indent + 4, "", ", ")
                layout.column = indent + 4
                expressions.write(statement.value, indent + 4, False)
                layout.put(");", indent + 4)
            case Execute():
                self._execute(statement, indent)
            case If():
                self._conditional(statement, indent)
            case Switch():
                self._switch(statement, indent)
            case On():
                self.on(statement.block, indent)
            case Define():
                self._define(statement, indent)
            case Add():
                layout.put(f'add "{statement.name}";', indent)
            case Break():
                layout.put("break;", indent)
            case ParseVendorOption():
                layout.put("parse-vendor-option;", indent)

    def _option(self, statement: SetOption, indent: int) -> None:
        layout = self.layout
        layout.put(VERBS[statement.operation], indent + 4, "", " ")
        definition = find_option(self._spaces, statement.space, statement.code)
        if statement.space != DHCP:
            layout.put(statement.space, indent + 4)
            layout.put(".", indent + 4)
        layout.put(definition.name, indent + 4)
        layout.put("=", indent + 4, " ", " ")
        value = statement.value
        if isinstance(value, Constant):
            elements = split_value(definition.format, value.content)
            if len(elements) > 1:
                value = Concat(tuple([Constant(element) for element in elements]))
        self._expressions.write(value, indent + 8, True)
        layout.add(";")

    def _execute(self, statement: Execute, indent: int) -> None:
        layout = self.layout
        layout.put("execute", indent + 4, "", " ")
        layout.put("(", indent + 4)
        layout.column += 4
        layout.put(f'"{statement.path.decode("latin-1")}"', indent + 4)
        for argument in statement.arguments:
            layout.put(",", indent + 4, "", " ")
            self._expressions.write(argument, indent + 4, False)
        layout.put(");", indent + 4)

    def _conditional(self, statement: If, indent: int) -> None:
        layout = self.layout
        layout.put("if", indent, "", " ")
        inner = indent + 3
        while True:
            layout.column = inner
            self._expressions.condition(statement.condition, inner)
            layout.put("{", indent, " ")
            self.body(statement.then, indent + 2)
            layout.new_line(indent)
            layout.put("}", indent)
            otherwise = statement.otherwise
            if len(otherwise) != 1 or not isinstance(otherwise[0], If):
                break
            statement = otherwise[0]
            layout.put("elsif", indent, " ", " ")
            inner = indent + 6
        if otherwise:
            layout.put("else", indent, " ", " ")
            layout.put("{", indent)
            self.body(otherwise, indent + 2)
            layout.new_line(indent)
            layout.put("}", indent)

    def _switch(self, statement: Switch, indent: int) -> None:
        layout = self.layout
        layout.put("switch", indent, "", " ")
        layout.put("(", indent)
        layout.column = indent + 7
        self._expressions.write(statement.subject, indent + 7, True)
        layout.put(")", indent + 7)
        layout.put("{", indent, " ")
        for place in range(len(statement.body) + 1):
            for value, start in statement.cases:
                if start == place:
                    layout.new_line(indent + 1)
                    layout.put("case", indent + 1, "", " ")
                    self._expressions.write(value, indent + 7, True)
                    layout.put(":", indent + 5)
            if statement.default == place:
                layout.new_line(indent + 1)
                layout.put("default: ", indent + 1)
            self.body(statement.body[place : place + 1], indent + 2)
        layout.new_line(indent)
        layout.put("}", indent)

    def _define(self, statement: Define, indent: int) -> None:
        layout = self.layout
        function = statement.function
        layout.put(f"define {statement.name} ({', '.join(function.parameters)}) {{", indent)
        self.body(function.body, indent + 2)
        layout.new_line(indent)
        layout.put("}", indent)


@final
class ExpressionWriter:
    """Puts expressions into a layout."""

    __slots__ = ("_is_explicit", "_layout", "_spaces")

    def __init__(self, layout: Layout, spaces: OptionSpaces, is_explicit: bool) -> None:
        self._layout: Final = layout
        self._spaces: Final = spaces
        self._is_explicit: Final = is_explicit

    def condition(self, node: Expression, indent: int) -> None:
        """What stands behind `if`: parentheses there belong to the statement."""
        if self._is_explicit:
            self._parenthesised(node, indent, True)
        else:
            self.write(node, indent, True)

    def write(self, node: Expression, indent: int, is_first: bool) -> None:
        """An expression. Many kinds begin a new line, unless they are the first on theirs."""
        layout = self._layout
        word = WORDS.get(type(node))
        if word is not None:
            layout.put(word, indent)
            return
        match node:
            case Constant():
                self._constant(node.content, indent)
            case Number():
                layout.put(str(node.content), indent)
            case Variable():
                layout.column = indent
                layout.put(node.name, indent)
            case Defined():
                layout.column = indent
                layout.put("defined", indent, "", " ")
                layout.put("(", indent)
                layout.put(node.name, indent)
                layout.put(")", indent)
            case Exists():
                layout.put("exists", indent)
                self._option(node.space, node.code, indent)
            case RequestOption():
                self._begin(indent, is_first)
                layout.put("option", indent)
                self._option(node.space, node.code, indent)
            case ConfiguredOption():
                self._begin(indent, is_first)
                layout.put("config-option", indent)
                self._option(node.space, node.code, indent)
            case HostByName():
                self._host_by_name(node.name, indent)
            case RawPacket():
                self._packet(node, indent)
            case ChangeCase():
                self._call("ucase" if node.is_upper else "lcase", (node.operand,), indent)
            case Not():
                layout.put("not", indent, "", " ")
                self._operand(node.operand, indent + 4, True)
            case Chain():
                self._chain(node, indent)
            case Equal():
                self._operation(node.left, "!=" if node.is_negated else "=", node.right, indent)
            case Matches():
                self._operation(node.left, "~~" if node.ignores_case else "~=", node.right, indent)
            case Arithmetic():
                self._operation(node.left, node.operator, node.right, indent)
            case Call():
                self._user_call(node, indent)
            case _:
                self._begin(indent, is_first)
                self._broken(node, indent)

    def _option(self, space: str, code: int, indent: int) -> None:
        name = find_option(self._spaces, space, code).name
        if space == DHCP:
            self._layout.put(name, indent, " ")
        else:
            self._layout.put(space, indent, " ")
            self._layout.put(".", indent)
            self._layout.put(name, indent)

    def _broken(self, node: Expression, indent: int) -> None:
        """Functions that begin a new line."""
        match node:
            case Concat():
                self._concat(node.operands, indent)
            case Substring():
                self._substring(node, indent)
            case Suffix():
                self._call("suffix", (node.operand, node.length), indent)
            case Reverse():
                self._call("reverse", (node.width, node.operand), indent)
            case BinaryToAscii():
                operands = (node.base, node.width, node.separator, node.operand)
                self._call("binary-to-ascii", operands, indent)
            case Pick():
                self._call("pick-first-value", node.operands, indent)
            case RelayData():
                self._call("v6relay", (node.depth, node.operand), indent)
            case EncodeInt():
                self._integer("encode-int", node.operand, node.width, indent)
            case ExtractInt():
                self._integer("extract-int", node.operand, node.size * 8, indent)

    def _begin(self, indent: int, is_first: bool) -> None:
        if not is_first:
            self._layout.new_line(indent)

    def _call(self, name: str, operands: Sequence[Expression], indent: int) -> None:
        layout = self._layout
        layout.put(name, indent)
        layout.put("(", indent, " ")
        self._operands(operands, layout.column)
        layout.put(")", indent)

    def _operands(self, operands: Sequence[Expression], indent: int) -> None:
        for number, operand in enumerate(operands):
            if number:
                self._layout.put(",", indent, "", " ")
            self.write(operand, indent, number == 0)

    def _user_call(self, node: Call, indent: int) -> None:
        layout = self._layout
        layout.column = indent
        layout.put(node.name, indent)
        layout.put("(", indent, " ")
        self._operands(node.arguments, indent)
        layout.put(")", indent)

    def _host_by_name(self, name: str, indent: int) -> None:
        layout = self._layout
        layout.put("gethostbyname", indent)
        layout.put("(", indent, " ")
        layout.put(f'"{name}"', indent)
        layout.put(")", indent)

    def _packet(self, node: RawPacket, indent: int) -> None:
        layout = self._layout
        layout.put("packet", indent)
        layout.put("(", indent, " ")
        inner = layout.column
        self.write(node.offset, indent, True)
        layout.put(",", inner, "", " ")
        self.write(node.length, inner, False)
        layout.put(")", indent)

    def _substring(self, node: Substring, indent: int) -> None:
        layout = self._layout
        layout.put("substring", indent)
        layout.put("(", indent, " ")
        inner = layout.column
        self.write(node.operand, inner, True)
        layout.put(",", indent, "", " ")
        self.write(node.offset, indent, False)
        layout.put(",", indent, "", " ")
        self.write(node.length, inner, False)
        layout.put(")", indent)

    def _integer(self, name: str, operand: Expression, width: int, indent: int) -> None:
        layout = self._layout
        layout.put(name, indent)
        layout.put("(", indent, " ")
        inner = layout.column
        self.write(operand, indent, True)
        layout.put(",", inner, "", " ")
        layout.put(str(width), inner, " ")
        layout.put(")", indent)

    def _concat(self, operands: Sequence[Expression], indent: int) -> None:
        """dhcpd joins two at a time: a, b, c is concat (concat (a, b), c)."""
        layout = self._layout
        if self._is_explicit:
            operands = _flatten(operands)
        layout.put("concat", indent)
        layout.put("(", indent, " ")
        inner = layout.column
        if len(operands) > 2:
            self._concat(operands[:-1], inner)
        else:
            self.write(operands[0], inner, True)
        last = operands[-1]
        while isinstance(last, Concat):
            # On the right it spares itself the word.
            layout.put(",", inner, "", " ")
            if len(last.operands) > 2:
                layout.new_line(inner)
                self._concat(last.operands[:-1], inner)
            else:
                self.write(last.operands[0], inner, False)
            last = last.operands[-1]
        layout.put(",", inner, "", " ")
        self.write(last, inner, False)
        layout.put(")", indent)

    def _chain(self, node: Chain, indent: int) -> None:
        layout = self._layout
        last = len(node.operands) - 1
        for number, operand in enumerate(node.operands):
            inner = indent + 2 * number
            is_tail = number == last and self._is_explicit and last > 0
            if number:
                word = "and" if node.conjunctions[number - 1] else "or"
                layout.put(word, indent + 2 * (number - 1), " ", " ")
            if is_tail or not self._is_explicit or number == 0:
                self._operand(operand, inner, number == 0)
            else:
                # All that follows is one operand.
                layout.put("(", inner)
                self._operand(operand, inner, False)
        if self._is_explicit:
            layout.put(")" * max(last - 1, 0), indent)

    def _operation(self, left: Expression, operator: str, right: Expression, indent: int) -> None:
        self._operand(left, indent, True)
        self._layout.put(operator, indent, " ", " ")
        self._operand(right, indent + 2, False)

    def _operand(self, node: Expression, indent: int, is_first: bool) -> None:
        if self._is_explicit and isinstance(node, Chain | Equal | Matches | Arithmetic):
            self._parenthesised(node, indent, is_first)
        else:
            self.write(node, indent, is_first)

    def _parenthesised(self, node: Expression, indent: int, is_first: bool) -> None:
        self._layout.put("(", indent)
        self.write(node, indent, is_first)
        self._layout.put(")", indent)

    def _constant(self, value: bytes, indent: int) -> None:
        """A string if every byte prints, else bytes in hexadecimal."""
        layout = self._layout
        if is_printable(value):
            layout.put(f'"{value.decode("ascii")}"', indent)
            return
        for at, byte in enumerate(value):
            if at:
                layout.put(":", indent)
            layout.put(f"{byte:02x}", indent)


def _flatten(operands: Sequence[Expression]) -> list[Expression]:
    """Concatenations in concatenations say nothing else."""
    found: list[Expression] = []
    for operand in operands:
        if isinstance(operand, Concat):
            found.extend(_flatten(operand.operands))
        else:
            found.append(operand)
    return found


def find_option(spaces: OptionSpaces, space: str, code: int) -> OptionDefinition:
    """The definition of an option that a statement speaks of."""
    found = spaces.find(space)
    assert found is not None, "options are read in their space"
    return found.find_code(code)


def split_value(form: str, value: bytes) -> list[bytes]:
    """The elements of an option's value that dhcpd writes one by one."""
    if not value:
        return [value]
    elements: list[bytes] = []
    at = 0
    shape = parse_format(form)
    while True:
        for item in shape.items:
            while True:
                size = ELEMENT_SIZES.get(item.letter, len(value) - at)
                elements.append(value[at : at + size])
                at += size
                if not item.is_repeated or at >= len(value):
                    break
        if not shape.is_repeated or at >= len(value):
            return elements


def is_printable(value: bytes) -> bool:
    """Can a string say it, for dhcpd, which writes no backslashes before quotes?"""
    return all(0x20 <= byte <= 0x7E and byte not in b'"\\' for byte in value)
