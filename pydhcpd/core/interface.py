"""A network interface as the cores know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Interface:
    """`hardware` is type byte and address, `addresses` the IPv4 addresses in the system's order.

    `network` is the index of the shared network that the interface is on.
    """

    name: str
    index: int
    hardware: bytes
    addresses: tuple[int, ...]
    network: int
