"""First message, its line and the verdict for some hundred small files, as dhcpd gives them."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.resolve.sanity import check_peers
from tests.config.reading import parse
from tests.reference import DHCPD, needs_dhcpd

TABLE = Path(__file__).parent.parent / "data" / "configuration-errors.tsv"
ESCAPES = {r"\n": "\n", r"\t": "\t", r"\\": "\\"}
LOCATED = re.compile(r"c\.conf line (\d+): (.*)")


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
        messages, fatal = check_peers(resolution.configuration)
        lines.extend(text for _, text in messages)
    status = 0 if fatal is None else 1
    if not lines and fatal is not None:
        lines = [fatal]
    if not lines:
        return status, "-", "-"
    found = LOCATED.match(lines[0])
    if found is None:
        return status, "-", lines[0]
    return status, found[1], found[2]


def test_the_first_message_and_the_verdict_are_dhcpds() -> None:
    wrong = []
    for row in read_table():
        ours = first_message(row)
        if ours != (row.status, row.line, row.message):
            wrong.append((row, ours))
    assert wrong == []


@needs_dhcpd
def test_the_installed_dhcpd_gives_these_verdicts(tmp_path: Path) -> None:
    assert DHCPD is not None
    wrong = []
    for row in read_table():
        (tmp_path / "c.conf").write_bytes((row.text + "\n").encode("latin-1"))
        command = [DHCPD, "-t", "-4", "-q", "-cf", "c.conf", "-lf", str(tmp_path / "leases")]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        if run.returncode != row.status:
            wrong.append((row, run.returncode))
    assert wrong == []
