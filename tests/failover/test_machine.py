"""The server state machine: every state with every event, against the table of what dhcpd does."""

from itertools import product

import pytest

from pydhcpd.failover.machine import (
    BOTH_RECOVERED,
    CHECK_POOLS,
    DEAF_TO_REPETITION,
    INVALID,
    NO_REACTION,
    ON_LOSS,
    ON_STATE,
    REFUSE,
    REQUEST,
    REQUEST_ALL,
    REQUEST_FULL,
    SEND_UPDATES,
    SPURIOUS_NORMAL,
    Reaction,
    on_state,
    on_update_done,
)
from pydhcpd.failover.state import SERVER_STATES, refusal_reason, state_name, tells_startup
from pydhcpd.lease.peerstate import (
    CONFLICT_DONE,
    NORMAL,
    PARTNER_DOWN,
    POTENTIAL_CONFLICT,
    RECOVER,
    RECOVER_DONE,
    RECOVER_WAIT,
    SERVER_STATE_CODES,
    SERVER_STATE_NAMES,
    STARTUP,
    UNKNOWN,
    PeerState,
)
from tests.failover.side import Side, configuration_text, side_of

# me: what the partner says: action and move, as dhcpd was seen to react (conflict-done: as this
# server does where dhcpd exits). What is not named changes nothing.
PARTNER_STATES = (
    *("normal", "communications-interrupted", "partner-down", "recover", "recover-wait"),
    *("recover-done", "potential-conflict", "resolution-interrupted", "conflict-done"),
    *("shutdown", "paused"),
)
TABLE = {
    "normal": "pools - conflict down - - invalid invalid invalid down interrupted",
    "communications-interrupted": (
        "update+normal update+normal conflict down normal normal conflict conflict conflict down -"
    ),
    "partner-down": "conflict conflict conflict - - normal conflict conflict conflict - -",
    "recover": "conflict all all full - - conflict conflict conflict down -",
    "recover-wait": "- - - - - - - - - - -",
    "recover-done": "normal - - - - both+normal - - - down -",
    "potential-conflict": "spurious - - recover - - - - request down -",
    "resolution-interrupted": (
        "conflict conflict conflict conflict conflict conflict conflict conflict conflict down -"
    ),
    "conflict-done": "normal refuse refuse refuse refuse refuse - - refuse shutdown refuse",
    "shutdown": "- - - - - - - - - - -",
    "paused": "- - - - - - - - - - -",
    "unknown-state": "- - - - - - - - - - -",
}
WORDS = {
    "-": (None, None),
    "pools": (None, CHECK_POOLS),
    "conflict": ("potential-conflict", None),
    "down": ("partner-down", None),
    "invalid": ("shutdown", INVALID),
    "interrupted": ("communications-interrupted", None),
    "update+normal": ("normal", SEND_UPDATES),
    "normal": ("normal", None),
    "all": (None, REQUEST_ALL),
    "full": (None, REQUEST_FULL),
    "both+normal": ("normal", BOTH_RECOVERED),
    "spurious": ("shutdown", SPURIOUS_NORMAL),
    "recover": ("recover", None),
    "request": (None, REQUEST),
    "refuse": ("potential-conflict", REFUSE),
    "shutdown": ("shutdown", None),
}


def _cells() -> list[tuple[str, str, str]]:
    return [
        (mine, partner, word)
        for mine, row in TABLE.items()
        for partner, word in zip(PARTNER_STATES, row.split(), strict=True)
    ]


@pytest.mark.parametrize(("mine", "partner", "word"), _cells())
def test_each_state_of_the_partner_in_each_of_mine(mine: str, partner: str, word: str) -> None:
    name, action = WORDS[word]
    state = None if name is None else SERVER_STATE_CODES[name]
    mine_code, partner_code = SERVER_STATE_CODES[mine], SERVER_STATE_CODES[partner]
    assert on_state(mine_code, False, partner_code, False) == Reaction(state, action)


def test_each_state_has_a_row_and_leads_to_a_state() -> None:
    # In startup the state before counts.
    assert set(ON_STATE) == set(SERVER_STATE_NAMES) - {STARTUP}
    for mine, partner in product(ON_STATE, SERVER_STATE_NAMES):
        reaction = ON_STATE[mine].get(partner, NO_REACTION)
        assert reaction.state is None or reaction.state in SERVER_STATES
        assert reaction.state != STARTUP


def test_partner_in_startup_is_not_heard_in_partner_down() -> None:
    assert on_state(PARTNER_DOWN, False, NORMAL, True) == NO_REACTION


def test_return_to_a_partner_in_partner_down_recovers() -> None:
    assert on_state(NORMAL, True, PARTNER_DOWN, False) == Reaction(RECOVER)


@pytest.mark.parametrize("mine", SERVER_STATE_NAMES)
def test_loss_of_the_link(mine: int) -> None:
    lost = {
        "normal": "communications-interrupted",
        "potential-conflict": "resolution-interrupted",
        "unknown-state": "resolution-interrupted",
    }
    name = state_name(mine)
    assert state_name(ON_LOSS.get(mine, mine)) == lost.get(name, name)


@pytest.mark.parametrize(
    ("mine", "is_primary", "partner", "is_wait_over", "after"),
    [
        (RECOVER, True, RECOVER, False, RECOVER_DONE),
        (RECOVER, True, RECOVER_DONE, False, RECOVER_DONE),
        (RECOVER, False, PARTNER_DOWN, False, RECOVER_WAIT),
        (RECOVER, False, PARTNER_DOWN, True, RECOVER_DONE),
        (POTENTIAL_CONFLICT, True, POTENTIAL_CONFLICT, True, CONFLICT_DONE),
        (POTENTIAL_CONFLICT, False, CONFLICT_DONE, True, NORMAL),
        (POTENTIAL_CONFLICT, False, POTENTIAL_CONFLICT, True, None),
        (NORMAL, True, NORMAL, True, None),
    ],
)
def test_end_of_an_update(
    mine: int, is_primary: bool, partner: int, is_wait_over: bool, after: int | None
) -> None:
    assert on_update_done(mine, is_primary, partner, is_wait_over) == after


