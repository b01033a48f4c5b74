"""What executing statements produces: option values by option space (dhcpd.conf(5)).

Parameters such as `default-lease-time` are options of the `server` space, so that they share
scopes and precedence with `option routers`. A value of None is a slot taken by an expression
without value: it hides the outer value and sends nothing.
"""

from typing import final

Values = dict[int, bytes | None]


@final
class OptionState:
    """Option values set so far, each space in the order of first setting."""

    __slots__ = ("dhcp", "others", "server")

    def __init__(self) -> None:
        self.dhcp: Values = {}
        self.server: Values = {}
        self.others: dict[str, Values] = {}

    def values(self, space: str) -> Values:
        """The values of a space, made on first use."""
        if space == "dhcp":
            return self.dhcp
        if space == "server":
            return self.server
        values = self.others.get(space)
        if values is None:
            values = self.others[space] = {}
        return values
