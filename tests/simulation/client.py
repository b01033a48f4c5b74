"""A client in a simulated world: RFC 2131 section 4.4, its clock and its moods.

It knows what it was told, nothing of the server. Times are seconds of the world.
"""

import random
from collections.abc import Callable
from struct import pack
from typing import Protocol

from pydhcpd.core.turn import Reply
from tests.v4.room import (
    ACK,
    BOOTP,
    COOKIE,
    DECLINE,
    DISCOVER,
    INFORM,
    NAK,
    OFFER,
    RELEASE,
    REQUEST,
    Answer,
    Options,
    agent,
    decode,
)

OFF, SELECTING, REQUESTING, BOUND, RENEWING, REBINDING, REBOOTING = range(7)
HOUR = 3600.0
DAY = 24 * HOUR
LEAST_WAIT_S = 4.0
LONGEST_WAIT_S = 3 * HOUR
ENDLESS = b"\xff\xff\xff\xff"
ENDLESS_S = 0xFFFFFFFF


class World(Protocol):
    """What surrounds a client."""

    chance: random.Random

    @property
    def now(self) -> float:
        """The time."""

    def at(self, delay_s: float, act: Callable[[], None]) -> None:
        """Do something later."""

    def send(self, sender: "Client", payload: bytes, source: str) -> None:
        """A packet leaves, and may get lost."""

    def let_go(self, sender: "Client", address: bytes) -> None:
        """The client will not use the address any more."""