def test_startup_is_not_told_where_the_partner_demands_something() -> None:
    told = {state for state in SERVER_STATES if tells_startup(STARTUP, state)}
    names = {state_name(state) for state in set(SERVER_STATES) - told}
    conflict = {"potential-conflict", "resolution-interrupted", "conflict-done"}
    assert names == {"partner-down"} | conflict
    assert not tells_startup(RECOVER, NORMAL)


def test_who_answers_clients() -> None:
    serving = {mine for mine in SERVER_STATES if not refusal_reason(mine, NORMAL)}
    names = {state_name(mine) for mine in serving}
    assert names == {"normal", "communications-interrupted", "partner-down"}
    assert refusal_reason(NORMAL, PARTNER_DOWN) == "peer demands: recovering"
    assert refusal_reason(NORMAL, CONFLICT_DONE) == "peer demands: resolving conflicts"
    assert refusal_reason(RECOVER_WAIT, NORMAL) == "recover wait"
    assert refusal_reason(STARTUP, PARTNER_DOWN) == "peer demands: recovering"
    # What keeps me silent myself is said first.
    assert refusal_reason(RECOVER_WAIT, PARTNER_DOWN) == "recover wait"
    assert refusal_reason(POTENTIAL_CONFLICT, POTENTIAL_CONFLICT) == "resolving conflicts"


@pytest.mark.parametrize(("mine", "partner", "word"), _cells())
def test_flags_change_only_what_they_are_for(mine: str, partner: str, word: str) -> None:
    """The partner's STARTUP flag is only looked at in partner-down; a server that starts itself
    reacts as the state before would, but recovers where its partner has taken over."""
    mine_code, partner_code = SERVER_STATE_CODES[mine], SERVER_STATE_CODES[partner]
    plain = on_state(mine_code, False, partner_code, False)
    told = on_state(mine_code, False, partner_code, True)
    assert told == (NO_REACTION if mine == "partner-down" else plain)
    starting = on_state(mine_code, True, partner_code, False)
    is_late = (mine, partner) == ("normal", "partner-down")
    assert starting == (Reaction(RECOVER) if is_late else plain)


@pytest.mark.parametrize("mine", [code for code in SERVER_STATE_NAMES if code != STARTUP])
def test_states_that_are_never_told_change_nothing(mine: int) -> None:
    for partner in (UNKNOWN, STARTUP):
        assert on_state(mine, False, partner, False) == NO_REACTION


def test_end_of_an_update_in_every_situation() -> None:
    for mine, partner, is_primary, is_over in product(
        SERVER_STATE_NAMES, SERVER_STATE_NAMES, (True, False), (True, False)
    ):
        expected = None
        if mine == RECOVER:
            is_waited = is_over or partner in (RECOVER, RECOVER_DONE)
            expected = RECOVER_DONE if is_waited else RECOVER_WAIT
        elif mine == POTENTIAL_CONFLICT and is_primary:
            expected = CONFLICT_DONE
        elif mine == POTENTIAL_CONFLICT and partner == CONFLICT_DONE:
            expected = NORMAL
        assert on_update_done(mine, is_primary, partner, is_over) == expected


def test_who_does_not_hear_a_state_twice() -> None:
    names = {state_name(code) for code in DEAF_TO_REPETITION}
    assert names == {
        *("unknown-state", "normal", "potential-conflict", "recover-done"),
        *("shutdown", "paused", "recover-wait"),
    }


NOW = 1_795_333_775


def _started(state: int, is_primary: bool = True) -> Side:
    saved = PeerState("fo", state, NOW - 5, NORMAL, NOW - 5, None if is_primary else 30)
    side = side_of(configuration_text(is_primary), NOW * 1_000_000, saved=saved)
    side.start()
    return side


@pytest.mark.parametrize("saved", [code for code in SERVER_STATE_NAMES if code != STARTUP])
def test_start_alone_from_every_state(saved: int) -> None:
    """Fifteen seconds of startup, then as if the link had been lost."""
    side = _started(saved)
    assert side.peer.my_state == STARTUP
    side.wait(14.9)
    assert side.peer.my_state == STARTUP
    side.wait(0.2)
    # Five seconds before the start plus an mclt of thirty are not over yet in recover-wait.
    assert side.peer.my_state == ON_LOSS.get(saved, saved)


@pytest.mark.parametrize("saved", [code for code in SERVER_STATE_NAMES if code != STARTUP])
def test_admin_may_ask_for_every_state_but_two(saved: int) -> None:
    for state in (*SERVER_STATE_NAMES, 12, 255):
        side = _started(saved)
        side.wait(16)
        before = side.peer.my_state
        may_be_set = state not in (UNKNOWN, STARTUP, 12, 255)
        assert side.set_state(state) == may_be_set
        assert side.peer.my_state == (state if may_be_set else before)


def test_recover_wait_ends_when_the_mclt_has_passed() -> None:
    side = _started(RECOVER_WAIT)
    # The time of the old state counts on: 25 seconds are left, 15 of them in startup.
    side.wait(24.9)
    assert side.peer.my_state == RECOVER_WAIT
    side.wait(0.2)
    assert side.peer.my_state == RECOVER_DONE
