"""The figures of a full run, written into ``docs/speed.md``."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.contests import CONTESTS

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
VERDICTS = {"aim": "aim", "at least": "yes", "missed": "**no**"}


def write(results: report.Results, folder: Path) -> None:
    """Put the figures between the marks of ``speed.md`` and the picture next to it.

    Raises ``ValueError`` when the file has not exactly one pair of marks.
    """
    path = folder / "speed.md"
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in after:
        raise ValueError(f"{path} needs one line {BEGIN} and, after it, one line {END}")
    path.write_text(f"{before}{BEGIN}\n{figures(results)}\n{END}{after}")
    report.draw(results, folder / "speed.png")


def figures(results: report.Results) -> str:
    """Everything that was measured, as Markdown."""
    settings, machine = results.settings, results.machine
    clock = "CPU time" if settings.cpu_time else "time on the clock"
    reviews = "the real archive" if settings.source == "archive" else "the packaged reviews"
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']:g} GiB, "
        f"Python {machine['python']}, torch {machine['torch']}, {machine['date']}; {reviews}; "
        f"{clock}; {settings.rounds} rounds: median (smallest to largest).",
        "Original model: "
        f"{settings.original_epochs} epochs; bigger model: {settings.bigger_epochs}.",
        "",
        "![Times of all contenders](speed.png)",
        "",
        *_targets(results),
        *_times(results),
        *_notebooks(results),
    ]
    lines += [f"Left out: {line}." for line in results.left_out]
    return "\n".join(lines).rstrip()


def _targets(results: report.Results) -> list[str]:
    lines = ["| what | measured | at least | aim | reached |", "| --- | ---: | ---: | ---: | --- |"]
    for target, measured in results.targets():
        limits = f"{target.at_least:g} | {target.aim:g}"
        verdict = VERDICTS[target.verdict(measured.median)]
        lines.append(
            f"| {target.what} | {report.spread(measured, target.unit)} | {limits} | {verdict} |"
        )
    below = report.below_aim(results)
    if below:
        lines += ["", "What holds those below their aim:", ""]
        lines += [f"- **{what}.** {holds}" for what, holds in below]
    return [*lines, ""]


def _times(results: report.Results) -> list[str]:
    lines = [
        "| job | who | time | times ours | peak memory |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for contest in CONTESTS:
        for who in contest.contenders:
            if runs := results.runs.get(who):
                own = who == contest.ours
                ratio = "" if own else report.spread(report.time_ratio(results, contest, who))
                lines.append(
                    f"| {contest.job if own else ''} | {who.split(': ')[1]} "
                    f"| {report.seconds(median(run.seconds for run in runs))} | {ratio} "
                    f"| {median(run.peak_bytes for run in runs) / report.MIB:,.0f} MiB |"
                )
    return [*lines, ""]


def _notebooks(results: report.Results) -> list[str]:
    if not results.notebooks:
        return []
    lines = ["| solution notebook, nothing cached before | time | peak memory |"]
    lines += ["| --- | ---: | ---: |"]
    for name, run in results.notebooks.items():
        lines.append(
            f"| {name} | {report.seconds(run.seconds)} | {run.peak_bytes / report.MIB:,.0f} MiB |"
        )
    return [*lines, ""]
