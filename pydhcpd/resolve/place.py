"""Where a statement stands: the kind of body around it and the declarations it belongs to."""

from dataclasses import dataclass, replace
from typing import Final

from pydhcpd.resolve.draft import (
    DraftClass,
    DraftHost,
    DraftNetwork,
    DraftPool,
    DraftPool6,
    DraftScope,
    DraftSubclass,
    DraftSubnet,
    DraftSubnet6,
)

GLOBAL: Final = "global"
SHARED_NETWORK: Final = "shared-network"
SUBNET: Final = "subnet"
SUBNET6: Final = "subnet6"
POOL: Final = "pool"
POOL6: Final = "pool6"
GROUP: Final = "group"
HOST: Final = "host"
CLASS: Final = "class"
EXECUTABLE: Final = "executable"  # the body of if, elsif, else or on
FUNCTION: Final = "function"  # the body of define
SWITCH: Final = "switch"
EXECUTABLES: Final = frozenset((EXECUTABLE, FUNCTION, SWITCH))

DECLARATIONS: Final = frozenset(
    (GLOBAL, SHARED_NETWORK, SUBNET, SUBNET6, POOL, POOL6, GROUP, HOST, CLASS)
)
NETWORKS: Final = frozenset((SHARED_NETWORK, SUBNET, SUBNET6))
EVERYWHERE: Final = DECLARATIONS | EXECUTABLES


@dataclass(frozen=True, slots=True)
class Place:
    """The body that is being read."""

    kind: str
    scope: DraftScope
    network: DraftNetwork | None = None
    subnet: DraftSubnet | None = None
    pool: DraftPool | None = None
    host: DraftHost | None = None
    client_class: DraftClass | None = None
    subclass: DraftSubclass | None = None
    subnet6: DraftSubnet6 | None = None
    pool6: DraftPool6 | None = None
    depth: int = 0

    @property
    def is_executable(self) -> bool:
        """True where only executable statements may stand."""
        return self.kind in EXECUTABLES

    def inside(self, kind: str) -> "Place":
        """A body of this kind in here, with a scope of its own."""
        return Place(
            kind,
            DraftScope(self.scope),
            self.network,
            self.subnet,
            self.pool,
            self.host,
            self.client_class,
            self.subclass,
            self.subnet6,
            self.pool6,
            self.depth + 1,
        )

    def of_host(self, host: DraftHost) -> "Place":
        """The body of a host declaration; there may be very many."""
        return Place(HOST, host.scope, host=host, depth=self.depth)

    def of_network(self, network: DraftNetwork) -> "Place":
        """This body, the body of a shared network."""
        return replace(self, network=network)

    def of_subnet(self, subnet: DraftSubnet) -> "Place":
        """This body, the body of a subnet."""
        return replace(self, network=subnet.network, subnet=subnet, subnet6=None, pool6=None)

    def of_subnet6(self, subnet: DraftSubnet6) -> "Place":
        """This body, the body of a subnet6."""
        return replace(self, network=subnet.network, subnet=None, subnet6=subnet, pool6=None)

    def of_pool(self, pool: DraftPool) -> "Place":
        """This body, the body of a pool."""
        return replace(self, pool=pool)

    def of_pool6(self, pool: DraftPool6) -> "Place":
        """This body, the body of a pool6."""
        return replace(self, pool6=pool)

    def of_class(self, client_class: DraftClass) -> "Place":
        """The body of a class, whose scope stays the one of its first body."""
        return replace(self, scope=client_class.scope, client_class=client_class, subclass=None)

    def of_subclass(self, subclass: DraftSubclass) -> "Place":
        """The body of a subclass."""
        return replace(self, scope=subclass.scope, client_class=None, subclass=subclass)
