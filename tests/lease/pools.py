"""Configurations of nothing but pools and classes, for the tests of leases."""

from collections.abc import Sequence

from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, Range
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import OptionSpaces
from pydhcpd.wire.address import parse_ipv4

EMPTY_SCOPE = Scope((), None)


def address(text: str) -> int:
    found = parse_ipv4(text)
    assert found is not None
    return found


def make_pool(
    index: int, *ranges: tuple[str, str], network: int = 0, peer: str | None = None
) -> Pool:
    parts = tuple(Range(address(low), address(high)) for low, high in ranges)
    return Pool(index, network, EMPTY_SCOPE, parts, (), (), peer)


def make_configuration(
    pools: Sequence[Pool],
    class_names: Sequence[str] = (),
    host_names: Sequence[str] = (),
    lease_limit: int = 0,
) -> Configuration:
    return Configuration(
        scope=EMPTY_SCOPE,
        spaces=OptionSpaces(),
        shared_networks=(),
        subnets=(),
        pools=tuple(pools),
        classes=tuple(
            ClientClass(name, EMPTY_SCOPE, None, None, False, lease_limit, {})
            for name in class_names
        ),
        hosts={name: Host(name, EMPTY_SCOPE, None, None, None, (), None) for name in host_names},
        hosts_by_hardware={},
        hosts_by_client_identifier={},
        hosts_by_identifier=(),
        peers={},
        keys={},
        zones={},
    )


def make_writer(id_format: str = "octal") -> LeaseWriter:
    agent = OptionSpaces().find("agent")
    assert agent is not None
    return LeaseWriter(agent, id_format, None)
