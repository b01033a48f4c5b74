"""Declarations made at run time as dhcpd writes them (dhcpd.leases(5)): host, group, subclass.

Only what fits into lines of its own is made here: constants that dhcpd's printer would neither
take apart nor wrap. For anything else the answer is None, and the record stays as it was written.
"""

import re
from collections.abc import Sequence
from typing import Final

from pydhcpd.expression.data import Constant
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import SetOption
from pydhcpd.expression.text import ELEMENT_SIZES, VERBS
from pydhcpd.model.client_class import Subclass
from pydhcpd.model.host import Host
from pydhcpd.model.scope import Scope
from pydhcpd.options.format import parse_format
from pydhcpd.options.space import DHCP, OptionSpaces
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.hardware import hardware_type_name

# dhcpd wraps longer lines.
LONGEST_LINE: Final = 78

_IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def host_text(host: Host, spaces: OptionSpaces) -> str | None:
    """The record of a host made at run time. dhcpd forgets host-identifiers: we don't."""
    statements = _statement_lines(host.scope.statements, spaces)
    if statements is None or host.identifier is not None:
        return None
    lines = [f"host {host.name} {{", "  dynamic;"]
    if host.hardware is not None:
        if len(host.hardware) == 1:
            return None
        hardware_type = hardware_type_name(host.hardware[0])
        lines.append(f"  hardware {hardware_type} {host.hardware[1:].hex(':')};")
    if host.client_identifier:
        lines.append(f"  uid {constant_text(host.client_identifier)};")
    if host.fixed_addresses:
        addresses = ",".join([format_ipv4(address) for address in host.fixed_addresses])
        lines.append(f"  fixed-address {addresses};")
    if host.group_name is not None:
        lines.append(f'  group "{host.group_name}";')
    return "\n".join([*lines, *statements, "}"])


def group_text(name: str, scope: Scope, spaces: OptionSpaces) -> str | None:
    """The record of a named group made at run time."""
    statements = _statement_lines(scope.statements, spaces)
    if statements is None:
        return None
    return "\n".join([f"group {group_name(name)} {{", "  dynamic;", *statements, "}"])


def subclass_text(
    subclass: Subclass, statements: Sequence[Statement], spaces: OptionSpaces
) -> str | None:
    """The record of a subclass made at run time; its brace follows the last statement."""
    lines = _statement_lines(statements, spaces)
    if lines is None:
        return None
    limit = f"\n  lease limit {subclass.lease_limit};" if subclass.lease_limit else ""
    end = "\n" + "".join([f"\n{line}" for line in lines]) + "}" if lines else "\n}"
    name = subclass_name(subclass.class_name, subclass.key)
    return f"subclass {name} {{\n  dynamic;{limit}{end}"


def subclass_name(class_name: str, key: bytes) -> str:
    """What stands behind `subclass`."""
    return f'"{class_name}" {constant_text(key)}'


def group_name(name: str) -> str:
    """A group's name, in quotes if it needs them (dhcpd can't read back what it writes then)."""
    return name if _IDENTIFIER.fullmatch(name) else f'"{name}"'


def constant_text(value: bytes) -> str:
    """Text in quotes, or two hexadecimal digits for each byte.

    Unlike dhcpd, which reads something else back, we take quotes and backslashes as reasons for
    hexadecimal everywhere.
    """
    if all(0x20 <= byte <= 0x7E for byte in value) and b'"' not in value and b"\\" not in value:
        return f'"{value.decode("ascii")}"'
    return value.hex(":")


def _statement_lines(statements: Sequence[Statement], spaces: OptionSpaces) -> list[str] | None:
    lines: list[str] = []
    for statement in statements:
        line = _statement_line(statement, spaces)
        if line is None:
            return None
        lines.append(line)
    return lines


def _statement_line(statement: Statement, spaces: OptionSpaces) -> str | None:
    if not isinstance(statement, SetOption) or not isinstance(statement.value, Constant):
        return None
    space = spaces.find(statement.space)
    if space is None:
        return None
    definition = space.find_code(statement.code)
    if not _is_one_element(definition.format, statement.value.content):
        return None
    name = definition.name if statement.space == DHCP else f"{statement.space}.{definition.name}"
    verb = VERBS[statement.operation]
    line = f"        {verb} {name} = {constant_text(statement.value.content)};"
    return line if len(line) <= LONGEST_LINE else None


def _is_one_element(form: str, value: bytes) -> bool:
    items = parse_format(form).items
    if len(items) != 1:
        return False
    size = ELEMENT_SIZES.get(items[0].letter)
    return size is None or len(value) == size
