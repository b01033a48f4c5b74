"""Explaining packets in tests."""

from pydhcpd.check.subject import Subject
from pydhcpd.core.interface import Interface
from pydhcpd.explain.explain import explain
from pydhcpd.explain.explanation import Answer, Explanation, Sender, Value
from pydhcpd.explain.query import Query
from pydhcpd.explain.words import read_options
from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.v4.message import DISCOVER
from tests.config.reading import parse
from tests.v4.room import address

NOW = 1_800_000_000
CLIENT = b"\1\2\0\0\0\0\1"
SERVER = Interface("eth0", 1, b"\1\2\0\0\0\0\xff", (address("10.0.0.1"),), 0)


def subject_of(text: str) -> Subject:
    """A good file, c.conf."""
    tree = parse(text)
    resolution = resolve_configuration(tree, None)
    assert resolution.configuration is not None, resolution.messages
    return Subject(tree, resolution.configuration, NOW)


def explained(
    text: str,
    *options: str,
    kind: int = DISCOVER,
    requested: str | None = None,
    relay: str = "0.0.0.0",
    interface: Interface = SERVER,
) -> Explanation:
    """What becomes of a packet of client 02:00:00:00:00:01."""
    subject = subject_of(text)
    sent = read_options(options, subject.configuration)
    asked = None if requested is None else address(requested)
    query = Query(kind, CLIENT, sent, asked, address(relay), interface)
    return explain(subject, query, NOW)


def answer_of(explanation: Explanation) -> Answer:
    """The answer of a packet that gets one."""
    assert explanation.answer is not None, explanation.log
    return explanation.answer


def sender_of(explanation: Explanation) -> Sender:
    """What is known of the sender."""
    assert explanation.sender is not None, explanation.log
    return explanation.sender


def option_of(explanation: Explanation, name: str) -> Value:
    """An option of the answer."""
    (value,) = [one for one in answer_of(explanation).options if one.name == name]
    return value


def lines(value: Value) -> tuple[list[int], list[int]]:
    """The lines that gave a value, and those that it stands in the place of."""
    return (
        [one.token.position.line for one in value.givers if one.token is not None],
        [one.token.position.line for one in value.overridden if one.token is not None],
    )
