"""Write what the reference answered into a scenario file, as the `<` lines under its steps."""

from pathlib import Path

from conformance.compare import answers
from conformance.conversation import Outcome
from conformance.scenario import Raw, Send


def rewrite(path: Path, outcome: Outcome) -> None:
    """Replace the `<` lines of the file `path` by what was seen."""
    path.write_text(rewritten(path.read_text(encoding="utf-8"), outcome), encoding="utf-8")


def rewritten(text: str, outcome: Outcome) -> str:
    """`text` with fresh `<` lines."""
    said = answers(outcome)
    asked = {
        step.line
        for step in outcome.scenario.steps
        if any(isinstance(action, Send | Raw) for action in step.actions)
    }
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("  <") and outcome.scenario.steps:
            continue
        lines.append(line)
        got = said.get(number, [])
        if outcome.scenario.varies:
            continue
        if got:
            lines += [f"  < {answer}" for answer in got]
        elif number in asked:
            lines.append("  < silence")
    return "\n".join(lines) + "\n"
