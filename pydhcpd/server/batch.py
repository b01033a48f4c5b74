"""The order in which a batch of datagrams is served.

Under overload a server that answers in order of arrival answers stale DISCOVERs first and
serves nobody to the end. So a batch's REQUESTs (and whatever else is not a DISCOVER) go before
its DISCOVERs, and of several packets of one sender with the same transaction only the last one
that asks for more is answered: a DISCOVER whose sender has a later packet in the batch is stale.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.core.datagram import Datagram

# Below this size nothing is gained, and the order of arrival is what an observer expects.
OVERLOAD_SIZE: Final = 64

# Where every client puts the message type: first behind the cookie.
DISCOVER_HEAD: Final = b"\x63\x82\x53\x63\x35\x01\x01"


def order_batch(datagrams: Sequence[Datagram]) -> Sequence[Datagram]:
    """The datagrams to serve, in order; the sequence itself when there is no overload."""
    if len(datagrams) < OVERLOAD_SIZE:
        return datagrams
    first: list[Datagram] = []
    discovers: dict[bytes, Datagram] = {}
    answered: set[bytes] = set()
    for datagram in datagrams:
        payload = datagram.payload
        sender = payload[28:44]
        if payload[236:243] == DISCOVER_HEAD:
            discovers[sender] = datagram
        else:
            answered.add(sender)
            first.append(datagram)
    first.extend(datagram for sender, datagram in discovers.items() if sender not in answered)
    return first
