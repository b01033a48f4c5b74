"""The project's own sources, parsed once for all house rules."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[2]
PACKAGE: Final = PROJECT / "pydhcpd"

# Imports point to rooms of a lower number, or stay in their own room.
ROOMS: Final = {
    "wire": 0,
    "options": 1,
    "config": 2,
    "expression": 3,
    "model": 4,
    "resolve": 5,
    "lease": 6,
    "check": 6,
    "core": 7,
    "v4": 8,
    "failover": 8,
    "listing": 8,
    "server": 9,
    "explain": 9,
    "control": 9,
    "daemon": 10,
    "trial": 10,
    # The commands open every door.
    "command": 11,
    "cli": 12,
    "ctl": 12,
    "__main__": 13,
}
# Up to here the rooms are pure: events and the clock come in as arguments.
LAST_PURE_ROOM: Final = 9


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file of the package; `room` is empty for the package's own __init__."""

    name: str
    room: str
    text: str
    tree: ast.Module

    @property
    def is_pure(self) -> bool:
        """True for the rooms that must not touch the system."""
        return bool(self.room) and ROOMS.get(self.room, 0) <= LAST_PURE_ROOM

    def imports(self) -> list[tuple[int, str]]:
        """Line and full name of each module that the file imports."""
        found: list[tuple[int, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.extend((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.module is not None, f"{self.name}: relative import"
                found.append((node.lineno, node.module))
        return found


def read_sources() -> list[SourceFile]:
    """All files of the package, in order of their names."""
    sources = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        room = "" if parts == ("__init__.py",) else parts[0].removesuffix(".py")
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        sources.append(SourceFile(str(path.relative_to(PROJECT)), room, text, tree))
    return sources


SOURCES: Final = read_sources()
PURE: Final = [source for source in SOURCES if source.is_pure]
