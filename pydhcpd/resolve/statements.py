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
    read_fixed_address6,
    read_fixed_prefix6,
    read_group,
    read_hardware,
    read_host,
    read_host_identifier,
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
from pydhcpd.resolve.network6 import read_pool6, read_prefix6, read_range6, read_subnet6
from pydhcpd.resolve.peer import read_failover, read_no
from pydhcpd.resolve.place import (
    CLASS,
    DECLARATIONS,
    EVERYWHERE,
    GLOBAL,
    GROUP,
    HOST,
    NETWORKS,
    POOL,
    POOL6,
    SHARED_NETWORK,
    SUBNET,
    SUBNET6,
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
    refuse_ldap,
)
from pydhcpd.resolve.walk import Row

_NOT_CLASS: Final = DECLARATIONS - {CLASS}
_OBJECTS: Final = frozenset((HOST, CLASS, GROUP))
_AROUND_SUBNETS: Final = frozenset((GLOBAL, GROUP, SHARED_NETWORK, POOL, POOL6))
_RANGES6: Final = frozenset((SUBNET, SUBNET6, POOL6))
_HOST: Final = frozenset((HOST,))

LDAP_NAMES: Final = (
    "base-dn",
    "debug-file",
    "dhcp-server-cn",
    "gssapi-keytab",
    "gssapi-principal",
    "init-retry",
    "method",
    "password",
    "port",
    "referrals",
    "server",
    "ssl",
    "tls-ca-dir",
    "tls-ca-file",
    "tls-cert",
    "tls-ciphers",
    "tls-crlcheck",
    "tls-key",
    "tls-randfile",
    "tls-reqcert",
    "username",
)
STATEMENT_ROWS: Final[tuple[Row, ...]] = (
    # Networks
    Row(
        "subnet",
        _AROUND_SUBNETS,
        read_subnet,
        True,
        "subnet declarations not allowed here.",
    ),
    Row(
        "shared-network",
        frozenset((GLOBAL, GROUP, POOL, POOL6)),
        read_shared_network,
        True,
        "shared-network parameters not allowed here.",
    ),
    Row("pool", DECLARATIONS, read_pool),
    Row(
        "range",
        frozenset((SUBNET, SUBNET6, POOL)),
        read_range,
        None,
        "range declaration not allowed here.",
    ),
    Row("interface", NETWORKS, read_interface),
    Row("authoritative", EVERYWHERE, read_authoritative, False),
    Row("not", DECLARATIONS, read_not, False),
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
    Row("hardware", DECLARATIONS, read_hardware, False),
    Row("fixed-address", DECLARATIONS, read_fixed_address, False),
    Row("fixed-address6", DECLARATIONS, read_fixed_address6, False),
    Row(
        "fixed-prefix6",
        _HOST,
        read_fixed_prefix6,
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
    Row(
        "vendor-class",
        _NOT_CLASS,
        read_obsolete_class,
        True,
        "class declarations not allowed here.",
    ),
    Row(
        "user-class",
        _NOT_CLASS,
        read_obsolete_class,
        True,
        "class declarations not allowed here.",
    ),
    Row("lease", frozenset((CLASS,)), read_lease_limit),
    # Keys, zones, failover
    Row("key", EVERYWHERE, read_key),
    Row("zone", EVERYWHERE, read_zone),
    Row("failover", DECLARATIONS, read_failover, False),
    Row("no", frozenset((POOL,)), read_no),
    # The server as a whole
    Row("server-identifier", DECLARATIONS, read_server_identifier_statement),
    Row("lease-id-format", DECLARATIONS, read_lease_id_format, False),
    Row("db-time-format", EVERYWHERE, read_db_time_format),
    Row("server-duid", DECLARATIONS, read_server_duid, False),
    Row("%", DECLARATIONS, read_ignored, False),
    # DHCPv6
    Row(
        "subnet6",
        _AROUND_SUBNETS,
        read_subnet6,
        True,
        "subnet declarations not allowed here.",
    ),
    Row("range6", _RANGES6, read_range6, None, "range6 declaration not allowed here."),
    Row("prefix6", _RANGES6, read_prefix6, None, "prefix6 declaration not allowed here."),
    Row("pool6", DECLARATIONS, read_pool6),
    # LDAP
    *(Row(f"ldap-{name}", EVERYWHERE, refuse_ldap) for name in LDAP_NAMES),
    # Executable statements; log and execute are read as calls, unless they are none
    Row("log", EVERYWHERE, refuse_call),
    Row("execute", EVERYWHERE, refuse_call),
    Row("on", EVERYWHERE, read_event),
    Row("add", EVERYWHERE, read_add),
    Row("break", EVERYWHERE, read_break),
    Row("parse-vendor-option", EVERYWHERE, read_parse_vendor_option),
)
ROWS: Final[Mapping[str, Row]] = {row.keyword: row for row in STATEMENT_ROWS}
