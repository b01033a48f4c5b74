"""Which of several statements made a value."""

from pydhcpd.explain.origin import origins
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import APPEND, DEFAULT, PREPEND, SUPERSEDE, SetOption


def statement(operation: int, code: int = 6) -> SetOption:
    return SetOption("dhcp", code, Constant(b"\1"), operation)


def test_supersede_takes_the_place_of_all_before() -> None:
    first, second, third = statement(SUPERSEDE), statement(APPEND), statement(SUPERSEDE)
    origin = origins([first, second, third])["dhcp", 6]
    assert (origin.givers, origin.overridden) == ([third], [first, second])


def test_append_and_prepend_add() -> None:
    first, second, third = statement(DEFAULT), statement(APPEND), statement(PREPEND)
    assert origins([first, second, third])["dhcp", 6].givers == [first, second, third]


def test_default_gives_way() -> None:
    first, second = statement(SUPERSEDE), statement(DEFAULT)
    origin = origins([first, second])["dhcp", 6]
    assert (origin.givers, origin.overridden) == ([first], [second])


def test_options_are_kept_apart() -> None:
    first, second = statement(SUPERSEDE, 6), statement(SUPERSEDE, 3)
    assert list(origins([first, second])) == [("dhcp", 6), ("dhcp", 3)]
