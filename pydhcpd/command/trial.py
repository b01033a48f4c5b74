"""`pydhcpctl try`: serve a configuration to simulated clients."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from pydhcpd.config.parser import parse_configuration
from pydhcpd.daemon.configuration import read_file
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.trial.refusal import TrialRefusal
from pydhcpd.trial.table import format_table
from pydhcpd.trial.trial import require_root, run_trial

SAMPLE: Final = Path(__file__).parents[1] / "trial" / "sample.conf"
MOST_CLIENTS: Final = 1000


@click.command("try", short_help="Serve a configuration to simulated clients.")
@click.argument(
    "conf", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SAMPLE
)
@click.option(
    "--clients",
    type=click.IntRange(1, MOST_CLIENTS),
    default=5,
    show_default=True,
    metavar="N",
    help="How many clients ask for an address.",
)
def command(conf: Path, clients: int) -> None:
    """Serve CONF (default: a sample) to simulated clients and show what each of them got.

    Server and clients live in network namespaces that are taken away at the end: nothing reaches
    your network or your leases file. Needs root.

    Exits with 0 if every client got an address.
    """
    try:
        require_root(os.geteuid())
        configuration = read_configuration(conf)
        # Installed together, the two programs stand side by side.
        server = Path(sys.argv[0]).absolute().with_name("pydhcpd")
        trial = run_trial(configuration, conf, clients, [str(server)])
    except TrialRefusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("\n".join(format_table(trial.plan.clients, trial.plan.reservations)))
    served = sum(client.lease is not None for client in trial.plan.clients)
    click.echo(
        f"\n{served} of {clients} clients have an address.\n"
        f"Served:      {conf} (subnet {trial.plan.subnet},"
        f" server {trial.plan.server_address.split('/')[0]})\n"
        f"Leases file: {trial.leases_file}\n"
        f"Server log:  {trial.log}"
    )
    sys.exit(0 if served == clients else 1)


def read_configuration(path: Path) -> Configuration:
    """The configuration of a file, or all that is wrong with it."""
    tree = parse_configuration(str(path), read_file(str(path)), read_file)
    # No names are looked up: the server has no resolver in its namespace either.
    resolution = resolve_configuration(tree, None)
    if resolution.configuration is None:
        lines = [text for _, text in resolution.messages]
        if resolution.fatal is not None:
            lines.append(resolution.fatal)
        raise TrialRefusal("\n".join(["the configuration cannot be served:", *lines]))
    return resolution.configuration
