"""Options that tell clients of a subnet something that is not so there: routers and masks."""

from collections.abc import Iterator
from typing import Final

from pydhcpd.check.finding import Spot
from pydhcpd.check.network import ALL_ONES, POINT_TO_POINT, holds, last_address
from pydhcpd.check.setting import setting_of
from pydhcpd.check.subject import Subject, View, subnet_of, subnet_text, where
from pydhcpd.config.token import Token
from pydhcpd.model.network import range_text
from pydhcpd.options.space import DHCP, SERVER
from pydhcpd.wire.address import format_ipv4

SUBNET_MASK: Final = 1
ROUTERS: Final = 3
BROADCAST_ADDRESS: Final = 28
USE_LEASE_ADDR_FOR_DEFAULT_ROUTE: Final = 13


def router_outside_subnet(subject: Subject) -> Iterator[Spot]:
    """A router that clients of the subnet cannot reach: it is on no subnet of their wire."""
    for view, token, routers in _routers(subject):
        network = subject.configuration.shared_networks[view.subnet.network]
        for router in routers:
            if subnet_of(network.subnets, router) is None:
                text = f"router {format_ipv4(router)} is not in {subnet_text(view.subnet)}"
                yield Spot(token, f"{text}{_reached(view, token)}.")


def router_in_range(subject: Subject) -> Iterator[Spot]:
    """A router whose address is given to clients."""
    told: set[int] = set()
    for view, _, routers in _routers(subject):
        network = subject.configuration.shared_networks[view.subnet.network]
        for router in routers:
            pool = subject.configuration.find_pool(router)
            if pool is None or pool.network != network.index or router in told:
                continue
            told.add(router)
            for addresses in pool.ranges:
                if holds(addresses, router) and addresses.token is not None:
                    text = f"range {range_text(addresses)} includes {format_ipv4(router)}, "
                    yield Spot(addresses.token, f"{text}a router of {subnet_text(view.subnet)}.")


def wrong_broadcast_address(subject: Subject) -> Iterator[Spot]:
    """`option broadcast-address` that is not the one of the subnet."""
    for view, token, value in _addresses(subject, BROADCAST_ADDRESS):
        address = last_address(view.subnet)
        if value and value[0] not in (address, ALL_ONES):
            text = f"broadcast-address {format_ipv4(value[0])} is not that of "
            text += f"{subnet_text(view.subnet)} ({format_ipv4(address)}){_reached(view, token)}."
            yield Spot(token, text)


def wrong_subnet_mask(subject: Subject) -> Iterator[Spot]:
    """`option subnet-mask` that is not the declared one."""
    for view, token, value in _addresses(subject, SUBNET_MASK):
        # A subnet of all addresses is a trick to serve wires that are declared nowhere.
        if value and view.subnet.mask and value[0] != view.subnet.mask:
            text = f"subnet-mask {format_ipv4(value[0])} is not that of "
            yield Spot(token, f"{text}{subnet_text(view.subnet)}{_reached(view, token)}.")


def _routers(subject: Subject) -> Iterator[tuple[View, Token, list[int]]]:
    """What clients are told; not where each of them is its own router, or has no neighbours."""
    for view, token, routers in _addresses(subject, ROUTERS):
        own = setting_of(view.scopes, SERVER, USE_LEASE_ADDR_FOR_DEFAULT_ROUTE)
        if not own.is_certain or own.value == b"\1" or view.subnet.mask >= POINT_TO_POINT:
            continue
        yield view, token, routers


def _addresses(subject: Subject, code: int) -> Iterator[tuple[View, Token, list[int]]]:
    """The addresses of an option that clients of each subnet get, each statement once for it."""
    told: set[tuple[int, int]] = set()
    for view in subject.views:
        setting = setting_of(view.scopes, DHCP, code)
        if setting.token is None or (id(setting.token), view.subnet.index) in told:
            continue
        told.add((id(setting.token), view.subnet.index))
        yield view, setting.token, setting.addresses()


def _reached(view: View, token: Token) -> str:
    """Where the subnet is, which may be far from the statement."""
    return f" ({where(view.subnet.token, token)})"
