"""``make bench``, or ``python -m benchmarks``.

The real archive is used where ``IMDB_ROOT`` names its folder; else the packaged reviews.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import document, notebooks, report
from benchmarks.contender import ContenderFailed, run
from benchmarks.contests import CONTESTS, PREPARE, READ_ARCHIVE, SECOND_START
from benchmarks.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
OLD_LAB_NEEDS = 7 * 2**30  # bytes that the old lab's method takes to prepare all reviews

app = typer.Typer(add_completion=False)


@app.command()
def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="A smoke test in a minute; its times mean nothing.")
    ] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; each runs everyone once.")] = 3,
    only: Annotated[
        str, typer.Option(help="Run only the jobs whose name contains this, and no notebooks.")
    ] = "",
    cpu_time: Annotated[
        bool, typer.Option("--cpu-time", help="CPU time of all threads: for a busy machine.")
    ] = False,
    device: Annotated[str, typer.Option(help="Where to train, for example cuda.")] = "cpu",
    docs: Annotated[
        Path | None,
        typer.Option(help="Folder whose speed.md takes the figures; docs, for a full run."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for speed.json and speed.png.")] = Path(
        "benchmarks/results"
    ),
) -> None:
    """Measure the course against what people would use instead. Takes about 20 minutes.

    Exit status 1: a figure that is asked for was missed. 2: a contender failed.
    """
    console = Console()
    console.width = max(console.width, 110)  # also where the output goes to a file
    source = "archive" if os.environ.get("IMDB_ROOT") else "packaged"
    settings = (
        Settings.quick(source, device)
        if quick
        else Settings(source, rounds=rounds, device=device, cpu_time=cpu_time)
    )
    results = report.Results(settings, report.this_machine())
    output.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as cache:
            _measure(results, _environment(settings, cache), only, console)
        if not (quick or only):
            with tempfile.TemporaryDirectory() as cache:  # an empty one: nothing is prepared
                _run_notebooks(results, _environment(settings, cache), console)
    except ContenderFailed as failure:
        console.print(f"failed: {failure}", style="red", markup=False)
        raise typer.Exit(2) from None
    finally:  # also of a run that was interrupted, what it has
        results.save(output / "speed.json")
    report.draw(results, output / "speed.png")
    report.show(results, console)
    console.print(f"written to {output}: speed.json, speed.png", markup=False)
    if docs is None and source == "archive" and not (quick or only):
        docs = DOCS
    if docs is not None:
        document.write(results, docs)
        console.print(f"written to {docs}: speed.md, speed.png", markup=False)
    if not quick and results.missed():
        raise typer.Exit(1)


def _measure(results: report.Results, environment: dict, only: str, console: Console) -> None:
    """Every round runs all contenders, each time starting with another one."""
    settings = results.settings
    contests = [contest for contest in CONTESTS if only in contest.job]
    if settings.source != "archive" and READ_ARCHIVE in contests:
        contests.remove(READ_ARCHIVE)
        results.left_out.append("reading the archive: IMDB_ROOT names no folder with it")
    names = [who for contest in contests for who in contest.contenders]
    if settings.reviews is None and _free_memory() < OLD_LAB_NEEDS and PREPARE in contests:
        names.remove(PREPARE.rivals[0])
        results.left_out.append(
            "preparing with the old lab's method: it needs 7 GiB of free memory"
        )

    with console.status("filling the cache"):
        run(SECOND_START.ours, settings, environment)
    for number in range(settings.rounds):
        for who in _rotated(names, number):
            with console.status(f"round {number + 1} of {settings.rounds}: {who}"):
                results.runs.setdefault(who, []).append(run(who, settings, environment))
            latest = results.runs[who][-1]
            console.print(f"{who:44} {latest.seconds:9.3f} s", markup=False, highlight=False)
    if not only or "agreement" in only:
        with console.status("agreement with the plain loop"):
            agreement = run("agreement with the plain loop", settings, environment)
        results.agreement = agreement.details


def _run_notebooks(results: report.Results, environment: dict, console: Console) -> None:
    for name in notebooks.names():
        with console.status(f"notebook {name}"):
            results.notebooks[name] = notebooks.run_notebook(name, environment)
        console.print(f"notebook {name:35} {results.notebooks[name].seconds:9.3f} s", markup=False)


def _rotated(names: list[str], by: int) -> list[str]:
    start = by * len(names) // 3 % max(len(names), 1)
    return names[start:] + names[:start]


def _environment(settings: Settings, cache: str) -> dict[str, str]:
    """What the contenders inherit."""
    kept = {k: v for k, v in os.environ.items() if k != "NBGRADER_EXECUTION"}
    threads = {"OMP_NUM_THREADS": "1"} if settings.cpu_time else {}
    return {**kept, **threads, "LAB_CACHE": cache, "LAB_SOURCE": settings.source}


def _free_memory() -> int:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable"):
                return int(line.split()[1]) * 1024
    return OLD_LAB_NEEDS


if __name__ == "__main__":
    app()
