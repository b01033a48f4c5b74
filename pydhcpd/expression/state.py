"""What executing statements produces: option values by option space (dhcpd.conf(5)).

Parameters such as `default-lease-time` are options of the `server` space, so that they share
scopes and precedence with `option routers`. A slot holds an expression, which is evaluated when
the value is looked up: an option's when the reply is encoded. One without value hides the outer
value and sends nothing.
"""

from typing import TYPE_CHECKING, final

from pydhcpd.expression.node import Expression, Statement

if TYPE_CHECKING:
    from pydhcpd.expression.context import Context

Slots = dict[int, Expression]
Values = dict[int, bytes | None]


@final
class OptionState:
    """Options set so far, each space in the order of first setting.

    `trace` collects the statements that set options, for whoever wants to tell where a value
    came from.
    """

    __slots__ = ("dhcp", "others", "server", "trace")

    def __init__(self) -> None:
        self.dhcp: Slots = {}
        self.server: Slots = {}
        self.others: dict[str, Slots] = {}
        self.trace: list[Statement] | None = None

    def slots(self, space: str) -> Slots:
        """The slots of a space, made on first use."""
        if space == "dhcp":
            return self.dhcp
        if space == "server":
            return self.server
        slots = self.others.get(space)
        if slots is None:
            slots = self.others[space] = {}
        return slots

    def find(self, space: str, code: int) -> Expression | None:
        """The expression in a slot; None when nothing set it."""
        if space == "dhcp":
            return self.dhcp.get(code)
        if space == "server":
            return self.server.get(code)
        slots = self.others.get(space)
        return None if slots is None else slots.get(code)


def evaluate(slots: Slots, context: "Context") -> Values:
    """The values of all slots, in their order."""
    return {code: slot.option_data(context) for code, slot in slots.items()}
