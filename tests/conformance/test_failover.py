"""Pairs of failover partners: scenario files, the hand-made partner, and the verdict."""

from pathlib import Path

import pytest

import conformance.failover
from conformance.failover.configuration import Setting, configuration_text
from conformance.failover.decisions import ALLOWED, decision_for
from conformance.failover.hand import Hand, decode, encode_option, split
from conformance.failover.judge import Shown, check_names, failures_of
from conformance.failover.leases import read_leases
from conformance.failover.log import parts_of
from conformance.failover.pair import Outcome
from conformance.failover.report import Report
from conformance.failover.rewrite import rewritten
from conformance.failover.run import CONTROL, Run
from conformance.failover.scenario import Scenario, load, parse, setting_of
from conformance.scenario import ScenarioError

SCENARIOS = Path(conformance.failover.__file__).parent / "scenarios"
HEAD = "# Title.\nsteps\n"
NOW = 1767571200


def _no_file(name: str) -> str:
    raise AssertionError(f"no file expected, {name} asked for")


def _parse(text: str) -> Scenario:
    return parse("sample", text, _no_file)


# -- Scenario files


def test_settings_are_for_both_or_for_one() -> None:
    scenario = _parse(
        "# Title.\nset mclt 20\nset secondary peer port 519\nset load balance max seconds 0\n"
        "set name other\nsteps\n  start both\n"
    )
    assert scenario.settings == (
        Setting(("primary", "secondary"), "mclt", "20"),
        Setting(("secondary",), "peer port", "519"),
        Setting(("primary", "secondary"), "load balance max seconds", "0"),
        Setting(("primary", "secondary"), "name", "other"),
    )
    assert scenario.peer_name == "other"


def test_altered_setting_takes_the_place_of_what_was_said_for_that_server() -> None:
    scenario = _parse("# Title.\nset mclt 20\nset subnet pool { }\nsteps\n  start both\n")
    altered = scenario.altered(setting_of("primary mclt 40")).altered(setting_of("subnet -"))
    assert altered.settings == (
        Setting(("secondary",), "mclt", "20"),
        Setting(("primary",), "mclt", "40"),
        Setting(("primary", "secondary"), "subnet", "-"),
    )
    text = altered.configuration_of("primary", is_dhcpd=False)
    assert "mclt 40;" in text
    assert "pool { }" not in text


def test_answers_belong_to_the_step_above() -> None:
    steps = _parse(
        HEAD + "  client 1 dora secs=4\n  < primary offer 10.0.0.1 for 30\n"
        "  < primary ack 10.0.0.1 for 30\n  client 2 renew to=primary\n  < silence\n  cut\n"
    ).steps
    assert [step.expected for step in steps] == [
        ("primary offer 10.0.0.1 for 30", "primary ack 10.0.0.1 for 30"),
        (),
        None,
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "  start everybody\n", 3),
        (HEAD + "  until both\n", 3),
        (HEAD + "  cut both\n", 3),
        (HEAD + "  alter both colour red\n", 3),
        (HEAD + "  client 1 dance\n", 3),
        (HEAD + "  client 1 dora colour=red\n", 3),
        (HEAD + "  partner sings\n", 3),
        (HEAD + "  < silence\n", 3),
        ("# Title.\nset nonsense 3\nsteps\n  cut\n", 2),
        ("# Title.\nleave out *: lines\nsteps\n  cut\n", 2),
        ("# Title.\n", 1),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ScenarioError, match=f"sample line {line}: "):
        _parse(text)


def test_every_scenario_can_be_read_and_says_what_it_shows() -> None:
    names = [path.stem for path in SCENARIOS.glob("*.txt")]
    assert len(names) > 50
    for name in names:
        scenario = load(SCENARIOS / f"{name}.txt")
        assert scenario.title.endswith((".", ":"))
        assert scenario.steps


def test_what_dhcpd_refuses_is_left_out_for_dhcpd_only() -> None:
    text = "# T.\nconfig secondary x.conf without split 128;\nsteps\n  cut\n"
    scenario = parse("sample", text, lambda _: "port 647;\nsplit 128;\n")
    assert scenario.configuration_of("secondary", is_dhcpd=True) == "port 647;\n\n"
    assert scenario.configuration_of("secondary", is_dhcpd=False) == "port 647;\nsplit 128;\n"


def test_configuration_has_what_belongs_to_the_role() -> None:
    settings = (
        Setting(("primary", "secondary"), "mclt", "20"),
        Setting(("primary",), "split", "-"),
        Setting(("secondary",), "port", "847"),
    )
    primary, secondary = (configuration_text(role, settings) for role in ("primary", "secondary"))
    assert "  primary;\n  address 10.13.37.5;\n  peer address 10.13.37.60;\n  port 647;" in primary
    assert "mclt 20;" in primary
    assert "split" not in primary
    assert "  secondary;\n  address 10.13.37.60;\n" in secondary
    assert "  port 847;\n  peer port 647;" in secondary


# -- The partner that is played by hand


def test_message_of_the_protocol() -> None:
    # BNDACK with a rejection, as a dhcpd 4.4.3-P1 sent it.
    wire = bytes.fromhex(
        "002f040c" + f"{NOW:08x}" + "00000006"
        "000200040a0d2563"
        "0015000101"
        "00100012756e6b6e6f776e2049502061646472657373"
    )
    heard = decode(wire, NOW)
    assert str(heard) == (
        "bndack xid=6 address=10.13.37.99 reject-reason=1 message=unknown_IP_address"
    )


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("server-state", "recover-wait", "00180001fe"),
        ("binding-status", "backup", "0003000107"),
        ("receive-timer", "10", "001300040000000a"),
        ("ends", "+60", f"000d0004{NOW + 60:08x}"),
        ("ends", "0", "000d000400000000"),
        ("address", "10.13.37.200", "000200040a0d25c8"),
        ("message", "bye_now", "0010000762796520" + "6e6f77"),
    ],
)
def test_options_on_the_wire(name: str, value: str, wire: str) -> None:
    assert encode_option(name, value, NOW).hex() == wire


