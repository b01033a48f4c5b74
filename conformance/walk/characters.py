"""The ten configurations of the walks, and what their clients are like.

A character says which addresses its clients ask for, how their packets reach the server, and
what they send besides; what every walk has in common stands in `plan.py`.
"""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Character:
    """One configuration's clients; every tuple is drawn from with equal chances.

    `ways` are the words by which a packet arrives: on the wire (empty) or through a relay.
    `extras` are words of which a packet may carry one or two. `weights` change how often a
    message is chosen, `jumps` are the seconds by which the clock may leap. Addresses in `pinged`
    may answer pings. The clients of an honest character are who they say they are: no two share
    hardware or an identifier, and none changes its identifier.
    """

    name: str
    addresses: tuple[str, ...]
    ways: tuple[str, ...] = ("",)
    extras: tuple[str, ...] = ("hostname=alpha", "hostname=beta", "lease=300", "secs=9")
    weights: tuple[tuple[str, int], ...] = ()
    jumps: tuple[int, ...] = (1, 5, 30, 61, 100, 119, 120, 121, 150, 299, 300, 301, 600, 601, 1000)
    pinged: tuple[str, ...] = ()
    is_honest: bool = False

    @property
    def config(self) -> str:
        """Its dhcpd.conf."""
        return (HERE / f"{self.name}.conf").read_text(encoding="ascii")


def _run(start: str, size: int) -> tuple[str, ...]:
    """`size` addresses from `start` on, in one /24."""
    head, _, last = start.rpartition(".")
    return tuple(f"{head}.{int(last) + step}" for step in range(size))


_STRAY = ("10.0.0.1", "10.0.0.50", "10.77.0.5", "0.0.0.0", "255.255.255.255")

