"""Records of the leases file that are not leases (dhcpd.leases(5)).

Classes and groups made at run time, hosts made or deleted through OMAPI, the states of failover
peers.
"""

from dataclasses import dataclass
from typing import Final

CLASS: Final = "class"
SUBCLASS: Final = "subclass"
GROUP: Final = "group"
HOST: Final = "host"
FAILOVER: Final = "failover"


@dataclass(frozen=True, slots=True)
class OddRecord:
    """`name` is everything between the keyword and the brace, `text` the whole record.

    `line` is the one it begins in.
    """

    kind: str
    name: str
    text: bytes
    is_dynamic: bool
    is_deleted: bool
    line: int = 1
