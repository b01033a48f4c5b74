"""Option spaces inside an option, with bytes that dhcpd 4.4.3-P1 sent for the same settings."""

from pydhcpd.options.decode import parse_suboptions
from pydhcpd.options.encode import (
    encapsulate,
    encapsulating_codes,
    encode_fqdn,
    encode_space,
    hash_order,
)
from pydhcpd.options.space import OptionSpaces


def test_hash_order_of_dhcpd() -> None:
    assert hash_order([15, 42, 28, 72, 26, 7, 67, 66, 2, 33, 17, 12, 46]) == [
        17, 33, 2, 66, 67, 7, 26, 72, 28, 42, 12, 46, 15,
    ]  # fmt: skip


def test_last_set_comes_first_in_its_bucket() -> None:
    assert hash_order([1, 18, 35]) == [18, 1, 35]
    assert hash_order([18, 1]) == [1, 18]


def test_vendor_space_in_hash_order_with_nested_space_behind() -> None:
    spaces = OptionSpaces()
    space = spaces.add_space("V", 1, 1)
    spaces.add_space("N", 1, 1)
    spaces.define(space, 34, "n", "EN.")
    values: dict[int, bytes | None] = {
        200: b"E",
        1: b"A",
        18: b"C",
        2: b"B",
        35: b"D",
        33: b"F",
        77: b"",
        99: b"U",
        3: None,
    }
    state: dict[str, dict[int, bytes | None]] = {"V": values, "N": {5: b"NX"}}
    assert encapsulate(spaces, "V", state).hex() == (
        "120143010141210146020142230144630155c80145220405024e58"
    )
    assert encapsulate(spaces, "V", {"N": {5: b"NX"}}) == b""


def test_wide_codes_and_lengths() -> None:
    spaces = OptionSpaces()
    wide = spaces.add_space("W", 2, 2)
    values = {1: b"A", 300: b"B", 18: b"C", 600: b"abcdefghijklmnopqrstuvwxyz"}
    assert encode_space(wide, values).hex() == (
        "00120001430001000141012c0001420258001a6162636465666768696a6b6c6d6e6f707172737475767778797a"
    )
    into: dict[int, bytes] = {}
    parse_suboptions(encode_space(wide, values), wide, into)
    assert into == values


def test_agent_suboptions_keep_the_order_of_setting() -> None:
    space = OptionSpaces().find("agent")
    assert space is not None
    values = {1: b"def", 5: b"\1\2\3\4", 2: b""}
    assert encode_space(space, values).hex() == "0103646566050401020304"


def test_encapsulating_options_come_in_the_order_of_their_spaces() -> None:
    spaces = OptionSpaces()
    spaces.add_space("W", 2, 2)
    spaces.define(spaces.dhcp, 240, "wenc", "EW.")
    state = {
        "W": {1: b"A"},
        "vendor": {2495: b"\x09\x09", 4711: b"\5\6"},
        "fqdn": {2: b"\1"},
        "vendor-class": {2495: b"B", 5: b"AA"},
        "nwip": {5: b"\1"},
        "agent": {1: b"x"},
        "isc": {1: b"M"},
    }
    carried = encapsulating_codes(spaces, state)
    assert list(carried) == [81, 124, 125, 240]
    assert carried[124].hex() == "00000005024141000009bf0142"
    assert carried[125].hex() == "00001267020506000009bf020909"


def test_client_fqdn() -> None:
    assert encode_fqdn({2: b"\1", 4: b"\3", 6: b"a", 7: b"b.c", 8: b"a.b.c"}).hex() == (
        "010300612e622e63"
    )
    assert encode_fqdn({8: b"a.b.", 3: b"\1", 5: b"\7"}).hex() == "0400070161016200"
    assert encode_fqdn({6: b"a"}).hex() == "000000"
    assert encode_fqdn({8: b"", 1: b"\2"}).hex() == "020000"
    assert encode_fqdn({3: b"\1", 2: b"\1"}).hex() == "050000"


def test_vendor_options_of_dhcpv6_have_no_lengths() -> None:
    # `option isc6.media "m"; option isc6.update-assist 1:2:3; option isc6.4o6-interface "i";`
    spaces = OptionSpaces()
    values = {"isc6": {1: b"m", 2: b"\1\2\3", 60000: b"i"}}
    assert encapsulate(spaces, "isc6", values).hex() == (
        "000000016d" + "0000ea6069" + "00000002010203"
    )
