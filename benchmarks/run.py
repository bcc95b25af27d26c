"""The suite: ``python benchmarks/run.py [--quick] [--only NAME] [--page FILE.md]``.

Everything is measured on one core, interleaved, and told as median and quartiles.  The core is the
first that the process may use (``taskset -c 1 python benchmarks/run.py`` takes another); where a
process cannot be bound to a core, the column "CPUs" tells who used more than one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):  # XLA takes two cores in spite of its flags
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import checks
import epoch
import many_paths
import page
import plot
import small
import threads
import training
from contestants import find
from report import Table, machine_facts, machine_line


def main() -> None:
    """Measure what was asked for, print, save."""
    contestants, missing = find()
    sections: dict[str, Callable[[bool], list[Table]]] = {
        "training": partial(training.tables, contestants),
        "epoch": epoch.tables,
        "threads": threads.tables,
        "eager": small.eager_tables,
        "import": small.import_tables,
        "chain": small.chain_tables,
        "check": checks.check_tables,
        "paths": checks.path_tables,
        "many paths": many_paths.tables,
    }
    parser = argparse.ArgumentParser(description="Measure this library against others.")
    parser.add_argument("--quick", action="store_true", help="few rounds and examples: a trial")
    parser.add_argument("--only", action="append", choices=list(sections), help="may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save everything that was found")
    parser.add_argument("--page", type=Path, metavar="FILE.md", help="save the tables as a page")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="save a picture (.png, .svg)")
    asked = parser.parse_args()

    facts = machine_facts()
    print(machine_line(facts))
    for name, why in missing.items():
        print(f"skipped {name}: {why}")
    tables: list[Table] = []
    for name in asked.only or sections:
        tables += sections[name](asked.quick)
    print(f"\n{machine_line(facts)}")

    if asked.json:
        content = {
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            "quick": asked.quick,
            "machine": facts,
            "skipped": missing,
            "tables": [table.as_json() for table in tables],
        }
        asked.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if asked.page:
        command = " ".join(["python benchmarks/run.py", *sys.argv[1:]])
        asked.page.write_text(page.page(tables, machine_line(facts), command), "utf-8")
    if asked.plot:
        try:
            plot.save(tables, machine_line(facts), asked.plot)
        except ImportError as error:
            print(f"no plot: {error}")


if __name__ == "__main__":
    main()
