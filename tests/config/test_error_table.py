"""First message, its line and the verdict for some hundred small files, as dhcpd gives them."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.resolve.sanity import check_peers
from tests.config.reading import parse
from tests.reference import DHCPD, needs_dhcpd

TABLE = Path(__file__).parent.parent / "data" / "configuration-errors.tsv"
ESCAPES = {r"\n": "\n", r"\t": "\t", r"\\": "\\"}
LOCATED = re.compile(r"c\.conf line (\d+): (.*)")


BANNER_SIZE = 4


class Row(NamedTuple):
    """What dhcpd says to a file."""

    status: int
    line: str
    message: str
    text: str


def read_table() -> list[Row]:
    """The rows of the data file."""
    rows = []
    for line in TABLE.read_text("latin-1").splitlines():
        if line.startswith("# "):
            continue
        status, at, message, text = line.split("\t")
        text = re.sub(r"\\[nt\\]", lambda found: ESCAPES[found[0]], text)
        rows.append(Row(int(status), at, message, text))
    return rows


def first_message(row: Row) -> tuple[int, str, str]:
    """Our status, line and message."""
    resolution = resolve_configuration(parse(row.text + "\n"), None)
    lines = [text for _, text in resolution.messages]
    fatal = resolution.fatal
    if resolution.configuration is not None:
        configuration = resolution.configuration
        messages, fatal = check_peers(configuration)
        lines.extend(text for _, text in messages)
    status = 0 if fatal is None else 1
    if not lines and fatal is not None:
        lines = [fatal]
    return (status, *_place_and_text(lines[0] if lines else None))


def test_the_first_message_and_the_verdict_are_dhcpds() -> None:
    wrong = []
    for row in read_table():
        ours = first_message(row)
        if ours != (row.status, row.line, row.message):
            wrong.append((row, ours))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # Decision 6, for a string and for a run of blanks.
        (f'option host-name "{"a" * 1520}";', []),
        (f"{' ' * 1500}authoritative;", []),
        # Decision 1.
        (
            'failover peer "f" { secondary; peer address 1.1.1.1; split 128; }\n'
            "subnet 10.0.0.0 netmask 255.255.255.0 {\n"
            ' pool { failover peer "f"; range 10.0.0.1; } }',
            [
                "WARNING: c.conf line 1: secondary may not define load balance settings: "
                "split ignored."
            ],
        ),
    ],
)
def test_what_dhcpd_refuses_for_no_good_reason_is_accepted(text: str, said: list[str]) -> None:
    resolution = resolve_configuration(parse(text + "\n"), None)
    assert resolution.configuration is not None
    assert [line for _, line in resolution.messages] == said


def test_the_name_of_an_unknown_omapi_key_is_the_one_in_the_file() -> None:
    # dhcpd prints memory that it has freed.
    row = Row(1, "-", "OMAPI key k: not found", 'omapi-key "k";')
    assert first_message(row) == (row.status, row.line, row.message)


@needs_dhcpd
def test_the_installed_dhcpd_says_the_same(tmp_path: Path) -> None:
    assert DHCPD is not None
    rows = read_table()
    wrong = [
        (row, said)
        for row in rows
        if (said := _said_by_dhcpd(row, tmp_path)) != (row.status, row.line, row.message)
    ]
    print(f"rows verified against dhcpd: {len(rows) - len(wrong)} of {len(rows)}")
    assert wrong == []


def _said_by_dhcpd(row: Row, folder: Path) -> tuple[int, str, str]:
    assert DHCPD is not None
    (folder / "c.conf").write_bytes((row.text + "\n").encode("latin-1"))
    command = [DHCPD, "-t", "-4", "-cf", "c.conf", "-lf", str(folder / "leases")]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    lines = [
        line
        for line in run.stderr.decode("latin-1").splitlines()[BANNER_SIZE:]
        if not line.startswith(("Config file: ", "Database file: ", "PID file: "))
    ]
    return (run.returncode, *_place_and_text(lines[0] if lines else None))


def _place_and_text(line: str | None) -> tuple[str, str]:
    if line is None:
        return "-", "-"
    found = LOCATED.match(line)
    return ("-", line) if found is None else (found[1], found[2])
