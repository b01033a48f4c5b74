"""`log-threshold-high` and `-low`: how full a pool is, counted before the ACK (observed)."""

from tests.v4.room import RELEASE, Room, serve


def lines(room: Room) -> list[str]:
    return [text for text in room.log if text.startswith("Pool threshold")]


def exceeded(address: str, percent: int, used: int) -> str:
    return (
        f"Pool threshold exceeded - shared subnet: 10.0.0.0/24; address: {address};"
        f" high threshold {percent}% {used}/10."
    )


def test_it_is_said_once_until_the_pool_is_down_again() -> None:
    room = serve("log-threshold-high 30; log-threshold-low 10; default-lease-time 600;")
    said = []
    for client in range(1, 6):
        room.bind(client)
        said.append(lines(room))
    assert said == [[], [], [], [exceeded("10.0.0.103", 30, 3)], []]
    for client in range(2, 6):
        room.send(RELEASE, client, ciaddr=f"10.0.0.{99 + client}")
    room.bind(6)
    assert lines(room) == [
        "Pool threshold reset - shared subnet: 10.0.0.0/24; address: 10.0.0.105;"
        " low threshold 1/10."
    ]


def test_without_a_lower_one_it_is_said_each_time() -> None:
    room = serve("log-threshold-high 20; log-threshold-low 20;")
    for client in range(1, 5):
        room.bind(client)
    assert lines(room) == [exceeded("10.0.0.103", 20, 3)]


def test_a_percentage_that_makes_no_address_fires_at_once() -> None:
    room = serve("log-threshold-high 9; log-threshold-low 5;")
    room.bind(1)
    assert lines(room) == [exceeded("10.0.0.100", 9, 0)]


def test_other_values_than_percentages_say_nothing() -> None:
    for high in (0, 101):
        room = serve(f"log-threshold-high {high};")
        room.bind(1)
        assert lines(room) == []
