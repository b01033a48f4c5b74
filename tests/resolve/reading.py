"""Resolving texts in tests."""

from dataclasses import dataclass

from pydhcpd.expression.context import Context, empty_context
from pydhcpd.expression.node import execute_all
from pydhcpd.expression.state import OptionState, Values, evaluate
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.scope import Scope
from pydhcpd.resolve.resolution import Resolution, resolve_configuration
from tests.config.reading import parse

ADDRESSES = {"ns.example.org": b"\x0a\0\0\x35", "two.example.org": b"\x0a\0\0\1\x0a\0\0\2"}


def resolve(text: str, files: dict[str, str] | None = None) -> Resolution:
    """What becomes of a file; host names have the addresses above."""
    return resolve_configuration(parse(text, files), lambda name: ADDRESSES.get(name, b""))


def configuration_of(text: str, files: dict[str, str] | None = None) -> Configuration:
    """The configuration of a good file."""
    resolution = resolve(text, files)
    assert resolution.configuration is not None, resolution.messages
    return resolution.configuration


def messages_of(text: str, files: dict[str, str] | None = None) -> list[str]:
    """All lines that are printed."""
    return [line for _, line in resolve(text, files).messages]


@dataclass
class Executed:
    """Options by space, evaluated."""

    dhcp: Values
    server: Values
    others: dict[str, Values]


def execute(scope: Scope, context: Context | None = None) -> Executed:
    """The options after a scope and all around it were executed."""
    context = context if context is not None else empty_context()
    context.state = OptionState()
    for one in scope.chain():
        execute_all(one.statements, context)
    return evaluated(context)


def evaluated(context: Context) -> Executed:
    """The values of what the context's state holds."""
    state = context.state
    others = {space: evaluate(slots, context) for space, slots in state.others.items()}
    return Executed(evaluate(state.dhcp, context), evaluate(state.server, context), others)
