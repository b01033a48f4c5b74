"""Which options go into a reply and in which order (observed with dhcpd 4.4.3-P1).

The lists may name options without value; packing passes over them, but their place counts (see
`packing.py`). Values come in the order in which they were set: global scope first, host last.
"""

from collections.abc import Iterable
from typing import Final

from pydhcpd.options.encode import hash_order

SUBNET_MASK: Final = 1
ROUTERS: Final = 3
VENDOR_ENCAPSULATED_OPTIONS: Final = 43
CLIENT_IDENTIFIER: Final = 61
FQDN: Final = 81
RELAY_AGENT_INFORMATION: Final = 82
SUBNET_SELECTION: Final = 118

# Message type, server identifier, lease time, T1, T2, message, requested address, associated ip
MANDATORY: Final = (53, 54, 51, 58, 59, 56, 50, 92)
# Without a list from the client these come next: netmask, routers, name servers, host name, FQDN
USUAL: Final = (SUBNET_MASK, ROUTERS, 6, 12, FQDN)


def order_requested(
    prl: bytes,
    has_subnet_selection: bool,
    echoes_client_id: bool,
    sends_fqdn: bool,
    adds_netmask: bool,
) -> list[int]:
    """The order for a client with a parameter request list.

    Options that the client didn't ask for are not sent, except the mandatory ones, the FQDN for
    a client that sent one in its encoded form (`sends_fqdn`), and at the end the netmask, unless
    the message is a DHCPINFORM (`adds_netmask`).
    """
    codes = list(MANDATORY)
    if has_subnet_selection:
        codes.append(SUBNET_SELECTION)
    if echoes_client_id:
        codes.append(CLIENT_IDENTIFIER)
    codes.extend(prl)
    if sends_fqdn:
        codes.append(FQDN)
    if adds_netmask:
        codes.append(SUBNET_MASK)
    return without_repeats(codes)


def order_unrequested(
    codes_set: Iterable[int], encapsulating: Iterable[int], site: Iterable[int] = ()
) -> list[int]:
    """The order for a client without a list: all that is set, as the hash table has it.

    `encapsulating` are the options that carry a space with values, `site` those of the site's
    own space.
    """
    codes = [*MANDATORY, *USUAL, *hash_order(codes_set), *hash_order(site), *encapsulating]
    codes.append(VENDOR_ENCAPSULATED_OPTIONS)
    return without_repeats(codes)


def without_repeats(codes: Iterable[int]) -> list[int]:
    """Each code once, where it stands first; option 82 has its own place and is left out.

    RFC 2132 section 3.3: the netmask must precede the routers, so the two swap their places.
    """
    seen = dict.fromkeys(codes)
    seen.pop(RELAY_AGENT_INFORMATION, None)
    ordered = list(seen)
    if ROUTERS in seen and SUBNET_MASK in seen:
        routers = ordered.index(ROUTERS)
        netmask = ordered.index(SUBNET_MASK)
        if netmask > routers:
            ordered[routers], ordered[netmask] = SUBNET_MASK, ROUTERS
    return ordered
