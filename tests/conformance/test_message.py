"""Client frames: RFC 951, 2131 and 2132 by hand against what the runner sends."""

from conformance.frames import checksum
from conformance.message import Port, Promise, client_mac, frame, value_bytes
from conformance.scenario import Send

PORT = Port("v4s0", bytes((2, 0, 0, 0, 0, 1)), "10.0.0.1")
PROMISE = Promise("10.0.0.100", "10.0.0.9")


def _frame(verb: str, **words: str) -> bytes:
    return frame(Send(7, verb, tuple(words.items())), PROMISE, PORT, 0x1234)


def _options(data: bytes) -> bytes:
    area = data[42 + 240 :]
    return area[: area.index(b"\xff")]


def test_discover() -> None:
    data = _frame("discover", prl="1,3", hostname="pc", secs="9", flags="broadcast")
    assert data[:6] == b"\xff" * 6
    assert data[6:12] == client_mac(7) == bytes((2, 0, 0, 0, 1, 7))
    assert checksum(data[14:34]) == 0
    assert data[26:34] == bytes((0, 0, 0, 0, 255, 255, 255, 255))
    assert data[34:38] == bytes((0, 68, 0, 67))
    pseudo = data[26:34] + bytes((0, 17)) + data[38:40]
    assert checksum(pseudo + data[34:]) == 0
    assert data[42:46] == bytes((1, 1, 6, 0))
    assert data[46:50] == bytes((0, 0, 0x12, 0x34))
    assert data[50:54] == bytes((0, 9, 0x80, 0))
    assert len(data) == 42 + 300
    assert data[42 + 236 : 42 + 240] == bytes((99, 130, 83, 99))
    assert _options(data) == bytes((53, 1, 1, 55, 2, 1, 3, 12, 2)) + b"pc"


def test_request_asks_for_what_was_offered() -> None:
    assert _options(_frame("request", prl="1")) == bytes(
        (53, 1, 3, 50, 4, 10, 0, 0, 100, 54, 4, 10, 0, 0, 9, 55, 1, 1)
    )


def test_reboot_names_no_server() -> None:
    assert _options(_frame("reboot")) == bytes((53, 1, 3, 50, 4, 10, 0, 0, 100))


def test_renew_is_unicast_with_ciaddr() -> None:
    data = _frame("renew")
    assert data[:6] == PORT.mac
    assert data[26:34] == bytes((10, 0, 0, 100, 10, 0, 0, 1))
    assert data[42 + 12 : 42 + 16] == bytes((10, 0, 0, 100))
    assert _options(data) == bytes((53, 1, 3))


def test_given_words_win_over_implied_ones() -> None:
    data = _frame("request", address="10.0.0.7", server="none", ciaddr="last")
    assert data[42 + 12 : 42 + 16] == bytes((10, 0, 0, 100))
    assert _options(data) == bytes((53, 1, 3, 50, 4, 10, 0, 0, 7))


def test_relay() -> None:
    data = _frame("discover", relay="10.9.0.254", agent="1:a,2:0x0102")
    assert data[:12] == PORT.mac + bytes((2, 0, 0, 0, 0, 2))
    assert data[26:34] == bytes((10, 9, 0, 254, 10, 0, 0, 1))
    assert data[34:38] == bytes((0, 67, 0, 67))
    assert data[42 + 3] == 1
    assert data[42 + 24 : 42 + 28] == bytes((10, 9, 0, 254))
    assert _options(data) == bytes((53, 1, 1, 82, 7, 1, 1, 97, 2, 2, 1, 2))


def test_odd_packets() -> None:
    assert len(_frame("message", truncate="20")) == 42 + 20
    assert _frame("bootp", cookie="none")[42 + 236 :] == bytes(64)
    assert _frame("discover", hlen="255", chaddr="0x01")[42 + 2] == 255
    whole = _frame("message", options="350101ff", pad="244")
    assert whole[42 + 240 :] == bytes.fromhex("350101ff")
    assert _frame("discover", udpsum="0x0000")[40:42] == b"\0\0"
    assert _frame("discover", ipsum="0x1234")[24:26] == b"\x12\x34"


def test_long_options_are_split() -> None:
    data = _frame("discover", user="u" * 300, pad="600")[42 + 240 + 3 :]
    assert data[:2] == bytes((77, 255))
    assert data[257:259] == bytes((77, 45))


def test_values() -> None:
    assert value_bytes("0x00ff") == b"\x00\xff"
    assert value_bytes("01:ff:0a") == b"\x01\xff\x0a"
    assert value_bytes("1:2") == b"1:2"
    assert value_bytes("a\\x00") == b"a\x00"
    assert value_bytes("") == b""
