"""Host declarations (dhcpd.conf(5)); global in effect wherever they are written."""

from dataclasses import dataclass
from typing import Final, final

from pydhcpd.config.token import Token
from pydhcpd.model.scope import Scope


@dataclass(frozen=True, slots=True)
class HostIdentifier:
    """An option of the request that recognises the host.

    `host-identifier option NAME VALUE`, or with `v6relopt N` one that a DHCPv6 relay added:
    `relay` is N then, counted as dhcpd.conf(5) says.
    """

    space: str
    code: int
    value: bytes
    relay: int | None = None


@final
class Host:
    """One declaration; `hardware` is type byte and address, addresses are in written order.

    A prefix is its address and its length.

    `token` is the keyword of the declaration; None where it was not kept.
    No frozen dataclass: there may be very many, and those take three times as long to make.
    """

    __slots__ = (
        "client_identifier",
        "fixed_addresses",
        "fixed_addresses6",
        "fixed_prefixes6",
        "group_name",
        "hardware",
        "identifier",
        "is_dynamic",
        "name",
        "scope",
        "token",
    )

    def __init__(
        self,
        name: str,
        scope: Scope,
        hardware: bytes | None,
        client_identifier: bytes | None,
        identifier: HostIdentifier | None,
        fixed_addresses: tuple[int, ...],
        group_name: str | None,
        is_dynamic: bool = False,
        fixed_addresses6: tuple[int, ...] = (),
        fixed_prefixes6: tuple[tuple[int, int], ...] = (),
        token: Token | None = None,
    ) -> None:
        self.name: Final = name
        self.scope: Final = scope
        self.hardware: Final = hardware
        self.client_identifier: Final = client_identifier
        self.identifier: Final = identifier
        self.fixed_addresses: Final = fixed_addresses
        self.group_name: Final = group_name
        self.is_dynamic: Final = is_dynamic
        self.fixed_addresses6: Final = fixed_addresses6
        self.fixed_prefixes6: Final = fixed_prefixes6
        self.token: Final = token
