"""Classes of a packet (dhcpd.conf(5) CLIENT CLASSING)."""

import gc

import pytest

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.log import LogLine
from pydhcpd.expression.context import Context
from pydhcpd.model.client_class import Subclass
from pydhcpd.v4.classify import SPAWNED_SUBCLASSES_LIMIT, Classifier, class_name_of
from pydhcpd.v4.packet import parse_packet
from tests.resolve.reading import configuration_of
from tests.v4.room import DISCOVER, Options, packet_of, serve
from tests.v4.test_packet import INTERFACE

PRL = (55, bytes((15, 17)))
CLASSES = """
class "both" { match if exists user-class; match option host-name; option domain-name "both"; }
subclass "both" "sub" { option domain-name "both-sub"; }
class "if" { match if option host-name = "x"; option domain-name "if"; option root-path "if"; }
class "key" { match option host-name; option root-path "key"; }
subclass "key" "x";
subclass "key" "y" { option root-path "key-y"; }
class "spawned" { spawn with option vendor-class-identifier; option domain-name "spawned"; }
class "nothing" { option domain-name "nothing"; }
"""


def members(options: Options, text: str = CLASSES) -> tuple[list[tuple[str, bool]], list[str]]:
    """Name and whether it is a subclass, for each membership; and the log."""
    configuration = configuration_of(text)
    log: list[LogLine] = []
    datagram = Datagram(packet_of(DISCOVER, options=options), INTERFACE, 0)
    packet = parse_packet(datagram, configuration.spaces, log)
    assert packet is not None
    context = Context(packet.options, {}, packet.hardware)
    classes = Classifier(configuration.classes).classify(packet, context, log)
    found = [(class_name_of(member), isinstance(member, Subclass)) for member in classes]
    return found, [line for _, line in log]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), []),
        (((12, b"x"),), [("if", False), ("key", True)]),
        (((12, b"y"),), [("key", True)]),
        (((12, b"X"),), []),
        (((60, b"v"),), [("spawned", True)]),
        # An empty key makes no member.
        (((60, b""),), []),
        # With both tests only the subclass counts, and only if the condition holds.
        (((77, b"u"),), []),
        (((77, b"u"), (12, b"sub")), [("both", True)]),
        (((12, b"sub"),), []),
    ],
)
def test_memberships(options: Options, found: list[tuple[str, bool]]) -> None:
    assert members(options)[0] == found


@pytest.mark.parametrize(
    ("options", "domain_name", "root_path"),
    [
        # The class that matched first wins, and a subclass over its class.
        (((12, b"x"),), b"if", b"if"),
        (((12, b"y"),), None, b"key-y"),
        (((77, b"u"), (12, b"sub")), b"both-sub", None),
        (((60, b"v"),), b"spawned", None),
        (((60, b"v"), (12, b"x")), b"if", b"if"),
    ],
)
def test_options_of_classes(
    options: Options, domain_name: bytes | None, root_path: bytes | None
) -> None:
    answer = serve(more=CLASSES).ask(DISCOVER, 1, (*options, PRL))
    assert (answer.options.get(15), answer.options.get(17)) == (domain_name, root_path)


def test_a_packet_is_member_of_five_classes_at_most() -> None:
    text = "".join(f'class "c{n}" {{ match if exists host-name; }}\n' for n in range(7))
    found, log = members(((12, b"a"),), text)
    assert [name for name, _ in found] == ["c0", "c1", "c2", "c3", "c4"]
    assert log == ["too many classes match 02:00:00:00:01:01"] * 2


def test_spawned_subclasses_are_forgotten_before_they_fill_the_memory() -> None:
    configuration = configuration_of('class "c" { spawn with option host-name; }')
    classifier = Classifier(configuration.classes)
    log: list[LogLine] = []
    packet = parse_packet(Datagram(packet_of(DISCOVER), INTERFACE, 0), configuration.spaces, log)
    assert packet is not None
    before = count_subclasses()
    for number in range(2 * SPAWNED_SUBCLASSES_LIMIT):
        context = Context({12: number.to_bytes(4, "big")}, {}, None)
        # Each is still a member.
        assert len(classifier.classify(packet, context, log)) == 1
    assert count_subclasses() - before <= SPAWNED_SUBCLASSES_LIMIT


def count_subclasses() -> int:
    gc.collect()
    return sum(isinstance(found, Subclass) for found in gc.get_objects())
