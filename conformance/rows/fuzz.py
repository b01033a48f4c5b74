"""python -m conformance.rows.fuzz: configurations spoilt at random, judged by both servers.

By hand only: a run ends where one likes. A seed is one mutant: a text from the folders given or
from `cases/`, with a few tokens dropped, doubled, exchanged or replaced, or a statement put where
it does not belong. What differs is shown once for each pair of answers, cut down to what matters.
Mutants that speak of `execute` are left out, since dhcpd would run it.
"""

import random
import re
import shutil
import sys
import tempfile
from multiprocessing import Pool
from pathlib import Path

import click

from conformance.rows.__main__ import SKIPPED, WORKERS, leave_the_network
from conformance.rows.case import CASES, Case, read_cases
from conformance.rows.examples import STATEMENTS
from conformance.rows.judge import Judge, Judgement, find_reference
from pydhcpd.config.keyword import KEYWORDS

TOKEN = re.compile(r'#[^\n]*|("(?:[^"\\]|\\.)*"|[A-Za-z0-9_-]+|[^\s])|\n')
LINES = re.compile(r"line \d+")
LARGEST = 6_000  # characters: a longer text spoils no better
ROUNDS = 400  # trials to cut a mutant down
MARKS = (";", "{", "}", "(", ")", ",", "=", "~=", ".", ":", "!", "+", "not", "and", "10", '"a"')
DANGEROUS = "execute"

Tokens = list[str]
_judges: list[Judge] = []  # the one of each worker process
_groups: list[list[Tokens]] = []  # the texts of each folder, and those of the case files


@click.command()
@click.option("--seeds", default="1-1000", show_default=True, help="Which mutants: N or N-M.")
@click.option("--reference", default=find_reference(), help="The real dhcpd.")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False))
def main(seeds: str, reference: str | None, folders: tuple[str, ...]) -> None:
    """Spoil configurations of FOLDERS and of the case files, and compare the verdicts."""
    if reference is None:
        click.echo("fuzz: skipped: dhcpd (Debian package isc-dhcp-server) is not installed")
        sys.exit(SKIPPED)
    leave_the_network("conformance.rows.fuzz")
    first, _, last = seeds.partition("-")
    wanted = range(int(first), int(last or first) + 1)
    groups = [_read_folder(Path(folder)) for folder in folders] + [_read_cases()]
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="fuzz", dir=memory if memory.is_dir() else None))
    seen: dict[str, int] = {}
    try:
        with Pool(WORKERS, _start_worker, (reference, home, groups)) as pool:
            for seed, found in pool.imap_unordered(_try_seed, wanted, chunksize=8):
                key = "\n".join(_plain(one) for one in found.differences)
                if found.is_good or key in seen:
                    continue
                seen[key] = seed
                _show(seed, found)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    click.echo(
        f"{len(wanted)} mutants of {sum(map(len, groups))} texts: {len(seen)} kinds of difference"
    )
    sys.exit(1 if seen else 0)


def _read_folder(folder: Path) -> list[Tokens]:
    paths = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return _usable([path.read_bytes().decode("latin-1") for path in paths])


def _read_cases() -> list[Tokens]:
    cases = [case for path in sorted(CASES.glob("*.txt")) for case in read_cases(path)]
    return _usable([case.text for case in cases if case.family == 4])


def _usable(texts: list[str]) -> list[Tokens]:
    cut = [_cut(text) for text in texts if len(text) <= LARGEST and DANGEROUS not in text]
    return [tokens for tokens in cut if tokens]


def _cut(text: str) -> Tokens:
    return [found[0] for found in TOKEN.finditer(text) if found[1] or found[0] == "\n"]


def _start_worker(reference: str, home: Path, groups: list[list[Tokens]]) -> None:
    _judges.append(Judge(reference, home))
    _groups.extend(group for group in groups if group)


def _try_seed(seed: int) -> tuple[int, Judgement]:
    tokens = _mutant(random.Random(seed))
    found = _judge(tokens)
    return seed, found if found.is_good else _shrunk(tokens, found)


def _judge(tokens: Tokens) -> Judgement:
    text = " ".join(tokens) + "\n"
    return _judges[0].judge(Case("fuzz", "", "" if DANGEROUS in text.lower() else text))


# Spoiling.


def _mutant(chance: random.Random) -> Tokens:
    tokens = list(chance.choice(chance.choice(_groups)))
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        chance.choice(SPOILERS)(tokens, chance)
    return tokens


def _drop(tokens: Tokens, chance: random.Random) -> None:
    at = chance.randrange(len(tokens) + 1)
    del tokens[at : at + chance.choice((1, 1, 1, 2, 5))]


def _double(tokens: Tokens, chance: random.Random) -> None:
    at = chance.randrange(len(tokens) + 1)
    tokens[at:at] = tokens[at : at + chance.choice((1, 1, 3, 10))]


def _exchange(tokens: Tokens, chance: random.Random) -> None:
    if len(tokens) > 1:
        at = chance.randrange(len(tokens) - 1)
        tokens[at], tokens[at + 1] = tokens[at + 1], tokens[at]


def _replace(tokens: Tokens, chance: random.Random) -> None:
    at = chance.randrange(len(tokens) + 1)
    tokens[at : at + 1] = [_any_token(tokens, chance)]


def _insert(tokens: Tokens, chance: random.Random) -> None:
    tokens.insert(chance.randrange(len(tokens) + 1), _any_token(tokens, chance))


def _insert_statement(tokens: Tokens, chance: random.Random) -> None:
    """A statement of the table behind some other one, at whatever level."""
    places = [index + 1 for index, token in enumerate(tokens) if token in ";{}"]
    at = chance.choice([0, *places])
    form = chance.choice(chance.choice(STATEMENTS).forms)
    tokens[at:at] = _cut(form)


def _move(tokens: Tokens, chance: random.Random) -> None:
    start = chance.randrange(len(tokens) + 1)
    moved = tokens[start : start + chance.randrange(12)]
    del tokens[start : start + len(moved)]
    at = chance.randrange(len(tokens) + 1)
    tokens[at:at] = moved


def _any_token(tokens: Tokens, chance: random.Random) -> str:
    kind = chance.randrange(3)
    if kind == 0:
        return chance.choice(sorted(KEYWORDS))
    return chance.choice(MARKS if kind == 1 or not tokens else tokens)


SPOILERS = (_drop, _double, _exchange, _replace, _insert, _insert_statement, _move)


# Cutting down.


def _shrunk(tokens: Tokens, found: Judgement) -> Judgement:
    """The same difference with as few tokens as a few hundred trials leave."""
    wanted = [_plain(one) for one in found.differences]
    size, rounds = len(tokens) // 2, 0
    while size and rounds < ROUNDS:
        at, before = 0, len(tokens)
        while at < len(tokens) and rounds < ROUNDS:
            rounds += 1
            shorter = tokens[:at] + tokens[at + size :]
            trial = _judge(shorter)
            if [_plain(one) for one in trial.differences] == wanted and not trial.is_good:
                tokens, found = shorter, trial
            else:
                at += size
        size = size // 2 if size > 1 or len(tokens) == before else 1
    return found


def _plain(difference: str) -> str:
    return LINES.sub("line N", difference)


def _show(seed: int, found: Judgement) -> None:
    click.echo(f"seed {seed}: {found.case.text!r}")
    for difference in found.differences:
        click.echo(f"    {difference}")


if __name__ == "__main__":
    main()
