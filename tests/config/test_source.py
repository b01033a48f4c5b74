"""Lines and columns."""

from pydhcpd.config.source import Position, Source


def test_positions_count_from_one() -> None:
    source = Source("c.conf", b"ab\ncd\n")
    assert [(Position(source, at).line, Position(source, at).column) for at in (0, 1, 3, 4)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


def test_a_line_comes_without_its_end() -> None:
    source = Source("c.conf", b"ab\r\ncd")
    assert source.line_text(1) == "ab"
    assert source.line_text(2) == "cd"
