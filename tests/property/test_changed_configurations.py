"""Public configurations with a few bytes changed: a tree and located problems, nothing else."""

import random

from pydhcpd.config.flaw import find_flaws
from pydhcpd.config.parser import parse_configuration
from pydhcpd.config.printer import print_file
from pydhcpd.resolve.resolution import resolve_configuration
from tests.corpus import corpus_files

SCRAPS = [b"{", b"}", b";", b"(", b")", b'"', b"#", b"\\", b"\0", b"\xff", b"=", b",", b" ", b"\n"]
CHANGES = 6


def read_itself(path: str) -> bytes:
    return b'include "c.conf"; host a { } option'


def changed(text: bytes, chance: random.Random) -> bytes:
    """Something taken out, put in, put elsewhere or said again."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 1, 1, 5, 40]))
    piece = text[start:end]
    kind = chance.randrange(4)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        return text[:start] + chance.choice(SCRAPS) + text[end:]
    at = chance.randrange(len(text) + 1)
    if kind == 2:
        text = text[:start] + text[end:]
    return text[:at] + piece + text[at:]


def check(text: bytes) -> None:
    tree = parse_configuration("c.conf", text, read_itself)
    resolution = resolve_configuration(tree, None)
    assert (resolution.configuration is None) == (resolution.fatal is not None)
    if not find_flaws(tree):
        once = print_file(tree)
        assert print_file(parse_configuration("c.conf", once, read_itself)) == once


def test_public_configurations_with_changes() -> None:
    chance = random.Random(1)
    for path in corpus_files("conf"):
        text = path.read_bytes()
        for _ in range(CHANGES):
            for _ in range(chance.randint(1, 3)):
                text = changed(text, chance)
            check(text)
