"""`gethostbyname`: the resolver is asked when the server starts, and never while it serves."""

from pydhcpd.expression.context import empty_context
from pydhcpd.expression.node import execute_all
from pydhcpd.resolve.machine import Machine
from pydhcpd.resolve.resolution import resolve_configuration
from tests.config.reading import parse

TEXT = """
if exists host-name { option domain-name = gethostbyname("two.example"); }
option root-path = gethostbyname("none.example");
"""


def asked_for(is_serving: bool) -> tuple[list[str], list[str]]:
    """Which names are looked up at the start, and which by two packets."""
    asked: list[str] = []

    def look_up(name: str) -> bytes:
        asked.append(name)
        return b"\x0a\0\0\1\x0a\0\0\2" if name == "two.example" else b""

    machine = Machine(b"here", look_up, is_serving)
    resolution = resolve_configuration(parse(TEXT), None, machine)
    assert resolution.configuration is not None
    at_start = list(asked)
    for _ in range(2):
        context = empty_context()
        context.options = {12: b"a"}
        execute_all(resolution.configuration.scope.statements, context)
        found = context.state.dhcp[15].data(context)
        assert found == b"\x0a\0\0\1\x0a\0\0\2"
        assert context.state.dhcp[17].data(context) is None
        assert context.log == [("error", "none.example: host unknown.")]
    return at_start, asked[len(at_start) :]


def test_a_server_asks_at_the_start_only() -> None:
    assert asked_for(True) == (["two.example", "none.example"], [])


def test_a_test_of_the_configuration_asks_for_what_it_evaluates() -> None:
    at_start, _ = asked_for(False)
    assert at_start == []
