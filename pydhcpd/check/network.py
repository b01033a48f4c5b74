"""Subnets, shared networks and ranges that do not fit each other."""

from bisect import bisect_left
from collections.abc import Iterator

from pydhcpd.check.finding import Spot
from pydhcpd.check.subject import Subject, subnet_text, where
from pydhcpd.model.network import Range, SharedNetwork, Subnet, range_text
from pydhcpd.wire.address import format_ipv4

ALL_ONES = 0xFFFFFFFF
# From here on a subnet has no addresses of its own for network and broadcast (RFC 3021).
POINT_TO_POINT = 0xFFFFFFFE


def overlapping_subnets(subject: Subject) -> Iterator[Spot]:
    """A subnet inside another one, or declared twice."""
    around: list[Subnet] = []
    for subnet in sorted(_regular(subject), key=lambda one: (one.address, one.mask, one.index)):
        while around and last_address(around[-1]) < subnet.address:
            around.pop()
        if around and subnet.token is not None:
            text = f"{subnet_text(subnet)} lies in {subnet_text(around[-1])}"
            yield Spot(subnet.token, f"{text} ({where(around[-1].token, subnet.token)}).")
        around.append(subnet)


def overlapping_ranges(subject: Subject) -> Iterator[Spot]:
    """A range whose addresses belong to a narrower subnet too."""
    subnets = sorted(_regular(subject), key=lambda one: one.address)
    starts = [subnet.address for subnet in subnets]
    for _, addresses, own in subject.ranges():
        # A narrower subnet that begins before the range but not before its own one.
        at = bisect_left(starts, own.address)
        while at < len(subnets) and starts[at] <= addresses.high:
            other = subnets[at]
            at += 1
            if other.mask > own.mask and last_address(other) >= addresses.low and addresses.token:
                text = f"range {range_text(addresses)} of {subnet_text(own)} reaches into "
                text += f"{subnet_text(other)} ({where(other.token, addresses.token)})."
                yield Spot(addresses.token, text)


def range_on_the_edge(subject: Subject) -> Iterator[Spot]:
    """A range that holds the network or broadcast address of its subnet."""
    for _, addresses, subnet in subject.ranges():
        if subnet.mask >= POINT_TO_POINT or addresses.token is None:
            continue
        for what, address in (
            ("network", subnet.address),
            ("broadcast", last_address(subnet)),
        ):
            if addresses.low <= address <= addresses.high:
                text = f"range {range_text(addresses)} includes {format_ipv4(address)}, "
                yield Spot(addresses.token, f"{text}the {what} address of {subnet_text(subnet)}.")


def broken_netmask(subject: Subject) -> Iterator[Spot]:
    """A netmask whose ones are not all in front."""
    for subnet in subject.configuration.subnets:
        if not _is_regular(subnet) and subnet.token is not None:
            text = f"netmask {format_ipv4(subnet.mask)} has a zero before a one."
            yield Spot(subnet.token, text)


def repeated_shared_network(subject: Subject) -> Iterator[Spot]:
    """Two shared networks of one name: they stay two."""
    first: dict[str, SharedNetwork] = {}
    for network in subject.configuration.shared_networks:
        earlier = first.setdefault(network.name, network)
        if earlier is not network and network.token is not None:
            text = f"shared-network {network.name} was declared before "
            text += f"({where(earlier.token, network.token)}); this is another network."
            yield Spot(network.token, text)


def subnet_without_addresses(subject: Subject) -> Iterator[Spot]:
    """A subnet that nobody gets an address of."""
    served = {view.subnet.index for view in subject.views}
    for subnet in subject.configuration.subnets:
        if subnet.index not in served and subnet.token is not None:
            text = f"{subnet_text(subnet)} has no range and no host with a fixed address in it."
            yield Spot(subnet.token, text)


def last_address(subnet: Subnet) -> int:
    """The broadcast address."""
    return subnet.address | ~subnet.mask & ALL_ONES


def holds(addresses: Range, address: int) -> bool:
    """True if the range holds the address."""
    return addresses.low <= address <= addresses.high


def _regular(subject: Subject) -> list[Subnet]:
    return [subnet for subnet in subject.configuration.subnets if _is_regular(subnet)]


def _is_regular(subnet: Subnet) -> bool:
    zeros = ~subnet.mask & ALL_ONES
    return zeros & (zeros + 1) == 0
