"""No mutable module globals: a list, dict or set of a module is a Final table that nobody changes.

Two servers live in one process, so what one of them learns must not stand where the other reads.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import SOURCES

MUTABLE_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTABLE_TYPES = {
    *("bytearray", "Counter", "defaultdict", "deque", "dict", "list", "OrderedDict", "set"),
}
CHANGING_METHODS = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem"),
    *("popleft", "remove", "reverse", "setdefault", "sort", "update"),
}


def test_mutable_values_of_a_module_are_final_tables() -> None:
    wrong = [f"{source.name}: {name}" for source in SOURCES for name in loose_values(source.tree)]
    assert wrong == []


def test_functions_do_not_change_their_module() -> None:
    wrong = [f"{source.name}:{line}" for source in SOURCES for line in changes(source.tree)]
    assert wrong == []


@pytest.mark.parametrize("text", ["SEEN = {}", "seen: Final = {}", "SEEN: Final = 1; x = list()"])
def test_the_rule_sees_loose_values(text: str) -> None:
    assert len(list(loose_values(ast.parse(text)))) == 1


@pytest.mark.parametrize(
    "body", ["global N", "ROWS[1] = 2", "del ROWS[1]", "ROWS.update(x)", "ROWS.setdefault(1, 2)"]
)
def test_the_rule_sees_changes(body: str) -> None:
    text = f"ROWS: Final = {{}}\nN = 1\ndef change():\n    {body}\n"
    assert list(changes(ast.parse(text))) == [4]


def loose_values(tree: ast.Module) -> Iterator[str]:
    """Names that a module binds to mutable values without calling them Final tables."""
    for name, statement in _mutable_names(tree):
        is_table = name.lstrip("_").isupper() and _is_final(statement)
        if not is_table and name != "__all__":
            yield name


def changes(tree: ast.Module) -> Iterator[int]:
    """The lines where functions change what belongs to their module."""
    tables = {name for name, _ in _mutable_names(tree)}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Global | ast.Subscript | ast.Call):
                continue
            if isinstance(node, ast.Global) or _changed_name(node) in tables:
                yield node.lineno


def _mutable_names(tree: ast.Module) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign]]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        if statement.value is not None and _is_mutable(statement.value):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from ((name, statement) for name in names)


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in MUTABLE_TYPES
    return isinstance(value, MUTABLE_DISPLAYS)


def _is_final(statement: ast.Assign | ast.AnnAssign) -> bool:
    if not isinstance(statement, ast.AnnAssign):
        return False
    words = ast.walk(statement.annotation)
    return any(isinstance(word, ast.Name) and word.id == "Final" for word in words)


def _changed_name(node: ast.Subscript | ast.Call) -> str | None:
    """The name whose value a node changes: `NAME[key] = …`, `del NAME[key]`, `NAME.append(…)`."""
    changed: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        changed = node.value if isinstance(node.ctx, ast.Store | ast.Del) else None
    elif isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING_METHODS:
        changed = node.func.value
    return changed.id if isinstance(changed, ast.Name) else None
