"""Random walks: the same seed gives the same packets, and every walk can be read."""

import re

import pytest

from conformance.scenario import Clock, Restart, Scenario, Send, parse
from conformance.walk.characters import CHARACTERS
from conformance.walk.plan import REWRITE_AFTER_S, walk_text

STEPS = 200


def _walk(seed: int) -> Scenario:
    return parse("walk", walk_text(seed, STEPS, 20), lambda _path: b"", lambda _capture: [])


def test_a_seed_gives_one_walk_and_another_seed_another() -> None:
    assert walk_text(7, STEPS, 20) == walk_text(7, STEPS, 20)
    assert walk_text(7, STEPS, 20) != walk_text(17, STEPS, 20)


@pytest.mark.parametrize("seed", range(len(CHARACTERS)))
def test_every_character_has_readable_walks_with_a_frozen_clock(seed: int) -> None:
    scenario = _walk(seed)
    assert CHARACTERS[seed].name in scenario.title
    assert scenario.frozen
    assert len(scenario.steps) >= STEPS


def test_there_are_ten_characters_with_a_configuration_each() -> None:
    assert len({one.config for one in CHARACTERS}) == 10
    assert len({one.name for one in CHARACTERS}) == 10


@pytest.mark.parametrize("seed", range(20))
def test_no_rewrite_becomes_due_between_two_starts(seed: int) -> None:
    passed = 0
    for step in _walk(seed).steps:
        for action in step.actions:
            if isinstance(action, Restart):
                passed = 0
            if isinstance(action, Clock):
                passed += action.seconds
                assert passed <= REWRITE_AFTER_S


def test_all_kinds_of_messages_come_from_twenty_clients() -> None:
    sends = [
        action
        for seed in range(len(CHARACTERS))
        for step in _walk(seed).steps
        for action in step.actions
        if isinstance(action, Send)
    ]
    assert {send.client for send in sends} == set(range(1, 21))
    verbs = {"discover", "request", "reboot", "renew", "rebind", "release", "decline"}
    assert {send.verb for send in sends} == verbs | {"inform", "bootp", "leasequery", "message"}
    words = {key for send in sends for key, _ in send.words}
    assert words.issuperset({"relay", "agent", "clientid", "chaddr", "server", "address"})


def test_clients_keep_their_identity_but_when_another_system_is_started() -> None:
    lines = [line for line in walk_text(0, 2000, 20).splitlines() if "leasequery" not in line]
    said: dict[str, set[str]] = {}
    for line in lines:
        number = re.match(r"  client (\d+) ", line)
        if number is not None:
            said.setdefault(number[1], set()).update(re.findall(r"clientid=(\S+)", line))
    assert len(said) == 20
    assert all(len(ids) <= 1 for ids in said.values())
    assert sum(len(ids) for ids in said.values()) >= 3
