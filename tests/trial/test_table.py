"""The table that a trial prints."""

from pydhcpd.trial.client import Reply, SimulatedClient
from pydhcpd.trial.table import format_table

NAMES = {3: bytes((10, 0, 0, 1)), 6: bytes((10, 0, 0, 2, 10, 0, 0, 3))}


def test_one_line_for_each_client() -> None:
    known = SimulatedClient(bytes.fromhex("020000000001"), "client1", 1)
    known.lease = Reply(
        1, known.hardware, bytes((10, 0, 0, 9)), {51: b"\xff" * 4, 12: b"printer", **NAMES}
    )
    silent = SimulatedClient(bytes.fromhex("020000000002"), "client2", 2)
    assert format_table([known, silent], {known.hardware: "printer"}) == [
        "client                            address    lease time  host name  router    DNS",
        "--------------------------------  ---------  ----------  ---------  --------"
        "  ------------------",
        "02:00:00:00:00:01 (host printer)  10.0.0.9   infinite    printer    10.0.0.1"
        "  10.0.0.2, 10.0.0.3",
        "02:00:00:00:00:02                 no answer  -           -          -         -",
    ]
