"""Names of addresses are looked up in a thread, each once at a time."""

from queue import Queue
from threading import Event

from pydhcpd.daemon.resolver import QUESTIONS_LIMIT, Resolver, look_up_name
from pydhcpd.wire.address import parse_ipv4
from tests.daemon.shortage import no_threads

PATIENCE_S = 20.0


def test_answers_come_one_by_one_and_nobody_is_asked_twice_at_once() -> None:
    answers: Queue[tuple[int, bytes]] = Queue()
    go = Event()
    asked: list[int] = []

    def look_up(address: int) -> bytes:
        asked.append(address)
        assert go.wait(PATIENCE_S)
        return b"name%d" % address

    resolver = Resolver(lambda address, name: answers.put((address, name)), look_up)
    for address in (1, 2, 1, 2, 3):
        resolver.ask(address)
    for address in range(10, 10 + QUESTIONS_LIMIT):
        resolver.ask(address)
    go.set()
    received = [answers.get(timeout=PATIENCE_S) for _ in range(QUESTIONS_LIMIT)]
    assert received[:3] == [(1, b"name1"), (2, b"name2"), (3, b"name3")]
    assert answers.empty()
    assert len(asked) == QUESTIONS_LIMIT
    resolver.ask(1)
    assert answers.get(timeout=PATIENCE_S) == (1, b"name1")


def test_question_waits_for_a_thread() -> None:
    answers: Queue[tuple[int, bytes]] = Queue()
    resolver = Resolver(lambda address, name: answers.put((address, name)), lambda address: b"x")
    with no_threads():
        resolver.ask(1)
    assert answers.empty()
    resolver.ask(1)
    assert answers.get(timeout=PATIENCE_S) == (1, b"x")


def test_the_loopback_address_has_its_name() -> None:
    loopback = parse_ipv4("127.0.0.1")
    assert loopback is not None
    assert look_up_name(loopback) == b"localhost"
