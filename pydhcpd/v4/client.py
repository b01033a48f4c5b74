"""What is known of the sender of one packet while the packet is served."""

from typing import Final, final

from pydhcpd.expression.context import Context
from pydhcpd.model.host import Host
from pydhcpd.v4.effective import AnyClass
from pydhcpd.v4.packet import Packet


@final
class Client:
    """`network` is the index of the packet's shared network, None when it is unknown.

    `hosts` are the declarations that match, `is_known` whether there are any.
    """

    __slots__ = ("classes", "context", "hosts", "is_known", "network", "packet")

    def __init__(
        self,
        packet: Packet,
        network: int | None,
        classes: tuple[AnyClass, ...],
        hosts: tuple[Host, ...],
        context: Context,
    ) -> None:
        self.packet: Final = packet
        self.network: Final = network
        self.classes: Final = classes
        self.hosts: Final = hosts
        self.is_known: Final = bool(hosts)
        self.context: Final = context
