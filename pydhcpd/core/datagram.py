"""A datagram as it came in: the UDP payload and where it came from."""

from typing import Final, final

from pydhcpd.core.interface import Interface


@final
class Datagram:
    """`source` is the IP source address, `payload` what UDP carried."""

    __slots__ = ("interface", "payload", "source")

    def __init__(self, payload: bytes, interface: Interface, source: int) -> None:
        self.payload: Final = payload
        self.interface: Final = interface
        self.source: Final = source
