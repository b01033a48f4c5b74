"""Random expressions at file level: dhcpd and we print the same for each (dhcp-eval(5)).

Run by hand with more examples: `EXAMPLES=2000 pytest tests/expression/test_against_dhcpd.py`.
"""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pydhcpd.resolve.resolution import resolve_configuration
from tests.config.reading import parse
from tests.reference import DHCPD, needs_dhcpd

EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
# What dhcpd prints before and behind the lines of the configuration.
FRAME = (
    "Internet Systems Consortium",
    "Copyright 2004-2022",
    "All rights reserved.",
    "For info, please visit",
    "Config file: ",
    "Database file: ",
    "PID file: ",
)
# A complaint of dhcpd about itself, when the result of a call is dropped.
SLIP_OF_DHCPD = ": non-null pointer"
FUNCTIONS = """
define same(given) { return given; }
define joined(given, other) {
  if given = other { return concat(given, other); }
  return lcase(given);
}
define nothing(given) { set inner = given; }
define number(given) { return extract-int(given, 8); }
"""
VARIABLES = ("vone", "vtwo", "vthree")
CHARACTERS = "abcXYZ 01.:-^$*+?[]()|\\\\"

texts = st.text(CHARACTERS, max_size=6).map(lambda text: '"' + text.replace("\\", "\\\\") + '"')
hexes = st.lists(st.integers(0, 255), min_size=1, max_size=6).map(
    lambda values: ":".join(f"{value:x}" for value in values)
)
naturals = st.one_of(st.integers(0, 12), st.integers(-3, 5_000_000_000)).map(str)
variables = st.sampled_from(VARIABLES)
leaves = st.one_of(
    texts,
    hexes,
    variables,
    st.sampled_from(("null", "hardware", "option host-name", "config-option domain-name")),
    st.sampled_from(("leased-address", "host-decl-name", "filename", "packet(0, 4)")),
)


def call(name: str, *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The text of a call."""
    return st.tuples(*arguments).map(lambda texts: f"{name}({', '.join(texts)})")


def chain(operand: st.SearchStrategy[str], *operators: str) -> st.SearchStrategy[str]:
    """Operands and operators in a row, which dhcpd's precedence takes apart."""
    rest = st.lists(st.tuples(st.sampled_from(operators), operand), max_size=4)
    return st.tuples(operand, rest).map(
        lambda parts: " ".join([parts[0], *(f"{one} {other}" for one, other in parts[1])])
    )


def grouped(operand: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The same in parentheses."""
    return operand.map("({})".format)


widths = st.sampled_from(("8", "16", "32"))
# dhcpd reads a byte behind nothing, or dies.
filled = st.deferred(lambda: data.map('concat({}, "k")'.format))
data = st.deferred(lambda: st.one_of(leaves, data_calls))
numbers = st.deferred(lambda: st.one_of(naturals, number_calls))
# Behind a call, whose type nobody knows, digits would be data.
sums = st.deferred(lambda: chain(st.one_of(naturals, counted, grouped(sums)), *"+*/%&|^"))
conditions = st.deferred(lambda: chain(st.one_of(tests, grouped(conditions)), "and", "or"))
data_calls = st.deferred(
    lambda: st.one_of(
        call("concat", data, data),
        call("concat", data, data, data),
        call("substring", data, numbers, numbers),
        call("suffix", data, numbers),
        call("pick", data, data),
        call("pick-first-value", data),
        call("lcase", data),
        call("ucase", data),
        call("reverse", st.sampled_from(("1", "2", "3", "-1")), data),
        call("binary-to-ascii", st.integers(1, 40).map(str), st.sampled_from("789"), data, data),
        call(
            "binary-to-ascii",
            st.integers(1, 17).map(str),
            st.sampled_from(("16", "32")),
            texts,
            data,
        ),
        call("encode-int", sums, widths),
        call("v6relay", numbers, data),
        call("same", texts),
        call("joined", texts, texts),
        call("nowhere", data),
    )
)
counted = st.deferred(
    lambda: st.one_of(
        call("extract-int", filled, widths),
        st.sampled_from(("client-state", "lease-time", "booting", "refused")),
    )
)
number_calls = st.one_of(counted, call("number", st.just('"number"')))
tests = st.deferred(
    lambda: st.one_of(
        st.sampled_from(("known", "static", "exists host-name", 'check "default"')),
        variables.map("defined({})".format),
        st.tuples(data, st.sampled_from(("=", "!=")), data).map(" ".join),
        st.tuples(call("extract-int", filled, widths), st.sampled_from(("=", "!=")), numbers).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(data, st.sampled_from(("~=", "~~")), texts).map(" ".join),
        grouped(conditions).map("not {}".format),
        call("same", texts),
    )
)
# dhcpd dies of a function without value anywhere else.
assigned = st.one_of(
    call("nothing", data), call("same", data), call("joined", data, data), call("number", data)
)
statements = st.one_of(
    data.map("log(info, {});".format),
    conditions.map('if ({}) {{ log(info, "yes"); }} else {{ log(info, "no"); }}'.format),
    st.tuples(variables, st.one_of(data, conditions, number_calls, assigned)).map(
        lambda parts: f"set {parts[0]} = {parts[1]};"
    ),
    variables.map("unset {};".format),
    data.map("option domain-name = {};".format),
    data.map("append domain-name = {};".format),
    data.map("prepend domain-name = {};".format),
    data.map("default domain-name = {};".format),
    sums.map(
        'switch (1 * {}) {{ case 1: log(info, "1"); case 2: break; default: log(info, "d"); }}'
        "".format
    ),
    data.map("eval {};".format),
)


def theirs(folder: Path, text: str) -> list[str]:
    """What dhcpd prints."""
    assert DHCPD is not None
    (folder / "dhcpd.conf").write_bytes(text.encode("latin-1"))
    (folder / "leases").touch()
    command = [DHCPD, "-t", "-4", "-cf", folder / "dhcpd.conf", "-lf", folder / "leases"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=20)
    lines = done.stderr.decode("latin-1").split("\n")
    assume(done.returncode >= 0)  # it died
    assert done.returncode == 0, lines
    return [
        line
        for line in lines
        if line and not line.startswith(FRAME) and not line.endswith(SLIP_OF_DHCPD)
    ]


def ours(text: str) -> list[str]:
    """What we print; a line may hold line ends."""
    resolution = resolve_configuration(parse(text), None)
    assert resolution.fatal is None, resolution.messages
    lines = "\n".join([line for _, line in resolution.messages]).split("\n")
    return [line for line in lines if line]


@needs_dhcpd
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(statements, min_size=20, max_size=40))
def test_random_expressions(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    text = FUNCTIONS + "\n".join(lines) + "\n"
    folder = tmp_path_factory.mktemp("expressions")
    assert ours(text) == theirs(folder, text)
