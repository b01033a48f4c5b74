"""What dhcpd's lexer takes a bare word for."""

import pytest

from pydhcpd.options.word import bare_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10", "number"),
        ("-5", "number"),
        ("-", "number"),
        ("1a", "number-or-name"),
        ("0x1F", "number-or-name"),
        ("0X10", "number-or-name"),
        ("0x", "name"),
        ("0xzz", "name"),
        ("10-3", "name"),
        ("1st", "name"),
        ("-0x10", "name"),
        ("x", "number-or-name"),
        ("p1", "number-or-name"),
        ("tea", "number-or-name"),
        ("add", "name"),
        ("foo", "name"),
        ("a-b", "name"),
        (";", "punctuation"),
        ("{", "punctuation"),
    ],
)
def test_kinds_of_bare_words(text: str, kind: str) -> None:
    assert bare_kind(text) == kind
