"""The order of options in a reply, as dhcpd 4.4.3-P1 was seen to send them."""

from pydhcpd.v4.order import order_requested, order_unrequested

MANDATORY = [53, 54, 51, 58, 59, 56, 50, 92]


def requested(*prl: int) -> list[int]:
    """The order behind the mandatory options for a client with this list."""
    codes = order_requested(bytes(prl), False, False, False, True)
    assert codes[:8] == MANDATORY
    return codes[8:]


def test_the_netmask_comes_last_unless_it_is_asked_for() -> None:
    assert requested(15, 12) == [15, 12, 1]
    assert requested(15, 1, 12) == [15, 1, 12]


def test_netmask_and_routers_swap_places() -> None:
    assert requested(3, 6) == [1, 6, 3]
    assert requested(6, 3, 12) == [6, 1, 12, 3]
    assert requested(3, 6, 1, 12) == [1, 6, 3, 12]
    assert requested(1, 3) == [1, 3]


def test_repeats_and_option_82_are_left_out() -> None:
    assert requested(15, 82, 53, 15, 54, 12) == [15, 12, 1]


def test_options_that_are_echoed_come_before_the_list() -> None:
    codes = order_requested(b"\x03\x06\x01\x3d\x51\x52\x03", True, True, False, True)
    assert codes == [*MANDATORY, 118, 61, 1, 6, 3, 81]


def test_fqdn_of_an_encoded_client_comes_behind_the_list() -> None:
    assert order_requested(b"\x06", False, False, True, True)[8:] == [6, 81, 1]


def test_inform_gets_no_netmask_unless_it_asks() -> None:
    assert order_requested(b"\x03\x06", False, False, False, False)[8:] == [3, 6]


def test_without_a_list_all_that_is_set_goes_out_in_hash_order() -> None:
    values = [15, 250, 251, 252, 253, 3, 1, 67, 79, 78, 58, 59, 56, 118, 12, 53, 54, 51, 61]
    codes = order_unrequested(values, ())
    sent = [code for code in codes if code in values or code == 43]
    assert sent == [
        53, 54, 51, 58, 59, 56, 1, 3, 12, 79, 251, 252, 253, 67, 118, 61, 15, 78, 250, 43,
    ]  # fmt: skip


def test_encapsulating_options_come_behind_the_set_ones_and_43_last() -> None:
    codes = order_unrequested([1, 51, 43, 240, 66], [81, 124, 240])
    assert codes == [*MANDATORY, 1, 3, 6, 12, 81, 66, 240, 43, 124]
