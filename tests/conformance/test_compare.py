"""What counts as different, and what the one second of tolerance covers."""

from dataclasses import replace

from conformance.compare import (
    compare,
    compare_exchange,
    compare_files,
    compare_frames,
    compare_lines,
    mask_lease,
    mask_log,
)
from conformance.conversation import Exchange, Outcome
from conformance.frames import Seen
from conformance.rewrite import rewritten
from conformance.scenario import Scenario, Send, Step
from conformance.server import Files

OFFER = Seen(
    "offer 10.0.0.100",
    0.1,
    (("ip.ttl", "128"), ("option 53", "02"), ("option 51", "00000258"), ("option 3", "0a000001")),
    "offer",
    "10.0.0.100",
    "10.0.0.1",
)
STEP = Step(5, "client 1 discover", (Send(1, "discover", ()),), ("offer 10.0.0.100",))


def _with(name: str, value: str) -> Seen:
    fields = tuple((each, value if each == name else old) for each, old in OFFER.fields)
    return replace(OFFER, fields=fields)


def test_equal_frames() -> None:
    assert compare_frames(OFFER, replace(OFFER, delay=0.6)) == []


def test_a_field_that_differs() -> None:
    assert compare_frames(OFFER, _with("ip.ttl", "64")) == [
        "offer 10.0.0.100: ip.ttl 128; subject 64"
    ]
    assert len(compare_frames(OFFER, _with("option 3", "0a000002"))) == 1


def test_lease_seconds_may_differ_by_one() -> None:
    assert compare_frames(OFFER, _with("option 51", "00000257")) == []
    assert len(compare_frames(OFFER, _with("option 51", "00000256"))) == 1
    assert len(compare_frames(OFFER, _with("option 51", "0258"))) == 1


def test_order_of_options_counts() -> None:
    turned = replace(OFFER, fields=(*OFFER.fields[:1], *reversed(OFFER.fields[1:])))
    assert len(compare_frames(OFFER, turned)) == 1


def test_late_answers_are_different() -> None:
    assert compare_frames(OFFER, replace(OFFER, delay=1.1)) == [
        "sent after 0.1 s; subject after 1.1 s"
    ]


def test_a_missing_answer() -> None:
    assert compare_exchange(Exchange(STEP, 1, ((OFFER,), ()))) == [
        "line 5 'client 1 discover': reference sent offer 10.0.0.100; subject nothing"
    ]


def test_lines_on_one_side() -> None:
    assert compare_lines(["a", "b", "c"], ["a", "c", "d"], mask_log) == ["- b", "+ d"]
    assert compare_lines(["a", "b"], ["b", "a"], mask_log) != []


def test_ages_in_the_log_may_differ_by_one() -> None:
    line = "reuse_lease: lease age {} (secs) under 25% threshold, reply with unaltered, existing"
    assert compare_lines([line.format(21)], [line.format(22)], mask_log) == []
    assert len(compare_lines([line.format(21)], [line.format(23)], mask_log)) == 2
    assert len(compare_lines(["Wrote 1 leases"], ["Wrote 2 leases"], mask_log)) == 2


def test_times_in_the_leases_file_may_differ_by_one() -> None:
    def differs(one: str, other: str) -> bool:
        return bool(compare_lines([one], [other], mask_lease))

    ends = "  ends 0 2026/11/22 23:59:59;"
    assert not differs(ends, "  ends 1 2026/11/23 00:00:00;")
    assert differs(ends, "  ends 1 2026/11/23 00:00:01;")
    assert differs(ends, "  starts 0 2026/11/22 23:59:59;")
    assert differs(ends, "  ends 1 2026/11/22 23:59:59;")  # the wrong weekday
    assert differs(ends, "  ends never;")
    local = "  ends epoch 1795334141; # Sun Nov 22 07:55:41 2026"
    assert not differs(local, "  ends epoch 1795334142; # Sun Nov 22 07:55:42 2026")
    assert differs(local, "  ends epoch 1795334144; # Sun Nov 22 07:55:44 2026")


def test_only_the_time_of_the_server_duid_is_ignored() -> None:
    written = r'server-duid "\000\001\000\0012\225Z\016\002\000\000\000\000\001";'
    later = r'server-duid "\000\001\000\0012\225\"\\\002\000\000\000\000\001";'
    other = r'server-duid "\000\001\000\0012\225Z\016\002\000\000\000\000\002";'
    hexed = "server-duid 00:01:00:01:32:95:5a:0e:02:00:00:00:00:01;"
    assert compare_lines([written], [later], mask_lease) == []
    assert compare_lines([written], [other], mask_lease) != []
    assert compare_lines([written], [hexed], mask_lease) != []


def test_files_and_their_modes() -> None:
    one = Files((("dhcpd.leases", "0o644"), ("dhcpd.leases.1795334141", "0o644")), "lease\n")
    other = Files((("dhcpd.leases", "0o644"), ("dhcpd.leases.1795334150", "0o600")), "lease\n")
    assert compare_files((one,), (one,)) == []
    assert compare_files((one, one), (other, one)) == [
        "before restart 1: - file dhcpd.leases.1795334141 mode 0o644",
        "before restart 1: + file dhcpd.leases.1795334150 mode 0o600",
    ]


def _outcome(reference_log: str, subject_log: str, seen: tuple[Seen, ...] = (OFFER,)) -> Outcome:
    files = (Files((), ""),)
    scenario = Scenario("sample", "Sample.", "subnet", steps=(STEP,))
    return Outcome(
        scenario,
        (Exchange(STEP, 1, (seen, seen)),),
        (files, files),
        (reference_log, subject_log),
        1,
    )


def test_the_reference_must_do_what_the_scenario_says() -> None:
    assert compare(_outcome("x\n", "x\n"), str) == []
    (found,) = compare(_outcome("x\n", "x\n", ()), str)
    assert found.aspect == "expected"
    assert "should answer offer 10.0.0.100, it answered nothing" in found.text
    (found,) = compare(_outcome("(exit status 1)\n", "(exit status 1)\n"), str)
    assert found.text == "the reference refuses to start"


def test_answers_are_written_into_the_file() -> None:
    text = "# Sample.\nconfig\n  subnet\nsteps\n  client 1 discover\n  < nak\n"
    assert rewritten(text, _outcome("", "")) == (
        "# Sample.\nconfig\n  subnet\nsteps\n  client 1 discover\n  < offer 10.0.0.100\n"
    )
    assert rewritten(text, _outcome("", "", ())).endswith("discover\n  < silence\n")
