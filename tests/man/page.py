"""The manual pages as tests read them: displayed blocks, tables, entries of lists."""

import re
from pathlib import Path
from typing import Final

MAN: Final = Path(__file__).parents[2] / "man"
ESCAPES: Final = {"\\e": "\\", "\\(dq": '"', "\\&": "", "\\(a^": "^", "\\(ti": "~"}


def read_page(name: str) -> str:
    """The source of a page."""
    return (MAN / name).read_text(encoding="utf-8")


def plain(text: str) -> str:
    """What a reader sees of a text with escapes."""
    return re.sub(r"\\(?:e|\(dq|&|\(a\^|\(ti)", lambda match: ESCAPES[match.group()], text)


def displayed_blocks(name: str, mark: str) -> list[str]:
    """The blocks that a comment line with this mark announces."""
    begin = re.escape(f'.\\" {mark}\n')
    found = re.findall(rf"^{begin}\.Bd -literal[^\n]*\n(.*?)^\.Ed$", read_page(name), re.M | re.S)
    return [plain(block) for block in found]


def entries(name: str) -> set[str]:
    """All words that heads of list entries contain, without their punctuation."""
    heads = [line for line in read_page(name).splitlines() if line.startswith(".It ")]
    return {plain(word).lower() for head in heads for word in head.split()[1:]}
