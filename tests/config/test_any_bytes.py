"""Any bytes give a tree and located problems; no other exception ever escapes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.config import ast
from pydhcpd.config.parser import parse_configuration
from pydhcpd.resolve.resolution import resolve_configuration

SCRAPS = [
    "subnet 10.0.0.0 netmask 255.255.255.0",
    "shared-network x",
    "pool",
    "range 10.0.0.1 10.0.0.9;",
    "host a",
    "hardware ethernet 1:2:3;",
    "fixed-address 10.0.0.1;",
    "group",
    'class "c"',
    'match if substring(option host-name, 0, 1) = "a";',
    'subclass "c" 1:2;',
    'failover peer "f"',
    "key k",
    "zone z.",
    "option domain-name-servers 10.0.0.1, ns.example.org;",
    "option foo code 250 = array of { ip-address, integer 8 };",
    "option space s code width 2;",
    "if known",
    'elsif option host-name = "x"',
    "else",
    'allow members of "c";',
    'include "c.conf";',
    'log(info, concat("a", hardware));',
    "not",
    "authoritative;",
    "default-lease-time 0x10;",
    "{",
    "}",
    ";",
    "(",
    "=",
    '"',
    "#",
    "\\",
    "and",
    "or",
    "\n",
    "\0",
]


def read_itself(path: str) -> bytes:
    return b'include "c.conf"; host a { }'


def check(text: bytes) -> None:
    tree = parse_configuration("c.conf", text, read_itself)
    resolution = resolve_configuration(tree, None)
    assert (resolution.configuration is None) == (resolution.fatal is not None)
    for statement in tree.statements:
        assert 0 <= statement.token.offset <= len(text)
        if isinstance(statement, ast.Mistake):
            first, quoted, caret = statement.problem.lines()
            assert first.startswith("c.conf line ")
            assert quoted.encode("latin-1") in text
            assert caret.strip() == "^"


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_bytes(text: bytes) -> None:
    check(text)


@given(st.lists(st.sampled_from(SCRAPS), max_size=25))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_scraps(scraps: list[str]) -> None:
    check(" ".join(scraps).encode("latin-1"))


@given(st.lists(st.sampled_from(SCRAPS), max_size=10), st.integers(0, 40), st.binary(max_size=3))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_change_of_scraps(scraps: list[str], at: int, inserted: bytes) -> None:
    text = " ".join(scraps).encode("latin-1")
    check(text[:at] + inserted + text[at + 1 :])
