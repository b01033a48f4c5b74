"""OFFER and ACK as bytes: header, options and their order (RFC 2131 table 3; as observed)."""

import pytest

from pydhcpd.core.log import INFO
from tests.v4.room import (
    COOKIE,
    DISCOVER,
    OFFER,
    REQUEST,
    SERVER,
    Answer,
    Options,
    Room,
    packet_of,
    requested,
    serve,
)

PRL = (55, bytes((1, 3, 6, 15)))


def test_the_header_is_that_of_the_request_but_for_what_the_server_knows() -> None:
    room = serve('next-server 10.0.0.9; server-name "srv"; filename "boot";')
    payload = packet_of(DISCOVER, 1, (PRL,), ciaddr="10.0.0.105", flags=0x1234, secs=9, hops=3)
    answer = room.send_payload(payload)
    assert answer is not None
    reply = answer.reply.payload
    assert reply[0] == 2
    assert reply[1:12] == payload[1:12]
    assert reply[12:16] == bytes((10, 0, 0, 105))
    assert reply[16:20] == bytes((10, 0, 0, 105))
    assert reply[20:24] == bytes((10, 0, 0, 9))
    assert reply[24:44] == payload[24:44]
    assert reply[44:108] == b"srv" + bytes(61)
    assert reply[108:236] == b"boot" + bytes(124)
    assert reply[236:240] == COOKIE


def test_siaddr_is_empty_without_next_server() -> None:
    assert serve().ask(DISCOVER).reply.payload[20:24] == bytes(4)


def test_a_short_reply_is_filled_up_to_300_bytes() -> None:
    reply = serve().ask(DISCOVER).reply.payload
    options = bytes((53, 1, OFFER, 54, 4)) + SERVER + b"\x33\4\0\0\xa8\xc0\1\4\xff\xff\xff\0\xff"
    assert reply[236:] == COOKIE + options + bytes(300 - 240 - len(options))


def test_names_that_fill_their_field_have_no_nul_and_are_logged() -> None:
    room = serve(f'server-name "{"s" * 64}"; filename "{"f" * 200}";')
    reply = room.ask(DISCOVER).reply.payload
    assert reply[44:236] == b"s" * 64 + b"f" * 128
    text = "{} name longer than packet field truncated - field: {} name: {} {}"
    assert room.turn.log[1:] == [
        (INFO, text.format("file", 128, 200, "f" * 200)),
        (INFO, text.format("server", 64, 64, "s" * 64)),
    ]
    room = serve(f'server-name "{"s" * 63}";')
    room.ask(DISCOVER)
    assert len(room.log) == 1


SET = """
option routers 10.0.0.1; option domain-name-servers 10.0.0.2; option domain-name "d";
option dhcp-message "hello"; option root-path "/r";
"""


@pytest.mark.parametrize(
    ("prl", "order"),
    [
        # What is not asked for is not sent, netmask and message excepted.
        ((), [53, 54, 51, 56, 1, 3, 6, 17, 15]),
        ((15,), [53, 54, 51, 56, 15, 1]),
        ((3, 6), [53, 54, 51, 56, 1, 6, 3]),
        ((1, 3, 6, 15), [53, 54, 51, 56, 1, 3, 6, 15]),
        ((12, 44), [53, 54, 51, 56, 1]),
    ],
)
def test_what_is_sent_and_in_which_order(prl: tuple[int, ...], order: list[int]) -> None:
    options: Options = ((55, bytes(prl)),) if prl else ()
    assert serve(SET).ask(DISCOVER, 1, options).order == order


def test_a_configured_list_counts_before_the_clients() -> None:
    room = serve(SET + "option dhcp-parameter-request-list 15;")
    assert room.ask(DISCOVER, 1, (PRL,)).order == [53, 54, 51, 56, 15, 1]


def test_lease_time_and_type_are_the_servers_own() -> None:
    room = serve("option dhcp-lease-time 5; option subnet-mask 255.255.0.0;")
    answer = room.ask(DISCOVER)
    assert answer.lease_time == 43200
    assert answer.options[1] == bytes((255, 255, 0, 0))


@pytest.mark.parametrize("setting", ["", "echo-client-id on;"])
def test_the_client_identifier_comes_back_if_that_is_wanted(setting: str) -> None:
    options: Options = ((61, b"id"), PRL)
    answer = serve(setting).ask(DISCOVER, 1, options)
    assert answer.order == ([53, 54, 51, 61, 1] if setting else [53, 54, 51, 1])


def test_a_client_that_ends_its_name_in_nul_gets_nuls_back() -> None:
    room = serve('option domain-name "d"; option routers 10.0.0.1;')
    options = room.ask(DISCOVER, 1, ((12, b"name\0"), PRL)).options
    assert options[15] == b"d\0"
    assert options[3] == bytes((10, 0, 0, 1))
    assert room.ask(DISCOVER, 2, ((12, b"name"), PRL)).options[15] == b"d"


def test_the_lease_may_be_its_own_router() -> None:
    room = serve("use-lease-addr-for-default-route on;")
    assert room.ask(DISCOVER, 1, (PRL,)).options[3] == bytes((10, 0, 0, 100))
    assert room.ask(DISCOVER, 2, (PRL,)).options[3] == bytes((10, 0, 0, 101))
    room = serve("use-lease-addr-for-default-route on;", "option routers 10.0.0.1;")
    assert room.ask(DISCOVER, 1, (PRL,)).options[3] == bytes((10, 0, 0, 1))


def lengths(answer: Answer) -> tuple[list[int], bytes]:
    """The codes in the main area, and what is in the file field."""
    return answer.order, answer.reply.payload[108:236]


def test_what_does_not_fit_goes_into_the_file_field() -> None:
    define = "".join(f"option o{code} code {code} = text;" for code in (224, 225, 226))
    sizes = {224: 200, 225: 100, 226: 50}
    values = "".join(f'option o{code} "{"x" * size}";' for code, size in sizes.items())
    options: Options = ((55, bytes((224, 225, 226))),)
    main, file = lengths(serve(define + values).ask(DISCOVER, 1, options))
    assert main == [53, 54, 51, 224, 226, 1, 52]
    assert file == b"\xe1\x64" + b"x" * 100 + b"\xff" + bytes(25)
    # Where the field has a name the option is split: 86 bytes stay, 14 go into the other field.
    answer = serve(define + values + 'filename "f";').ask(DISCOVER, 1, options)
    assert len(answer.reply.payload) == 548
    assert len(answer.options[225]) == 86
    assert answer.reply.payload[44:60] == b"\xe1\x0e" + b"x" * 14
    # Where both have one it is left out.
    names = 'filename "f"; server-name "s";'
    assert 225 not in serve(define + values + names).ask(DISCOVER, 1, options).options


@pytest.mark.parametrize("is_same_scope", [True, False])
def test_replies_that_are_made_of_kept_parts_equal_the_first_one(is_same_scope: bool) -> None:
    def room() -> Room:
        return serve(SET)

    kept = room()
    first = kept.ask(DISCOVER, 1, (PRL,)).reply.payload
    if not is_same_scope:
        kept.ask(DISCOVER, 3, ((55, b"\x0f"),))
    again = kept.ask(DISCOVER, 1, (PRL,)).reply.payload
    assert again == first
    request = (requested("10.0.0.100"), PRL)
    assert kept.ask(REQUEST, 1, request).reply.payload == (
        room().ask(REQUEST, 1, request).reply.payload
    )
