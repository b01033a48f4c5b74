"""What is known of the sender of one packet while the packet is served."""

from typing import Final, final

from pydhcpd.expression.binding import Bindings
from pydhcpd.expression.context import Context
from pydhcpd.model.host import Host
from pydhcpd.v4.effective import AnyClass
from pydhcpd.v4.packet import Packet


@final
class Client:
    """`network` is the index of the packet's shared network, None when it is unknown.

    `classes` grow when statements add some. `hosts` are the declarations that match, `is_known`
    whether there are any. `classified` is the context in which classes were looked for, None if
    there are none, `variables` those that the global scope has set at the start.
    """

    __slots__ = ("_context", "_variables", "classes", "hosts", "is_known", "network", "packet")

    def __init__(
        self,
        packet: Packet,
        network: int | None,
        classes: tuple[AnyClass, ...],
        hosts: tuple[Host, ...],
        classified: Context | None,
        variables: Bindings,
    ) -> None:
        self.packet: Final = packet
        self.network: Final = network
        self.classes = classes
        self.hosts: Final = hosts
        self.is_known: Final = bool(hosts)
        self._context = classified
        self._variables: Final = variables

    @property
    def context(self) -> Context:
        """What expressions may look at: made when one asks, since most packets meet none."""
        context = self._context
        if context is None:
            context = self._context = context_of(self.packet, self._variables)
        context.is_known = self.is_known
        context.is_in_class = bool(self.classes)
        return context


def context_of(packet: Packet, variables: Bindings) -> Context:
    """The packet's view for expressions, before it is known whose it is."""
    context = Context(
        packet.options, {"agent": packet.agent} if packet.agent else {}, packet.hardware
    )
    context.packet = packet.payload
    context.variables = variables
    context.is_known = False
    return context
