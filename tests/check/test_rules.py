"""Each rule over one file: a text in which it fires, where, and one in which it must not."""

from dataclasses import dataclass

import pytest

from pydhcpd.check.rules import RULES
from tests.check.reading import findings_of

SUBNET = "subnet 10.0.0.0 netmask 255.255.255.0"
OTHER = "subnet 10.0.1.0 netmask 255.255.255.0"
RANGE = "range 10.0.0.10 10.0.0.20;"
PEER = 'failover peer "f" { %s peer address 10.0.0.2; }\n'
PRIMARY = "primary; mclt 60; split 128; load balance max seconds 3;"
POOL = 'pool { failover peer "f"; range 10.0.0.10 10.0.0.20; }'


@dataclass(frozen=True, slots=True)
class Case:
    """`fires` on its line `line`, with these words in the text; `spares` gives nothing."""

    name: str
    fires: str
    line: int
    words: str
    spares: str


CASES = (
    # Networks
    Case(
        "overlapping-subnets",
        "subnet 10.0.0.0 netmask 255.255.0.0 { }\nsubnet 10.0.3.0 netmask 255.255.255.0 { }",
        2,
        "255.255.255.0 lies in subnet 10.0.0.0 netmask 255.255.0.0 (line 1)",
        "subnet 10.0.0.0 netmask 255.255.255.0 { }\nsubnet 10.0.1.0 netmask 255.255.255.0 { }",
    ),
    Case(
        "overlapping-ranges",
        "subnet 10.0.0.0 netmask 255.255.0.0 {\n range 10.0.0.1 10.0.2.9;\n}\n"
        "subnet 10.0.2.0 netmask 255.255.255.0 { }",
        2,
        "reaches into subnet 10.0.2.0",
        "subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.0.1 10.0.1.255; }\n"
        "subnet 10.0.2.0 netmask 255.255.255.0 { }",
    ),
    Case(
        "range-on-the-edge",
        SUBNET + " {\n range 10.0.0.200 10.0.0.255; }",
        2,
        "includes 10.0.0.255, the broadcast address",
        # RFC 3021: two addresses, both for hosts.
        "subnet 10.0.0.0 netmask 255.255.255.254 { range 10.0.0.0 10.0.0.1; }",
    ),
    Case(
        "range-on-the-edge",
        SUBNET + " { range 10.0.0.0; }",
        1,
        "range 10.0.0.0 includes 10.0.0.0, the network address",
        # .255 and .0 in the middle of a bigger subnet are addresses like others.
        "subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.0.200 10.0.1.20; }",
    ),
    Case(
        "broken-netmask",
        "subnet 10.0.0.0 netmask 255.0.255.0 { }",
        1,
        "255.0.255.0 has a zero before a one",
        "subnet 10.0.0.0 netmask 255.255.128.0 { }",
    ),
    Case(
        "repeated-shared-network",
        "shared-network a { " + SUBNET + " { } }\nshared-network a { " + OTHER + " { } }",
        2,
        "shared-network a was declared before (line 1)",
        "shared-network a { " + SUBNET + " { } }\nshared-network b { " + OTHER + " { } }",
    ),
    Case(
        "subnet-without-addresses",
        SUBNET + " { }",
        1,
        "has no range",
        SUBNET + " { }\nhost h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.9; }",
    ),
    Case(
        "router-outside-subnet",
        "option routers 10.0.0.1;\n" + SUBNET + " { " + RANGE + " }\n"
        "subnet 10.0.1.0 netmask 255.255.255.0 { range 10.0.1.10; }",
        1,
        "router 10.0.0.1 is not in subnet 10.0.1.0 netmask 255.255.255.0 (line 3)",
        # On the same wire, and in a subnet that serves nobody.
        "shared-network a { "
        + OTHER
        + " { }\n"
        + SUBNET
        + " { option routers 10.0.1.1; "
        + RANGE
        + " } }\nsubnet 10.9.0.0 netmask 255.255.0.0 { option routers 10.0.1.1; }",
    ),
    Case(
        "router-outside-subnet",
        SUBNET + " { pool {\n option routers 10.0.7.1; " + RANGE + " } }",
        2,
        "router 10.0.7.1",
        SUBNET + " { option routers 10.0.7.1; use-lease-addr-for-default-route on; " + RANGE + " }",
    ),
    Case(
        "router-outside-subnet",
        SUBNET + " { option routers 10.0.7.1; " + RANGE + " }",
        1,
        "router 10.0.7.1",
        # What a pool says itself hides what stands around it; a condition may say anything.
        "option routers 10.0.7.1; "
        + SUBNET
        + " { pool { option routers 10.0.0.1; "
        + RANGE
        + " } }\n"
        + OTHER
        + " { if known { option routers 10.0.1.1; } range 10.0.1.9; }",
    ),
    Case(
        "router-in-range",
        SUBNET + " { option routers 10.0.0.15;\n" + RANGE + " }",
        2,
        "includes 10.0.0.15, a router",
        SUBNET + " { option routers 10.0.0.9; " + RANGE + " }",
    ),
    Case(
        "wrong-broadcast-address",
        SUBNET + " { option broadcast-address 10.0.255.255; " + RANGE + " }",
        1,
        "broadcast-address 10.0.255.255 is not that of subnet 10.0.0.0 netmask 255.255.255.0 "
        "(10.0.0.255)",
        SUBNET + " { option broadcast-address 255.255.255.255; " + RANGE + " }",
    ),
    Case(
        "wrong-subnet-mask",
        "option subnet-mask 255.255.0.0;\n" + SUBNET + " { " + RANGE + " }",
        1,
        "subnet-mask 255.255.0.0 is not that of",
        "option subnet-mask 255.255.255.0;\n" + SUBNET + " { " + RANGE + " }\n"
        "subnet 10.1.0.0 netmask 255.255.0.0 { }",
    ),
    # Pools
    Case(
        "unreachable-pool",
        'class "c" { match option host-name; }\n'
        + SUBNET
        + ' {\n pool { allow members of "c"; '
        + RANGE
        + " } }",
        3,
        'class "c" has no members',
        'class "c" { match option host-name; }\nsubclass "c" "x";\n'
        + SUBNET
        + ' { pool { allow members of "c"; '
        + RANGE
        + " } }",
    ),
    Case(
        "unreachable-pool",
        SUBNET + " { pool { deny known-clients; deny unknown clients; " + RANGE + " } }",
        1,
        "known and unknown clients are denied",
        SUBNET + " { pool { deny known-clients; " + RANGE + " } }",
    ),
    Case(
        "unreachable-pool",
        SUBNET + " { pool { deny all clients; " + RANGE + " } }",
        1,
        "deny all clients means everybody",
        SUBNET + " { pool { deny dynamic bootp clients; " + RANGE + " } }",
    ),
    Case(
        "unreachable-pool",
        SUBNET + " { pool { allow authenticated clients; " + RANGE + " } }",
        1,
        "no client is ever authenticated",
        SUBNET + " { pool { allow authenticated clients; allow known-clients; " + RANGE + " } }",
    ),
    Case(
        "unreachable-pool",
        SUBNET + " { pool { deny after epoch 1700000000; " + RANGE + " } }",
        1,
        "the moment of deny after has passed",
        SUBNET + " { pool { deny after epoch 1900000000; " + RANGE + " } }",
    ),
    Case(
        "unreachable-pool",
        "deny unknown-clients; " + SUBNET + " { pool { allow unknown-clients; " + RANGE + " } }",
        1,
        "unknown-clients are denied in the scope around it",
        "deny unknown-clients; " + SUBNET + " { allow unknown-clients; pool { "
        "allow unknown-clients; " + RANGE + " } }",
    ),
    Case(
        "shadowed-permit",
        SUBNET
        + " { pool { allow known-clients; allow unknown-clients; deny known-clients; "
        + RANGE
        + " } }",
        1,
        "allows and denies known-clients",
        SUBNET + " { pool { allow unknown-clients; deny known-clients; " + RANGE + " } }",
    ),
    # Hosts
    Case(
        "host-outside-subnets",
        SUBNET + " { " + RANGE + " }\nhost h {\n hardware ethernet 2:0:0:0:0:1;\n"
        " fixed-address 10.0.1.9;\n}",
        4,
        "host h: 10.0.1.9 is in no declared subnet",
        SUBNET + " { " + RANGE + " }\nhost h { hardware ethernet 2:0:0:0:0:1; "
        "fixed-address 10.0.0.9; }",
    ),
    Case(
        "host-in-other-subnet",
        OTHER + " { }\n" + SUBNET + " { option routers 10.0.0.1;\n"
        "host h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.1.9; } }",
        3,
        "host h: 10.0.1.9 is not in subnet 10.0.0.0 netmask 255.255.255.0 (line 2), where it",
        # Nothing is said there that the host could get, or the address is at home.
        OTHER + " { }\n" + SUBNET + " {\n"
        "host h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.1.9; } }\n"
        "subnet 10.0.2.0 netmask 255.255.255.0 { option routers 10.0.2.1;\n"
        "group { host i { hardware ethernet 2:0:0:0:0:2; fixed-address 10.0.2.9; } } }",
    ),
    Case(
        "fixed-address-in-range",
        SUBNET + " { " + RANGE + " }\nhost h { hardware ethernet 2:0:0:0:0:1;\n"
        " fixed-address 10.0.0.20; }",
        3,
        "host h: 10.0.0.20 is also in range 10.0.0.10 - 10.0.0.20 (line 1)",
        SUBNET + " { " + RANGE + " }\nhost h { hardware ethernet 2:0:0:0:0:1; "
        "fixed-address 10.0.0.21; }",
    ),
    Case(
        "duplicate-fixed-address",
        SUBNET + " { }\nhost h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.9; }\n"
        "host i { hardware ethernet 2:0:0:0:0:2; fixed-address 10.0.0.9; }",
        3,
        "10.0.0.9 belongs to host h too (line 2)",
        SUBNET + " { }\nhost h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.9, 10.0.0.9; }"
        "\nhost i { hardware ethernet 2:0:0:0:0:2; fixed-address 10.0.0.8; }",
    ),
    Case(
        "duplicate-hardware",
        SUBNET + " { }\nhost h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.8; }\n"
        "host i {\n hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.9; }",
        4,
        "host i has the hardware address of host h (line 2)",
        # A machine that moves between networks has a host in each.
        SUBNET + " { }\n" + OTHER + " { }\n"
        "host h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.8; }\n"
        "host i { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.1.9; }\n"
        "host n { hardware ethernet 2:0:0:0:0:1; }",
    ),
    Case(
        "duplicate-hardware",
        "host h { hardware ethernet 2:0:0:0:0:1; }\nhost i { hardware ethernet 2:0:0:0:0:1; }",
        2,
        "host i has the hardware address",
        # Two systems on one machine; a name whose address is not known here; another type.
        'host h { hardware ethernet 2:0:0:0:0:1; uid "a"; }\n'
        'host i { hardware ethernet 2:0:0:0:0:1; uid "b"; }\n'
        "host n { hardware ethernet 2:0:0:0:0:1; fixed-address n.example.org; }\n"
        "host r { hardware token-ring 2:0:0:0:0:1; }",
    ),
    Case(
        "duplicate-client-identifier",
        'host h { uid "a"; }\nhost i { option dhcp-client-identifier "a"; hardware ethernet 2:1; }',
        2,
        "host i has the client identifier of host h (line 1)",
        'host h { uid "a"; }\nhost i { uid "b"; }',
    ),
    Case(
        "host-without-identity",
        SUBNET + " { }\nhost h { fixed-address 10.0.0.9; }",
        2,
        "host h has no hardware",
        'host h { host-identifier option host-name "h"; }',
    ),
    # Classes
    Case(
        "unused-class",
        'class "c" { match if known; }',
        1,
        'class "c" sets nothing',
        'class "c" { match if known; lease limit 3; }\n'
        'class "d" { match if known; option host-name "d"; }\n'
        'class "e" { match if known; }\n'
        'class "g" { match hardware; }\nsubclass "g" 1:2 { option host-name "g"; }\n'
        + SUBNET
        + ' { pool { deny members of "e"; '
        + RANGE
        + " } }",
    ),
    Case(
        "class-without-members",
        'class "c" { match hardware; option host-name "c"; }',
        1,
        'class "c" has a match expression but no subclass',
        'class "c" { spawn with hardware; lease limit 1; }',
    ),
    Case(
        "class-without-members",
        'class "c" { option host-name "c"; }\nsubclass "c" 1:2;',
        1,
        'class "c" has subclasses but no match expression',
        'class "c" { match if known; option host-name "c"; }',
    ),
    # Options and parameters
    Case(
        "overridden-statement",
        'option domain-name "a";\noption domain-name "b";',
        1,
        "option domain-name is set again in the same scope (line 2)",
        'option domain-name "a";\nappend domain-name "b";\n' + SUBNET + " { option domain-name "
        '"c"; ' + RANGE + ' if known { option domain-name "d"; } }',
    ),
    Case(
        "overridden-statement",
        "deny bootp;\nallow bootp;",
        1,
        "allow-bootp is set again",
        "deny bootp;\n" + SUBNET + " { allow bootp; " + RANGE + " }",
    ),
    Case(
        "duplicate-option-code",
        "option one code 200 = text;\noption two code 200 = text;",
        2,
        "option two has the code 200 of option one (line 1)",
        "option space s;\noption one code 200 = text;\noption s.two code 200 = text;\n"
        "option one code 200 = string;",
    ),
    Case(
        "unsendable-option",
        'option space s;\noption s.one code 1 = text;\noption s.one "x";',
        3,
        "option s.one is never sent",
        'option space s;\noption s.one code 1 = text;\nclass "c" { match if known;\n'
        ' vendor-option-space s; option s.one "x"; }',
    ),
    Case(
        "unsendable-option",
        "option space s;\noption s.one code 1 = text;\noption space t;\nvendor-option-space t;\n"
        'option s.one "x";',
        5,
        "option s.one is never sent",
        "option space s;\noption s.one code 1 = text;\noption whole code 200 = encapsulate s;\n"
        'option s.one "x";',
    ),
    Case(
        "default-above-max",
        "default-lease-time 604800;\n" + SUBNET + " { " + RANGE + " }",
        1,
        "604800 is above max-lease-time 86400, which holds where none is set",
        "default-lease-time 604800; max-lease-time 604800;\n" + SUBNET + " { " + RANGE + " }",
    ),
    Case(
        "default-above-max",
        "default-lease-time 7200; max-lease-time 7200;\n"
        + SUBNET
        + " {\n max-lease-time 3600;\n"
        + RANGE
        + " }",
        1,
        "above max-lease-time 3600 (line 3)",
        "default-lease-time 7200; max-lease-time 7200;\n" + SUBNET + " { max-lease-time 3600;\n"
        " if known { default-lease-time 600; } " + RANGE + " }",
    ),
    Case(
        "default-below-min",
        "default-lease-time 60;\n" + SUBNET + " { " + RANGE + " }",
        1,
        "60 is below min-lease-time 300, which holds where none is set",
        "default-lease-time 60; max-lease-time 60;\n" + SUBNET + " { " + RANGE + " }",
    ),
    Case(
        "min-above-max",
        "max-lease-time 600;\nmin-lease-time 3600;\n" + SUBNET + " { " + RANGE + " }",
        2,
        "3600 is above max-lease-time 600 (line 1)",
        "max-lease-time 600; min-lease-time 600;\n" + SUBNET + " { " + RANGE + " }",
    ),
    Case(
        "odd-renewal-times",
        "default-lease-time 3600;\noption dhcp-renewal-time 3600;\n"
        + SUBNET
        + " { "
        + RANGE
        + " }",
        2,
        "dhcp-renewal-time 3600 is not before the end of the lease (3600 seconds)",
        "default-lease-time 3600;\noption dhcp-renewal-time 1800;\noption dhcp-rebinding-time "
        "3000;\n" + SUBNET + " { " + RANGE + " }",
    ),
    Case(
        "odd-renewal-times",
        "option dhcp-renewal-time 1800;\noption dhcp-rebinding-time 1800;\n"
        + SUBNET
        + " { "
        + RANGE
        + " }",
        1,
        "dhcp-renewal-time 1800 is not before dhcp-rebinding-time 1800",
        "option dhcp-renewal-time 1799;\noption dhcp-rebinding-time 1800;\n"
        + SUBNET
        + " { "
        + RANGE
        + " }",
    ),
    Case(
        "global-only-parameter",
        SUBNET + " {\n ddns-update-style none; " + RANGE + " }",
        2,
        "ddns-update-style has no effect in a subnet",
        "ddns-update-style none;\nif known { omapi-port 7911; }",
    ),
    Case(
        "ineffective-statement",
        "deny dynamic-bootp;",
        1,
        "deny dynamic-bootp has no effect",
        SUBNET + " { pool { deny dynamic bootp clients; " + RANGE + " } }",
    ),
    Case(
        "ineffective-statement",
        SUBNET + " { pool { deny authenticated clients; " + RANGE + " } }",
        1,
        "deny authenticated clients concerns nobody",
        SUBNET + " { pool { allow unauthenticated clients; " + RANGE + " } }",
    ),
    Case(
        "ineffective-statement",
        'on transmission { log("x"); }',
        1,
        "on transmission is never executed",
        'on commit { log("x"); }',
    ),
    Case(
        "unused-class",
        'class "c" { match if known; }\nclass "d" { match if known; }\n' + SUBNET + ' { add "d"; }',
        1,
        'class "c" sets nothing',
        'class "c" { match if known; }\n' + SUBNET + ' { add "c"; }',
    ),
    Case(
        "router-outside-subnet",
        SUBNET + " { option routers 10.0.7.1; " + RANGE + " }",
        1,
        "router 10.0.7.1",
        "option routers 10.0.7.1; " + SUBNET + ' { switch (option host-name) { case "x": '
        "option routers 10.0.0.1; } " + RANGE + " }",
    ),
    Case(
        "deprecated-statement",
        'class "c" { match option vendor-class-identifier; }\n'
        'vendor-class "c" { option host-name "x"; }',
        2,
        "vendor-class is obsolete",
        'class "vendor-class" { match if known; option host-name "x"; }',
    ),
    Case(
        "deprecated-flag",
        "deny unknown-clients;",
        1,
        "deny unknown-clients outside a pool is deprecated",
        SUBNET + " { pool { deny unknown-clients; " + RANGE + " } }",
    ),
    Case(
        "weak-key",
        "key k { algorithm hmac-md5;\n secret AAAA; }",
        1,
        "hmac-md5",
        "key k { algorithm hmac-sha256; secret AAAA; }",
    ),
    # Failover
    Case(
        "failover-without-address",
        PEER % PRIMARY + SUBNET + " { " + POOL + " }",
        1,
        'failover peer "f" has no address: the server will not start',
        PEER % (PRIMARY + " address 10.0.0.1;") + SUBNET + " { " + POOL + " }",
    ),
    Case(
        "failover-without-role",
        PEER % "address 10.0.0.1; mclt 60; split 128;" + SUBNET + " { " + POOL + " }",
        1,
        'failover peer "f" says no role: it is primary',
        PEER % "secondary; address 10.0.0.1;" + SUBNET + " { " + POOL + " }",
    ),
    Case(
        "failover-port",
        PEER % (PRIMARY + " address 10.0.0.1;\n port 70000;") + SUBNET + " { " + POOL + " }",
        2,
        "there is no port 70000",
        PEER % (PRIMARY + " address 10.0.0.1; port 65535;") + SUBNET + " { " + POOL + " }",
    ),
    Case(
        "failover-with-itself",
        PEER % (PRIMARY + " address 10.0.0.2;") + SUBNET + " { " + POOL + " }",
        1,
        "is its own partner: 10.0.0.2 port 647",
        # Two servers on one machine.
        PEER % (PRIMARY + " address 10.0.0.2; port 847;") + SUBNET + " { " + POOL + " }",
    ),
    Case(
        "mclt-on-secondary",
        PEER % "secondary; address 10.0.0.1;\nmclt 60;" + SUBNET + " { " + POOL + " }",
        2,
        "the secondary takes mclt from its partner",
        PEER % (PRIMARY + " address 10.0.0.1;") + SUBNET + " { " + POOL + " }",
    ),
    Case(
        "pool-without-failover",
        PEER % (PRIMARY + " address 10.0.0.1;") + SUBNET + " { " + POOL + "\nrange 10.0.0.90; }",
        3,
        "this pool of network 10.0.0.0/24 has no failover peer",
        PEER % (PRIMARY + " address 10.0.0.1;")
        + SUBNET
        + " { "
        + POOL
        + " }\n"
        + OTHER
        + " { range 10.0.1.9; }",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.words[:20]}")
def test_the_rule_fires(case: Case) -> None:
    found = [finding for finding in findings_of(case.fires) if finding.name == case.name]
    assert [finding.line for finding in found] == [case.line]
    assert case.words in found[0].text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.words[:20]}")
def test_the_rule_spares(case: Case) -> None:
    found = [finding.text for finding in findings_of(case.spares) if finding.name == case.name]
    assert found == []


def test_a_host_in_a_long_list_has_its_own_line() -> None:
    lines = [f"host h{n} {{ hardware ethernet 2:0:0:0:0:{n:x}; }}" for n in range(1, 50)]
    lines[30] = "host h { fixed-address 10.0.0.15; hardware ethernet 2:0:0:0:0:ff; }"
    lines[40] = "host i { hardware ethernet 2:0:0:0:0:1; }"
    found = findings_of("\n".join([SUBNET + " { " + RANGE + " }", *lines]))
    assert [(finding.name, finding.line) for finding in found] == [
        ("fixed-address-in-range", 32),
        ("duplicate-hardware", 42),
    ]
    assert found[0].position is not None
    assert found[0].position.column == len("host h { ") + 1
    assert "host h1 (line 2)" in found[1].text


def test_each_rule_has_its_case() -> None:
    assert {case.name for case in CASES} == {rule.name for rule in RULES}
