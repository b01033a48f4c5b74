"""The options of a reply by code, before they are put in order (RFC 2131 table 3).

Configured values first, in the order of setting; then what the server itself knows. A value
that the configuration gives wins, save for 51 and 53.
"""

from collections.abc import Sequence
from typing import Final

from pydhcpd.core.log import ERR
from pydhcpd.core.turn import Turn
from pydhcpd.options.encode import encapsulate, encapsulating_codes
from pydhcpd.v4 import loglines, message
from pydhcpd.v4.effective import Effective
from pydhcpd.v4.granted import Granted
from pydhcpd.v4.order import order_requested, order_unrequested
from pydhcpd.v4.packet import Packet
from pydhcpd.v4.parameters import Parameters
from pydhcpd.v4.service import Service
from pydhcpd.wire.address import address_bytes

SITE_CODES_FROM: Final = 224


def reply_values(
    service: Service, packet: Packet, granted: Granted, identifier: int, remaining_s: int
) -> dict[int, bytes]:
    """All values of an OFFER, ACK or BOOTREPLY; empty ones are passed over when packed."""
    effective = granted.effective
    parameters = effective.parameters
    values = dict(effective.dhcp)
    if parameters.use_lease_addr_for_default_route:
        values.setdefault(message.ROUTERS, address_bytes(granted.lease.address))
    if parameters.use_host_decl_names and granted.host is not None:
        values.setdefault(message.HOST_NAME, granted.host.name.encode("latin-1"))
    # 51 and its kin are the server's to compute, whatever is configured.
    values.pop(message.LEASE_TIME, None)
    if granted.kind != message.BOOTP:
        values[message.MESSAGE_TYPE] = bytes((granted.kind,))
        values[message.SERVER_IDENTIFIER] = address_bytes(identifier)
        values[message.LEASE_TIME] = remaining_s.to_bytes(4, "big")
        _check_renewal_times(values, remaining_s)
    values.setdefault(message.SUBNET_MASK, address_bytes(granted.subnet.mask))
    selection = packet.options.get(message.SUBNET_SELECTION)
    if selection is not None:
        values[message.SUBNET_SELECTION] = selection
    if parameters.echo_client_id and packet.client_identifier is not None:
        values[message.CLIENT_IDENTIFIER] = packet.client_identifier
    add_encapsulated(service, effective, values)
    add_site_options(effective, values)
    terminate_texts(service, packet, values)
    return values


def add_encapsulated(service: Service, effective: Effective, values: dict[int, bytes]) -> None:
    """Options that carry a space, and 43 from `vendor-option-space`, unless set as a whole."""
    others = effective.others
    if not others:
        return
    spaces = service.configuration.spaces
    for code, value in encapsulating_codes(spaces, others).items():
        values.setdefault(code, value)
    name = effective.parameters.vendor_option_space
    if name is not None and message.VENDOR_ENCAPSULATED_OPTIONS not in values:
        values[message.VENDOR_ENCAPSULATED_OPTIONS] = encapsulate(spaces, name, others)


def is_site_space_unknown(service: Service, parameters: Parameters, turn: Turn) -> bool:
    """`site-option-space` names what nobody has declared: no answer, one line (observed)."""
    name = parameters.site_option_space
    if name is None or service.configuration.spaces.find(name) is not None:
        return False
    turn.log.append((ERR, loglines.unknown_site_space(name)))
    return True


def complain_of_vendor_space(
    service: Service, effective: Effective, codes: Sequence[int], turn: Turn
) -> None:
    """Option 43 is to be made of a space that nobody has declared (observed)."""
    name = effective.parameters.vendor_option_space
    if (
        name is not None
        and message.VENDOR_ENCAPSULATED_OPTIONS in codes
        and message.VENDOR_ENCAPSULATED_OPTIONS not in effective.dhcp
        and service.configuration.spaces.find(name) is None
    ):
        turn.log.append((ERR, loglines.unknown_vendor_space(name)))


def site_options(effective: Effective) -> dict[int, bytes]:
    """The options of `site-option-space`, which take the place of the codes from 224 on."""
    name = effective.parameters.site_option_space
    if name is None:
        return {}
    values = effective.others.get(name, {})
    return {code: value for code, value in values.items() if code >= SITE_CODES_FROM}


def add_site_options(effective: Effective, values: dict[int, bytes]) -> None:
    """Put the site's options in place of whatever the dhcp space has for their codes."""
    if effective.parameters.site_option_space is not None:
        for code in [code for code in values if code >= SITE_CODES_FROM]:
            del values[code]
        values.update(site_options(effective))


def terminate_texts(service: Service, packet: Packet, values: dict[int, bytes]) -> None:
    """A client whose host name ended in NUL gets NULs behind its texts, too (observed)."""
    if packet.is_null_terminating:
        for code in service.configuration.spaces.dhcp.text_codes:
            if values.get(code):
                values[code] += b"\0"


def _check_renewal_times(values: dict[int, bytes], lease_time_s: int) -> None:
    """T2 must be below the lease time, T1 below T2 or the lease time; else they are not sent."""
    limit = lease_time_s
    rebinding = values.get(message.REBINDING_TIME)
    if rebinding is not None:
        if int.from_bytes(rebinding, "big") >= limit:
            del values[message.REBINDING_TIME]
        else:
            limit = int.from_bytes(rebinding, "big")
    renewal = values.get(message.RENEWAL_TIME)
    if renewal is not None and int.from_bytes(renewal, "big") >= limit:
        del values[message.RENEWAL_TIME]


def order_values(
    service: Service,
    packet: Packet,
    effective: Effective,
    values: dict[int, bytes],
    adds_netmask: bool,
) -> list[int]:
    """The codes of a reply in order: as the client requests them, or all that is set."""
    requested = effective.dhcp.get(message.PARAMETER_REQUEST_LIST)
    if requested is None:
        requested = packet.options.get(message.PARAMETER_REQUEST_LIST)
    if requested:
        return order_requested(
            requested,
            message.SUBNET_SELECTION in values,
            effective.parameters.echo_client_id,
            False,
            adds_netmask,
        )
    return order_all(service, effective, values)


def order_all(service: Service, effective: Effective, values: dict[int, bytes]) -> list[int]:
    """The codes of a reply to a client that requests nothing in particular."""
    encapsulating = encapsulating_codes(service.configuration.spaces, effective.others)
    # An option that is also set as a whole keeps its place among the set ones (observed).
    carried = {*encapsulating, message.VENDOR_ENCAPSULATED_OPTIONS}.difference(effective.dhcp)
    site = site_options(effective)
    return order_unrequested(
        [code for code in values if code not in carried and code not in site], encapsulating, site
    )
