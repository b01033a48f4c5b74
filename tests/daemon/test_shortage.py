"""A listener rests while there are no descriptors left; a thread that can't be is none."""

import asyncio
import socket
import threading

from pydhcpd.daemon.shortage import rest, start_thread
from tests.daemon.shortage import no_descriptors, no_threads

PATIENCE_S = 10.0


def test_resting_listener_costs_nothing_and_accepts_afterwards() -> None:
    loop = asyncio.new_event_loop()
    accepted: list[socket.socket] = []
    tries: list[None] = []

    def accept() -> None:
        tries.append(None)
        try:
            accepted.append(listener.accept()[0])
        except OSError:
            rest(loop, listener, accept, 0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        loop.add_reader(listener.fileno(), accept)
        with socket.create_connection(listener.getsockname()):
            with no_descriptors():
                loop.run_until_complete(asyncio.sleep(0.2))
            assert accepted == []
            assert 1 < len(tries) < 6
            loop.run_until_complete(asyncio.wait_for(_until(accepted), PATIENCE_S))
        accepted[0].close()
        rest(loop, listener, accept, 0.0)
    # It was closed meanwhile.
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()


async def _until(accepted: list[socket.socket]) -> None:
    while not accepted:
        await asyncio.sleep(0.005)


def test_thread_is_none_that_the_end_waits_for() -> None:
    done = threading.Event()
    thread = start_thread(done.set, "name")
    assert thread is not None
    assert (done.wait(PATIENCE_S), thread.daemon) == (True, True)


def test_thread_that_cannot_be_is_none() -> None:
    with no_threads():
        assert start_thread(lambda: None, "name") is None
