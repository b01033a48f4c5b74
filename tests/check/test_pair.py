"""Each rule over the two files of a failover pair: where it fires and where it must not."""

from pathlib import Path

import pytest

from pydhcpd.check.finding import WARNING
from pydhcpd.check.rules import PAIR_RULES
from tests.check.reading import findings_between, findings_of

SEED = Path(__file__).parents[1] / "data" / "seed"

PRIMARY = """failover peer "f" {
 primary; mclt 600; split 128; load balance max seconds 3;
 address 10.0.0.1; port 647;
 peer address 10.0.0.2; peer port 847;
}
"""
SECONDARY = """failover peer "f" {
 secondary; load balance max seconds 3;
 address 10.0.0.2; port 847;
 peer address 10.0.0.1; peer port 647;
}
"""
REST = """class "c" { match if option vendor-class-identifier = "x"; lease limit 3; }
class "d" { match hardware; lease limit 3; }
subclass "d" 1:2;
subnet 10.0.0.0 netmask 255.255.255.0 { default-lease-time 3600;
 pool { failover peer "f"; deny members of "c"; range 10.0.0.10 10.0.0.20; }
}
host h { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.9; }
"""

# name, what to replace in the secondary's file, by what; file, line and words of the finding
CASES = (
    ("pair-missing-peer", '"f"', '"g"', "a.conf", 1, '"f" is not in b.conf (there: "g")'),
    ("pair-same-role", "secondary", "primary; mclt 600; split 1", "b.conf", 2, "primary in both"),
    (
        "pair-address",
        "peer address 10.0.0.1",
        "peer address 10.0.0.3",
        "b.conf",
        4,
        "peer address 10.0.0.3 is not the address 10.0.0.1 of a.conf",
    ),
    ("pair-address", " address 10.0.0.2", " address 10.0.0.4", "a.conf", 4, "10.0.0.2 is not the"),
    ("pair-port", "peer port 647", "peer port 847", "b.conf", 4, "847 is not the port 647"),
    ("pair-port", "; port 847", "; port 647", "a.conf", 4, "peer port 847 is not the port 647"),
    ("pair-mclt", "secondary;", "secondary; mclt 60;", "b.conf", 2, "mclt 60 here and 600 in a"),
    ("pair-range", "range 10.0.0.10", "range 10.0.0.12", "a.conf", 10, "10.0.0.10 - 10.0.0.11 is"),
    (
        "pair-range",
        "10.0.0.20;",
        "10.0.0.21;",
        "b.conf",
        10,
        "range 10.0.0.10 - 10.0.0.21: 10.0.0.21 is in no range of a.conf",
    ),
    ("pair-option", "limit 3; }", "limit 3; }\nmax-lease-time 60;", "b.conf", 7, "is not set in a"),
    ("pair-option", "3600", "7200", "b.conf", 9, "is another one in a.conf line 9."),
    (
        "pair-option",
        "default-lease-time 3600;",
        "",
        "a.conf",
        9,
        "default-lease-time of 10.0.0.10",
    ),
    (
        "pair-permit",
        'deny members of "c"',
        'allow members of "c"',
        "a.conf",
        10,
        'says deny members of "c" here only',
    ),
    (
        "pair-subnet",
        "subnet",
        "subnet 10.7.0.0 netmask 255.255.0.0 { } subnet",
        "b.conf",
        9,
        "10.7",
    ),
    (
        "pair-class",
        'class "c"',
        'class "e" { match if known; } class "c"',
        "b.conf",
        6,
        '"e" is not',
    ),
    ("pair-class", '= "x"', '= "y"', "b.conf", 6, 'class "c" has another test'),
    ("pair-class", "limit 3", "limit 4", "b.conf", 6, 'class "c" has another lease limit'),
    ("pair-class", "1:2;", '1:2; subclass "d" 3:4;', "b.conf", 7, 'class "d" has more subclasses'),
    ("pair-host", "host h", "host i", "a.conf", 12, "host h is not in b.conf"),
    ("pair-host", "2:0:0:0:0:1", "2:0:0:0:0:2", "b.conf", 12, "host h is another client in a.conf"),
    (
        "pair-host",
        "fixed-address 10.0.0.9",
        "fixed-address 10.0.0.8",
        "b.conf",
        12,
        "another fixed",
    ),
)


def test_a_good_pair_is_spared() -> None:
    assert findings_between(PRIMARY + REST, SECONDARY + REST) == []


def test_the_layout_of_a_class_does_not_count() -> None:
    other = REST.replace("option vendor-class", "option\n  vendor-class")
    assert findings_between(PRIMARY + REST, SECONDARY + other) == []


def test_what_depends_on_the_packet_is_not_compared() -> None:
    other = REST.replace(
        "default-lease-time 3600;", "default-lease-time 3600; if known { default-lease-time 60; }"
    )
    assert findings_between(PRIMARY + REST, SECONDARY + other) == []


def test_each_server_has_its_own_address_and_files() -> None:
    text = 'server-identifier 10.0.0.%d; local-address 10.0.0.%d; server-name "s%d";\n'
    first, second = text % (1, 1, 1), text % (2, 2, 2)
    assert findings_between(first + PRIMARY + REST, second + SECONDARY + REST) == []


