"""The leases file as the daemon reads it: the server's DUID, hosts that were made at run time."""

from pathlib import Path

import pytest

from pydhcpd.daemon.leases import ServedLeases, load_leases_file
from pydhcpd.lease.peerstate import NORMAL, RECOVER
from pydhcpd.wire.moment import Moment
from tests.failover.side import configuration_text
from tests.resolve.reading import configuration_of

SECONDS = 1_795_334_400
HARDWARE = b"\1\2\0\0\0\0\1"
OWN = 'server-duid "xyz";\n'


def load(folder: Path, configuration: str, leases: str) -> ServedLeases:
    path = folder / "dhcpd.leases"
    path.write_text(leases)
    now = Moment(SECONDS * 1_000_000)
    return load_leases_file(configuration_of(configuration), str(path), 67, 68, 0xFFFFFFFF, now)


@pytest.mark.parametrize(
    ("configuration", "leases", "duid"),
    [
        ("", "", r"\000\001\000\0012\225]\200\002\000\000\000\000\001"),
        ("server-duid ll;", "", r"\000\003\000\001\002\000\000\000\000\001"),
        ('server-duid en 1 "a";', "", r"\000\002\000\000\000\001a"),
        # Observed with dhcpd 4.4.3-P1: what the file has counts.
        ('server-duid en 1 "a";', OWN, "xyz"),
        ("server-duid ll;", OWN, "xyz"),
    ],
)
def test_the_duid(tmp_path: Path, configuration: str, leases: str, duid: str) -> None:
    record = load(tmp_path, configuration, leases).server_duid_record(HARDWARE, SECONDS)
    assert record.decode() == f'server-duid "{duid}";\n\n'


def test_a_rewritten_file_has_the_hosts_that_are_in_force(tmp_path: Path) -> None:
    conf = "host gone { hardware ethernet 02:00:00:00:01:08; }"
    made = "host made {\n  dynamic;\n  uid 01:02;\n}\n"
    served = load(tmp_path, conf, made + "host gone { deleted; }\n")
    text = served.leases_text(SECONDS)
    new_file = b"".join(text.chunks()).decode()
    assert new_file.endswith("\n\nhost gone {\n  deleted;\n}\n" + made)
    assert text.lines_to_log()[0] == "Wrote 1 deleted host decls to leases file."


SAVED = """
failover peer "fo" state {
  my state partner-down at 0 2026/11/22 07:49:57;
  partner state normal at 0 2026/11/22 07:49:57;
  mclt 30;
}
"""


def test_failover_states_are_taken_up_and_written_again(tmp_path: Path) -> None:
    served = load(tmp_path, configuration_text(False), SAVED)
    assert b"".join(served.leases_text(SECONDS).chunks()).decode().endswith(SAVED)
    turn = served.start_failover(Moment(SECONDS * 1_000_000))
    assert [text for _, text in turn.log] == [
        "failover peer fo: I move from partner-down to startup"
    ]
    # In startup the file goes on saying what was before.
    assert b"".join(served.leases_text(SECONDS).chunks()).decode().endswith(SAVED)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("  my state normal;\n  mclt 30;\n", "line 3: mclt not valid for primary"),
        ("  peer state normal;\n", "line 2: expecting state setting."),
        ("  my state foo;\n", "line 2: unknown failover state"),
    ],
)
def test_what_is_wrong_with_a_state_is_told(tmp_path: Path, block: str, line: str) -> None:
    text = f'failover peer "fo" state {{\n{block}}}\n'
    served = load(tmp_path, configuration_text(True), text)
    assert served.messages[0][1].endswith(line)
    turn = served.start_failover(Moment(SECONDS * 1_000_000))
    # What was said before the mistake counts.
    before = "normal" if "my state normal" in block else "recover"
    assert turn.log[0][1] == f"failover peer fo: I move from {before} to startup"


def test_state_of_an_unknown_peer_is_told(tmp_path: Path) -> None:
    served = load(tmp_path, "", SAVED.lstrip())
    assert served.messages[0][1].endswith("dhcpd.leases line 1: unknown failover peer: fo")


def test_admin_may_append_a_state_without_a_date(tmp_path: Path) -> None:
    text = SAVED + 'failover peer "fo" state { my state recover; }\n'
    served = load(tmp_path, configuration_text(False), text)
    served.start_failover(Moment(SECONDS * 1_000_000))
    (state,) = served.server.peer_states()
    assert (state.my_state, state.my_since) == (RECOVER, SECONDS)
    assert (state.partner_state, state.mclt) == (NORMAL, 30)
