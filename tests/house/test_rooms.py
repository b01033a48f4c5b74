"""Imports point to lower rooms only, and the pure rooms never touch the system."""

import ast

from tests.house.sources import PURE, ROOMS, SOURCES, SourceFile

# Sockets, clocks, files, processes, chance: all of it belongs to the daemon.
SYSTEM_MODULES = {
    *("asyncio", "fcntl", "io", "logging", "os", "pathlib", "random", "secrets", "select"),
    *("selectors", "shutil", "signal", "socket", "subprocess", "tempfile", "threading", "time"),
}
SYSTEM_CALLS = {"open", "print", "input"}
# datetime calculates, which is pure, until it asks the clock.
CLOCK_CALLS = {"now", "today", "utcnow"}


def test_every_file_is_in_a_known_room() -> None:
    assert {source.room for source in SOURCES} - set(ROOMS) - {""} == set()


def test_imports_point_to_lower_rooms() -> None:
    wrong = [
        f"{source.name}:{line}: {name}"
        for source in SOURCES
        for line, name in source.imports()
        if name.startswith("pydhcpd.") and not _may_import(source, name.split(".")[1])
    ]
    assert wrong == []


def _may_import(source: SourceFile, other: str) -> bool:
    return source.room == other or ROOMS[other] < ROOMS[source.room]


def test_pure_rooms_do_not_import_the_system() -> None:
    wrong = [
        f"{source.name}:{line}: {name}"
        for source in PURE
        for line, name in source.imports()
        if name.split(".")[0] in SYSTEM_MODULES
    ]
    assert wrong == []


def test_pure_rooms_do_not_call_the_system() -> None:
    wrong = [
        f"{source.name}:{node.lineno}: {ast.unparse(node.func)}()"
        for source in PURE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in SYSTEM_CALLS)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS)
        )
    ]
    assert wrong == []


def test_pure_rooms_import_at_the_top_only() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in PURE
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []
