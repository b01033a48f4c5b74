"""The leases file as the daemon reads it: the server's DUID, hosts that were made at run time."""

from pathlib import Path

import pytest

from pydhcpd.daemon.leases import ServedLeases, load_leases_file
from pydhcpd.wire.moment import Moment
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
