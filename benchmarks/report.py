"""What came out: a table, a picture, and everything as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.contender import Run
from benchmarks.contests import (
    CONTESTS,
    NOTEBOOK_MEMORY,
    NOTEBOOK_TIME,
    TARGETS,
    Contest,
    Ratio,
    RunsByRound,
    Target,
)
from benchmarks.settings import Settings

MIB, GIB = 2**20, 2**30
VERDICTS = {"aim": "[green]aim reached", "at least": "[yellow]reached", "missed": "[red]missed"}


@dataclass
class Results:
    """Everything that was measured, and where."""

    settings: Settings
    machine: dict
    runs: RunsByRound = field(default_factory=dict)
    notebooks: dict[str, Run] = field(default_factory=dict)
    agreement: dict[str, list[float]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def targets(self) -> list[tuple[Target, Ratio]]:
        """Each target that could be measured, with what was measured."""
        found = [(target, target.measured(self.runs)) for target in TARGETS]
        if self.notebooks:
            time = sum(run.seconds for run in self.notebooks.values())
            memory = max(run.peak_bytes for run in self.notebooks.values()) / GIB
            found += [(NOTEBOOK_TIME, Ratio(time, time, time))]
            found += [(NOTEBOOK_MEMORY, Ratio(memory, memory, memory))]
        return [(target, measured) for target, measured in found if measured]

    def missed(self) -> list[str]:
        return [t.what for t, m in self.targets() if t.verdict(m.median) == "missed"]

    def save(self, path: Path) -> None:
        """Write everything to ``path`` as JSON."""
        plain = asdict(self)
        plain["targets"] = [
            {
                **_plain_target(target),
                **asdict(measured),
                "verdict": target.verdict(measured.median),
            }
            for target, measured in self.targets()
        ]
        path.write_text(json.dumps(plain, indent=1) + "\n")


def this_machine() -> dict:
    """What the times depend on."""
    import torch

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "memory_gib": round(_memory() / GIB, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "load_average": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "date": date.today().isoformat(),
    }


# --- on the screen --------------------------------------------------------------------------------


def show(results: Results, console: Console) -> None:
    console.print(_times(results))
    if results.notebooks:
        console.print(_notebooks(results))
    if results.agreement:
        console.print(_agreement(results))
    for line in results.left_out:
        console.print(f"left out: {line}", style="yellow", markup=False)
    if results.settings.reviews is None:
        console.print(_targets(results))
        for what, holds in below_aim(results):
            console.print(f"{what}: {holds}", style="dim", markup=False)
    machine = results.machine
    if not results.settings.cpu_time and (machine["load_average"] or 0) > 0.5:
        console.print(
            "the machine was busy when this began: take the times as rough, or use --cpu-time",
            style="yellow",
        )
    console.print(
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}, "
        f"trained on {results.settings.device}, "
        f"load {machine['load_average']} at the start, {machine['date']}",
        style="dim",
        markup=False,
    )


def _times(results: Results) -> Table:
    settings = results.settings
    clock = "CPU time" if settings.cpu_time else "Time"
    table = Table(title=f"{clock} and memory, {settings.rounds} rounds, medians")
    for name in ("job", "who", "time", "times ours: median (min to max)", "peak memory"):
        table.add_column(name, justify="left" if name in ("job", "who") else "right")
    for contest in CONTESTS:
        ours = results.runs.get(contest.ours)
        for who in contest.contenders:
            if runs := results.runs.get(who):
                table.add_row(
                    contest.job if who == contest.ours else "",
                    who.split(": ")[1],
                    seconds(median(run.seconds for run in runs)),
                    "1" if who == contest.ours else spread(time_ratio(results, contest, who)),
                    f"{median(run.peak_bytes for run in runs) / MIB:,.0f} MiB",
                )
        if ours:
            table.add_section()
    return table


def _notebooks(results: Results) -> Table:
    table = Table("notebook", title="Solution notebooks from start to end, nothing cached before")
    table.add_column("time", justify="right")
    table.add_column("peak memory", justify="right")
    for name, run in results.notebooks.items():
        table.add_row(name, seconds(run.seconds), f"{run.peak_bytes / MIB:,.0f} MiB")
    return table


def _agreement(results: Results) -> Table:
    table = Table("after epochs", title="Largest distance of the validation losses so far")
    count = max(map(len, results.agreement.values()))
    epochs = [n for n in (1, 2, 3, 5, 10, 15, 20) if n <= count]
    for n in epochs:
        table.add_column(str(n), justify="right")
    for name, distances in results.agreement.items():
        table.add_row(name, *(f"{max(distances[:n]):.0e}" for n in epochs))
    return table


def _targets(results: Results) -> Table:
    table = Table(title="What is asked for")
    for name in ("what", "measured", "at least", "aim", ""):
        table.add_column(name, justify="left" if name in ("what", "") else "right")
    for target, measured in results.targets():
        table.add_row(
            target.what,
            spread(measured, target.unit),
            f"{target.at_least:g} {target.unit}",
            f"{target.aim:g} {target.unit}",
            VERDICTS[target.verdict(measured.median)],
        )
    return table


def below_aim(results: Results) -> list[tuple[str, str]]:
    """What did not reach its aim, and what holds it."""
    return [
        (target.what, target.holds)
        for target, measured in results.targets()
        if target.verdict(measured.median) != "aim"
    ]


def time_ratio(results: Results, contest: Contest, who: str) -> Ratio:
    """How many times longer than our own this contender took, round by round."""
    return Ratio.of(*([run.seconds for run in results.runs[name]] for name in (who, contest.ours)))


def spread(ratio: Ratio, unit: str = "") -> str:
    extremes = f" ({ratio.smallest:.3g} to {ratio.largest:.3g})"
    shown = extremes if ratio.smallest != ratio.largest else ""
    return f"{ratio.median:.3g}{shown} {unit}".strip()


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def _plain_target(target: Target) -> dict:
    return {name: getattr(target, name) for name in ("what", "unit", "at_least", "aim")}


# --- picture --------------------------------------------------------------------------------------


def draw(results: Results, path: Path) -> None:
    """The median times on one logarithmic axis, one panel a job that has rivals."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    contests = [c for c in CONTESTS if c.rivals and results.runs.get(c.ours)]
    if not contests:
        return
    heights = [len(_ran(contest, results)) for contest in contests]
    fig, panels = plt.subplots(
        len(contests),
        1,
        sharex=True,
        figsize=(7.5, 0.3 * sum(heights) + 0.6 * len(contests) + 0.8),
        height_ratios=[height + 0.4 for height in heights],
        layout="constrained",
        squeeze=False,
    )
    for ax, contest in zip(panels[:, 0], contests, strict=True):
        _draw_contest(ax, contest, results)
    panels[-1, 0].set_xscale("log")
    left, right = panels[-1, 0].get_xlim()
    panels[-1, 0].set_xlim(left, right * 3)  # room for the last number
    panels[-1, 0].set_xlabel("time in seconds, logarithmic; in brackets: how many times ours")
    machine = results.machine
    fig.suptitle(
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}", fontsize=9
    )
    fig.savefig(path, dpi=120)
    plt.close(fig)


def _draw_contest(ax, contest: Contest, results: Results) -> None:
    """A dot at each median, a line from the quickest to the slowest round."""
    names = _ran(contest, results)
    for place, who in enumerate(names):
        runs = results.runs[who]
        times = [run.seconds for run in runs]
        own = who == contest.ours
        ax.plot([min(times), max(times)], [place] * 2, color="0.4", linewidth=2)
        ax.plot(
            median(times),
            place,
            marker="o" if own else "s",
            markersize=9 if own else 7,
            color="#12355b" if own else "#d9742b",
        )
        note = "" if own else f" ({time_ratio(results, contest, who).median:.3g})"
        ax.annotate(
            seconds(median(times)) + note,
            (max(times), place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    ax.set_yticks(range(len(names)), [who.split(": ")[1] for who in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_title(contest.job, loc="left", fontsize=10)
    ax.margins(x=0.2)
    ax.grid(color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def _ran(contest: Contest, results: Results) -> list[str]:
    return [who for who in contest.contenders if results.runs.get(who)]


# --- the machine ----------------------------------------------------------------------------------


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0
