"""A case: a small configuration that both servers judge, and the table row that it speaks for.

Cases that are written down are text files, `cases/*.txt`: configurations separated by lines that
hold nothing but `--`. A line `-- NAME` begins a file of the same configuration that may be
included. A configuration whose first line is `# -6` is one for DHCPv6. What is expected is never
written down: it is what dhcpd says.
"""

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
SEPARATOR = "--"
DHCPV6_MARK = "# -6\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`kind` is a line of the table, `row` what the case speaks for, `files` may be included."""

    kind: str
    row: str
    text: str
    family: int = 4
    files: tuple[tuple[str, str], ...] = ()


def read_cases(path: Path) -> list[Case]:
    """The cases of a file; each is a row of its own, named by the line it begins on."""
    cases: list[Case] = []
    files: list[tuple[str, str]] = []
    name, start, lines = "", 1, list[str]()
    text = path.read_text("latin-1")
    for number, line in enumerate([*text.splitlines(), SEPARATOR], 1):
        if line != SEPARATOR and not line.startswith(f"{SEPARATOR} "):
            lines.append(line)
            continue
        files.append((name, "".join(f"{one}\n" for one in lines)))
        lines.clear()
        name = line[len(SEPARATOR) :].strip()
        if not name:
            cases.extend(_case(path.stem, start, files))
            files.clear()
            start = number + 1
    return cases


def _case(kind: str, start: int, files: list[tuple[str, str]]) -> list[Case]:
    text = files[0][1]
    if not text:
        return []
    family = 6 if text.startswith(DHCPV6_MARK) else 4
    return [Case(kind, f"line {start}", text, family, tuple(files[1:]))]
