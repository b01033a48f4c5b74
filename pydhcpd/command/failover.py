"""`pydhcpctl failover`: how the relationships with failover partners stand; partner-down."""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

from pydhcpd.command.dates import local_text, utc_date, utc_text
from pydhcpd.command.output import write_lines
from pydhcpd.config.parser import parse_configuration
from pydhcpd.core.peer_report import PeerReport
from pydhcpd.daemon.configuration import read_file, read_main_file, this_machine
from pydhcpd.daemon.control_client import NoAnswer, ask
from pydhcpd.daemon.control_socket import control_path
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.leases import read_chunks
from pydhcpd.daemon.path import text_of
from pydhcpd.daemon.settings import LEASES, LEASES_VARIABLE, read_settings
from pydhcpd.failover.report import report_recorded_peers
from pydhcpd.lease.load import load_leases
from pydhcpd.lease.peerstate import PARTNER_DOWN, SERVER_STATE_NAMES
from pydhcpd.listing.peer_table import format_peers
from pydhcpd.listing.peers import OddObject, peer_object, peer_report
from pydhcpd.listing.recorded import is_leases_file, read_recorded_peers
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.resolution import resolve_configuration

DOWN: Final = SERVER_STATE_NAMES[PARTNER_DOWN]
WARNING: Final = """\
partner-down tells this server that its partner is off. It will serve all clients, and when the
mclt has passed it will give the partner's free addresses away too. Say yes only if the partner
is off, or surely cannot reach any client: if it still serves, two clients can get one address.
When the partner comes back, both servers find to normal by themselves."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What FILE is: `configuration` is None if it is a leases file itself."""

    configuration: Configuration | None
    leases: str


@click.group("failover", short_help="Show the failover states, or say that the partner is down.")
def command() -> None:
    """Show how this server and its failover partners stand, or declare a partner down.

    A running server is asked through its control socket, LEASES.ctl beside its leases file. Only
    root may ask.
    """


@command.command("status")
@click.argument("file", metavar="CONF|LEASES")
@click.option("-lf", "leases", metavar="LEASES", help="The leases file, if CONF does not say it.")
@click.option("--json", "is_json", is_flag=True, help="Print an object, for scripts.")
@click.option("--local", "is_local", is_flag=True, help="Dates of the table in local time.")
def status(file: str, leases: str | None, is_json: bool, is_local: bool) -> None:
    """Show states, free and backup leases, and how much the partner must still hear of.

    CONF is the server's dhcpd.conf; a leases file will do too. If no server answers, what the
    leases file says is shown, as of its last record.
    """
    subject = _subject(file, leases)
    try:
        reports = _ask_for_status(subject)
        is_running = True
    except NoAnswer as failure:
        is_running = False
        reports = _recorded(subject)
        write_lines([f"{failure}: this is what {subject.leases} says."], sys.stderr)
    if is_json:
        objects = [peer_object(report, utc_date) for report in reports]
        print(json.dumps({"running": is_running, "leases": subject.leases, "peers": objects}))
    elif is_local:
        write_lines(format_peers(reports, local_text, "local time"))
    else:
        write_lines(format_peers(reports, utc_text, "UTC"))


@command.command(DOWN)
@click.argument("file", metavar="CONF|LEASES")
@click.argument("peer", required=False)
@click.option("-lf", "leases", metavar="LEASES", help="The leases file, if CONF does not say it.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def partner_down(file: str, peer: str | None, leases: str | None, is_sure: bool) -> None:
    """Tell the running server that its partner is off, so that it serves all clients alone.

    PEER is the name of the failover peer, needed if there are several.
    """
    subject = _subject(file, leases)
    try:
        report = _choose(_ask_for_status(subject), None if peer is None else text_of(peer))
        if report.my_state == DOWN:
            write_lines([f'failover peer "{report.name}": this server is in {DOWN} already.'])
            return
        if report.is_connected:
            raise click.ClickException(
                "the partner is connected, so it is not off: stop it first "
                f"(it is in {report.partner_state}, this server in {report.my_state})"
            )
        if not is_sure:
            write_lines([*format_peers([report], utc_text, "UTC"), "", WARNING], sys.stderr)
            click.confirm("Is the partner off?", abort=True, err=True)
        request = {"command": "set-failover-state", "peer": report.name, "state": DOWN}
        ask(control_path(subject.leases), request)
    except NoAnswer as failure:
        raise click.ClickException(str(failure)) from None
    write_lines([f'failover peer "{report.name}": this server is in {DOWN}.'])


def _subject(file: str, leases: str | None) -> Subject:
    """Find the leases file; a configuration names it, or the server's defaults do."""
    path = text_of(file)
    try:
        text = read_main_file(path)
        if is_leases_file(text):
            return Subject(None, path)
        tree = parse_configuration(path, text, read_file)
        resolution = resolve_configuration(tree, None, this_machine(False), 4)
    except Fatal as error:
        raise click.ClickException(str(error)) from None
    configuration = resolution.configuration
    if configuration is None:
        write_lines([text for _, text in resolution.messages], sys.stderr)
        raise click.ClickException(resolution.fatal or f"{path} is refused")
    named = read_settings(configuration, 4).leases
    if named is None:
        named = text_of(leases or os.environ.get(LEASES_VARIABLE[4], LEASES[4]))
    return Subject(configuration, named)


def _ask_for_status(subject: Subject) -> list[PeerReport]:
    answer = ask(control_path(subject.leases), {"command": "failover-status"})
    peers = answer.get("peers")
    try:
        return [peer_report(peer) for peer in peers] if isinstance(peers, list) else []
    except OddObject:
        raise NoAnswer("odd answer of the server") from None


def _recorded(subject: Subject) -> list[PeerReport]:
    """What the leases file says, and on stderr what cannot be read of it."""
    now = int(time.time())
    path = subject.leases
    try:
        if subject.configuration is None:
            reports, messages = read_recorded_peers(path, read_file(path), now)
        else:
            loaded = load_leases(path, read_chunks(path), subject.configuration, now)
            reports = report_recorded_peers(subject.configuration, loaded.store, loaded.peer_states)
            messages = loaded.messages
    except Fatal as error:
        raise click.ClickException(error.lines[0]) from None
    except OSError as error:
        raise click.ClickException(f"Can't open {path}: {error.strerror}") from None
    write_lines(messages, sys.stderr)
    return reports


def _choose(reports: Sequence[PeerReport], name: str | None) -> PeerReport:
    if name is None and len(reports) == 1:
        return reports[0]
    for report in reports:
        if report.name == name:
            return report
    names = ", ".join(f'"{report.name}"' for report in reports) or "none"
    raise click.ClickException(f"say which PEER: the failover peers are {names}")
