"""Host declarations that recognise nobody, or claim what is not theirs (dhcpd.conf(5))."""

from collections.abc import Iterator, Mapping, Sequence

from pydhcpd.check.finding import Spot
from pydhcpd.check.network import holds
from pydhcpd.check.subject import Subject, subnet_text, where
from pydhcpd.model.host import Host
from pydhcpd.model.network import range_text
from pydhcpd.wire.address import format_ipv4


def host_outside_subnets(subject: Subject) -> Iterator[Spot]:
    """A fixed address in no declared subnet: nobody gets it."""
    for host, address in _fixed_addresses(subject):
        if subject.configuration.find_subnet(address) is None:
            text = f"host {host.name}: {format_ipv4(address)} is in no declared subnet."
            yield Spot(subject.token_in(subject.host_token(host), "fixed-address"), text)


def host_in_other_subnet(subject: Subject) -> Iterator[Spot]:
    """A host in the body of one subnet with an address of another: the body's options count."""
    subnets = {subnet.scope: subnet for subnet in subject.configuration.subnets}
    for host, address in _fixed_addresses(subject):
        around = next((one for one in host.scope.chain() if one in subnets), None)
        own = subject.configuration.find_subnet(address)
        if around is None or own is None or own.scope is around or not around.statements:
            continue
        token = subject.token_in(subject.host_token(host), "fixed-address")
        text = f"host {host.name}: {format_ipv4(address)} is not in {subnet_text(subnets[around])} "
        yield Spot(token, f"{text}({where(subnets[around].token, token)}), where it stands.")


def fixed_address_in_range(subject: Subject) -> Iterator[Spot]:
    """A fixed address that other clients may get from a range."""
    for host, address in _fixed_addresses(subject):
        pool = subject.configuration.find_pool(address)
        if pool is None:
            continue
        token = subject.token_in(subject.host_token(host), "fixed-address")
        for addresses in pool.ranges:
            if holds(addresses, address):
                text = f"host {host.name}: {format_ipv4(address)} is also in range "
                text += f"{range_text(addresses)} ({where(addresses.token, token)})."
                yield Spot(token, text)


def duplicate_fixed_address(subject: Subject) -> Iterator[Spot]:
    """Two hosts with one fixed address."""
    first: dict[int, Host] = {}
    for host, address in _fixed_addresses(subject):
        earlier = first.setdefault(address, host)
        if earlier is not host:
            token = subject.token_in(subject.host_token(host), "fixed-address")
            text = f"host {host.name}: {format_ipv4(address)} belongs to host {earlier.name} too "
            yield Spot(token, f"{text}({where(subject.host_token(earlier), token)}).")


def duplicate_hardware(subject: Subject) -> Iterator[Spot]:
    """Two hosts for one hardware address in one network, and nothing that tells them apart."""
    for earlier, host in _rivals(subject, subject.configuration.hosts_by_hardware):
        if earlier.client_identifier == host.client_identifier:
            token = subject.token_in(subject.host_token(host), "hardware")
            text = f"host {host.name} has the hardware address of host {earlier.name} "
            yield Spot(token, f"{text}({where(subject.host_token(earlier), token)}).")


def duplicate_client_identifier(subject: Subject) -> Iterator[Spot]:
    """Two hosts for one client identifier in one network."""
    for earlier, host in _rivals(subject, subject.configuration.hosts_by_client_identifier):
        if earlier.hardware != host.hardware:
            token = subject.host_token(host)
            text = f"host {host.name} has the client identifier of host {earlier.name} "
            yield Spot(token, f"{text}({where(subject.host_token(earlier), token)}).")


def host_without_identity(subject: Subject) -> Iterator[Spot]:
    """A host that no client can be."""
    for host in subject.configuration.hosts.values():
        is_known = host.hardware or host.client_identifier or host.identifier
        if not is_known:
            text = f"host {host.name} has no hardware, uid, dhcp-client-identifier or "
            yield Spot(
                subject.host_token(host), f"{text}host-identifier: no client is recognised by it."
            )


def _fixed_addresses(subject: Subject) -> Iterator[tuple[Host, int]]:
    for host in subject.configuration.hosts.values():
        for address in dict.fromkeys(host.fixed_addresses):
            yield host, address


def _rivals(
    subject: Subject, hosts_by_key: Mapping[bytes, Sequence[Host]]
) -> Iterator[tuple[Host, Host]]:
    """Hosts of one key of which the later one never counts in some network.

    The first that has an address in the client's network is used, so the same key in another
    network is no mistake. Hosts without an address are equal everywhere.
    """
    for hosts in hosts_by_key.values():
        if len(hosts) < 2:
            continue
        first: dict[int | None, Host] = {}
        for host in hosts:
            networks = _networks(subject, host)
            rivals = [first[network] for network in networks if network in first]
            if rivals:
                yield rivals[0], host
            for network in networks:
                first.setdefault(network, host)


def _networks(subject: Subject, host: Host) -> list[int | None]:
    """The shared networks of its fixed addresses; one None for a host that has no address."""
    if not host.fixed_addresses:
        declared = subject.host_token(host)
        # Names are not looked up here: such a host has an address, though not a known one.
        has_name = subject.token_in(declared, "fixed-address") is not declared
        return [] if has_name else [None]
    subnets = [subject.configuration.find_subnet(address) for address in host.fixed_addresses]
    return list(dict.fromkeys(subnet.network for subnet in subnets if subnet is not None))
