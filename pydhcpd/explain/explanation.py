"""The explanation itself: what an admin is told, as plain values for text and JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydhcpd.config.token import Token


@dataclass(frozen=True, slots=True)
class Giver:
    """A statement and what it sets; `value` None if that depends on the packet."""

    token: Token | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Value:
    """An option or header field of the reply; `note` says what is no statement's doing."""

    code: int
    name: str
    value: str
    givers: Sequence[Giver]
    overridden: Sequence[Giver]
    note: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration and its name."""

    name: str
    token: Token | None


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool as the client sees it; `refusal` says why it gets nothing there, empty if it may."""

    addresses: str
    token: Token | None
    refusal: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks, and where: `hosts` are the declarations that match, `classes` its memberships."""

    network: Declared | None
    classes: Sequence[Declared]
    hosts: Sequence[Declared]
    pools: Sequence[PoolView]


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` names the reply. `host` lends options, `source` tells where the address is from.

    `unsent` are options that are set and do not go out. An answer without a lease has only
    options.
    """

    kind: str
    address: str | None
    source: Declared | None
    host: Declared | None
    lease_time_s: int | None
    lease_time: str
    header: Sequence[Value]
    options: Sequence[Value]
    unsent: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one packet.

    `sender` is None if the packet is dropped unread, `answer` if there is none; `refusal` tells
    which statement refuses the client, `log` what the server logs.
    """

    request: str
    hardware: str
    client_identifier: str | None
    via: str
    sender: Sender | None
    answer: Answer | None
    refusal: str
    log: Sequence[str]
