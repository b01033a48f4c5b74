"""The running service: its leases file, its sockets, its server core, and what joins them."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, final

from pydhcpd.core.command import NO_ADDRESS, Command
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import DEBUG, ERR, INFO, LogLine
from pydhcpd.core.turn import Turn
from pydhcpd.daemon.arguments import Arguments
from pydhcpd.daemon.commands import Commands, given_environment, poll_process, spawn_process
from pydhcpd.daemon.configuration import load_configuration
from pydhcpd.daemon.control_socket import ControlListener, control_path
from pydhcpd.daemon.damaged import keep_damaged
from pydhcpd.daemon.database import Database
from pydhcpd.daemon.delivery import Delivery
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.guard import Guard, find_holders
from pydhcpd.daemon.host_name import find_addresses
from pydhcpd.daemon.icmp_socket import IcmpSocket
from pydhcpd.daemon.interfaces import (
    Match,
    match_interfaces,
    no_subnet_lines,
    system_interfaces,
)
from pydhcpd.daemon.journal import DiskFile, Journal
from pydhcpd.daemon.leases import ServedLeases, load_leases_file
from pydhcpd.daemon.listeners import Listeners, places_of
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.loop import Loop, Port
from pydhcpd.daemon.notify import Notify
from pydhcpd.daemon.packet_socket import PacketSocket
from pydhcpd.daemon.path import file_name
from pydhcpd.daemon.privileges import Identity
from pydhcpd.daemon.rewrite import Rewrite, RewriteError
from pydhcpd.daemon.settings import Paths, Settings, broadcast_address, read_settings
from pydhcpd.daemon.udp_socket import UdpSocket
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.resolve.resolution import ERRORS_ENCOUNTERED
from pydhcpd.server.server import Server
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.hardware import ETHERNET, format_hardware
from pydhcpd.wire.moment import Moment

ONLY_AT_START: Final = (
    "Files, ports, addresses and fsync of the global scope change only with a restart."
)
# What stands there now may lack leases that clients have.
FOREIGN_LEASES: Final = "{} was moved, replaced or cut: it is read again only after a restart."


@final
class Service:
    """Made before a chroot: looks at once for what that would hide."""

    def __init__(
        self,
        arguments: Arguments,
        configuration: Configuration,
        settings: Settings,
        paths: Paths,
        identity: Identity,
        asked_port: int,
        log: Log,
    ) -> None:
        self._arguments: Final = arguments
        self._configuration = configuration
        self._settings: Final = settings
        self._identity: Final = identity
        self._log: Final = log
        self._configuration_path: Final = os.path.abspath(file_name(paths.configuration)).decode(
            "latin-1"
        )
        self._leases_path: Final = paths.leases
        self._port: Final = asked_port if settings.local_port is None else settings.local_port
        self._client_port: Final = settings.remote_port or self._port + 1
        self._broadcast: Final = settings.broadcast_address or broadcast_address(arguments.server)
        self._system: Final = () if arguments.is_test else system_interfaces()
        self._holders: Final = () if arguments.is_test else find_holders()
        self._database: Database | None = None
        self._leases: ServedLeases | None = None
        self._ports: list[Port] = []
        self._udp: UdpSocket | None = None
        self._loop: Loop | None = None
        self._listeners: Final = Listeners(log)
        self._peers: Mapping[str, FailoverPeer] = {}
        self._before: Server | None = None
        self._control: ControlListener | None = None
        self._commands: Final = Commands(
            log, partial(spawn_process, given_environment()), poll_process
        )

    def execute(self, commands: Sequence[Command]) -> None:
        """Run commands; a mere test only tells of them."""
        if self._arguments.is_test:
            self._log.write([(DEBUG, command.would_execute()) for command in commands])
        else:
            self._commands.submit(commands)

    def open_database(self) -> None:
        """Read the leases file, open it for append, and write it anew.

        Under -T only to see whether it can be written.
        """
        path = self._absolute_leases_path()
        now = Moment(time.time_ns() // 1000)
        leases = self._load(self._configuration, now)
        self._log.write([*leases.messages, *leases.expiry_lines])
        self.execute(leases.expiry_commands)
        try:
            journal = Journal(DiskFile(path), self._settings.has_fsync)
        except OSError:
            raise Fatal(f"Can't open {self._leases_path} for append.") from None
        if self._arguments.is_leases_test:
            self._try_rewrite(path, leases, journal, now)
            return
        if leases.is_damaged:
            failure = keep_damaged(path, now.seconds)
            if failure is not None:
                self._log.err(failure)
        # As dhcpd does it: the expiries go to the old file, which becomes the backup.
        error = journal.commit(journal.missing_line_end() + leases.expiry_records(now.seconds))
        if error is not None:
            self._log.info(error)
        self._rewrite(path, leases, journal, now)
        self._database = Database(path, journal, leases, now.seconds, self._log)
        self._leases = leases

    def open_interfaces(self) -> None:
        """Find the interfaces to serve, and open the sockets."""
        lines: list[LogLine] = []
        try:
            matches = match_interfaces(
                self._system, self._arguments.interfaces, self._configuration, lines
            )
        finally:
            self._log.write(lines)
        guard = Guard(self._port, self._holders)
        for match in matches:
            if match.network is None:
                self._log.write(no_subnet_lines(match))
            else:
                guard.claim(match.name, match.index)
                self._open_port(match, match.network)
        if not self._ports:
            self._log.info("")
            raise Fatal("Not configured to listen on any interfaces!")
        self._guard = guard
        self._udp = UdpSocket(self._settings.local_address or 0, self._port)
        self._say("Sending on   Socket/fallback/fallback-net")
        self._append_server_duid()
        self._open_failover()

    def _open_failover(self) -> None:
        """Listen for failover partners while privileged ports may be opened."""
        self._peers = _locate_peers(self._configuration)
        self._listeners.open(places_of(self._peers.values()))

    def open_control(self) -> None:
        """Let root ask about failover, which is all there is to ask about."""
        if not self._configuration.peers:
            return
        path = control_path(self._absolute_leases_path())
        try:
            self._control = ControlListener(path)
        except OSError as error:
            self._log.err(f"Can't create control socket {path}: {error.strerror}.")

    def _absolute_leases_path(self) -> str:
        """Asked for after a chroot, and before the daemon changes to /."""
        return os.path.abspath(file_name(self._leases_path)).decode("latin-1")

    def _start_failover(self, moment: Moment) -> Turn:
        assert self._leases is not None, "leases come before service"
        before, self._before = self._before, None
        if before is None:
            return self._leases.start_failover(moment)
        return self._leases.continue_failover(before, moment)

    def prepare(self, icmp: IcmpSocket | None, notify: Notify) -> None:
        """Join all parts; from here on signals wait for `run`."""
        assert self._leases is not None, "leases come before service"
        assert self._database is not None, "leases come before service"
        assert self._udp is not None, "sockets come before service"
        links = {port.interface.name: port.link for port in self._ports}
        delivery = Delivery(self._log, self._database, links, self._udp, icmp, self._port)
        self._loop = Loop(
            self._leases.server,
            self._ports,
            icmp,
            delivery,
            self._database,
            self._commands,
            self._log,
            notify,
            self._reload,
            self._control,
            self._listeners,
            lambda: self._peers,
            self._start_failover,
            self._found_again,
        )
        self._loop.prepare()

    def run(self) -> None:
        """Serve until a signal ends it."""
        assert self._loop is not None, "prepared"
        assert self._database is not None, "leases come before service"
        try:
            self._loop.run()
        finally:
            if self._control is not None:
                self._control.close()
        self._database.close()

    def _load(self, configuration: Configuration, moment: Moment) -> ServedLeases:
        return load_leases_file(
            configuration,
            self._leases_path,
            self._port,
            self._client_port,
            self._broadcast,
            moment,
        )

    def _rewrite(self, path: str, leases: ServedLeases, journal: Journal, now: Moment) -> None:
        """The rewrite at start; on failure the old file stays the journal."""
        text = leases.leases_text(now.seconds)
        rewrite: Rewrite | None = None
        try:
            rewrite = Rewrite(path, now.seconds, text.chunks(), journal)
            rewrite.give_to(self._identity)
            rewrite.write_all()
            self._log.write([(INFO, line) for line in text.lines_to_log()])
            if journal.has_fsync:
                rewrite.sync()
            note = rewrite.install()
        except RewriteError as error:
            self._log.err(str(error))
            if rewrite is not None:
                rewrite.abandon()
            return
        if note is not None:
            self._log.err(note)

    def _try_rewrite(self, path: str, leases: ServedLeases, journal: Journal, now: Moment) -> None:
        text = leases.leases_text(now.seconds)
        try:
            rewrite = Rewrite(path, now.seconds, text.chunks(), journal)
        except RewriteError as error:
            raise Fatal(str(error)) from None
        try:
            rewrite.write_all()
            self._log.write([(INFO, line) for line in text.lines_to_log()])
            name = f"{self._leases_path}.{now.seconds}"
            self._log.debug(f"Lease file test successful, removing temp lease file: {name}")
        except RewriteError as error:
            raise Fatal(str(error)) from None
        finally:
            rewrite.abandon()

    def _open_port(self, match: Match, network: int) -> None:
        link = PacketSocket(match.name, self._port)
        hardware = bytes((ETHERNET,)) + link.hardware
        interface = Interface(match.name, match.index, hardware, match.addresses, network)
        self._ports.append(Port(link, interface))
        self._say_port(interface)

    def _found_again(self, port: Port) -> None:
        """An interface was removed and made anew: it is served as before."""
        hardware = bytes((ETHERNET,)) + port.link.hardware
        port.interface = replace(port.interface, hardware=hardware)
        self._say_port(port.interface)

    def _say_port(self, interface: Interface) -> None:
        name = self._configuration.shared_networks[interface.network].name
        where = f"LPF/{interface.name}/{format_hardware(interface.hardware)}/{name}"
        self._say(f"Listening on {where}")
        self._say(f"Sending on   {where}")

    def _say(self, line: str) -> None:
        """What -q leaves out."""
        if not self._arguments.is_quiet:
            self._log.info(line)

    def _append_server_duid(self) -> None:
        """dhcpd writes its DUID at every start, in v4 mode too."""
        assert self._leases is not None, "leases come before interfaces"
        assert self._database is not None, "leases come before interfaces"
        now = int(time.time())
        hardware = self._ports[0].interface.hardware
        self._database.commit(self._leases.server_duid_record(hardware, now), now)

    def _reload(self) -> Server | None:
        """Read configuration and leases again; None, and nothing changes, if that fails."""
        try:
            configuration = load_configuration(self._configuration_path, 4, False, self._log)
            settings = read_settings(configuration, 4)
            networks = self._networks_again(configuration)
            peers = _locate_peers(configuration)
            now = Moment(time.time_ns() // 1000)
            leases = self._load(configuration, now)
            assert self._database is not None, "leases come before service"
            self._log.write([*leases.messages, *leases.expiry_lines])
            if not self._database.is_whole:
                raise Fatal(FOREIGN_LEASES.format(self._leases_path))
        except Fatal as error:
            said = [(ERR, line) for line in error.lines if line != ERRORS_ENCOUNTERED]
            self._log.write(said)
            self._log.err("The old configuration stays in force.")
            return None
        if settings != self._settings:
            self._log.err(ONLY_AT_START)
        for port in self._ports:
            old = port.interface
            port.interface = Interface(
                old.name, old.index, old.hardware, old.addresses, networks[old.name]
            )
        self._configuration = configuration
        self._peers = peers
        self._database.commit(leases.expiry_records(now.seconds), now.seconds)
        self.execute([Command(NO_ADDRESS, words) for words in configuration.commands])
        self.execute(leases.expiry_commands)
        self._database.leases = leases
        assert self._leases is not None, "leases come before service"
        self._before = self._leases.server
        self._leases = leases
        self._log.info(f"Config file: {self._configuration_path} read again.")
        return leases.server

    def _networks_again(self, configuration: Configuration) -> dict[str, int]:
        """The shared networks of the interfaces under another configuration."""
        lines: list[LogLine] = []
        matches = match_interfaces(self._system, self._arguments.interfaces, configuration, lines)
        self._log.write(lines)
        networks = {match.name: match.network for match in matches if match.network is not None}
        if networks.keys() != {port.interface.name for port in self._ports}:
            raise Fatal("Other interfaces are served only after a restart.")
        return networks


def _locate_peers(configuration: Configuration) -> dict[str, FailoverPeer]:
    """The failover peers with their own addresses as numbers."""
    peers: dict[str, FailoverPeer] = {}
    for name, peer in configuration.peers.items():
        found = find_addresses(peer.address) if peer.address is not None else ()
        if not found or isinstance(found, str):
            why = (found,) if isinstance(found, str) else ()
            raise Fatal(*why, f"failover peer {name}: no local address.")
        peers[name] = replace(peer, address=format_ipv4(found[0]))
    return peers
