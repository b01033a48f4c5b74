"""Reading the states of failover peers from the leases file (dhcpd.leases(5)).

What a record says counts from there on; a statement that makes no sense ends the record, and
what it said before stays (observed).
"""

from collections.abc import Sequence
from typing import Final, final

from pydhcpd.config.problem import Problem
from pydhcpd.config.source import Position, Source
from pydhcpd.lease.odd import FAILOVER, OddRecord
from pydhcpd.lease.peerstate import (
    RECOVER,
    SERVER_STATE_CODES,
    STARTUP,
    UNKNOWN,
    PeerState,
)
from pydhcpd.lease.statement import date_in, expect_end, number_in
from pydhcpd.lease.token import STRING, Damage, Incomplete, Token, Tokens
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.peer import FailoverPeer

EXPECTING_SETTING: Final = "expecting state setting."


@final
class _Draft:
    """The states as far as they were read; times are those of the reading where none is said."""

    def __init__(self, now: int) -> None:
        self.now: Final = now
        self.my_state = RECOVER
        self.my_since = now
        self.partner_state = UNKNOWN
        self.partner_since = now
        self.mclt = 0


def read_peer_states(
    path: str, records: Sequence[OddRecord], configuration: Configuration, now: int
) -> tuple[dict[str, PeerState], list[str]]:
    """The states by the peer's name, and what there is to say; `path` is for the messages."""
    drafts: dict[str, _Draft] = {}
    messages: list[str] = []
    for record in records:
        if record.kind != FAILOVER:
            continue
        try:
            _read(record, configuration, drafts, now)
        except Damage as damage:
            end = Position(Source(path, record.text), min(damage.offset, len(record.text)))
            messages.extend(Problem(end, record.line - 1 + end.line, damage.text).lines())
        except Incomplete:
            messages.append(f"{path} line {record.line}: unexpected end of file")
    states: dict[str, PeerState] = {}
    for name, draft in drafts.items():
        mclt = None if configuration.peers[name].is_primary else draft.mclt
        states[name] = PeerState(
            name,
            draft.my_state,
            draft.my_since,
            draft.partner_state,
            draft.partner_since,
            mclt,
        )
    return states, messages


def _read(
    record: OddRecord, configuration: Configuration, drafts: dict[str, _Draft], now: int
) -> None:
    tokens = Tokens(record.text, 0, len(record.text))
    tokens.take()
    if tokens.take().keyword != "peer":
        raise Damage('expecting "peer"', tokens.offset)
    named = tokens.take()
    name = named.text.decode("latin-1")
    if name not in configuration.peers:
        raise Damage(f"unknown failover peer: {name}", named.start)
    if tokens.take().keyword != "state":
        raise Damage("expecting state", tokens.offset)
    tokens.take()
    draft = drafts.setdefault(name, _Draft(now))
    while True:
        first = tokens.take()
        if first.is_mark(b"}"):
            return
        _read_statement(draft, configuration.peers[name], tokens.statement(first))


def _read_statement(draft: _Draft, peer: FailoverPeer, tokens: list[Token]) -> None:
    keyword = tokens[0].keyword
    if keyword == "mclt":
        if peer.is_primary:
            raise Damage("mclt not valid for primary", tokens[0].start)
        if len(tokens) < 2 or tokens[1].kind == STRING:
            raise Damage("expecting a number.", tokens[-1].end)
        draft.mclt = number_in(tokens[1], "mclt")
        expect_end(tokens, 2)
        return
    if keyword not in ("my", "partner"):
        raise Damage(EXPECTING_SETTING, tokens[0].start)
    if len(tokens) < 3 or tokens[1].keyword != "state":
        raise Damage(EXPECTING_SETTING, tokens[min(1, len(tokens) - 1)].start)
    state = SERVER_STATE_CODES.get(tokens[2].keyword)
    if state is None or state == STARTUP:
        raise Damage("unknown failover state", tokens[2].start)
    since = draft.now
    if len(tokens) > 3:
        if tokens[3].keyword != "at":
            raise Damage('expecting "at"', tokens[3].start)
        since = date_in(tokens[3:])
    if keyword == "my":
        draft.my_state, draft.my_since = state, since
    else:
        draft.partner_state, draft.partner_since = state, since
