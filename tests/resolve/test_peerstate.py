"""`failover peer NAME state { ... }` in dhcpd.conf."""

import pytest

from pydhcpd.model.peer import PeerState, PeerStates
from tests.resolve.reading import configuration_of, messages_of

PEERS = (
    'failover peer "p" { primary; peer address 10.0.0.2; mclt 60; split 128; }'
    'failover peer "s" { secondary; peer address 10.0.0.2; }'
)


def test_states_are_kept() -> None:
    configuration = configuration_of(
        f'{PEERS} failover peer "p" state {{ my state partner-down at 4 2026/11/26 12:00:00; }}'
        'failover peer "s" state { my state normal; partner state RECOVER at never; mclt 30; }'
    )
    assert configuration.peer_states == {
        "p": PeerStates(PeerState("partner-down", 1795694400), None, None),
        "s": PeerStates(PeerState("normal", None), PeerState("recover", 0x7FFFFFFF), 30),
    }


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("p", "mclt 5;", "mclt not valid for primary"),
        ("s", "mclt x;", "expecting a number."),
        ("p", "my state sleeping;", "unknown failover state"),
        ("p", "my normal;", "expecting 'state'"),
        ("p", "my state normal since never;", 'expecting "at"'),
        ("p", "split 5;", "expecting state setting."),
        ("x", "", "state declaration for unknown failover peer x"),
    ],
)
def test_mistakes_are_named(name: str, body: str, text: str) -> None:
    lines = messages_of(f'{PEERS}\nfailover peer "{name}" state {{ {body} }}')
    assert lines[0] == f"c.conf line 2: {text}"