class Client:
    """`giaddr` is where it stands now, one of `places`; `uid` None: it has no identifier."""

    def __init__(
        self,
        world: World,
        number: int,
        hardware: bytes,
        uid: bytes | None,
        places: tuple[str, ...],
        vendor: bytes | None = None,
        is_bootp: bool = False,
    ) -> None:
        self.world = world
        self.number = number
        self.hardware = hardware
        self.uid = uid
        self.places = places
        self.giaddr = places[0]
        self.vendor = vendor
        self.is_bootp = is_bootp
        self.wants_endless = False
        self.state = OFF
        self.address = b""
        self.server = b""
        self.began = 0.0
        self.lease_time = 0.0
        self.tries = 0
        self.alarm = 0  # the number of the only alarm that is still meant
        self.acks = 0

    # -- What it says

    def payload(
        self, kind: int, options: Options = (), ciaddr: bytes = b"", is_relayed: bool = True
    ) -> bytes:
        giaddr = self.giaddr if is_relayed else "0.0.0.0"
        relay = bytes(int(part) for part in giaddr.split("."))
        area = b"" if kind == BOOTP else bytes((53, 1, kind))
        more: list[tuple[int, bytes]] = [(12, b"c%d" % self.number), *options]
        if self.uid is not None:
            more.append((61, self.uid))
        if self.vendor is not None:
            more.append((60, self.vendor))
        if self.wants_endless and kind in (DISCOVER, REQUEST):
            more.append((51, ENDLESS))
        if any(relay):
            more.append(agent((1, b"port-%d" % (self.number // 4)), (2, b"switch")))
        area += b"".join(bytes((code, len(value))) + value for code, value in more)
        head = pack("!BBBBIHH", 1, 1, 6, any(relay), self.number, 0, 0)
        addresses = (ciaddr or bytes(4)) + bytes(8) + relay
        return (
            head + addresses + self.hardware.ljust(16, b"\0") + bytes(192) + COOKIE + area + b"\xff"
        )

    def say(self, kind: int, options: Options = ()) -> None:
        """From a client without an address, or from one that asks everybody."""
        self.world.send(self, self.payload(kind, options), "0.0.0.0")

    def say_bound(self, kind: int, is_relayed: bool) -> None:
        """From a client that has its address."""
        source = ".".join(map(str, self.address))
        payload = self.payload(kind, (), self.address, is_relayed)
        self.world.send(self, payload, source)

    # -- What it does by the clock

    def set_alarm(self, delay_s: float) -> None:
        self.alarm += 1
        meant = self.alarm

        def ring() -> None:
            if self.alarm == meant:
                self.wake()

        self.world.at(delay_s, ring)

    def wait(self) -> None:
        """RFC 2131 section 4.1, but a client in vain goes on seldom."""
        delay_s = min(LEAST_WAIT_S * 2**self.tries, LONGEST_WAIT_S)
        self.tries += 1
        self.set_alarm(delay_s * self.world.chance.uniform(0.8, 1.2))

    def wake(self) -> None:
        ends = self.began + self.lease_time
        now = self.world.now
        if self.state in (BOUND, RENEWING) and now < self.began + self.lease_time * 0.875:
            self.state = RENEWING
            self.say_bound(REQUEST, False)
            self.set_alarm(max((self.began + self.lease_time * 0.875 - now) / 2, 60.0))
        elif self.state in (BOUND, RENEWING, REBINDING) and now < ends:
            self.state = REBINDING
            self.say_bound(REQUEST, True)
            self.set_alarm(max((ends - now) / 2, 60.0))
        elif self.state == OFF and self.address:
            self.reboot()
        elif self.state == REBOOTING and self.tries < 3:
            self.ask_again()
        elif self.state == REBOOTING and now < ends:
            self.become_bound()  # RFC 2131 section 3.2: it may go on with what it has
        elif self.state in (BOUND, RENEWING, REBINDING, OFF, REBOOTING):
            self.discover()
        elif self.tries % 5 == 0:
            self.discover(self.tries)
        elif self.state == REQUESTING:
            self.request()
        else:
            self.discover(self.tries)

    def discover(self, tries: int = 0) -> None:
        self.tries = tries
        self.address = b""
        self.state = SELECTING
        self.say(BOOTP if self.is_bootp else DISCOVER)
        self.wait()

    def request(self) -> None:
        self.state = REQUESTING
        self.say(REQUEST, ((50, self.address), (54, self.server)))
        self.wait()

    def reboot(self) -> None:
        self.tries = 0
        self.state = REBOOTING
        self.ask_again()

    def ask_again(self) -> None:
        self.say(REQUEST, ((50, self.address),))
        self.wait()

    def become_bound(self) -> None:
        self.state = BOUND
        self.tries = 0
        left_s = self.began + self.lease_time / 2 - self.world.now
        self.set_alarm(max(left_s, 1.0))

    # -- What it hears

    def hear(self, reply: Reply) -> None:
        answer = decode(reply)
        kind = answer.options.get(53, b"\0")[0]
        if kind == BOOTP and self.is_bootp:
            self.accept(answer, 20 * HOUR)
        elif kind == OFFER and self.state == SELECTING:
            self.address = reply.payload[16:20]
            self.server = answer.options[54]
            self.request()
        elif kind == ACK and self.state in (REQUESTING, RENEWING, REBINDING, REBOOTING):
            if self.state == REQUESTING and self.world.chance.random() < 0.01:
                self.decline(reply.payload[16:20])
            else:
                self.accept(answer, answer.lease_time)
        elif kind == NAK and self.state in (REQUESTING, RENEWING, REBINDING, REBOOTING):
            self.address = b""
            self.state = OFF
            self.set_alarm(10.0)

    def accept(self, answer: Answer, lease_time: float) -> None:
        self.address = answer.reply.payload[16:20]
        self.acks += 1
        self.began = self.world.now
        self.lease_time = lease_time
        # An endless lease needs no renewal; but a month holds some reboots.
        self.become_bound()

    def decline(self, address: bytes) -> None:
        """Somebody else answers for the address."""
        self.world.let_go(self, address)
        self.say(DECLINE, ((50, address), (54, self.server)))
        self.address = b""
        self.state = OFF
        self.set_alarm(10.0)

    # -- Its moods

    def act(self) -> None:
        """Something happens in its life, every day or two."""
        if self.is_bootp:
            self.discover()
            return
        moods = (self.turn_off, self.leave, self.forget, self.move, self.rename, self.inform)
        (mood,) = self.world.chance.choices(moods, (40, 20, 8, 12, 4, 6))
        mood()

    def turn_off(self) -> None:
        """For minutes or days, without a word."""
        self.state = OFF
        self.set_alarm(self.world.chance.choice((60.0, HOUR, DAY, 3 * DAY)))

    def leave(self) -> None:
        """A good client says so."""
        if self.state in (BOUND, RENEWING, REBINDING):
            self.world.let_go(self, self.address)
            self.say_bound(RELEASE, False)
            self.address = b""
        self.state = OFF
        self.set_alarm(self.world.chance.choice((30.0, HOUR, DAY)))

    def forget(self) -> None:
        """Another operating system: it knows of no address."""
        self.discover()

    def move(self) -> None:
        self.giaddr = self.world.chance.choice(self.places)
        self.state = OFF
        self.set_alarm(self.world.chance.choice((5.0, HOUR)))

    def rename(self) -> None:
        self.uid = self.world.chance.choice((None, b"\1" + self.hardware, b"n%d" % self.number))
        self.turn_off()

    def inform(self) -> None:
        if self.state == BOUND:
            self.say_bound(INFORM, False)
