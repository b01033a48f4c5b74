"""The simulated client, against an OFFER and an ACK recorded from dhcpd 4.4.3-P1."""

from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.trial.client import (
    DOMAIN_NAME_SERVERS,
    ROUTERS,
    Reply,
    SimulatedClient,
    read_reply,
)
from pydhcpd.wire.errors import WireError

RECORDED = Path(__file__).parents[1] / "data" / "trial"
HARDWARE = bytes.fromhex("020000000101")
OFFER_XID = 0x8DE7903F
ACK_XID = 0x73E85709
REQUESTED_ADDRESS = 50
SERVER_IDENTIFIER = 54


def recorded(name: str) -> bytes:
    return bytes.fromhex((RECORDED / f"{name}.hex").read_text(encoding="ascii"))


def with_xid(message: bytes, xid: int) -> Reply:
    return read_reply(message[:4] + xid.to_bytes(4, "big") + message[8:])


def options_of(message: bytes | None) -> dict[int, bytes]:
    assert message is not None
    return dict(dpkt.dhcp.DHCP(message).opts)


def test_reads_what_the_server_gives() -> None:
    reply = read_reply(recorded("ack"))
    assert reply.address == "10.0.0.100"
    assert reply.lease_time == "600 s"
    assert reply.host_name == ""
    assert reply.addresses(ROUTERS) == "10.0.0.1"
    assert reply.addresses(DOMAIN_NAME_SERVERS) == "10.0.0.1"


def test_goes_from_discover_to_bound() -> None:
    client = SimulatedClient(HARDWARE, "alpha", OFFER_XID)
    assert options_of(client.next_message())[53] == b"\x01"
    assert client.receive(read_reply(recorded("offer")))
    request = options_of(client.next_message())
    assert request[53] == b"\x03"
    assert request[REQUESTED_ADDRESS] == bytes((10, 0, 0, 100))
    assert request[SERVER_IDENTIFIER] == bytes((10, 0, 0, 1))
    assert client.receive(with_xid(recorded("ack"), OFFER_XID))
    assert client.lease is not None
    assert client.next_message() is None


def test_an_offer_for_somebody_else_changes_nothing() -> None:
    other_hardware = SimulatedClient(bytes.fromhex("020000000102"), "beta", OFFER_XID)
    other_xid = SimulatedClient(HARDWARE, "alpha", OFFER_XID + 1)
    for client in (other_hardware, other_xid):
        assert not client.receive(read_reply(recorded("offer")))
        assert options_of(client.next_message())[53] == b"\x01"


def test_an_ack_before_any_offer_is_no_lease() -> None:
    client = SimulatedClient(HARDWARE, "alpha", ACK_XID)
    assert not client.receive(read_reply(recorded("ack")))
    assert client.lease is None


def test_a_nak_sends_the_client_back_to_discover() -> None:
    client = SimulatedClient(HARDWARE, "alpha", OFFER_XID)
    offer = recorded("offer")
    client.receive(read_reply(offer))
    # Bytes 240 to 242 are the message type option.
    assert client.receive(read_reply(offer[:242] + b"\x06" + offer[243:]))
    assert options_of(client.next_message())[53] == b"\x01"


@pytest.mark.parametrize("size", [0, 239, 240 + 2])
def test_a_message_cut_short_is_a_wire_error(size: int) -> None:
    with pytest.raises(WireError):
        read_reply(recorded("offer")[:size])


@given(st.binary(max_size=120))
def test_any_options_give_a_reply_or_a_wire_error(options: bytes) -> None:
    try:
        reply = read_reply(recorded("offer")[:240] + options)
    except WireError:
        return
    assert reply.address == "10.0.0.100"
    # None of these may fail on odd lengths.
    assert isinstance(reply.lease_time + reply.host_name + reply.addresses(ROUTERS), str)