CHARACTERS = (
    Character(
        "lan",
        (*_run("10.0.0.100", 14), *_STRAY),
        ("", "", "", "relay=10.0.0.50", "relay=10.77.0.254"),
    ),
    Character(
        "shared",
        (
            *_run("10.0.0.100", 4),
            *_run("10.0.0.110", 4),
            *_run("10.0.1.50", 3),
            *_run("10.0.1.100", 2),
            *_run("10.0.1.120", 3),
            "10.9.0.100",
            "10.0.0.204",
            *_STRAY,
        ),
        ("", "", "relay=10.0.1.1", "relay=10.9.0.254", "relay=10.77.0.254"),
        ("vendor=phone-1", "vendor=phone-1", "vendor=other", "hostname=alpha", "lease=100000"),
        jumps=(1, 30, 119, 121, 300, 301, 600, 601, 1500, 3000),
    ),
    Character(
        "classes",
        (*_run("10.0.0.100", 5), *_run("10.0.0.110", 8), *_run("10.9.0.100", 6), *_STRAY),
        (
            "",
            "",
            "relay=10.0.0.50 agent=1:c1",
            "relay=10.0.0.50 agent=1:c2,2:r1",
            "relay=10.9.0.254 agent=1:c1",
            "relay=10.9.0.254 agent=1:0x0001",
            "relay=10.9.0.254",
        ),
        (
            "vendor=phone",
            "vendor=phone",
            "vendor=pad",
            "hostname=alpha",
            "hostname=beta",
            "user=x",
            "lease=200",
        ),
    ),
    Character(
        "hosts",
        (
            *_run("10.0.0.100", 6),
            *_run("10.0.0.201", 9),
            *_run("10.9.0.201", 9),
            "10.9.0.100",
            *_STRAY,
        ),
        ("", "", "relay=10.0.0.50", "relay=10.9.0.254", "relay=10.9.0.254 agent=2:r9"),
        ("vendor=camera", "hostname=alpha", "hostname=beta", "lease=300"),
    ),
    Character(
        "relays",
        (
            *_run("10.0.0.100", 7),
            *_run("10.8.0.100", 5),
            *_run("10.9.0.100", 4),
            *_run("10.9.1.100", 4),
            "10.7.0.5",
            *_STRAY,
        ),
        (
            "",
            "agent=1:c1",
            "relay=10.8.0.254 agent=1:c1",
            "relay=10.8.0.254 agent=1:c2,2:r1",
            "relay=10.9.0.254 agent=1:c1,2:r2,9:odd",
            "relay=10.9.1.254",
            "relay=10.7.0.254",
            "relay=10.8.0.254 agent=1:c1,5:0x0a090000",
            "relay=10.8.0.254 agent=5:0x0a4d0000",
            "relay=10.9.0.254 agent=1:c3,5:0x0a0800",
            "relay=10.0.0.50 subnet=10.9.1.0",
            "subnet=10.8.0.0",
            "relay=10.9.0.254 opt82=0x0105aa",
            "relay=10.77.0.254 agent=1:c1",
        ),
        ("hostname=alpha", "lease=300", "vendor=ven", "hops=4", "flags=broadcast"),
        (("leasequery", 12), ("renew", 14)),
    ),
    Character(
        "bootp",
        (
            *_run("10.0.0.100", 3),
            *_run("10.0.0.110", 6),
            *_run("10.0.0.120", 4),
            *_run("10.8.0.100", 4),
            *_run("10.9.0.100", 4),
            "10.0.0.201",
            *_STRAY,
        ),
        ("", "", "", "relay=10.8.0.254", "relay=10.9.0.254 agent=1:c1", "relay=10.0.0.50"),
        (
            "hostname=alpha",
            "cookie=none",
            "flags=broadcast",
            "file=own",
            "maxsize=700",
            "pad=400",
            "op=2",
        ),
        (("bootp", 40),),
        jumps=(1, 30, 119, 121, 300, 301, 499, 500, 501, 601, 1800, 3000),
    ),
    Character(
        "stranger",
        (
            *_run("10.0.0.100", 9),
            *_run("10.8.0.100", 5),
            *_run("10.9.0.100", 3),
            *_run("10.9.1.100", 3),
            "10.7.0.5",
            "10.9.1.201",
            *_STRAY,
        ),
        (
            "",
            "",
            "relay=10.8.0.254",
            "relay=10.9.0.254",
            "relay=10.9.1.254",
            "relay=10.7.0.254",
            "relay=10.77.0.254",
        ),
        weights=(("reboot", 20), ("rebind", 14), ("inform", 8)),
    ),
    Character(
        "times",
        (*_run("10.0.0.100", 10), *_run("10.0.0.120", 3), *_run("10.9.0.100", 6), *_STRAY),
        ("", "", "", "relay=10.9.0.254"),
        (
            "lease=30",
            "lease=90",
            "lease=300",
            "lease=4294967295",
            "lease=2147483648",
            "lease=5000",
            "user=short",
            "hostname=alpha",
            "vendor=ven",
            "opt51=0x0102",
        ),
        (("renew", 20), ("request", 30)),
        jumps=(1, 5, 20, 24, 25, 26, 50, 90, 100, 120, 121, 299, 300, 450, 500, 501, 600, 1000),
    ),
    Character(
        "strict",
        # Nobody gets what another had, or is taken for another: with one-lease-per-client dhcpd
        # then frees leases of that other, and by decision 27 we do not.
        _STRAY,
        ("", "", "", "relay=10.8.0.254", "relay=10.9.0.254"),
        ("secs=2", "secs=9", "secs=9", "secs=9", "hostname=alpha", "flags=broadcast"),
        (("decline", 8), ("reboot", 3), ("discover", 40), ("bootp", 1)),
        jumps=(1, 1, 1, 2, 3, 30, 61, 119, 121, 199, 201, 301, 600, 601, 699, 701),
        pinged=_run("10.0.0.101", 12),
        is_honest=True,
    ),
    Character(
        "options",
        (*_run("10.0.0.100", 13), *_run("10.9.0.100", 6), *_STRAY),
        ("", "", "", "relay=10.9.0.254", "relay=10.9.0.254 agent=1:c1,2:0x00ff"),
        (
            "hostname=alpha",
            r"hostname=nul\x00",
            "vendor=vendor",
            "user=site",
            "maxsize=576",
            "maxsize=640",
            "maxsize=1500",
            "maxsize=300",
            "opt57=0x05",
            "prl=",
            "opt81=0x0000006d61696c",
            "opt81=0x040000036f6e650378797a00",
            "subnet=10.0.0.0",
            "opt43=0x010400000000",
            "flags=broadcast",
        ),
        (("inform", 10),),
    ),
)
