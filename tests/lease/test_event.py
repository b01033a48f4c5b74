"""Blocks stored on leases, and what the leases file has of them."""

from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.control import Break
from pydhcpd.lease.event import NO_EVENTS
from pydhcpd.lease.lease import FREE
from pydhcpd.lease.load import Loaded, load_leases
from tests.lease.pools import make_configuration, make_pool, make_writer

NOW = 1_795_334_400
POOLS = [
    make_pool(0, ("10.0.0.100", "10.0.0.110")),
    make_pool(1, ("10.9.0.100", "10.9.0.110"), network=1),
]
RECORD = """lease {} {{
  starts 0 2026/11/22 07:00:00;
  ends 0 2026/11/22 07:59:00;
  cltt 0 2026/11/22 07:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 02:00:00:00:01:01;
  set name = "one";
  {}
}}
"""


def block(events: str, text: str = "{ }") -> EventBlock:
    return EventBlock(tuple(events.split()), (Break(),), text)


def load(text: str) -> Loaded:
    return load_leases("leases", [text.encode("latin-1")], make_configuration(POOLS), NOW)


def test_a_block_replaces_those_of_its_events() -> None:
    first, second = block("commit release", "{ 1 }"), block("expiry release", "{ 2 }")
    events = NO_EVENTS.with_blocks([first, second])
    assert (events.commit, events.expiry, events.release) == (first, second, second)
    assert events.texts() == ["on expiry or release { 2 }"]
    events = events.with_blocks([block("release", "{ 3 }")])
    assert events.texts() == ["on expiry { 2 }", "on release { 3 }"]
    assert events.after_commit().commit is None
    cleared = events.with_blocks([EventBlock(("expiry", "commit"), (), "")])
    assert cleared.texts() == ["on release { 3 }"]
    # Blocks of equal text that were said apart stay apart.
    apart = NO_EVENTS.with_blocks([block("release"), block("expiry")])
    assert apart.texts() == ["on expiry { }", "on release { }"]


def test_the_same_blocks_again_change_nothing() -> None:
    one = block("commit expiry")
    events = NO_EVENTS.with_blocks([one])
    assert events.with_blocks([one]) is events
    assert block("transmission").events == ("transmission",)
    assert NO_EVENTS.with_blocks([block("transmission")]) is NO_EVENTS


def test_expiries_run_at_the_start_the_last_network_first() -> None:
    body = 'on expiry {{ log(info, concat("{} ", name)); set name = null; execute("/bin/x"); }}'
    loaded = load(
        RECORD.format("10.0.0.101", body.format("a"))
        + RECORD.format("10.9.0.101", body.format("b"))
    )
    assert loaded.messages == []
    assert [line for line in loaded.expiries.log if line[0] == "info"] == [
        ("info", "b one"),
        ("info", "a one"),
    ]
    assert loaded.expiries.commands == [(0x0A090065, (b"/bin/x",)), (0x0A000065, (b"/bin/x",))]
    lease = loaded.store.lease_of(0x0A000065)
    assert (lease.state, lease.events) == (FREE, NO_EVENTS)
    record = make_writer().record(lease, NOW)
    assert "set" not in record


def test_a_block_that_makes_no_sense_is_reported_and_the_lease_kept() -> None:
    loaded = load(RECORD.format("10.0.0.101", "on release { set = ; }").replace("07:59", "09:59"))
    assert loaded.messages[0].startswith("leases line 10: ")
    lease = loaded.store.lease_of(0x0A000065)
    assert lease.events is NO_EVENTS
    assert lease.hardware == bytes.fromhex("01020000000101")
    assert not loaded.is_damaged
