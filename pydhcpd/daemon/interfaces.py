"""Which interfaces are served, and by which shared network (dhcpd(8), "interfaces").

dhcpd looks once, at start: the interfaces in the system's order, each address claiming the
subnet that holds it. It then opens the wanted ones in reverse order.
"""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

import psutil

from pydhcpd.core.log import ERR, LogLine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.model.configuration import Configuration
from pydhcpd.wire.address import format_ipv4, parse_ipv4

NEEDED_FLAGS: Final = frozenset(("up", "broadcast"))
REFUSED_FLAGS: Final = frozenset(("loopback", "pointopoint"))


@final
@dataclass(frozen=True, slots=True)
class SystemInterface:
    """An interface that is up; `is_eligible`: served even if nobody names it."""

    name: str
    index: int
    addresses: tuple[int, ...]
    is_eligible: bool


@final
@dataclass(frozen=True, slots=True)
class Match:
    """A wanted interface; `network` is None if no subnet declaration fits it."""

    name: str
    index: int
    addresses: tuple[int, ...]
    network: int | None


def system_interfaces() -> tuple[SystemInterface, ...]:
    """The interfaces that are up, in the system's order, labelled addresses (eth0:1) last."""
    addresses = psutil.net_if_addrs()
    states = psutil.net_if_stats()
    names = [name for _, name in socket.if_nameindex()]
    names += [name for name in addresses if name not in names]
    found: list[SystemInterface] = []
    for name in names:
        state = states.get(name.partition(":")[0])
        # Not psutil's `isup`: that asks for a carrier, too, and a server whose cable is pulled
        # while it starts would serve nobody ever after. dhcpd does not care.
        flags = frozenset(() if state is None else state.flags.split(","))
        if "up" not in flags:
            continue
        own = [
            parse_ipv4(entry.address)
            for entry in addresses.get(name, ())
            if entry.family == socket.AF_INET
        ]
        found.append(
            SystemInterface(
                name,
                socket.if_nametoindex(name),
                tuple([address for address in own if address is not None]),
                flags >= NEEDED_FLAGS and not flags & REFUSED_FLAGS,
            )
        )
    return tuple(found)


def match_interfaces(
    system: Sequence[SystemInterface],
    named: Sequence[str],
    configuration: Configuration,
    log: list[LogLine],
) -> list[Match]:
    """The wanted interfaces in dhcpd's order, each with its shared network."""
    declared = _declared_networks(configuration)
    requested = [*named, *declared]
    considered = system if requested else [entry for entry in system if entry.is_eligible]
    networks = _claim_networks(considered, declared, configuration, log)
    by_name = {entry.name: entry for entry in considered}
    # A name may be given twice; dict.fromkeys keeps the one that dhcpd would open first.
    names = list(dict.fromkeys(reversed(requested or list(by_name))))
    matches: list[Match] = []
    for name in names:
        found = by_name.get(name)
        if found is None and name in declared:
            log.append((ERR, f"{name} missing an interface address"))
            raise Fatal("Failed to get interface index: No such device")
        matches.append(
            Match(
                name,
                found.index if found else 0,
                found.addresses if found else (),
                networks.get(name),
            )
        )
    return matches


def no_subnet_lines(match: Match) -> list[LogLine]:
    """What dhcpd says about a wanted interface without a subnet declaration."""
    address = format_ipv4(match.addresses[0]) if match.addresses else "no IPv4 addresses"
    return [
        (ERR, line)
        for line in (
            "",
            f"No subnet declaration for {match.name} ({address}).",
            f"** Ignoring requests on {match.name}.  If this is not what",
            "   you want, please write a subnet declaration",
            "   in your dhcpd.conf file for the network segment",
            f"   to which interface {match.name} is attached. **",
            "",
        )
    ]


def _declared_networks(configuration: Configuration) -> dict[str, int]:
    """Interfaces that an `interface` statement gives to a shared network."""
    declared: dict[str, int] = {}
    for network in configuration.shared_networks:
        names = [*network.interfaces]
        for subnet in network.subnets:
            names += subnet.interfaces
        declared.update(dict.fromkeys(names, network.index))
    return declared


def _claim_networks(
    considered: Iterable[SystemInterface],
    declared: dict[str, int],
    configuration: Configuration,
    log: list[LogLine],
) -> dict[str, int]:
    networks = dict(declared)
    owners = {network: name for name, network in declared.items()}
    subnet_owners: dict[int, str] = {}
    # Addresses come by interface: those of a label (eth0:1) with the others of its device.
    for entry in sorted(considered, key=_index_of):
        for address in entry.addresses:
            subnet = configuration.find_subnet(address)
            if subnet is None:
                continue
            owner = subnet_owners.setdefault(subnet.index, entry.name)
            if owner != entry.name:
                text = f"Multiple interfaces match the same subnet: {owner} {entry.name}"
                log.append((ERR, text))
            if networks.setdefault(entry.name, subnet.network) != subnet.network:
                raise Fatal(f"Interface {entry.name} matches multiple shared networks")
            owner = owners.setdefault(subnet.network, entry.name)
            if owner != entry.name:
                text = f"Multiple interfaces match the same shared network: {owner} {entry.name}"
                log.append((ERR, text))
    return networks


def _index_of(entry: SystemInterface) -> int:
    return entry.index
