"""Server frames taken apart, and the answers to ARP and ping."""

from pathlib import Path

import dpkt

import conformance
from conformance.capture import client_frames
from conformance.frames import (
    arp_answer,
    checksum,
    dissect,
    echo_answer,
    echo_request,
    ipv4_frame,
    udp_frame,
    walk_options,
)

RECORDED = Path(conformance.__file__).parent / "recorded"
SERVER = bytes((2, 0, 0, 0, 0, 1))
CLIENT = bytes((2, 0, 0, 0, 0, 2))


def _sent_by_server(name: str) -> list[bytes]:
    with (RECORDED / name / "exchange.pcap").open("rb") as file:
        return [bytes(frame) for _, frame in dpkt.pcap.Reader(file) if frame[6:12] == SERVER]


def test_an_offer_of_the_reference() -> None:
    offer = dissect(_sent_by_server("02-init-reboot-ok")[0], 0.5, True)
    assert offer is not None
    assert (offer.summary, offer.message) == ("offer 10.0.0.100", "offer")
    assert (offer.address, offer.server) == ("10.0.0.100", "10.0.0.1")
    fields = dict(offer.fields)
    assert fields["ip.ttl"] == "128"
    assert fields["ip.tos"] == "0x10"
    assert fields["ip.id"] == "0x0"
    assert fields["ip.checksum"] == "correct"
    assert fields["udp.checksum"] == "correct"
    assert fields["option 51"] == "00000258"
    assert fields["end"].endswith("zero bytes")


def test_a_reply_through_the_kernel_has_no_identification_of_its_own() -> None:
    renewed = dissect(_sent_by_server("04-renew")[-1], 0.0, False)
    assert renewed is not None
    fields = dict(renewed.fields)
    assert (fields["ip.ttl"], fields["ip.id"]) == ("64", "kernel")
    assert fields["udp.checksum"] == "left to the network card"


def test_wrong_checksums_are_seen() -> None:
    good = udp_frame(CLIENT, SERVER, "10.0.0.1", "10.0.0.2", (67, 68), bytes(300))
    bad = good[:60] + b"\x01" + good[61:]
    seen = dissect(bad, 0.0, True)
    assert seen is not None
    assert dict(seen.fields)["udp.checksum"] == "wrong"
    seen = dissect(good[:26] + b"\x0b" + good[27:], 0.0, True)
    assert seen is not None
    assert dict(seen.fields)["ip.checksum"] == "wrong"


def test_options_in_order_with_what_is_behind_them() -> None:
    area = bytes((53, 1, 2, 0, 1, 1, 9, 53, 1, 5, 255, 0, 0))
    assert walk_options(area) == [
        ("option 53", "02"),
        ("pad", ""),
        ("option 1", "09"),
        ("option 53", "05"),
        ("end", "2 zero bytes"),
    ]
    assert walk_options(bytes((53, 1, 2, 255, 7))) == [("option 53", "02"), ("end", "07")]
    assert walk_options(bytes((12, 5, 1))) == [("broken option", "0c0501")]
    assert walk_options(bytes((12,))) == [("broken option", "0c")]


def test_arp_is_answered_for_any_address() -> None:
    ask = bytes.fromhex(
        "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000064"
    )
    assert arp_answer(ask, CLIENT) == bytes.fromhex(
        "020000000001020000000002080600010800060400020200000000020a0000640200000000010a000001"
    )
    assert arp_answer(ask[:21] + b"\x02" + ask[22:], CLIENT) is None


def test_ping_and_its_answer() -> None:
    message = bytes((8, 0, 0, 0, 0x12, 0x34, 0, 0)) + bytes(20)
    total = checksum(message)
    message = message[:2] + total.to_bytes(2, "big") + message[4:]
    ask = ipv4_frame(CLIENT, SERVER, "10.0.0.1", "10.0.0.100", 1, message)
    assert echo_request(ask) == "10.0.0.100"
    answer = echo_answer(ask, CLIENT)
    assert answer[:12] == SERVER + CLIENT
    assert answer[26:34] == bytes((10, 0, 0, 100, 10, 0, 0, 1))
    assert answer[34] == 0
    assert answer[38:] == ask[38:]
    assert checksum(answer[34:]) == 0
    assert echo_request(answer) is None
    seen = dissect(ask, 0.0, True)
    assert seen is not None
    assert seen.summary == "ping 10.0.0.100"
    assert seen.message == ""


def test_only_client_frames_are_sent_again() -> None:
    frames = client_frames((RECORDED / "04-renew" / "exchange.pcap").read_bytes())
    assert [gap for _, gap in frames] == [0, 0, 21, 282]
    assert all(frame[6:12] != SERVER for frame, _ in frames)
