"""`pydhcpctl leases`: the leases file of dhcpd or pydhcpd as a table or as JSON."""

import sys
import time
from typing import Final

import click

from pydhcpd.command.dates import local_text, utc_text
from pydhcpd.command.output import write_lines
from pydhcpd.daemon.path import file_name, text_of
from pydhcpd.listing.objects import format_json
from pydhcpd.listing.read import is_in_use, read_listing
from pydhcpd.listing.table import format_table

DEFAULT_FILE: Final = "/var/lib/dhcp/dhcpd.leases"


@click.command("leases", short_help="Show the leases of a leases file.")
@click.argument("file", default=DEFAULT_FILE)
@click.option("--json", "is_json", is_flag=True, help="Print an array of objects, for scripts.")
@click.option("--active", "is_active", is_flag=True, help="Only leases that are in use now.")
@click.option("--local", "is_local", is_flag=True, help="Dates of the table in local time.")
def command(file: str, is_json: bool, is_active: bool, is_local: bool) -> None:
    """Show the leases of FILE (default: /var/lib/dhcp/dhcpd.leases), the last of each address.

    What cannot be read is reported on stderr with its line; the rest is shown.
    """
    path = text_of(file)
    try:
        with open(file_name(path), "rb") as opened:
            text = opened.read()
    except OSError as error:
        raise click.ClickException(f"Can't open {file}: {error.strerror}") from None
    now = int(time.time())
    listing = read_listing(path, text, now)
    write_lines(listing.messages, sys.stderr)
    leases = listing.leases
    if is_active:
        leases = [lease for lease in leases if is_in_use(lease, now)]
    if is_json:
        write_lines(format_json(leases, now, utc_text))
    elif is_local:
        write_lines(format_table(leases, now, local_text, "local time"))
    else:
        write_lines(format_table(leases, now, utc_text, "UTC"))
