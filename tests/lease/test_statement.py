"""Statements of lease records, one by one."""

import pytest

from pydhcpd.lease.eventreader import EventReader
from pydhcpd.lease.statement import Draft, read_option
from pydhcpd.lease.token import Tokens
from pydhcpd.options.space import AGENT
from tests.resolve.reading import configuration_of

PREFIX = (0x20010DB8 << 96).to_bytes(16, "big")


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("6", b"2001:db8::", PREFIX),
        ("6A", b"2001:db8::,2001:db8::", PREFIX * 2),
        ("6X", b"2001:db8:: 1:2", PREFIX + b"\1\2"),
        ("IA", b"10.0.0.1,10.0.0.2", b"\x0a\0\0\1\x0a\0\0\2"),
    ],
)
def test_words_of_an_option_touch_as_they_are_written(form: str, text: bytes, value: bytes) -> None:
    configuration = configuration_of("")
    space = configuration.spaces.spaces[AGENT]
    configuration.spaces.define(space, 100, "thing", form)
    draft = Draft(0, (), space, EventReader(configuration))
    line = b"option agent.thing " + text + b";"
    tokens = Tokens(line, 0, len(line))
    read_option(draft, tokens.statement(tokens.take()))
    assert (draft.agent_options, draft.warnings) == ([(100, value)], [])
