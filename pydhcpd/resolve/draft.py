"""What is being read: scopes, networks, hosts and classes while they still change.

The `token` of a declaration is its keyword.

When the whole file was read, `freeze.py` makes the Configuration of it.
"""

from collections.abc import Sequence
from typing import Final, final

from pydhcpd.config.problem import Problem
from pydhcpd.config.token import Token
from pydhcpd.expression.node import Expression, Statement
from pydhcpd.model.configuration import DUID_LLT
from pydhcpd.model.host import HostIdentifier
from pydhcpd.model.key import Key, Zone
from pydhcpd.model.network import Range
from pydhcpd.model.peer import FailoverPeer, PeerStates
from pydhcpd.model.permit import Permit
from pydhcpd.options.space import OptionSpaces
from pydhcpd.resolve.machine import Machine
from pydhcpd.resolve.rangeset import RangeSet

ERR: Final = 3
INFO: Final = 6
DEBUG: Final = 7

Message = tuple[int, str]


@final
class DraftScope:
    """A body. `authoritative` reaches inner bodies only if it was said before they opened.

    `cases`, with the places in `statements` where they start, and their type are a switch's.
    """

    __slots__ = (
        "case_kind",
        "cases",
        "default_case",
        "is_authoritative",
        "parent",
        "statements",
    )

    def __init__(self, parent: "DraftScope | None") -> None:
        self.parent: Final = parent
        self.statements: Final[list[Statement]] = []
        self.case_kind = ""
        self.cases: Final[list[tuple[Expression, int]]] = []
        self.default_case: int | None = None
        self.is_authoritative: bool = parent is not None and parent.is_authoritative


@final
class DraftNetwork:
    """A shared network; an implicit one was made for a lone subnet and shares its scope."""

    __slots__ = (
        "interface",
        "is_implicit",
        "name",
        "peer",
        "pools",
        "pools6",
        "scope",
        "subnets",
        "subnets6",
        "token",
    )

    def __init__(self, name: str, scope: DraftScope, is_implicit: bool, token: Token) -> None:
        self.name = name
        self.token: Final = token
        self.scope = scope
        self.is_implicit: Final = is_implicit
        self.subnets: Final[list[DraftSubnet]] = []
        self.pools: Final[list[DraftPool]] = []
        self.subnets6: Final[list[DraftSubnet6]] = []
        self.pools6: Final[list[DraftPool6]] = []
        self.interface: str | None = None
        self.peer: str | None = None


@final
class DraftSubnet:
    """A subnet."""

    __slots__ = ("address", "interface", "mask", "network", "scope", "token")

    def __init__(
        self, address: int, mask: int, scope: DraftScope, network: DraftNetwork, token: Token
    ) -> None:
        self.token: Final = token
        self.address: Final = address
        self.mask: Final = mask
        self.scope: Final = scope
        self.network: Final = network
        self.interface: str | None = None


@final
class DraftPool:
    """A pool, declared or made for the ranges of a subnet."""

    __slots__ = ("network", "peer", "permits", "prohibits", "ranges", "scope", "token")

    def __init__(self, scope: DraftScope, network: DraftNetwork, token: Token) -> None:
        self.token: Final = token
        self.scope: Final = scope
        self.network: Final = network
        self.ranges: Final[list[Range]] = []
        self.permits: Final[list[Permit]] = []
        self.prohibits: Final[list[Permit]] = []
        self.peer: str | None = None


@final
class DraftSubnet6:
    """A subnet6."""

    __slots__ = ("address", "interface", "length", "network", "scope")

    def __init__(self, address: int, length: int, scope: DraftScope, network: DraftNetwork) -> None:
        self.address: Final = address
        self.length: Final = length
        self.scope: Final = scope
        self.network: Final = network
        self.interface: str | None = None


@final
class DraftRange6:
    """Addresses of a subnet6."""

    __slots__ = ("high", "is_temporary", "low", "subnet")

    def __init__(self, subnet: DraftSubnet6, low: int, high: int, is_temporary: bool) -> None:
        self.subnet: Final = subnet
        self.low: Final = low
        self.high: Final = high
        self.is_temporary: Final = is_temporary


@final
class DraftPrefix6:
    """Prefixes of one length."""

    __slots__ = ("high", "length", "low", "subnet")

    def __init__(self, subnet: DraftSubnet6 | None, low: int, high: int, length: int) -> None:
        self.subnet: Final = subnet
        self.low: Final = low
        self.high: Final = high
        self.length: Final = length


@final
class DraftPool6:
    """A pool6, declared or made for the ranges of a network."""

    __slots__ = ("network", "permits", "prefixes", "prohibits", "ranges", "scope")

    def __init__(self, scope: DraftScope, network: DraftNetwork) -> None:
        self.scope: Final = scope
        self.network: Final = network
        self.ranges: Final[list[DraftRange6]] = []
        self.prefixes: Final[list[DraftPrefix6]] = []
        self.permits: Final[list[Permit]] = []
        self.prohibits: Final[list[Permit]] = []


@final
class DraftHost:
    """A host declaration."""

    __slots__ = (
        "client_identifier",
        "fixed_addresses",
        "fixed_addresses6",
        "fixed_prefixes6",
        "group_name",
        "group_scope",
        "hardware",
        "identifier",
        "is_deleted",
        "is_dynamic",
        "name",
        "scope",
        "token",
    )

    def __init__(self, name: str, scope: DraftScope, token: Token) -> None:
        self.name: Final = name
        self.token: Final = token
        self.scope: Final = scope
        self.hardware: bytes | None = None
        self.client_identifier: bytes | None = None
        self.identifier: HostIdentifier | None = None
        self.fixed_addresses: tuple[int, ...] | None = None
        self.fixed_addresses6: tuple[int, ...] | None = None
        self.fixed_prefixes6: tuple[tuple[int, int], ...] = ()
        self.group_name: str | None = None
        self.group_scope: DraftScope | None = None
        self.is_dynamic = False
        self.is_deleted = False


@final
class DraftHosts:
    """Hosts of a run of plain declarations, item by item.

    All share one empty scope, but for the one statement that some of them have.
    """

    __slots__ = ("fixed_addresses", "hardware", "names", "scope", "statements")

    def __init__(
        self,
        names: Sequence[str],
        scope: DraftScope,
        hardware: Sequence[bytes],
        fixed_addresses: Sequence[tuple[int, ...]],
        statements: Sequence[Statement | None],
    ) -> None:
        self.names: Final = names
        self.scope: Final = scope
        self.hardware: Final = hardware
        self.fixed_addresses: Final = fixed_addresses
        self.statements: Final = statements


@final
class DraftSubclass:
    """A subclass; without a body it shares the scope of its class."""

    __slots__ = ("class_name", "key", "lease_limit", "scope")

    def __init__(self, class_name: str, key: bytes, scope: DraftScope, lease_limit: int) -> None:
        self.class_name: Final = class_name
        self.key: Final = key
        self.scope = scope
        self.lease_limit = lease_limit


@final
class DraftClass:
    """A class; repeating its name reopens it, and its last test counts.

    `tests` are the kinds of test that this declaration has.
    """

    __slots__ = (
        "is_spawning",
        "lease_limit",
        "match_if",
        "name",
        "scope",
        "subclasses",
        "submatch",
        "tests",
        "token",
    )

    def __init__(self, name: str, scope: DraftScope, token: Token | None) -> None:
        self.name: Final = name
        self.token: Final = token
        self.scope: Final = scope
        self.match_if: Expression | None = None
        self.submatch: Expression | None = None
        self.is_spawning = False
        self.tests: Final[set[str]] = set()
        self.lease_limit = 0
        self.subclasses: Final[dict[bytes, DraftSubclass]] = {}


@final
class Draft:
    """Everything declared so far."""

    __slots__ = (
        "classes",
        "db_time_format",
        "family",
        "groups",
        "hosts",
        "is_host_scope_warned",
        "keys",
        "last_subnet",
        "lease_id_format",
        "machine",
        "messages",
        "nesting",
        "networks",
        "peer_references",
        "peer_states",
        "peers",
        "pools",
        "pools6",
        "problems",
        "ranges",
        "scope",
        "server_duid",
        "server_duid_type",
        "spaces",
        "subnets",
        "subnets6",
        "zones",
    )

    def __init__(self, spaces: OptionSpaces, machine: Machine, family: int = 4) -> None:
        self.family: Final = family
        self.scope: Final = DraftScope(None)
        self.spaces: Final = spaces
        self.machine: Final = machine
        # How deep the expressions of the function that is being read are nested.
        self.nesting = 0
        self.networks: Final[list[DraftNetwork]] = []
        self.subnets: Final[list[DraftSubnet]] = []
        self.pools: Final[list[DraftPool]] = []
        self.ranges: Final = RangeSet()
        # Family, address and length of the mask of the subnet that was declared last.
        self.last_subnet: tuple[int, int, int] | None = None
        self.subnets6: Final[list[DraftSubnet6]] = []
        self.pools6: Final[list[DraftPool6]] = []
        self.classes: Final[dict[str, DraftClass]] = {}
        self.hosts: Final[dict[str, DraftHost | DraftHosts]] = {}
        self.groups: Final[dict[str, DraftScope]] = {}
        self.keys: Final[dict[str, Key]] = {}
        self.zones: Final[dict[str, Zone]] = {}
        self.peers: Final[dict[str, FailoverPeer]] = {}
        self.peer_states: Final[dict[str, PeerStates]] = {}
        self.peer_references: Final[set[str]] = set()
        self.messages: Final[list[Message]] = []
        self.problems: Final[list[Problem]] = []
        self.is_host_scope_warned = False
        self.lease_id_format = "octal"
        self.db_time_format = "default"
        self.server_duid: bytes | None = None
        self.server_duid_type = DUID_LLT

    def log(self, level: int, text: str) -> None:
        """One line without a place."""
        self.messages.append((level, text))


class FatalError(Exception):
    """The configuration ends the server at once; the text goes out before the fatal trailer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
