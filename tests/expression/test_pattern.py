"""Patterns of `~=` and `~~` (dhcp-eval(5)): what dhcpd 4.4.3-P1 made of each of these."""

import pytest

from pydhcpd.expression.pattern import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "data"),
    [
        (b"a|x", b"abc"),
        (b"a.b", b"a\nb"),
        (b"a{2}b", b"aab"),
        (b"^a{,3}$", b"aaa"),
        (b"a\\+", b"a+"),
        (b"a)", b"a)"),
        (b"a|", b"b"),
        (b"a**", b"a"),
        (b"a{1}{1}", b"a"),
        (b"[]]", b"]"),
        (b"[a-]", b"-"),
        (b"[\\d]", b"\\"),
        (b"[[=a=]]", b"a"),
        (b"[[.-.]]", b"-"),
        (b"[:alpha:]", b"a"),
        (b"[[:digit:]]", b"x1"),
        (b"a[^x]b", b"a\nb"),
        (b"\\d", b"d"),
        (b"\\w+", b"_"),
        (b"a\\sb", b"a b"),
        (b"\\`ab\\'", b"ab"),
        (b"^..$", b"\xc3\xa9"),
    ],
)
def test_matches(pattern: bytes, data: bytes) -> None:
    compiled = compile_pattern(pattern, False)
    assert compiled is not None
    assert compiled.search(data)


@pytest.mark.parametrize(
    ("pattern", "data"),
    [(b"a^b", b"ab"), (b"\\d", b"1"), (b"^b", b"a\nb"), (b"[[:upper:]]", b"a"), (b"\\w", b"\x80")],
)
def test_matches_not(pattern: bytes, data: bytes) -> None:
    compiled = compile_pattern(pattern, False)
    assert compiled is not None
    assert not compiled.search(data)


@pytest.mark.parametrize(
    "pattern",
    [
        *(b"(", b"*a", b"+a", b"^*a", b"(*a)", b"x|*a", b"{a", b"a{x", b"a{1", b"a{}", b"a{2,1}"),
        *(b"a{65536}", b"a\\", b"[a", b"[]", b"[^]", b"[c-a]", b"[a-c-e]", b"[[:foo:]]"),
        *(b"[[.space.]]", b"[[:alpha:]-z]"),
    ],
)
def test_what_is_no_pattern(pattern: bytes) -> None:
    assert compile_pattern(pattern, False) is None


def test_case_of_ascii_letters_only() -> None:
    for pattern, data in ((b"B[c]\xc9", b"abC\xc9"), (b"[[:lower:]]", b"A"), (b"[^a]", b"b")):
        compiled = compile_pattern(pattern, True)
        assert compiled is not None
        assert compiled.search(data)
    for pattern, data in ((b"\xe9", b"\xc9"), (b"[^a]", b"A")):
        compiled = compile_pattern(pattern, True)
        assert compiled is not None
        assert not compiled.search(data)


def test_back_references_never_match() -> None:
    # They do with dhcpd, and cannot in linear time.
    assert compile_pattern(b"(a)\\1", False) is None


def test_many_repetitions_never_match() -> None:
    # With dhcpd they do up to 32767; an automaton for them takes memory for each.
    most = compile_pattern(b"^a{1000}$", False)
    assert most is not None
    assert most.search(b"a" * 1000)
    assert compile_pattern(b"^a{1001}$", False) is None


def test_no_data_makes_the_match_long() -> None:
    compiled = compile_pattern(b"^(a+)+$", False)
    assert compiled is not None
    # Doubling the work for each letter, this would take longer than the universe.
    assert not compiled.search(b"a" * 1000 + b"b")
