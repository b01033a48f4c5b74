"""The statement table: every row where it is allowed, and its words elsewhere."""

import pytest

from pydhcpd.resolve.place import (
    CLASS,
    EXECUTABLE,
    GLOBAL,
    GROUP,
    HOST,
    POOL,
    SHARED_NETWORK,
    SUBNET,
)
from pydhcpd.resolve.reserved import RESERVED
from pydhcpd.resolve.statements import ROWS, STATEMENT_ROWS
from pydhcpd.resolve.walk import Row
from tests.resolve.reading import messages_of

NET = "subnet 10.0.0.0 netmask 255.255.255.0"
# Each kind of body, good as it stands but for the statement at %s.
BODIES = {
    GLOBAL: "%s",
    SHARED_NETWORK: f"shared-network x {{ {NET} {{ }} %s }}",
    SUBNET: f"{NET} {{ %s }}",
    POOL: f"{NET} {{ pool {{ range 10.0.0.1; %s }} }}",
    GROUP: "group { %s }",
    HOST: "host h { %s }",
    CLASS: 'class "c" { %s }',
    EXECUTABLE: "if known { %s }",
}
# A good statement for each row; rows that are not here are refused everywhere.
EXAMPLES = {
    "subnet": "subnet 10.9.0.0 netmask 255.255.0.0 { }",
    "shared-network": "shared-network y { subnet 10.9.0.0 netmask 255.255.0.0 { } }",
    "range": "range 10.0.0.9;",
    "interface": "interface eth0;",
    "authoritative": "authoritative;",
    "not": "not authoritative;",
    "ignore": "ignore bootp;",
    "host": "host i { }",
    "hardware": "hardware ethernet 1:2;",
    "fixed-address": "fixed-address 10.0.0.1;",
    "fixed-address6": "fixed-address6 2001:db8::1;",
    "fixed-prefix6": "fixed-prefix6 2001:db8::/64;",
    "uid": "uid 1:2;",
    "host-identifier": 'host-identifier option host-name "x";',
    "dynamic": "dynamic;",
    "deleted": "deleted;",
    "static": "static;",
    "class": 'class "d" { }',
    "lease": "lease limit 3;",
    "key": "key k { algorithm hmac-md5; secret aaaa; }",
    "zone": "zone example.org. { primary 127.0.0.1; }",
    "server-identifier": "server-identifier 10.0.0.1;",
    "lease-id-format": "lease-id-format octal;",
    "db-time-format": "db-time-format local;",
    "server-duid": "server-duid llt;",
    "%": "% whatever;",
}
# Allowed by the row, refused by its reader in these bodies, or written otherwise in them.
EXCEPTIONS = {("authoritative", HOST), ("authoritative", EXECUTABLE)}
CASES = [(row, place) for row in STATEMENT_ROWS if row.keyword in EXAMPLES for place in BODIES]


@pytest.mark.parametrize(
    ("row", "place"), CASES, ids=[f"{row.keyword} in {place}" for row, place in CASES]
)
def test_statements_stand_where_they_may(row: Row, place: str) -> None:
    if (row.keyword, place) in EXCEPTIONS:
        return
    located = [
        line
        for line in messages_of(BODIES[place] % EXAMPLES[row.keyword])
        if line.startswith("c.conf line ")
    ]
    if place in row.places:
        assert located == []
        return
    if place == EXECUTABLE:
        expected = "right brace expected."
    elif row.misplaced is not None:
        expected = row.misplaced
    else:
        what = "declaration" if place == SHARED_NETWORK else "parameter or declaration"
        expected = f"expecting a {what}"
    line = 0 if place == GLOBAL and row.misplaced is None else 1
    assert located == [f"c.conf line {line}: {expected}"]


def test_keywords_are_unique_and_none_is_reserved_as_well() -> None:
    assert len(ROWS) == len(STATEMENT_ROWS)
    # `lease`, `interface` and others begin a statement somewhere; the table decides first.
    assert {"substring", "request", "script", "timeout"} <= RESERVED
    assert not {"subnet", "host", "range", "option"} & RESERVED


def test_authority_makes_no_sense_for_a_host() -> None:
    assert messages_of("host h { authoritative; }")[0] == (
        "c.conf line 1: authority makes no sense here."
    )


@pytest.mark.parametrize("keyword", ["subnet6", "range6", "prefix6", "pool6"])
def test_dhcpv6_is_refused_with_one_problem(keyword: str) -> None:
    statement = f"{keyword} 2001:db8::/64 {{ }}"
    assert len(messages_of(BODIES[SUBNET] % statement)) == 3


def test_bodies_cannot_be_nested_forever() -> None:
    lines = messages_of("group { " * 200 + "} " * 200)
    assert lines[0] == "c.conf line 1: declarations nested too deeply"
    assert len(lines) == 3


def test_a_missing_file_ends_everything_at_once() -> None:
    lines = messages_of('foo bar;\ninclude "nope";\nfoo bar;')
    assert len(lines) == 3
