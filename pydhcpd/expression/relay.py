"""`v6relay(depth, data)` (dhcp-eval(5)): data as seen in a DHCPv6 relay envelope.

Which envelope is asked for: 1 is the one nearest to the client, 0 the client's own message.
"""

from typing import final

from pydhcpd.expression.context import Context
from pydhcpd.expression.datanode import Data
from pydhcpd.expression.node import Expression


@final
class RelayData(Data):
    """Null where there is no such envelope, as with every DHCPv4 packet."""

    __slots__ = ("depth", "operand")

    def __init__(self, depth: Expression, operand: Expression) -> None:
        self.depth = depth
        self.operand = operand

    @property
    def opcode(self) -> int:
        return 61

    def data(self, context: Context) -> bytes | None:
        depth = self.depth.number(context)
        if depth != 0:
            return None
        return self.operand.data(context)
