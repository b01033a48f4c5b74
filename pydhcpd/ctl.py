"""The command `pydhcpctl` (pydhcpctl(8)): what an admin does with pydhcpd besides running it."""

from importlib import import_module
from typing import Final

import click

# Each module has its click command under the name `command`; only the one that is asked for is
# imported: a list of leases needs no grammar.
COMMANDS: Final = {
    "check": "pydhcpd.command.check",
    "explain": "pydhcpd.command.explain",
    "failover": "pydhcpd.command.failover",
    "fmt": "pydhcpd.command.fmt",
    "leases": "pydhcpd.command.leases",
    "try": "pydhcpd.command.trial",
}


class Commands(click.Group):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = COMMANDS.get(cmd_name)
        if name is None:
            return None
        command = import_module(name).command
        assert isinstance(command, click.Command), f"{name} has its command"
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pydhcpd")
def main() -> None:
    """Check, explain and lay out configurations, list leases, look after failover.

    \b
    Is there something wrong with it?  pydhcpctl check /etc/dhcp/dhcpd.conf
    Who gets what, and why?            pydhcpctl explain CONF --mac 00:11:22:33:44:55
    Who has an address now?            pydhcpctl leases --active
    How do both servers stand?         pydhcpctl failover status /etc/dhcp/dhcpd.conf

    Only `failover` speaks with a running server. `pydhcpctl COMMAND --help` says more;
    pydhcpctl(8) has it all.
    """
