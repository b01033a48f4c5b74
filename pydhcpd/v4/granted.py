"""What is granted to a client: the lease as it will be, and what its reply is made of."""

from typing import Final, final

from pydhcpd.lease.lease import Lease
from pydhcpd.model.host import Host
from pydhcpd.model.network import Subnet
from pydhcpd.v4.effective import Effective


@final
class Granted:
    """`kind` is OFFER, ACK or BOOTP; `ends` the end that the client is told (epoch seconds).

    For an OFFER `lease.ends` is only how long the offer is held.
    """

    __slots__ = ("effective", "ends", "host", "kind", "lease", "subnet")

    def __init__(
        self,
        kind: int,
        lease: Lease,
        ends: int,
        subnet: Subnet,
        host: Host | None,
        effective: Effective,
    ) -> None:
        self.kind: Final = kind
        self.lease: Final = lease
        self.ends: Final = ends
        self.subnet: Final = subnet
        self.host: Final = host
        self.effective: Final = effective
