"""A DHCP client of a simulated pair (RFC 2131 section 4.4): what it believes, and its moods.

It holds an address from its DHCPACK to the end of its lease, unless it gives it back, declines
it, forgets it or is refused it. Times are microseconds of the world.
"""

from collections.abc import Callable
from random import Random
from struct import pack
from typing import Protocol

from pydhcpd.v4.message import ACK, DECLINE, DISCOVER, NAK, OFFER, RELEASE, REQUEST

SECOND_US = 1_000_000
COOKIE = b"\x63\x82\x53\x63"
OFF, SELECTING, REQUESTING, BOUND, RENEWING, REBINDING, REBOOTING = range(7)
BOTH = (0, 1)
DECLINED = 0.01


class World(Protocol):
    """What surrounds a client."""

    chance: Random
    now_us: int
    lease_us: int

    def after(self, delay_us: int, act: Callable[[], None]) -> None:
        """Do something later."""

    def send(self, client: "Client", payload: bytes, source: int, servers: tuple[int, ...]) -> None:
        """A packet leaves for servers, and may get lost."""

    def takes(self, client: "Client", address: int, until_us: int) -> None:
        """The client holds an address from now on."""

    def lets_go(self, client: "Client") -> None:
        """It holds nothing any more."""


class Client:
    """`reach` are the servers that hear it where it stands, `held` is the address it has, and
    `address` what it speaks of."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.number = number
        self.hardware = b"\2\0\0\0" + number.to_bytes(2, "big")
        self.uid = b"client-%d" % number if number % 3 == 0 else None
        self.reach: tuple[int, ...] = BOTH
        self.state = OFF
        self.address = 0
        self.held = 0
        self.server = b""
        self.bound_us = 0
        self.until_us = 0
        self.asked_us = 0  # since when it has been asking
        self.sent_us = 0
        self.tries = 0
        self.alarm = 0
        self.offers: list[tuple[int, bytes]] = []

    # -- What it says

    def _say(
        self,
        kind: int,
        options: tuple[tuple[int, bytes], ...] = (),
        ciaddr: int = 0,
        servers: tuple[int, ...] = BOTH,
    ) -> None:
        self.sent_us = self.world.now_us
        secs = min((self.world.now_us - self.asked_us) // SECOND_US, 0xFFFF)
        if self.uid is not None:
            options = (*options, (61, self.uid))
        area = bytes((53, 1, kind))
        area += b"".join([bytes((code, len(value))) + value for code, value in options])
        head = pack("!BBBBIHHIIII", 1, 1, 6, 0, self.number, secs, 0, ciaddr, 0, 0, 0)
        payload = head + self.hardware.ljust(16, b"\0") + bytes(192) + COOKIE + area + b"\xff"
        reached = tuple(number for number in servers if number in self.reach)
        self.world.send(self, payload, ciaddr, reached)

    def _wait(self) -> None:
        """RFC 2131 section 4.1: twice as long each time, within limits of its lease time."""
        longest_us = max(self.world.lease_us // 12, 20 * SECOND_US)
        delay_us = min(4 * SECOND_US * 2**self.tries, longest_us)
        self.tries += 1
        self.set_alarm(int(delay_us * self.world.chance.uniform(0.7, 1.3)))

    def set_alarm(self, delay_us: int) -> None:
        self.alarm += 1
        meant = self.alarm
        self.world.after(delay_us, lambda: self.wake() if self.alarm == meant else None)

    # -- What it does by the clock

    def wake(self) -> None:
        now_us = self.world.now_us
        if self.address and now_us >= self.until_us:
            self.discover()
        elif self.state in (BOUND, RENEWING, REBINDING):
            self._renew()
        elif self.state == OFF and self.address:
            self.reboot()
        elif self.state == OFF:
            self.discover()
        elif self.state == REBOOTING:
            if self.tries > 3:
                self._become_bound()  # RFC 2131 section 3.2: it may go on with what it has
            else:
                self._ask_again()
        elif self.state == REQUESTING and self.tries % 4:
            self._request()
        elif self.offers:
            self.address, self.server = self.world.chance.choice(self.offers)
            self.until_us = now_us + self.world.lease_us  # it only asks for it yet
            self.tries = 0
            self._request()
        else:
            self._discover_again()

    def discover(self) -> None:
        """Begin anew, with nothing."""
        self._forget()
        self.asked_us = self.world.now_us
        self.tries = 0
        self._discover_again()

    def _discover_again(self) -> None:
        self.state = SELECTING
        self.address = 0
        self.offers = []
        self._say(DISCOVER)
        self._wait()

    def _request(self) -> None:
        self.state = REQUESTING
        self._say(REQUEST, ((50, self.address.to_bytes(4, "big")), (54, self.server)))
        self._wait()

    def reboot(self) -> None:
        self.asked_us = self.world.now_us
        self.state = REBOOTING
        self.tries = 0
        self._ask_again()

    def _ask_again(self) -> None:
        self._say(REQUEST, ((50, self.address.to_bytes(4, "big")),))
        self._wait()

    def _renew(self) -> None:
        """RFC 2131 section 4.4.5: the server that gave the lease first, then any."""
        now_us = self.world.now_us
        if self.state == BOUND:
            self.asked_us = now_us
        rebinding_us = self.bound_us + (self.until_us - self.bound_us) * 7 // 8
        if now_us < rebinding_us:
            self.state = RENEWING
            giver = 0 if self.server[-1] == 5 else 1
            self._say(REQUEST, (), self.address, (giver,))
            left_us = rebinding_us - now_us
        else:
            self.state = REBINDING
            self._say(REQUEST, (), self.address)
            left_us = self.until_us - now_us
        self.set_alarm(max(left_us // 2, min(left_us, 20 * SECOND_US)) + 1)

    def _become_bound(self) -> None:
        self.state = BOUND
        half_us = (self.until_us - self.world.now_us) // 2
        self.set_alarm(max(half_us, SECOND_US))

    # -- What it hears

    def hear(self, reply: bytes) -> None:
        kind, lease_time, server = _read(reply)
        address = int.from_bytes(reply[16:20], "big")
        if kind == OFFER and self.state == SELECTING:
            self.offers.append((address, server))
            if len(self.offers) == 1:
                self.set_alarm(self.world.chance.randrange(2 * SECOND_US))
        elif kind == NAK and self.state in (REQUESTING, RENEWING, REBINDING, REBOOTING):
            self.turn_off(10 * SECOND_US)
            self._forget()
        elif (
            kind == ACK
            and address == self.address
            and self.state in (REQUESTING, RENEWING, REBINDING, REBOOTING)
        ):
            self._accept(address, lease_time, server)

    def _accept(self, address: int, lease_time: int, server: bytes) -> None:
        if self.state == REQUESTING and self.world.chance.random() < DECLINED:
            self.address = address
            self.server = server
            self._say(DECLINE, ((50, address.to_bytes(4, "big")), (54, server)))
            self._forget()
            self.turn_off(10 * SECOND_US)
            return
        self.address = address
        self.server = server
        self.bound_us = self.sent_us
        self.until_us = self.sent_us + lease_time * SECOND_US
        if self.held not in (0, address):
            self.world.lets_go(self)
        self.held = address
        self.world.takes(self, address, self.until_us)
        self._become_bound()

    # -- Its moods

    def turn_off(self, delay_us: int) -> None:
        """Without a word, for a while."""
        self.state = OFF
        self.set_alarm(delay_us)

    def leave(self, delay_us: int) -> None:
        """A good client says so."""
        if self.state in (BOUND, RENEWING, REBINDING):
            giver = 0 if self.server[-1] == 5 else 1
            self._say(RELEASE, ((54, self.server),), self.address, (giver,))
        self._forget()
        # Packets are late by a second at most: no server can know of a RELEASE that comes behind
        # the client's next REQUEST.
        self.turn_off(SECOND_US + delay_us)

    def fall_silent(self) -> None:
        """For good."""
        self.state = OFF
        self.alarm += 1

    def move(self, reach: tuple[int, ...]) -> None:
        """Elsewhere other servers hear it."""
        self.reach = reach
        if self.state in (BOUND, RENEWING, REBINDING):
            self.reboot()

    def _forget(self) -> None:
        self.address = 0
        self.world.lets_go(self)
        self.held = 0


def _read(reply: bytes) -> tuple[int, int, bytes]:
    """Message type, lease time and server identifier."""
    kind, lease_time, server = 0, 0, b""
    at = 240
    while at < len(reply) and reply[at] != 255:
        code, size = reply[at], reply[at + 1]
        value = reply[at + 2 : at + 2 + size]
        if code == 53:
            kind = value[0]
        elif code == 51:
            lease_time = int.from_bytes(value, "big")
        elif code == 54:
            server = value
        at += 2 + size
    return kind, lease_time, server
