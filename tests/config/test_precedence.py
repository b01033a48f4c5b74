"""Precedence of operators; the values were observed with dhcpd 4.4.3-P1."""

import pytest

from pydhcpd.config import ast
from tests.config.reading import only_statement


def shape_of(node: ast.Expression) -> str:
    """The tree with all its parentheses."""
    if isinstance(node, ast.Binary):
        return f"({shape_of(node.left)} {node.operator} {shape_of(node.right)})"
    if isinstance(node, ast.Group):
        return shape_of(node.inner)
    if isinstance(node, ast.Negation):
        return f"(not {shape_of(node.operand)})"
    return node.token.text


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("1+2*3", "((1 + 2) * 3)"),
        ("2*3+1", "(2 * (3 + 1))"),
        ("2+3*4+5", "((2 + 3) * (4 + 5))"),
        ("1+6&3", "(1 + (6 & 3))"),
        ("2*3&6+1", "(2 * ((3 & 6) + 1))"),
        ("8/2/2", "((8 / 2) / 2)"),
        ("A=B and C=C or D=D", "((A = B) and ((C = C) or (D = D)))"),
        ("A=B or known and known", "(((A = B) or known) and known)"),
        ("not known or A=B", "((not known) or (A = B))"),
        ("A ! = B", "(A != B)"),
        ("A ~~ B AND C", "((A ~~ B) and C)"),
    ],
)
def test_trees(text: str, shape: str) -> None:
    statement = only_statement(f"set x = {text};")
    assert isinstance(statement, ast.SetVariable)
    assert shape_of(statement.value) == shape
