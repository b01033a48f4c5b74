"""Host declarations (dhcpd.conf(5)); global in effect wherever they are written."""

from dataclasses import dataclass

from pydhcpd.model.scope import Scope


@dataclass(frozen=True, slots=True)
class HostIdentifier:
    """`host-identifier option NAME VALUE`: an option of the request that recognises the host."""

    space: str
    code: int
    value: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Host:
    """One declaration; `hardware` is type byte and address, `fixed_addresses` in written order."""

    name: str
    scope: Scope
    hardware: bytes | None
    client_identifier: bytes | None
    identifier: HostIdentifier | None
    fixed_addresses: tuple[int, ...]
    group_name: str | None
    is_dynamic: bool = False
