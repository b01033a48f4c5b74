"""Resolving texts in tests."""

from pydhcpd.expression.context import Context, empty_context
from pydhcpd.expression.state import OptionState
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


def execute(scope: Scope, context: Context | None = None) -> OptionState:
    """The options after a scope and all around it were executed."""
    context = context if context is not None else empty_context()
    context.state = OptionState()
    for one in scope.chain():
        for statement in one.statements:
            statement.execute(context)
    return context.state
