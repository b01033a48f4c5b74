"""How the files are written: docstrings, names, words that have no place here."""

import ast
import re
import subprocess
from pathlib import Path

from tests.house.sources import PROJECT, PURE, SOURCES

# A file is named for its subject; these names say that it has none.
NAMES_OF_NOTHING = {"common", "helper", "helpers", "manager", "misc", "tools", "util", "utils"}
# Paths of the machines that the project was written on.
FOREIGN_PATH = re.compile(r"/work/|/opt/pydhcpd|\bshared/(?:spec|golden|corpus|seed)\b|/home/\w")
TEXT_SUFFIXES = {".py", ".md", ".5", ".8", ".toml", ".lark", ".conf", ".txt", ".sh", ""}


def test_each_file_begins_with_a_docstring() -> None:
    assert [source.name for source in SOURCES if not ast.get_docstring(source.tree)] == []


def test_each_file_is_named_for_its_subject() -> None:
    assert [name for name in _names() if name.stem in NAMES_OF_NOTHING] == []


def _names() -> list[Path]:
    return [Path(source.name) for source in SOURCES]


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX)\b|# type: ignore(?!\[)")
    assert [source.name for source in SOURCES if later.search(source.text)] == []


def test_no_group_is_repeated_possessively() -> None:
    """Up to Python 3.11.4 what follows such a repeat is read too late; `(?>(?:...)*)` is right."""
    repeated = re.compile(r"""^\s*[^#\s].*r[bf]?['"].*\)[*+?]\+""", re.MULTILINE)
    assert [source.name for source in SOURCES if repeated.search(source.text)] == []


def test_pure_rooms_do_not_say_any() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in PURE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert wrong == []


def test_no_file_names_foreign_paths() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)}: {match}"
        for path in _text_files()
        for match in FOREIGN_PATH.findall(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert wrong == []


def _text_files() -> list[Path]:
    """The project's files as git knows them; without git all but the hidden ones."""
    command = ["git", "-C", str(PROJECT), "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        paths = [PROJECT / name for name in done.stdout.splitlines()]
    except (FileNotFoundError, subprocess.CalledProcessError):
        found = PROJECT.rglob("*")
        paths = [path for path in found if "/." not in f"/{path.relative_to(PROJECT)}"]
    here = Path(__file__)
    return [
        path for path in paths if path.is_file() and path != here and path.suffix in TEXT_SUFFIXES
    ]