def test_one_range_may_be_two_on_the_other_side() -> None:
    other = REST.replace("10.0.0.10 10.0.0.20", "10.0.0.10 10.0.0.14; range 10.0.0.15 10.0.0.20")
    assert findings_between(PRIMARY + REST, SECONDARY + other) == []


def test_pools_without_a_partner_may_differ() -> None:
    local = "subnet 10.3.0.0 netmask 255.255.0.0 { range %s; }\n"
    first, second = local % "10.3.0.1 10.3.0.9", local % "10.3.0.101 10.3.0.109"
    assert findings_between(PRIMARY + REST + first, SECONDARY + REST + second) == []


def test_a_range_is_in_a_pool_without_the_peer_there() -> None:
    here = (
        PRIMARY + REST + "shared-network s { subnet 10.4.0.0 netmask 255.255.0.0 { } pool { "
        'failover peer "f"; range 10.4.0.1; } }'
    )
    there = (
        SECONDARY + REST + "shared-network s { subnet 10.4.0.0 netmask 255.255.0.0 { } pool { "
        "range 10.4.0.1; } }"
    )
    (finding,) = findings_between(here, there)
    assert finding.text == (
        'range 10.4.0.1 has failover peer "f" here and has no failover peer in b.conf.'
    )


def test_names_of_servers_are_not_looked_up() -> None:
    other = SECONDARY.replace("peer address 10.0.0.1", "peer address dhcp1.example.com")
    assert findings_between(PRIMARY + REST, other + REST) == []


def published(role: str) -> str:
    """The file of the pair that the project has to serve as it stands."""
    return (SEED / f"{role}.conf").read_text(encoding="utf-8")


def test_the_published_pair_is_spared() -> None:
    primary, secondary = published("primary"), published("secondary")
    assert findings_between(primary, secondary) == []
    assert findings_between(secondary, primary) == []
    said = [finding for text in (primary, secondary) for finding in findings_of(text)]
    assert [finding for finding in said if finding.severity == WARNING] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((("secondary;", "primary;"),), ["a.conf 10 pair-same-role", "b.conf 10 pair-same-role"]),
        # The primary's file copied, and only the role changed
        (
            (
                ("peer address 10.13.37.5", "peer address 10.13.37.60"),
                ("\n        address 10.13.37.60", "\n        address 10.13.37.5"),
            ),
            ["a.conf 13 pair-address", "b.conf 13 pair-address"],
        ),
        ((("peer port 647", "peer port 847"),), ["b.conf 14 pair-port"]),
        (
            (("peer port 647", "peer port 847"), ("\n        port 647", "\n        port 847")),
            ["a.conf 14 pair-port", "b.conf 14 pair-port"],
        ),
        ((("10.13.37.249", "10.13.37.239"),), ["a.conf 25 pair-range"]),
        ((("10.13.37.200", "10.13.37.190"),), ["b.conf 25 pair-range"]),
        (
            (("10.13.37.200 10.13.37.249", "10.13.37.100 10.13.37.149"),),
            ["a.conf 25 pair-range", "b.conf 25 pair-range"],
        ),
    ],
    ids=["role", "addresses", "peer port", "ports", "shorter", "longer", "elsewhere"],
)
def test_usual_mistakes_with_the_published_pair(
    changes: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    secondary = published("secondary")
    for old, new in changes:
        assert old in secondary
        secondary = secondary.replace(old, new)
    found = [
        f"{finding.position.file} {finding.line} {finding.name}"
        for finding in findings_between(published("primary"), secondary)
        if finding.position is not None
    ]
    assert found == expected


@pytest.mark.parametrize("is_empty", [False, True], ids=["no subnet", "no pool"])
def test_a_pool_that_is_missing_in_the_other_file(is_empty: bool) -> None:
    subnet = "subnet 10.14.0.0 netmask 255.255.255.0 { %s }\n"
    pool = 'pool { failover peer "f"; deny dynamic bootp clients; range 10.14.0.10 10.14.0.20; }'
    there = SECONDARY + REST + (subnet % "" if is_empty else "")
    found = findings_between(PRIMARY + REST + subnet % pool, there)
    names = ["pair-range"] if is_empty else ["pair-subnet", "pair-range"]
    assert [finding.name for finding in found] == names
    assert found[-1].text == "range 10.14.0.10 - 10.14.0.20 is in no range of b.conf."


@pytest.mark.parametrize(
    ("name", "old", "new", "file", "line", "words"), CASES, ids=lambda value: str(value)[:20]
)
def test_the_rule_fires(name: str, old: str, new: str, file: str, line: int, words: str) -> None:
    text = SECONDARY + REST
    assert old in text
    changed = text.replace(old, new, 2 if old == '"f"' else 1)
    found = [
        finding
        for finding in findings_between(PRIMARY + REST, changed)
        if finding.name == name and finding.position is not None and finding.position.file == file
    ]
    assert [(finding.line, words in finding.text) for finding in found] == [(line, True)], found


def test_each_rule_has_its_case() -> None:
    assert {case[0] for case in CASES} == {rule.name for rule in PAIR_RULES}
