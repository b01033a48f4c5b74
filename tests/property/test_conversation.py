"""Whatever clients say: addresses are bound to one client at a time, and the disk knows it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.conversation import Conversation, Step
from tests.property.packets import ADDRESSES, packets
from tests.v4.room import (
    ACK,
    DECLINE,
    DISCOVER,
    OFFER,
    RELEASE,
    REQUEST,
    Options,
    agent,
    decode,
    packet_of,
    requested,
)

PAUSES = (0.5, 1.0, 30.0, 121.0, 700.0, 90000.0)
steps = st.lists(
    st.one_of(
        *(packets, packets, packets, packets),
        st.sampled_from(PAUSES),
        st.sampled_from(ADDRESSES),
        st.booleans(),
    ),
    min_size=3,
    max_size=30,
)


@given(steps)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_packets_make_exclusive_and_durable_bindings(sequence: list[Step]) -> None:
    conversation = Conversation()
    for step in sequence:
        conversation.take(step)
    conversation.finish()


CHOICES = ("discover", "request", "renew", "other", "release", "decline", "bootp", "wait", "disk")
WEIGHTS = (30, 30, 15, 8, 6, 2, 3, 12, 1)


class Crowd:
    """Clients that mostly do what clients do, by chance from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.conversation = Conversation()
        self.addresses: dict[int, str] = {}
        self.acks = 0

    def act(self) -> None:
        chance = self.chance
        (choice,) = chance.choices(CHOICES, WEIGHTS)
        if choice == "wait":
            self.conversation.take(chance.choice(PAUSES))
        elif choice == "disk":
            self.conversation.take(chance.random() < 0.5)
        else:
            self.send(choice, chance.randint(1, 16))

    def send(self, choice: str, client: int) -> None:
        address = self.addresses.get(client, "10.0.0.20")
        options = self.options(client)
        giaddr = "10.9.0.254" if client % 4 == 0 else "0.0.0.0"
        ciaddr = "0.0.0.0"
        if choice == "other":
            address = self.chance.choice(ADDRESSES)
        if choice in ("request", "other", "decline"):
            options = (requested(address), *options)
        elif choice in ("renew", "release"):
            ciaddr = address
            giaddr = "0.0.0.0"
        kind = {"discover": DISCOVER, "release": RELEASE, "decline": DECLINE, "bootp": 0}.get(
            choice, REQUEST
        )
        payload = packet_of(kind, client, options, ciaddr=ciaddr, giaddr=giaddr)
        turn = self.conversation.take(payload)
        for reply in turn.replies:
            answer = decode(reply)
            if answer.options.get(53, b"\0")[0] in (OFFER, ACK):
                self.addresses[client] = answer.yiaddr
                self.acks += answer.kind == ACK

    def options(self, client: int) -> Options:
        """Clients keep their identifier, but one in a while forgets it or has another one."""
        chance = self.chance
        options: Options = ()
        if client % 3 == 0 and chance.random() < 0.95:
            # Two clients each share an identifier.
            options = ((61, b"id-%d" % (client // 6 if chance.random() < 0.95 else 99)),)
        if chance.random() < 0.3:
            options += ((12, chance.choice((b"printer", b"host", b"x\0"))),)
        if chance.random() < 0.2:
            options += ((60, chance.choice((b"voice", b"other"))),)
        if chance.random() < 0.2:
            options += ((51, chance.choice((b"\0\0\0\x0a", b"\xff\xff\xff\xff"))),)
        if client % 4 == 0:
            options += (agent((1, b"port-%d" % (client // 8))),)
        return options


@pytest.mark.parametrize("seed", range(12))
def test_crowds_make_exclusive_and_durable_bindings(seed: int) -> None:
    crowd = Crowd(seed)
    for _ in range(250):
        crowd.act()
    crowd.conversation.finish()
    # Otherwise nothing was tested.
    assert crowd.acks > 25
