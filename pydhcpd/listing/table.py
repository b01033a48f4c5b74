"""The table of leases: one line for each address, columns as wide as they need to be."""

from collections.abc import Iterable
from typing import Final

from pydhcpd.lease.lease import Lease
from pydhcpd.listing.text import (
    DateText,
    client_identifier_text,
    end_text,
    hardware_text,
    host_name_text,
    state_text,
)
from pydhcpd.wire.address import format_ipv4

HEADINGS: Final = ("address", "state", "hardware", "client identifier", "host name")


def format_table(leases: Iterable[Lease], now: int, date_text: DateText, zone: str) -> list[str]:
    """The lines; `zone` names the time zone of the dates."""
    address, state, hardware, identifier, name = HEADINGS
    rows = [(address, state, f"ends ({zone})", hardware, identifier, name)]
    for lease in leases:
        row = (
            format_ipv4(lease.address),
            state_text(lease, now),
            end_text(lease, date_text),
            hardware_text(lease.hardware),
            client_identifier_text(lease.uid),
            host_name_text(lease.client_hostname),
        )
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    form = "  ".join(f"%-{width}s" for width in widths)
    lines = [(form % row).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines
