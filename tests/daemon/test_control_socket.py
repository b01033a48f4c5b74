"""The control socket: whose it is, what becomes of its file, odd callers."""

import asyncio
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pydhcpd.control.control import LONGEST_REQUEST
from pydhcpd.daemon.control_client import NoAnswer, ask
from pydhcpd.daemon.control_socket import (
    LONGEST_PATH,
    MOST_CONNECTIONS,
    ControlListener,
    ControlSocket,
)
from tests.daemon.namespace import require_root
from tests.daemon.shortage import no_descriptors

PATIENCE_S = 10.0
NOBODY = 65534


class World:
    """A loop that serves the socket, and notes the lines that come."""

    def __init__(self, path: Path, timeout_s: float = PATIENCE_S) -> None:
        self.loop = asyncio.new_event_loop()
        self.path = path
        self.listener = ControlListener(str(path))
        self.lines: list[bytes] = []
        self.answer = b"answer\n"
        self.control = ControlSocket(self.loop, self.listener, self._take, timeout_s, 0.05)
        self.control.listen()

    def _take(self, line: bytes) -> bytes:
        self.lines.append(line)
        return self.answer

    def connect(self) -> socket.socket:
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connected.connect(str(self.path))
        connected.setblocking(False)
        return connected

    def until(self, is_done: Callable[[], bool]) -> None:
        """Run the loop until something is so."""

        async def wait() -> None:
            async with asyncio.timeout(PATIENCE_S):
                while not is_done():
                    await asyncio.sleep(0)

        self.loop.run_until_complete(wait())

    def read_all(self, connected: socket.socket) -> bytes:
        """What comes until the server closes."""
        taken = bytearray()

        def is_over() -> bool:
            try:
                data = connected.recv(65536)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            taken.extend(data)
            return not data

        self.until(is_over)
        connected.close()
        return bytes(taken)

    def close(self) -> None:
        self.control.close()
        self.listener.close()
        self.loop.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    require_root()
    made = World(tmp_path / "s")
    yield made
    made.close()


def test_line_has_an_answer_in_whatever_pieces_it_comes(world: World) -> None:
    connected = world.connect()
    for piece in (b"wh", b"o?", b"\nand more"):
        connected.send(piece)
        world.until(lambda: True)
    assert world.read_all(connected) == b"answer\n"
    assert world.lines == [b"who?"]


def test_caller_waits_while_there_are_no_descriptors(world: World) -> None:
    connected = world.connect()
    connected.send(b"who?\n")
    with no_descriptors():
        world.loop.run_until_complete(asyncio.sleep(0.1))
    assert world.read_all(connected) == b"answer\n"


def test_long_answer_arrives_whole(world: World) -> None:
    world.answer = b"x" * 3_000_000 + b"\n"
    connected = world.connect()
    connected.send(b"?\n")
    assert world.read_all(connected) == world.answer


def test_nobody_but_root_may_connect(world: World) -> None:
    mode = world.path.stat().st_mode
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o600)


def test_nobody_but_root_is_answered_even_if_the_file_lets_him_in(world: World) -> None:
    for path in (world.path, *world.path.parents[:-2]):
        path.chmod(0o777)
    if child := os.fork():
        world.until(lambda: os.waitpid(child, os.WNOHANG)[0] == child)
    else:
        # Nothing of the test's own may run on in here.
        try:
            os.setuid(NOBODY)
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connected.connect(str(world.path))
            os.write(connected.fileno(), b"?\n")
        finally:
            os._exit(0)
    assert world.lines == []


def test_caller_who_goes_away_leaves_nothing(world: World) -> None:
    silent = world.connect()
    silent.close()
    half = world.connect()
    half.send(b"half a li")
    half.close()
    connected = world.connect()
    connected.send(b"?\n")
    assert world.read_all(connected) == b"answer\n"
    assert world.lines == [b"?"]


def test_line_without_an_end_is_not_read_to_the_end(world: World) -> None:
    connected = world.connect()
    connected.send(b"x" * (LONGEST_REQUEST + 1))
    assert world.read_all(connected) == b""
    assert world.lines == []


def test_surplus_callers_are_sent_away(world: World) -> None:
    callers = [world.connect() for _ in range(3)]
    while len(callers) < MOST_CONNECTIONS:
        world.until(lambda: True)
        callers.append(world.connect())
    world.until(lambda: True)
    surplus = world.connect()
    assert world.read_all(surplus) == b""
    callers[0].send(b"?\n")
    assert world.read_all(callers[0]) == b"answer\n"
    for caller in callers[1:]:
        caller.close()


@pytest.mark.parametrize("words", [b"", b"half a li"])
def test_silent_caller_loses_the_connection(tmp_path: Path, words: bytes) -> None:
    require_root()
    world = World(tmp_path / "s", 0.01)
    connected = world.connect()
    connected.send(words)
    assert world.read_all(connected) == b""
    world.close()


def test_caller_who_does_not_read_loses_the_connection(tmp_path: Path) -> None:
    require_root()
    world = World(tmp_path / "s", 0.05)
    world.answer = b"x" * 10_000_000
    connected = world.connect()
    connected.send(b"?\n")
    world.until(lambda: bool(world.lines))
    other = world.connect()
    world.read_all(other)
    assert len(world.read_all(connected)) < 10_000_000
    world.close()


def test_file_goes_with_the_server(tmp_path: Path) -> None:
    listener = ControlListener(str(tmp_path / "s"))
    assert (tmp_path / "s").exists()
    listener.close()
    assert not (tmp_path / "s").exists()


def test_file_of_a_killed_server_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    killed = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    killed.bind(str(path))
    killed.listen()
    killed.close()
    ControlListener(str(path)).close()
    assert not path.exists()


def test_socket_of_a_living_server_stays(world: World) -> None:
    with pytest.raises(OSError, match="in use"):
        ControlListener(str(world.path))
    connected = world.connect()
    connected.send(b"?\n")
    assert world.read_all(connected) == b"answer\n"


def test_successors_socket_is_not_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "s"
    first = ControlListener(str(path))
    path.unlink()
    second = ControlListener(str(path))
    first.close()
    assert path.exists()
    second.close()


def test_file_that_is_no_socket_stays(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("precious")
    with pytest.raises(OSError, match="in use"):
        ControlListener(str(path))
    assert path.read_text() == "precious"


def test_path_that_no_socket_can_have(tmp_path: Path) -> None:
    name = "x" * (LONGEST_PATH - len(str(tmp_path)))
    with pytest.raises(OSError, match="File name too long"):
        ControlListener(str(tmp_path / name))
    ControlListener(str(tmp_path / name[1:])).close()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b'{"error": "no\\u001b[2J"}\n', r"the server says: no\?\[2J"),
        (b"[]\n", "odd answer"),
        (b"", "odd answer"),
        (b"[" * 100_000, "odd answer"),
    ],
)
def test_odd_answers_are_told(world: World, answer: bytes, why: str) -> None:
    world.answer = answer
    asked = world.loop.run_in_executor(None, ask, str(world.path), {"command": "x"})
    with pytest.raises(NoAnswer, match=why):
        world.loop.run_until_complete(asked)
    assert world.lines == [b'{"command": "x"}']


def test_absent_server_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match="No such file or directory"):
        ask(str(tmp_path / "s"), {})
    with pytest.raises(NoAnswer, match="too long"):
        ask("/" + "x" * 200, {})
