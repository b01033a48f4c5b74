"""`pydhcpctl check`: what is wrong with a configuration, or with the two of a failover pair."""

import sys
import time

import click

from pydhcpd.check.check import Verdict, compare, examine, judge, refused
from pydhcpd.check.finding import WARNING
from pydhcpd.check.report import format_findings, format_json, summary
from pydhcpd.command.output import write_lines
from pydhcpd.config.parser import parse_configuration
from pydhcpd.daemon.configuration import read_file, read_main_file, this_machine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.path import text_of
from pydhcpd.resolve.resolution import resolve_configuration


@click.command("check", short_help="Say what is wrong with a configuration.")
@click.argument("conf")
@click.argument("conf2", required=False)
@click.option("--json", "is_json", is_flag=True, help="Print an array of objects, for scripts.")
@click.option("--strict", "is_strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("-6", "is_dhcpv6", is_flag=True, help="Read CONF as a server for DHCPv6 does.")
def command(conf: str, conf2: str | None, is_json: bool, is_strict: bool, is_dhcpv6: bool) -> None:
    """Say what the server says of CONF with -t, and what is wrong beyond that.

    With CONF2, the partner's file of a failover pair, also what does not fit between the two.
    Nothing is looked up on this machine or in its networks, and no command is run.

    Exits with 0 if the server takes the file, warnings or not, and with 1 if it refuses it.
    """
    paths = [text_of(path) for path in (conf, conf2) if path is not None]
    verdicts = [_judge(path, 6 if is_dhcpv6 else 4) for path in paths]
    subjects = [verdict.subject for verdict in verdicts if verdict.subject is not None]
    findings = [finding for subject in subjects for finding in examine(subject)]
    if len(subjects) == 2:
        findings.extend(compare(*subjects))
    if is_json:
        told = [finding for verdict in verdicts for finding in verdict.findings]
        print(format_json([*told, *findings]))
    else:
        for verdict in verdicts:
            write_lines(verdict.lines)
        write_lines(format_findings(findings))
        if len(subjects) == len(verdicts):
            write_lines([f"{', '.join(paths)}: {summary(findings)}"])
    is_bad = is_strict and any(finding.severity == WARNING for finding in findings)
    sys.exit(1 if is_bad or len(subjects) < len(verdicts) else 0)


def _judge(path: str, family: int) -> Verdict:
    """What -t says of a file."""
    try:
        tree = parse_configuration(path, read_main_file(path), read_file)
    except Fatal as error:
        return refused(str(error))
    resolution = resolve_configuration(tree, None, this_machine(False), family)
    return judge(tree, resolution, int(time.time()))
