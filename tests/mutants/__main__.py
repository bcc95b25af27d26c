"""``make prove``: wrong rules made by program, and how many of them the check finds."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from . import Mutant, Proof, every_mutant, put_to

ENOUGH = 0.995


def run(mutants: Iterable[Mutant] | None = None) -> int:
    """Check every mutant, print what came of it; 0 if the check is as good as it is said to be."""
    console = Console(highlight=False)
    try:
        with console.status("making wrong rules"):
            every = list(every_mutant() if mutants is None else mutants)
        proof = _proved(console, every)
    except KeyboardInterrupt:
        console.print("Stopped before every wrong rule was checked.")
        return 130
    console.print(_by_family(proof))
    _survivors(console, proof)
    total, (named, nameable) = len(proof.outcomes), proof.diagnosed
    console.print(
        f"{proof.equivalent:,} mutants that give the right gradient everywhere and "
        f"{proof.cannot_run:,} that raise wherever they run are not counted.",
        soft_wrap=True,
    )
    console.print(
        f"right cause on the first line: {named:,} of {nameable:,}{_share(named, nameable)}"
    )
    console.print(f"killed {proof.killed:,} of {total:,}{_share(proof.killed, total)}")
    explained = all(outcome.why for outcome in proof.survivors)
    return 0 if explained and proof.killed >= ENOUGH * total else 1


def _proved(console: Console, mutants: list[Mutant]) -> Proof:
    proof = Proof()
    columns = (
        TextColumn("checking wrong rules"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(mutants))
        for mutant in mutants:
            progress.update(task, description=mutant.op.name)
            put_to(proof, mutant)
            progress.advance(task)
    return proof


def _by_family(proof: Proof) -> Table:
    table = Table(title="Wrong derivative rules, and what the check made of them")
    table.add_column("mistake")
    for heading in ("mutants", "killed", "cause named"):
        table.add_column(heading, justify="right")
    for family, part in proof.by_family().items():
        named, nameable = part.diagnosed
        words = f"{named:,} of {nameable:,}" if nameable else ""
        table.add_row(family, f"{len(part.outcomes):,}", f"{part.killed:,}", words)
    return table


def _survivors(console: Console, proof: Proof) -> None:
    reasons: dict[str, list[str]] = {}
    for outcome in proof.survivors:
        reasons.setdefault(outcome.why or "NOT EXPLAINED", []).append(str(outcome.mutant))
    for reason, survivors in reasons.items():
        console.print(f"survived: {reason}", markup=False, soft_wrap=True)
        for survivor in survivors:
            console.print(f"  {survivor}", markup=False, soft_wrap=True)


def _share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.2f} %)" if whole else ""


if __name__ == "__main__":
    sys.exit(run())