def test_bytes_are_cut_into_messages() -> None:
    contact = bytes.fromhex("000c0b0c0000000000000001")
    assert split(contact + contact + contact[:5]) == ([contact, contact], contact[:5])


def test_answers_repeat_the_xid_of_what_they_answer() -> None:
    said: list[bytes] = []

    class Deaf(Hand):
        def say(self, wire: bytes, number: int = 0) -> None:
            said.append(wire)

    hand = Deaf("nowhere", "primary")
    update = "004f030c000000000000001600020004" + "0a0d25c8"
    hand.heard.append(decode(bytes.fromhex(update), NOW))
    hand.send("bndack", [], NOW)
    hand.send("contact", [], NOW)
    hand.send("connect", ["-mclt", "time=61", "size=11"], NOW)
    assert [int.from_bytes(wire[8:12], "big") for wire in said] == [0x16, 1, 2]
    assert said[2][:2] == b"\x00\x0b"
    assert int.from_bytes(said[2][4:8], "big") == NOW + 61
    assert b"\x00\x0f\x00\x04" not in said[2]


# -- What is compared


def test_last_records_count() -> None:
    file = read_leases(
        'failover peer "fo" state {\n  my state recover at 1 2026/01/05 00:00:00;\n}\n'
        "lease 10.0.0.1 {\n  binding state free;\n}\n"
        "lease 10.0.0.1 {\n  ends 1 2026/01/05 00:00:10;\n  binding state backup;\n}\n"
        'failover peer "fo" state {\n  my state normal at 1 2026/01/05 00:00:05;\n}\n'
    )
    assert file.leases["10.0.0.1"].lines == ("ends DATE", "binding state backup")
    assert file.leases["10.0.0.1"].dates == (NOW + 10,)
    assert file.states["fo"].lines == ("my state normal at DATE",)


def test_log_falls_into_parts() -> None:
    parts = parts_of(
        "failover peer fo: I move from normal to startup\n"
        "failover peer fo: peer moves from normal to normal\n"
        "balancing pool 5599afbc71e0 10.13.37.0/24  total 10\n"
        "Discarding packet with bogus hlen.\n"
        "DHCPACK on 10.13.37.204 to 02:00:00:00:01:01 via v4s0\n"
    )
    assert parts == {
        "states": ("failover peer fo: I move from normal to startup",),
        "partner's states": ("failover peer fo: peer moves from normal to normal",),
        "service": ("DHCPACK on 10.13.37.204 to 02:00:00:00:01:01 via v4s0",),
        "lines": ("balancing pool PTR 10.13.37.0/24  total 10",),
    }


def test_a_check_holds_if_any_run_of_the_control_shows_the_same() -> None:
    known = {"step": Shown(("silence",))}
    controls = [{"lines": Shown(("a",))}, {"lines": Shown(("b",))}]
    mine = {"step": Shown(("offer",)), "lines": Shown(("b",)), "more": Shown(("x",))}
    names = check_names(known, [*controls, mine])
    assert names == ("step", "lines", "more")
    failed = failures_of(names, mine, known, controls)
    assert [(one.check, one.text) for one in failed] == [
        ("step", "-silence\n+offer"),
        ("more", "+x"),
    ]


def _run(pairing: str, log: str) -> Run:
    outcome = Outcome({3: ()}, {"primary": log}, {"primary": ""}, ("primary",), (), 0.0)
    return Run("sample", pairing, outcome)


def test_verdict() -> None:
    scenario = {"sample": _parse(HEAD + "  start primary\n")}
    same = [_run(CONTROL, "a"), _run(CONTROL, "a"), _run("pyd+pyd", "a")]
    assert Report(scenario, same).suspects() == []
    other = [_run(CONTROL, "a"), _run(CONTROL, "a"), _run("pyd+pyd", "b")]
    assert Report(scenario, other).suspects() == [("sample", "pyd+pyd")]
    # What fails once and holds once hangs on chance, and so does what the control shows once.
    assert Report(scenario, [*other, _run("pyd+pyd", "a")]).suspects() == []
    assert Report(scenario, [*other, _run(CONTROL, "c")]).suspects() == []
    broken = Run("sample", "pyd+real", None, "OSError: no")
    assert Report(scenario, [*same, broken]).suspects() == [("sample", "pyd+real")]


def test_decided_differences_name_scenarios_that_exist() -> None:
    names = [path.stem for path in SCENARIOS.glob("*.txt")]
    for row in ALLOWED:
        assert any(decision_for(name, row.check.replace("*", "x")) for name in names), row
    assert decision_for("restart", "primary: lines") is None


def test_answers_are_written_where_the_control_agrees() -> None:
    text = HEAD + "  client 1 dora\n  < old\n  client 2 dora\n  cut\n  client 3 dora\n"
    runs = [{3: ("offer",), 5: ("offer",), 7: ()}, {3: ("offer",), 5: ("ack",), 7: ()}]
    assert rewritten(text, runs) == (
        HEAD + "  client 1 dora\n  < offer\n  client 2 dora\n  cut\n  client 3 dora\n  < silence\n"
    )
