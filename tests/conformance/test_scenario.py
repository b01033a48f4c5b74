"""Scenario files: what a line means, and which lines are refused."""

from pathlib import Path

import pytest

import conformance
from conformance.capture import client_frames
from conformance.scenario import (
    Clock,
    Link,
    Ping,
    Raw,
    Restart,
    Scenario,
    ScenarioError,
    Send,
    Wait,
    load,
    parse,
)

HERE = Path(conformance.__file__).parent
HEAD = "# Title.\nconfig\n  subnet 10.0.0.0 netmask 255.255.255.0 { }\n"


def _no_file(name: str) -> bytes:
    raise AssertionError(f"no file expected, {name} asked for")


def _no_capture(_data: bytes) -> list[tuple[bytes, int]]:
    raise AssertionError("no capture expected")


def _parse(text: str) -> Scenario:
    return parse("sample", text, _no_file, _no_capture)


def test_headings() -> None:
    scenario = _parse(
        "# One.\n# Two.\n"
        'config\n  group {\n    option domain-name "x";\n  }\n\n  # a comment of dhcpd.conf\n'
        "leases\n  lease 10.0.0.1 {\n  }\n"
        "interface v4s0 10.0.0.1/24 10.1.0.1/24\ninterface v4s1\n"
        "flags -s 10.0.0.255\nroute none\nstarts no\nsteps\n  wait 1.5\n"
    )
    assert scenario.title == "One. Two."
    assert scenario.config == (
        'group {\n  option domain-name "x";\n}\n\n# a comment of dhcpd.conf\n'
    )
    assert scenario.leases == "lease 10.0.0.1 {\n}\n"
    assert scenario.interfaces == (("v4s0", ("10.0.0.1/24", "10.1.0.1/24")), ("v4s1", ()))
    assert scenario.flags == ("-s", "10.0.0.255")
    assert not scenario.route
    assert not scenario.starts


def test_without_headings_one_interface_is_implied() -> None:
    scenario = _parse(HEAD)
    assert scenario.interfaces == (("v4s0", ("10.0.0.1/24",)),)
    assert scenario.route
    assert scenario.starts
    assert scenario.leases == ""


def test_steps() -> None:
    scenario = _parse(
        HEAD + "steps\n  # a remark\n  wait 2\n  clock +301\n  restart\n  crash\n"
        "  answer ping 10.0.0.5 10.0.0.6\n  ignore ping 10.0.0.5\n"
        "  link v4s0 down\n  frame ff00 0102\n"
        '  client 3 discover prl=1,3 "hostname=a b" opt43=0x01\n'
    )
    assert [step.actions for step in scenario.steps] == [
        (Wait(2.0),),
        (Clock(301),),
        (Restart(hard=False),),
        (Restart(hard=True),),
        (Ping(("10.0.0.5", "10.0.0.6"), True),),
        (Ping(("10.0.0.5",), False),),
        (Link("v4s0", False),),
        (Raw(b"\xff\x00\x01\x02", "v4s0"),),
        (Send(3, "discover", (("prl", "1,3"), ("hostname", "a b"), ("opt43", "0x01"))),),
    ]
    assert scenario.steps[0].line == 6
    assert scenario.needs_clock


def test_several_clients_and_dora_multiply() -> None:
    (step,) = _parse(HEAD + "steps\n  clients 2-3 dora secs=4\n").steps
    words = (("secs", "4"),)
    assert step.actions == (
        Send(2, "discover", words),
        Send(2, "request", words),
        Send(3, "discover", words),
        Send(3, "request", words),
    )


def test_answers_belong_to_the_step_above() -> None:
    steps = _parse(
        HEAD + "steps\n  client 1 dora\n  < offer 10.0.0.1\n  < ack 10.0.0.1\n"
        "  client 2 release\n  < silence\n  client 3 discover\n"
    ).steps
    assert [step.expected for step in steps] == [
        ("offer 10.0.0.1", "ack 10.0.0.1"),
        (),
        None,
    ]


def test_replay_becomes_frames_and_clock_jumps() -> None:
    scenario = parse(
        "sample",
        "# Title.\nconfig some.conf\nsteps\n  replay some.pcap\n",
        lambda name: name.encode(),
        lambda data: [(data, 0), (b"second", 21)],
    )
    assert scenario.config == "some.conf"
    assert scenario.steps[0].actions == (
        Raw(b"some.pcap", "v4s0"),
        Clock(21),
        Raw(b"second", "v4s0"),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("steps\n  client 1 dance\n", "sample line 5: 'client 1 dance': unknown message 'dance'"),
        ("steps\n  client 1 discover prl\n", "line 5: 'client 1 discover prl': unknown word 'prl'"),
        ("steps\n  client 1 discover color=red\n", "unknown word 'color=red'"),
        ("steps\n  sleep 5\n", "line 5: 'sleep 5': unknown step"),
        ("steps\n  wait long\n", "line 5"),
        ("steps\n  < offer\n", "line 5: an answer without a step"),
        ("stepps\n", "line 4: unknown heading 'stepps'"),
    ],
)
def test_refused(text: str, why: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        _parse(HEAD + text)
    assert why in str(caught.value)


def test_title_and_config_are_needed() -> None:
    with pytest.raises(ScenarioError):
        _parse("config\n  x\n")
    with pytest.raises(ScenarioError):
        _parse("# Title.\n")


@pytest.mark.parametrize(
    "path",
    sorted(HERE.glob("scenarios/*.txt")) + sorted(HERE.glob("recorded/*/scenario.txt")),
    ids=lambda path: path.parent.name if path.stem == "scenario" else path.stem,
)
def test_every_file_can_be_read_and_says_what_the_reference_answers(path: Path) -> None:
    scenario = load(path, client_frames)
    sends = [s for s in scenario.steps if any(isinstance(a, Send | Raw) for a in s.actions)]
    assert all((step.expected is None) == scenario.varies for step in sends)
    assert scenario.starts or not any(step.expected for step in sends)
    if scenario.starts and sends and not scenario.varies:
        assert any(step.expected for step in sends), "a conversation without any answer"
