"""The values that dhcp-eval(5) shows are those that dhcpd and we compute."""

import re
import sys
from pathlib import Path

import pytest

from tests.man.page import displayed_blocks
from tests.man.test_examples import run_test
from tests.reference import DHCPD, needs_dhcpd

PAGE = "dhcp-eval.5"
Row = tuple[str, str]

# How a value of each kind is made visible; null counts as neither true nor false.
PROBES = {
    "data": 'log(info, concat("row ROW: ", pick(binary-to-ascii(16, 8, ":", VALUE), "null")));',
    "numeric": 'log(info, concat("row ROW: ", '
    'pick(binary-to-ascii(10, 32, "", encode-int(VALUE, 32)), "null")));',
    "boolean": 'if (VALUE) { log(info, "row ROW: true"); } '
    'elsif (not (VALUE)) { log(info, "row ROW: false"); } '
    'else { log(info, "row ROW: null"); }',
}
SERVERS = [
    pytest.param([DHCPD or "dhcpd"], id="dhcpd", marks=needs_dhcpd),
    pytest.param([sys.executable, "-m", "pydhcpd"], id="pydhcpd"),
]


def value_rows(kind: str) -> list[Row]:
    """Expression and value, for each line of the blocks of that kind."""
    return [
        (expression, value)
        for block in displayed_blocks(PAGE, f"VALUES {kind}")
        for expression, value in re.findall(r"^(.+?) {2,}(.+)$", block, re.MULTILINE)
    ]


def refused_rows() -> list[Row]:
    """Statement and message, which stand below one another."""
    return [
        (statement, message)
        for block in displayed_blocks(PAGE, "REFUSED")
        for statement, message in re.findall(r"^(\S.+)\n  (.+)$", block, re.MULTILINE)
    ]


@pytest.mark.parametrize("command", SERVERS)
@pytest.mark.parametrize("kind", ["boolean", "data", "numeric"])
def test_values(kind: str, command: list[str], tmp_path: Path) -> None:
    rows = value_rows(kind)
    assert len(rows) > 5
    lines = [
        PROBES[kind].replace("ROW", str(number)).replace("VALUE", expression)
        for number, (expression, _) in enumerate(rows)
    ]
    status, said = run_test([*command, "-t", "-4"], "\n".join(lines) + "\n", tmp_path)
    assert status == 0, said
    found = dict(re.findall(r"^row (\d+): (.*)$", said, re.MULTILINE))
    seen = [(expression, found.get(str(number))) for number, (expression, _) in enumerate(rows)]
    assert seen == [(expression, in_log(value)) for expression, value in rows]


def in_log(value: str) -> str:
    """A value as the probe of data prints it: text becomes bytes in hexadecimal."""
    if not value.startswith('"'):
        return value
    return ":".join(f"{byte:x}" for byte in value.strip('"').encode())


@pytest.mark.parametrize("command", SERVERS)
@pytest.mark.parametrize(("statement", "message"), refused_rows())
def test_refusals(statement: str, message: str, command: list[str], tmp_path: Path) -> None:
    status, said = run_test([*command, "-t", "-4"], statement + "\n", tmp_path)
    assert status == 1
    first = re.search(r"line \d+: (.*)$", said, re.MULTILINE)
    assert first is not None, said
    assert first.group(1) == message
