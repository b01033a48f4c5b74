"""`failover peer NAME state { ... }`: what dhcpd records of a peer, also read in dhcpd.conf."""

from typing import Final

from pydhcpd.config.ast import Plain
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.model.peer import PeerState, PeerStates
from pydhcpd.options.space import leading_number
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.date import read_date
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.walk import Walk

STATES: Final = frozenset(
    (
        "communications-interrupted",
        "conflict-done",
        "normal",
        "partner-down",
        "paused",
        "potential-conflict",
        "recover",
        "recover-done",
        "recover-wait",
        "resolution-interrupted",
        "shutdown",
        "startup",
        "unknown-state",
    )
)
EXPECTING_STATE: Final = "expecting state setting."


def read_peer_state(walk: Walk, phrase: Phrase, name: str) -> None:
    """The words behind `state`, and the body."""
    peer = walk.draft.peers.get(name)
    if peer is None:
        text = f"state declaration for unknown failover peer {name}"
        raise ValueProblem(text, phrase.reader.index - 1)
    body = phrase.expect_body("expecting left brace")
    states: dict[str, PeerState] = {}
    mclt: int | None = None
    for statement in body.statements:
        if not isinstance(statement, Plain):
            raise Refusal(problem_at(statement.token, EXPECTING_STATE))
        setting = Phrase(statement.token, statement.words.tokens(), statement.end, statement.body)
        try:
            if setting.keyword.word in ("my", "partner"):
                states[setting.keyword.word] = _read_state(setting)
            elif setting.keyword.word == "mclt":
                if peer.is_primary:
                    setting.refuse("mclt not valid for primary")
                mclt = _read_mclt(setting)
            else:
                setting.refuse(EXPECTING_STATE)
        except ValueProblem as error:
            raise Refusal(setting.problem(error)) from None
    if body.close.kind != "}":
        raise Refusal(problem_at(body.close, EXPECTING_STATE))
    walk.draft.peer_states[name] = PeerStates(states.get("my"), states.get("partner"), mclt)


def _read_state(phrase: Phrase) -> PeerState:
    """`my state NAME [at DATE];`."""
    reader = phrase.reader
    if not phrase.accept("state"):
        raise reader.problem("expecting 'state'")
    state = phrase.next_word()
    if state not in STATES:
        raise reader.problem("unknown failover state")
    reader.take()
    since: int | None = None
    if not reader.is_at_end or phrase.terminator.kind != ";":
        if not phrase.accept("at"):
            raise reader.problem('expecting "at"')
        since = read_date(phrase)
    phrase.expect_semicolon()
    return PeerState(state, since)


def _read_mclt(phrase: Phrase) -> int:
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem("expecting a number.")
    mclt = leading_number(reader.take().text)
    phrase.expect_semicolon()
    return mclt
