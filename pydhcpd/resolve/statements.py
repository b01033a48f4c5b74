"""THE statement table (dhcpd.conf(5)): keyword, where it may stand, who reads it.

Server parameters are not listed: each is a row of the server option space and may stand
everywhere. Fixed syntax (option, if, match, include, log) has kinds of nodes instead of rows.
"""

from collections.abc import Mapping
from typing import Final

from pydhcpd.resolve.classdeclaration import (
    read_class,
    read_lease_limit,
    read_obsolete_class,
    read_plain_subclasses,
    read_subclass,
)
from pydhcpd.resolve.duid import read_server_duid
from pydhcpd.resolve.event import (
    read_add,
    read_break,
    read_event,
    read_parse_vendor_option,
)
from pydhcpd.resolve.host import (
    read_fixed_address,
    read_group,
    read_hardware,
    read_host,
    read_host_identifier,
    read_ipv6_host_value,
    read_mark,
    read_uid,
)
from pydhcpd.resolve.key import read_key, read_zone
from pydhcpd.resolve.network import (
    read_interface,
    read_range,
    read_shared_network,
    read_subnet,
)
from pydhcpd.resolve.peer import read_failover
from pydhcpd.resolve.place import (
    CLASS,
    DECLARATIONS,
    EVERYWHERE,
    GLOBAL,
    GROUP,
    HOST,
    POOL,
    SHARED_NETWORK,
    SUBNET,
)
from pydhcpd.resolve.plainhost import read_plain_hosts
from pydhcpd.resolve.pool import read_permission, read_pool
from pydhcpd.resolve.setting import (
    read_authoritative,
    read_db_time_format,
    read_ignore,
    read_ignored,
    read_lease_id_format,
    read_not,
    read_server_identifier_statement,
    refuse_call,
    refuse_dhcpv6,
)
from pydhcpd.resolve.walk import Row

_NOT_CLASS: Final = DECLARATIONS - {CLASS}
_NETWORKS: Final = frozenset((SHARED_NETWORK, SUBNET))
_OBJECTS: Final = frozenset((HOST, CLASS, GROUP))
_HOST: Final = frozenset((HOST,))

STATEMENT_ROWS: Final[tuple[Row, ...]] = (
    # Networks
    Row(
        "subnet",
        frozenset((GLOBAL, GROUP, SHARED_NETWORK, POOL)),
        read_subnet,
        True,
        "subnet declarations not allowed here.",
    ),
    Row(
        "shared-network",
        frozenset((GLOBAL, GROUP, POOL)),
        read_shared_network,
        True,
        "shared-network parameters not allowed here.",
    ),
    Row("pool", DECLARATIONS, read_pool, True),
    Row(
        "range",
        frozenset((SUBNET, POOL)),
        read_range,
        False,
        "range declaration not allowed here.",
    ),
    Row("interface", _NETWORKS, read_interface),
    Row("authoritative", EVERYWHERE, read_authoritative),
    Row("not", DECLARATIONS, read_not),
    # Access lists and flags
    Row("allow", EVERYWHERE, read_permission),
    Row("deny", EVERYWHERE, read_permission),
    Row("ignore", EVERYWHERE, read_ignore),
    # Hosts and groups
    Row(
        "host",
        DECLARATIONS - {HOST, CLASS},
        read_host,
        True,
        "host declarations not allowed here.",
        read_plain_hosts,
    ),
    Row("group", _NOT_CLASS, read_group, True, "group declarations not allowed here."),
    Row("hardware", _HOST, read_hardware, False, "hardware address parameter not allowed here."),
    Row(
        "fixed-address",
        _HOST,
        read_fixed_address,
        False,
        "fixed-address parameter not allowed here.",
    ),
    Row(
        "fixed-address6",
        _HOST,
        read_ipv6_host_value,
        False,
        "fixed-address parameter not allowed here.",
    ),
    Row(
        "fixed-prefix6",
        _HOST,
        read_ipv6_host_value,
        False,
        "fixed-prefix6 declaration not allowed here.",
    ),
    Row("uid", _HOST, read_uid),
    Row("host-identifier", _HOST, read_host_identifier),
    Row("dynamic", _OBJECTS, read_mark),
    Row("deleted", _OBJECTS, read_mark),
    Row("static", frozenset((GROUP,)), read_mark),
    # Classes
    Row("class", _NOT_CLASS, read_class, True, "class declarations not allowed here."),
    Row(
        "subclass",
        _NOT_CLASS,
        read_subclass,
        True,
        "class declarations not allowed here.",
        read_plain_subclasses,
    ),
    Row("vendor-class", _NOT_CLASS, read_obsolete_class, True),
    Row("user-class", _NOT_CLASS, read_obsolete_class, True),
    Row("lease", frozenset((CLASS,)), read_lease_limit),
    # Keys, zones, failover
    Row("key", EVERYWHERE, read_key),
    Row("zone", EVERYWHERE, read_zone),
    Row("failover", DECLARATIONS, read_failover, True),
    # The server as a whole
    Row("server-identifier", DECLARATIONS, read_server_identifier_statement),
    Row("lease-id-format", DECLARATIONS, read_lease_id_format),
    Row("db-time-format", EVERYWHERE, read_db_time_format),
    Row("server-duid", DECLARATIONS, read_server_duid),
    Row("%", DECLARATIONS, read_ignored),
    # DHCPv6
    Row("subnet6", DECLARATIONS, refuse_dhcpv6, True),
    Row(
        "range6",
        frozenset((SUBNET, POOL)),
        refuse_dhcpv6,
        False,
        "range6 declaration not allowed here.",
    ),
    Row(
        "prefix6",
        frozenset((SUBNET, POOL)),
        refuse_dhcpv6,
        False,
        "prefix6 declaration not allowed here.",
    ),
    Row("pool6", frozenset(), refuse_dhcpv6, True, "pool6 declared outside of network"),
    # Executable statements; log and execute are read as calls, unless they are none
    Row("log", EVERYWHERE, refuse_call),
    Row("execute", EVERYWHERE, refuse_call),
    Row("on", EVERYWHERE, read_event),
    Row("add", EVERYWHERE, read_add),
    Row("break", EVERYWHERE, read_break),
    Row("parse-vendor-option", EVERYWHERE, read_parse_vendor_option),
)
ROWS: Final[Mapping[str, Row]] = {row.keyword: row for row in STATEMENT_ROWS}
