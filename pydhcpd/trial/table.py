"""The table of a trial: one line for each client, columns as wide as they need to be."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydhcpd.trial.client import DOMAIN_NAME_SERVERS, ROUTERS, SimulatedClient

HEADINGS: Final = ("client", "address", "lease time", "host name", "router", "DNS")
NOTHING: Final = "-"


def format_table(
    clients: Sequence[SimulatedClient], reservations: Mapping[bytes, str]
) -> list[str]:
    """The lines; `reservations` names the clients that have a host declaration."""
    rows = [HEADINGS, *(_row(client, reservations) for client in clients)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def _row(client: SimulatedClient, reservations: Mapping[bytes, str]) -> tuple[str, ...]:
    name = client.hardware.hex(":")
    if client.hardware in reservations:
        name += f" (host {reservations[client.hardware]})"
    lease = client.lease
    if lease is None:
        return (name, "no answer", *[NOTHING] * (len(HEADINGS) - 2))
    return (
        name,
        lease.address,
        lease.lease_time,
        lease.host_name or NOTHING,
        lease.addresses(ROUTERS) or NOTHING,
        lease.addresses(DOMAIN_NAME_SERVERS) or NOTHING,
    )
