"""Vendor options, site options and host names in replies (dhcpd.conf(5), dhcp-options(5))."""

from tests.v4.room import DISCOVER, serve

SPACE = """
option space v;
option v.one code 1 = text;
option v.two code 2 = ip-address;
"""
SET = 'vendor-option-space v; option v.one "a"; option v.two 10.0.0.9;'
PRL_43 = (55, bytes((43,)))
ENCODED = b"\1\1a\2\4\x0a\0\0\x09"


def test_the_vendor_space_goes_into_option_43_without_an_end() -> None:
    assert serve(SPACE + SET).ask(DISCOVER, 1, (PRL_43,)).options[43] == ENCODED


def test_it_is_sent_to_those_who_ask_or_who_ask_for_nothing() -> None:
    room = serve(SPACE + SET)
    assert room.ask(DISCOVER).order == [53, 54, 51, 1, 43]
    assert 43 not in room.ask(DISCOVER, 1, ((55, bytes((15,))),)).options


def test_an_explicit_value_wins() -> None:
    room = serve(SPACE + SET + "option vendor-encapsulated-options 1:2:3;")
    assert room.ask(DISCOVER, 1, (PRL_43,)).options[43] == b"\1\2\3"


def test_without_a_vendor_option_space_nothing_is_sent() -> None:
    room = serve(SPACE + 'option v.one "a";')
    assert 43 not in room.ask(DISCOVER, 1, (PRL_43,)).options


def test_site_options_take_the_place_of_the_high_codes() -> None:
    room = serve(
        "option space s; option s.mine code 230 = text; option o230 code 230 = text;"
        'option o231 code 231 = text; option o230 "dhcp"; option o231 "dhcp";'
        'site-option-space "s"; option s.mine "site";'
    )
    answer = room.ask(DISCOVER, 1, ((55, bytes((230, 231))),))
    assert answer.options[230] == b"site"
    assert 231 not in answer.options


def test_an_option_without_a_value_hides_the_outer_one() -> None:
    room = serve('option domain-name "d";', "option domain-name = option nds-servers;")
    assert 15 not in room.ask(DISCOVER, 1, ((55, bytes((15,))),)).options
