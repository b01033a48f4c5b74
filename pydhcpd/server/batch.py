"""The order in which a batch of datagrams is served, and what is left out under overload.

A server that answers in order of arrival answers stale DISCOVERs first under overload, and
serves nobody to the end: the REQUESTs that follow its OFFERs drown in new DISCOVERs. So
REQUESTs (and whatever else is not a DISCOVER) go first; of each sender only the last DISCOVER
counts, and none if a later step of the same sender is in the batch; and of the DISCOVERs only
the latest are answered, the others will be sent again (RFC 2131 section 4.1).
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.core.datagram import Datagram
from pydhcpd.server.overload import Overload
from pydhcpd.wire.moment import Moment

# Up to this size a batch is served as it came: that is the order which an observer expects.
ORDERLY_SIZE: Final = 64
# How many DISCOVERs of one batch are answered: as many as there will be REQUESTs in the next.
DISCOVERS_PER_BATCH: Final = 256

# Where every client puts the message type: first behind the cookie.
DISCOVER_HEAD: Final = b"\x63\x82\x53\x63\x35\x01\x01"


def order_batch(
    datagrams: Sequence[Datagram], overload: Overload, moment: Moment
) -> Sequence[Datagram]:
    """The datagrams to serve, in order; the sequence itself when there is no overload.

    `overload` is told how many DISCOVERs are answered, and how many are too many.
    """
    if len(datagrams) <= ORDERLY_SIZE:
        return datagrams
    first: list[Datagram] = []
    discovers: dict[bytes, Datagram] = {}
    for datagram in datagrams:
        payload = datagram.payload
        # Hardware and transaction: clients without a hardware address share the former.
        sender = payload[28:44] + payload[4:8]
        # Whatever this sender discovered before is stale.
        discovers.pop(sender, None)
        if payload[236:243] == DISCOVER_HEAD:
            discovers[sender] = datagram
        else:
            first.append(datagram)
    latest = list(discovers.values())[-DISCOVERS_PER_BATCH:]
    overload.note(len(latest), len(discovers) - len(latest), moment)
    return first + latest
