"""python -m conformance.corpus [DIR]: what dhcpd and pydhcpd say to configurations found in public.

DIR holds `conf/`, `leases/` and `index.tsv` with a row for each file: in the columns `file` and
`fam` its path and `v4` or `v6`. Each configuration is tested (-t) by both programs, each leases
file read (-T) by both with a configuration that covers its addresses; those for DHCPv6 with -6.
What differs is listed, and with it the decision that explains it.
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from conformance.isolation import Outcome, can_isolate, run_isolated

CORPUS: Final = Path(__file__).parents[2].joinpath("shared", "corpus")
_LEASED: Final = re.compile(r"(?m)^\s*lease\s+(\d+\.\d+\.\d+)\.\d+\s*\{")
_COUNTED: Final = re.compile(r"Wrote (\d+ leases to leases|\d+ NA, \d+ TA, \d+ PD leases to lease)")
_BANNER_LINES: Final = 4
_FILE_LINES: Final = ("Config file: ", "Database file: ", "PID file: ")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A difference that was decided: how both begin, and why."""

    reference: str
    subject: str
    why: str


EXPLANATIONS: Final = (
    Explanation(
        r"secondary may not define load balance settings\.",
        "",
        "decision 1: split and hba on a secondary are ignored with a warning",
    ),
    Explanation("", r"DHCPv6 is not served yet", "this version serves DHCPv4 only"),
    Explanation(
        r"semicolon expected\.",
        r"configurations in LDAP are not supported",
        "a parameter of LDAP is refused by its name",
    ),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both programs did with one file, and in which respects they differ."""

    name: str
    family: str
    reference: Outcome
    subject: Outcome

    @property
    def is_verdict_same(self) -> bool:
        """One accepts what the other accepts."""
        return self.reference.status == self.subject.status

    @property
    def is_refused(self) -> bool:
        """dhcpd refuses the file."""
        return self.reference.status != 0

    @property
    def is_message_same(self) -> bool:
        """Both begin with the same words."""
        return first_message(self.reference) == first_message(self.subject)

    @property
    def is_count_same(self) -> bool:
        """Both read the same number of leases."""
        return leases_loaded(self.reference) == leases_loaded(self.subject)


@click.command()
@click.argument(
    "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), default=CORPUS
)
@click.option("--only", default="", help="Files whose names hold this text.")
@click.option("--verbose", "-v", is_flag=True, help="Show all that both say where they differ.")
def main(folder: Path, only: str, verbose: bool) -> None:
    """Compare dhcpd and pydhcpd on the files of FOLDER; needs root."""
    dhcpd = shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin:/sbin")
    if dhcpd is None or not can_isolate():
        raise click.ClickException("needs root and Debian's dhcpd")
    pydhcpd = str(Path(sys.executable).parent / "pydhcpd")
    folder = folder.resolve()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        scratch.chmod(0o777)
        both = _Programs(dhcpd, pydhcpd, folder, scratch)
        families = {name: family for name, family in _read_index(folder).items() if only in name}
        tested = [both.test(*one) for one in families.items() if one[0].startswith("conf/")]
        loaded = [both.load(*one) for one in families.items() if one[0].startswith("leases/")]
    unexplained = 0
    for family in ("v4", "v6"):
        unexplained += _report(
            [one for one in tested if one.family == family],
            [one for one in loaded if one.family == family],
            family,
            verbose,
        )
    sys.exit(1 if unexplained else 0)


@dataclass(frozen=True, slots=True)
class _Programs:
    """Both programs, where the files are, and where something may be written."""

    reference: str
    subject: str
    folder: Path
    scratch: Path

    def test(self, file: str, family: str) -> Comparison:
        """What both say to a configuration."""
        return self._compare(file, ["-t", "-cf", file, "-lf", "/dev/null"], family)

    def load(self, file: str, family: str) -> Comparison:
        """What both say to a leases file."""
        leases, configuration = self.scratch / "leases", self.scratch / "conf"
        text = (self.folder / file).read_bytes()
        configuration.write_text(_covering(text.decode("latin-1"), family))
        leases.write_bytes(text)
        leases.chmod(0o666)
        return self._compare(file, ["-T", "-cf", str(configuration), "-lf", str(leases)], family)

    def _compare(self, file: str, flags: list[str], family: str) -> Comparison:
        if family == "v6":
            flags = ["-6", *flags]
        return Comparison(
            file,
            family,
            run_isolated([self.reference, *flags], self.scratch, self.folder, is_trusted=False),
            run_isolated([self.subject, *flags], self.scratch, self.folder, is_trusted=True),
        )


def messages(outcome: Outcome) -> list[str]:
    """What was said besides the banner and the names of the files."""
    lines = outcome.stderr.splitlines()[_BANNER_LINES:]
    return [line for line in lines if line and not line.startswith(_FILE_LINES)]


def first_message(outcome: Outcome) -> str:
    """What an admin reads first."""
    return next(iter(messages(outcome)), "")


def leases_loaded(outcome: Outcome) -> str:
    """How many leases were written back."""
    found = _COUNTED.search(outcome.stderr)
    return found[1] if found is not None else first_message(outcome)


def _report(tested: list[Comparison], loaded: list[Comparison], family: str, verbose: bool) -> int:
    """Print how often both agree and where they don't; the number of unexplained differences."""
    refused = [one for one in tested if one.is_refused]
    click.echo(
        f"{family}: verdict same {_share(one.is_verdict_same for one in tested)}, "
        f"first message same {_share(one.is_message_same for one in refused)}, "
        f"leases loaded same {_share(one.is_count_same for one in loaded)}"
    )
    unexplained = 0
    for one in tested:
        if one.is_verdict_same and (one.is_message_same or not one.is_refused):
            continue
        why = _explain(one)
        unexplained += why is None
        _show(one, why, verbose)
    for one in loaded:
        if not one.is_count_same:
            why = _explain(one)
            unexplained += why is None
            _show(one, why, verbose)
    return unexplained


def _share(answers: Iterator[bool]) -> str:
    counted = Counter(answers)
    return f"{counted[True]} of {counted.total()}"


def _explain(one: Comparison) -> str | None:
    for explanation in EXPLANATIONS:
        is_reference = re.search(explanation.reference, first_message(one.reference))
        if is_reference and re.search(explanation.subject, first_message(one.subject)):
            return explanation.why
    return None


def _show(one: Comparison, why: str | None, verbose: bool) -> None:
    click.echo(f"  {one.name}: {why or 'not explained'}")
    for sign, outcome in (("-", one.reference), ("+", one.subject)):
        said = messages(outcome) if verbose else messages(outcome)[:1]
        click.echo(f"    {sign} status {outcome.status}: " + "\n      ".join(said))


def _read_index(folder: Path) -> dict[str, str]:
    """The family of each file."""
    with (folder / "index.tsv").open(encoding="latin-1", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["fam"] for row in rows}


def _covering(leases: str, family: str) -> str:
    """A configuration in which every lease has its place."""
    if family == "v6":
        return "subnet6 ::/0 { range6 ::/0; prefix6 :: ff00:: /8; }\n"
    return "".join(
        f"subnet {network}.0 netmask 255.255.255.0 {{ range {network}.0 {network}.255; }}\n"
        for network in dict.fromkeys(_LEASED.findall(leases))
    )


if __name__ == "__main__":
    main()
