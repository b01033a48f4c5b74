"""Syntax trees as plain values that can be compared; PlainRun as the statements it stands for."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass

from pydhcpd.config.ast import PlainRun, Words
from pydhcpd.config.problem import Refusal
from pydhcpd.config.run import statements_of
from pydhcpd.config.source import Position, Source
from pydhcpd.config.token import Token


def placed_shape(node: object) -> object:
    """Everything a tree says, with the offset of every token and stretch of words."""
    match node:
        case Token():
            return (node.kind, node.text, node.source.path, node.offset)
        case Words():
            return (node.source.path, node.start, node.end)
        case Source():
            return node.path
        case Position():
            return (node.file, node.offset)
    return _shape(node, placed_shape)


def shape(node: object) -> object:
    """What a tree says, wherever it stands in the file."""
    match node:
        case Token():
            return (node.kind, node.text)
        case Words():
            try:
                return [shape(token) for token in node.tokens()]
            except Refusal as refusal:
                return refusal.problem.text
        case Source():
            return node.path
    return _shape(node, shape)


def _shape(node: object, of: Callable[[object], object]) -> object:
    if isinstance(node, tuple):
        items: list[object] = []
        for item in node:
            items.extend(statements_of(item) if isinstance(item, PlainRun) else [item])
        return [of(item) for item in items]
    if is_dataclass(node):
        return (type(node).__name__, *(of(getattr(node, one.name)) for one in fields(node)))
    return node
