"""Lines and columns."""

from pydhcpd.config.source import EXCERPT_SIZE, Position, Source


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
    assert source.excerpt(1) == ("ab", "a")
    assert source.excerpt(4) == ("cd", "")


def test_of_a_very_long_line_only_the_part_around_the_offset_is_quoted() -> None:
    source = Source("c.conf", b"x\n" + b"a" * 5000 + b"b" + b"c" * 5000)
    assert source.excerpt(2) == ("a" * EXCERPT_SIZE, "")
    quoted, before = source.excerpt(5002)
    assert len(quoted) == EXCERPT_SIZE
    assert quoted[len(before)] == "b"
    assert source.excerpt(10003) == ("c" * (EXCERPT_SIZE // 2), "c" * (EXCERPT_SIZE // 2))
