"""Write what the control answered into a scenario file, as the `<` lines under its steps."""

from collections.abc import Mapping, Sequence

Answers = Mapping[int, tuple[str, ...]]
# Steps that are answered, if only by silence.
ANSWERED = ("client ", "until ", "partner send ")


def rewritten(text: str, runs: Sequence[Answers]) -> str:
    """`text` with fresh `<` lines, where all runs of the control agree."""
    lines: list[str] = []
    is_steps = False
    for number, line in enumerate(text.splitlines(), 1):
        is_steps = is_steps or line == "steps"
        if is_steps and line.lstrip().startswith("<"):
            continue
        lines.append(line)
        said = {one.get(number, ()) for one in runs}
        if len(said) != 1:
            continue
        (answers,) = said
        if answers:
            lines += [f"  < {answer}" for answer in answers]
        elif is_steps and line.strip().startswith(ANSWERED):
            lines.append("  < silence")
    return "\n".join(lines) + "\n"
