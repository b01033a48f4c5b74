"""Events and variables survive the leases file, whatever they are; dhcpd reads the file, too."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.expression.text import body_text
from pydhcpd.lease.event import NO_EVENTS
from pydhcpd.lease.lease import ACTIVE, FREE, Lease
from pydhcpd.lease.load import load_leases
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.model.configuration import Configuration
from pydhcpd.options.space import OptionSpaces
from pydhcpd.resolve.storedevent import StoredEvents
from tests.resolve.reading import configuration_of
from tests.v4.room import START_S, address

DHCPD = shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin")
TEXT = """
option space foo; option foo.bar code 1 = text;
class "some" { match if hardware = 1:2; }
subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.0.0 10.0.9.255; }
"""
CONFIGURATION: Configuration = configuration_of(TEXT)
EVENTS = StoredEvents(CONFIGURATION)
FUZZ = settings(max_examples=150, deadline=None, derandomize=True)
ENDS = 2_000_000_000

words = st.text("abcxyz ./\\\"'$é\n", max_size=20).map(
    lambda text: text.encode("latin-1").decode("latin-1")
)


def quoted(text: str) -> str:
    """A string as dhcpd.conf has it."""
    shown = "".join(
        f"\\{ord(one):03o}" if one in '"\\' or not " " <= one <= "~" else one for one in text
    )
    return f'"{shown}"'


names = st.sampled_from(["vv", "name-x", "x-quite-long-variable-name", "QQ"])
options = st.sampled_from(["host-name", "domain-name", "agent.circuit-id", "foo.bar"])
numbers = st.one_of(
    st.integers(0, 70_000).map(str), st.just("lease-time"), st.just("extract-int(hardware, 8)")
)
simple = st.one_of(
    words.map(quoted),
    st.binary(min_size=2, max_size=30).map(lambda value: value.hex(":")),
    options.map(lambda name: f"option {name}"),
    st.sampled_from(["hardware", "leased-address", "null", "filename", "server-name", "vv"]),
)
data = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"concat({', '.join(parts)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"pick({', '.join(parts)})"),
        st.tuples(inner, numbers, numbers).map("substring({0[0]}, {0[1]}, {0[2]})".format),
        st.tuples(numbers, inner).map('binary-to-ascii(16, {0[0]}, ":", {0[1]})'.format),
        st.tuples(numbers, st.sampled_from((8, 16, 32))).map("encode-int({0[0]}, {0[1]})".format),
        inner.map("lcase({})".format),
    ),
    max_leaves=6,
)
compared = st.tuples(data, st.sampled_from(["=", "!=", "~=", "~~"]), data).map(" ".join)
tests = st.recursive(
    st.one_of(compared, options.map("exists {}".format), st.sampled_from(["known", "static"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            "({0[0]} {0[1]} {0[2]})".format
        ),
        inner.map("not ({})".format),
    ),
    max_leaves=4,
)
plain = st.one_of(
    st.tuples(names, data).map("set {0[0]} = {0[1]};".format),
    st.tuples(names, tests).map("set {0[0]} = {0[1]};".format),
    names.map("unset {};".format),
    data.map("log(info, {});".format),
    data.map("eval {};".format),
    data.map("return {};".format),
    data.map('execute("/bin/true", "x", {});'.format),
    data.map("supersede host-name = {};".format),
    st.sampled_from(
        [
            "option domain-name-servers 1.2.3.4, 5.6.7.8;",
            'filename "f";',
            'add "some";',
            "break;",
            "parse-vendor-option;",
            'define fun(aa, bx) { set cc = "x"; return concat(aa, bx); }',
            'option foo.bar "x";',
        ]
    ),
)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(inner, max_size=2).map(" ".join)
    return st.one_of(
        st.tuples(tests, bodies, tests, bodies, bodies).map(
            "if ({0[0]}) {{ {0[1]} }} elsif ({0[2]}) {{ {0[3]} }} else {{ {0[4]} }}".format
        ),
        st.tuples(data, bodies, bodies).map(
            'switch (lcase({0[0]})) {{ case "a": {0[1]} break; default: {0[2]} }}'.format
        ),
        bodies.map('on expiry or commit {{ set seen = "x"; {} }}'.format),
    )


statements = st.recursive(plain, _nested, max_leaves=4)
bodies = st.lists(statements, min_size=1, max_size=3).map(" ".join)
values = st.one_of(st.binary(min_size=1, max_size=30), st.integers(-5, 10**6), st.booleans())
# What the configuration could not name either is no variable.
variable_names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True).filter(
    lambda name: name.lower() not in KEYWORDS
)
variables = st.dictionaries(variable_names, values, max_size=4)


def writer() -> LeaseWriter:
    agent = OptionSpaces().find("agent")
    assert agent is not None
    return LeaseWriter(agent, "octal", None)


def lease_with(body: str, kept: dict[str, bytes | int | bool], number: int = 1) -> Lease | None:
    """A lease with this body for release and a second block for expiry."""
    release = EVENTS.read(f"on release {{ {body} }}".encode("latin-1"))
    expiry = EVENTS.read(b"on expiry { unset vv; }")
    if isinstance(release, str):
        return None
    assert not isinstance(expiry, str)
    return Lease(
        address("10.0.0.0") + number,
        ACTIVE,
        FREE,
        FREE,
        START_S,
        ENDS,
        hardware=bytes.fromhex("01020000000101"),
        variables=tuple(kept.items()),
        events=NO_EVENTS.with_blocks([release, expiry]),
    )


@given(bodies, variables)
@FUZZ
def test_what_is_written_is_read_back(body: str, kept: dict[str, bytes | int | bool]) -> None:
    lease = lease_with(body, kept)
    assert lease is not None, EVENTS.read(f"on release {{ {body} }}".encode("latin-1"))
    record = writer().record(lease, START_S)
    loaded = load_leases("leases", [record.encode("latin-1")], CONFIGURATION, START_S)
    assert loaded.messages == []
    again = loaded.store.lease_of(lease.address)
    # Their order is turned round at every start, as with dhcpd.
    assert again.variables == tuple(reversed(lease.variables))
    assert again.events.texts()[0] == lease.events.texts()[0]
    meant, understood = lease.events.release, again.events.release
    assert meant is not None
    assert understood is not None
    spaces = CONFIGURATION.spaces
    assert body_text(understood.statements, spaces, True) == body_text(
        meant.statements, spaces, True
    )


@given(st.lists(st.tuples(bodies, variables), min_size=20, max_size=20))
@settings(max_examples=8, deadline=None, derandomize=True)
def test_dhcpd_reads_what_is_written(some: list[tuple[str, dict[str, bytes | int | bool]]]) -> None:
    if DHCPD is None:
        pytest.skip("dhcpd is not installed")
    leases = [lease_with(body, kept, number) for number, (body, kept) in enumerate(some)]
    text = "".join(writer().record(lease, START_S) for lease in leases if lease is not None)
    said = dhcpd_says(text)
    assert not [line for line in said if " line " in line or "orrupt" in line], "\n".join(said)


def dhcpd_says(leases: str) -> list[str]:
    """The lines of `dhcpd -T` on a file."""
    assert DHCPD is not None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o777)
        (folder / "c").write_text(TEXT)
        (folder / "l").write_text(leases, "latin-1")
        command = [DHCPD, "-T", "-cf", str(folder / "c"), "-lf", str(folder / "l")]
        done = subprocess.run(command, capture_output=True, check=False)
    return done.stderr.decode("latin-1").splitlines()
