"""Records of the leases file that are not leases: kept as written, and in dhcpd's order.

Classes and groups made at run time, hosts made or deleted through OMAPI, the states of failover
peers. A later record of the same kind and name takes the place of the earlier one; a host must be
deleted before (observed: dhcpd keeps the first and says `already exists`).
"""

from dataclasses import dataclass
from typing import Final

# In the order in which a rewritten file has them.
CLASS: Final = "class"
SUBCLASS: Final = "subclass"
GROUP: Final = "group"
HOST: Final = "host"
FAILOVER: Final = "failover"
ODD_KINDS: Final = (CLASS, SUBCLASS, GROUP, HOST, FAILOVER)


@dataclass(frozen=True, slots=True)
class OddRecord:
    """`name` is everything between the keyword and the brace, `text` the whole record."""

    kind: str
    name: str
    text: bytes
    is_dynamic: bool
    is_deleted: bool
