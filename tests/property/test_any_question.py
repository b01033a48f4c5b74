"""Any packet can be explained, and what an explanation names as the giver of a value gave it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.check.subject import Subject
from pydhcpd.core.interface import Interface
from pydhcpd.explain.explain import explain
from pydhcpd.explain.query import Query
from pydhcpd.explain.report import format_explanation, format_json
from tests.config.reading import parse
from tests.explain.reading import NOW
from tests.property.configuration import CONFIGURATION, TEXT
from tests.property.packets import ADDRESSES, CLIENTS, GIADDRS, option_lists
from tests.v4.room import BOOTP, DISCOVER, INFORM, REQUEST, address

SUBJECT = Subject(parse(TEXT), CONFIGURATION, NOW)
INTERFACE = Interface("eth0", 1, b"\1\2\0\0\0\0\xff", (address("10.0.0.1"),), 0)
queries = st.builds(
    Query,
    st.sampled_from((BOOTP, DISCOVER, REQUEST, INFORM)),
    st.integers(1, CLIENTS).map(lambda client: bytes((1, 2, 0, 0, 0, 1, client))),
    option_lists.map(dict),
    st.one_of(st.none(), st.sampled_from(ADDRESSES).map(address)),
    st.sampled_from(GIADDRS).map(address),
    st.just(INTERFACE),
)


@given(queries)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_packet_is_explained(query: Query) -> None:
    explanation = explain(SUBJECT, query, NOW)
    assert all("\n" not in line for line in format_explanation(explanation))
    assert json.loads(format_json(explanation))["request"] == explanation.request
    if explanation.answer is None:
        return
    for value in explanation.answer.options:
        assert value.givers or value.note
        if len(value.givers) == 1 and value.givers[0].value is not None and not value.note:
            # A client whose texts end in NUL gets such texts.
            assert value.givers[0].value.strip('"') in value.value
