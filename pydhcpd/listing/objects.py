"""Leases as JSON objects: each field of dhcpd.leases(5), names as there with underscores."""

import json
from collections.abc import Iterable, Iterator

from pydhcpd.lease.binding import STATE_NAMES
from pydhcpd.lease.lease import BOOTP, RESERVED, Lease
from pydhcpd.listing.read import is_in_use
from pydhcpd.listing.text import DateText
from pydhcpd.options.space import AGENT, OptionSpace, OptionSpaces
from pydhcpd.options.value import print_value
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.hardware import hardware_type_name
from pydhcpd.wire.moment import NEVER

Value = str | int | bool | None | list[str] | dict[str, str] | dict[str, str | int | bool]


def format_json(leases: Iterable[Lease], now: int, date_text: DateText) -> Iterator[str]:
    """The lines of an array with an object on each; dates are UTC (RFC 3339)."""
    agent = OptionSpaces().spaces[AGENT]
    encode = json.JSONEncoder().encode
    comma = ""
    yield "["
    for lease in leases:
        yield f"{comma}{encode(_object(lease, now, date_text, agent))}"
        comma = ","
    yield "]"


def _object(lease: Lease, now: int, date_text: DateText, agent: OptionSpace) -> dict[str, Value]:
    hardware: dict[str, str] | None = None
    if lease.hardware is not None:
        hardware = {
            "type": hardware_type_name(lease.hardware[0]),
            "address": lease.hardware[1:].hex(":"),
        }
    return {
        "address": format_ipv4(lease.address),
        "in_use": is_in_use(lease, now),
        "binding_state": STATE_NAMES[lease.state],
        "next_binding_state": STATE_NAMES[lease.next_state],
        "rewind_binding_state": STATE_NAMES[lease.rewind_state],
        "starts": _date(lease.starts, date_text),
        "ends": _date(lease.ends, date_text),
        "tstp": _date(lease.tstp, date_text),
        "tsfp": _date(lease.tsfp, date_text),
        "atsfp": _date(lease.atsfp, date_text),
        "cltt": _date(lease.cltt, date_text),
        "reserved": bool(lease.flags & RESERVED),
        "dynamic_bootp": bool(lease.flags & BOOTP),
        "hardware": hardware,
        "uid": lease.uid.hex(":") if lease.uid else None,
        "client_hostname": lease.client_hostname.decode("latin-1")
        if lease.client_hostname
        else None,
        "billing": _billing(lease),
        "set": {
            name: _variable(value)
            for name, value in lease.variables
            if isinstance(value, bytes | int)
        },
        "agent": {
            agent.find_code(code).name: print_value(agent.find_code(code), value)
            for code, value in lease.agent_options
            if value
        },
        "on": lease.events.texts(),
    }


def _date(seconds: int, date_text: DateText) -> str | None:
    if not seconds:
        return None
    return "never" if seconds >= NEVER else f"{date_text(seconds).replace(' ', 'T')}Z"


def _billing(lease: Lease) -> dict[str, str] | None:
    billing = lease.billing
    if billing is None:
        return None
    if billing.key is None:
        return {"class": billing.class_name}
    return {"class": billing.class_name, "subclass": billing.key.hex(":")}


def _variable(value: bytes | int | bool) -> str | int | bool:
    return value.decode("latin-1") if isinstance(value, bytes) else value
