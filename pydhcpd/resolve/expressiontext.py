"""Runtime expressions as dhcpd writes them into its leases file, so that they can be read again.

dhcpd leaves parentheses out, and dies of `filename`; what it writes of those means something
else or nothing when it is read. Here groups keep their parentheses. Text with quotes or
backslashes is written in hexadecimal, as everywhere (lease/declarationtext.py).
"""

from typing import Final

from pydhcpd.expression.boolean import Chain, Check, Equal, Exists, Known, Not, Static
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
from pydhcpd.expression.node import Expression
from pydhcpd.expression.number import (
    WORD_MASK,
    Arithmetic,
    ClientState,
    ExtractInt,
    LeaseTime,
    Number,
)
from pydhcpd.expression.regex import Matches
from pydhcpd.expression.relay import RelayData
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
from pydhcpd.options.space import DHCP, OptionSpaces
from pydhcpd.resolve.layout import Layout

# dhcpd begins a new line before these unless they come first in their parentheses.
BREAKING: Final = (
    BinaryToAscii,
    Concat,
    ConfiguredOption,
    EncodeInt,
    ExtractInt,
    Pick,
    RelayData,
    RequestOption,
    Reverse,
    Substring,
    Suffix,
)
# Expressions that are one word.
WORDS: Final[dict[type[Expression], str]] = {
    ClientState: "client-state",
    Filename: "filename",
    Hardware: "hardware",
    HostDeclName: "host-decl-name",
    HostName: "gethostname()",
    Known: "known",
    LeasedAddress: "leased-address",
    LeaseTime: "lease-time",
    Null: "null",
    ServerName: "server-name",
    Static: "static",
}


def write_expression(
    layout: Layout, node: Expression, spaces: OptionSpaces, indent: int, is_first: bool
) -> None:
    """Put an expression down; lines that are broken go on at `indent`."""
    if isinstance(node, BREAKING) and not is_first:
        layout.line(indent)
    if isinstance(node, Constant):
        write_constant(layout, node.content, indent)
    elif isinstance(node, Number):
        layout.token(_signed(node.content), indent)
    elif isinstance(node, RequestOption | ConfiguredOption | Exists):
        word = "option" if isinstance(node, RequestOption) else "config-option"
        layout.token("exists" if isinstance(node, Exists) else word, indent)
        layout.token(option_name(spaces, node.space, node.code), indent, " ")
    elif isinstance(node, Variable):
        layout.token(node.name, indent)
    elif isinstance(node, Defined):
        _write_name(layout, "defined", indent)
        layout.token(node.name, indent)
        layout.token(")", indent)
    elif isinstance(node, Check):
        layout.token("check", indent)
        layout.token('"default"', indent, " ")
    elif isinstance(node, HostByName):
        _write_name(layout, "gethostbyname", indent)
        layout.token(f'"{node.name}"', indent)
        layout.token(")", indent)
    elif isinstance(node, Call):
        _write_name(layout, node.name, indent)
        _write_list(layout, node.arguments, spaces, indent, indent)
        layout.token(")", indent)
    elif type(node) in WORDS:
        layout.token(WORDS[type(node)], indent)
    elif not _write_operation(layout, node, spaces, indent):
        _write_function(layout, node, spaces, indent)


def write_constant(layout: Layout, content: bytes, indent: int) -> None:
    """Text in quotes, or two hexadecimal digits for each byte."""
    if is_text(content):
        layout.token(f'"{content.decode("ascii")}"', indent)
        return
    for at, byte in enumerate(content):
        if at:
            layout.token(":", indent)
        layout.token(f"{byte:02x}", indent)


def is_text(content: bytes) -> bool:
    """Can be written in quotes and read again."""
    return all(0x20 <= byte <= 0x7E and byte not in b'"\\' for byte in content)


def option_name(spaces: OptionSpaces, space: str, code: int) -> str:
    """An option's name, with its space unless that is dhcp."""
    found = spaces.find(space)
    name = f"unknown-{code}" if found is None else found.find_code(code).name
    return name if space == DHCP else f"{space}.{name}"


def _write_operation(layout: Layout, node: Expression, spaces: OptionSpaces, indent: int) -> bool:
    """Operators; False if the node is none."""
    if isinstance(node, Not):
        layout.token("not ", indent)
        _write_group(layout, node.operand, spaces, indent)
        return True
    if isinstance(node, Chain):
        for at, operand in enumerate(node.operands):
            inner = indent + 2 * at
            if at:
                layout.token("and" if node.conjunctions[at - 1] else "or", inner, " ", " ")
            if isinstance(operand, Chain) and (at or _needs_group(operand)):
                _write_group(layout, operand, spaces, inner)
            else:
                write_expression(layout, operand, spaces, inner, at == 0)
        return True
    if isinstance(node, Equal):
        operator = "!=" if node.is_negated else "="
    elif isinstance(node, Matches):
        operator = "~~" if node.ignores_case else "~="
    elif isinstance(node, Arithmetic):
        operator = node.operator
    else:
        return False
    write_expression(layout, node.left, spaces, indent, True)
    layout.token(operator, indent, " ", " ")
    write_expression(layout, node.right, spaces, indent + 2, False)
    return True


def _write_group(layout: Layout, node: Expression, spaces: OptionSpaces, indent: int) -> None:
    """An operand in parentheses where it needs them."""
    if not isinstance(node, Chain | Equal | Matches):
        write_expression(layout, node, spaces, indent, True)
        return
    layout.token("(", indent)
    write_expression(layout, node, spaces, indent, True)
    layout.token(")", indent)


def _needs_group(chain: Chain) -> bool:
    """A comparison in it would make all that follows its right side."""
    first = chain.operands[0]
    if isinstance(first, Chain) and _needs_group(first):
        return True
    return any(isinstance(one, Chain | Equal | Matches) for one in chain.operands[1:])


def _write_function(layout: Layout, node: Expression, spaces: OptionSpaces, indent: int) -> None:
    """The functions of dhcp-eval(5)."""
    if isinstance(node, Concat):
        _write_concat(layout, node, spaces, indent)
        return
    width = 0
    operands: tuple[Expression, ...]
    if isinstance(node, ExtractInt):
        name, operands, width = "extract-int", (node.operand,), node.size * 8
    elif isinstance(node, EncodeInt):
        name, operands, width = "encode-int", (node.operand,), node.width
    else:
        name, operands = _parts(node)
    _write_name(layout, name, indent)
    column = indent if width else layout.column
    second = indent if isinstance(node, Substring) else column
    _write_list(layout, operands, spaces, column, second)
    if width:
        layout.token(",", column, "", "  ")
        layout.token(str(width), column)
    layout.token(")", column)


def _parts(node: Expression) -> tuple[str, tuple[Expression, ...]]:
    if isinstance(node, Substring):
        return "substring", (node.operand, node.offset, node.length)
    if isinstance(node, Suffix):
        return "suffix", (node.operand, node.length)
    if isinstance(node, ChangeCase):
        return "ucase" if node.is_upper else "lcase", (node.operand,)
    if isinstance(node, Pick):
        return "pick-first-value", node.operands
    if isinstance(node, Reverse):
        return "reverse", (node.width, node.operand)
    if isinstance(node, BinaryToAscii):
        return "binary-to-ascii", (node.base, node.width, node.separator, node.operand)
    if isinstance(node, RelayData):
        return "v6relay", (node.depth, node.operand)
    assert isinstance(node, RawPacket), "every other kind was looked at"
    return "packet", (node.offset, node.length)


def _write_concat(layout: Layout, node: Concat, spaces: OptionSpaces, indent: int) -> None:
    """dhcpd joins two at a time, and writes a `concat` on the right without its name."""
    _write_name(layout, "concat", indent)
    column = layout.column
    left, right = _pair(node)
    parts = [left]
    while isinstance(right, Concat):
        left, right = _pair(right)
        parts.append(left)
    parts.append(right)
    _write_list(layout, tuple(parts), spaces, column, column)
    layout.token(")", indent)


def _pair(node: Concat) -> tuple[Expression, Expression]:
    operands = node.operands
    left = operands[0] if len(operands) == 2 else Concat(operands[:-1])
    return left, operands[-1]


def _write_name(layout: Layout, name: str, indent: int) -> None:
    layout.token(name, indent)
    layout.token("(", indent, " ")


def _write_list(
    layout: Layout,
    operands: tuple[Expression, ...],
    spaces: OptionSpaces,
    indent: int,
    second_indent: int,
) -> None:
    """Operands with commas; dhcpd places the second one of `substring` at the outer indent."""
    for at, operand in enumerate(operands):
        inner = second_indent if at == 1 else indent
        if at:
            layout.token(",", indent, "", " ")
        write_expression(layout, operand, spaces, inner, at == 0)


def _signed(number: int) -> str:
    return str(number - WORD_MASK - 1 if number >> 63 else number)
