"""The words of the command line: hardware addresses, client identifiers, options."""

import pytest

from pydhcpd.explain.words import (
    WordProblem,
    read_client_identifier,
    read_hardware,
    read_options,
)
from tests.resolve.reading import configuration_of

CONFIGURATION = configuration_of(
    "option own code 200 = unsigned integer 16;\noption space s;\noption s.one code 1 = text;"
)


@pytest.mark.parametrize("text", ["02:00:00:00:00:0a", "2:0:0:0:0:a", "02-00-00-00-00-0A"])
def test_hardware(text: str) -> None:
    assert read_hardware(text) == b"\1\2\0\0\0\0\x0a"


@pytest.mark.parametrize("text", ["", "x", "1:2:300", ":".join(["1"] * 17)])
def test_no_hardware(text: str) -> None:
    with pytest.raises(WordProblem):
        read_hardware(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("01:02:ff", b"\1\2\xff"), ("abc", b"abc"), ("a:zz", b"a:zz"), ("", b"")],
)
def test_client_identifiers(text: str, value: bytes) -> None:
    assert read_client_identifier(text, CONFIGURATION) == (61, value)


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("host-name=pc", 12, b"pc"),
        ('host-name="pc"', 12, b"pc"),
        ('host-name=a"b\\c', 12, b'a"b\\c'),
        ("dhcp-parameter-request-list=1,3,6", 55, b"\1\3\6"),
        ("vendor-class-identifier=PXEClient:Arch:00000", 60, b"PXEClient:Arch:00000"),
        ("own=258", 200, b"\1\2"),
        ("user-class=", 77, b""),
    ],
)
def test_options(text: str, code: int, value: bytes) -> None:
    assert read_options((text,), CONFIGURATION) == {code: value}


def test_agent_options_make_up_option_82() -> None:
    texts = ("agent.circuit-id=p1", "agent.remote-id=1:2")
    assert read_options(texts, CONFIGURATION) == {82: b"\1\2p1\2\2\1\2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("host-name", "NAME=VALUE expected"),
        ("nothing=1", "unknown option dhcp.nothing"),
        ("own=x", "Bogus number x"),
        ("s.one=x", "only options of the spaces dhcp and agent"),
        ("host-name=a\x00;", "host-name"),
    ],
)
def test_mistakes_are_told(text: str, words: str) -> None:
    with pytest.raises(WordProblem, match=words):
        read_options((text,), CONFIGURATION)
