"""The page, the table for a spreadsheet, and the lines for the screen."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import shorten

from markupsafe import Markup, escape
from rich import markup
from rich.table import Table

from autograder.files import write_csv, write_text
from autograder.grading.flags import printable
from autograder.reporting.report import environment
from autograder.safe_html import csv_cell
from autograder.similarity.pairs import Evidence, Pair, Similar
from autograder.similarity.traces import Span, Trace
from autograder.verdict import Verdict

QUOTED = 90  # characters of what both wrote
NAMED = 8  # names and mistakes
ON_SCREEN = 10  # pairs
HEADER = ["cluster", "student", "other", "figure", "tasks", "why"]


def write(similar: Similar, top: int) -> Path:
    """Write index.html with the first `top` pairs, and pairs.csv with all; returns the page."""
    folder = similar.given.course.grading / "similar"
    folder.mkdir(parents=True, exist_ok=True)
    rows = [HEADER]
    for pair in similar.pairs:
        names = map(csv_cell, (pair.first, pair.second))
        why = "; ".join(
            csv_cell(f"{task} {words}".strip()) for task, words in reasons(similar, pair)
        )
        tasks = " ".join(shared_in(similar, pair))
        rows.append([str(pair.cluster), *names, f"{pair.figure:.0f}", tasks, why])
    write_csv(folder / "pairs.csv", rows)
    made = environment()
    made.globals |= {"reasons": reasons, "shared_in": shared_in, "marked": _marked}
    page = made.get_template("similar.html.j2").render(similar=similar, top=top)
    write_text(folder / "index.html", page)
    return folder / "index.html"


def table(similar: Similar, top: int) -> Table:
    """The first pairs, for the screen."""
    found = Table("cluster", "students", "figure", "what they share most", title="Pairs to look at")
    for pair in similar.pairs[: min(top, ON_SCREEN)]:
        why = " ".join(reasons(similar, pair)[0]).strip()
        texts = (f"{pair.first}, {pair.second}", f"{pair.figure:.0f}", why)
        found.add_row(str(pair.cluster), *(markup.escape(printable(text)) for text in texts))
    return found


def shared_in(similar: Similar, pair: Pair) -> dict[str, set[Trace]]:
    """Task -> what counts and both have in it; the weightiest tasks first."""
    one, other = (similar.hand_ins[name] for name in (pair.first, pair.second))
    counts = {t for e in pair.evidence if e.tells for t in e.traces}
    order = [evidence.task for evidence in pair.evidence if evidence.task]
    tasks = dict.fromkeys([*order, *similar.given.tasks])
    both = [task for task in tasks if task in one.texts.keys() & other.texts.keys()]
    shared = {task: counts & one.traces[task] & other.traces[task] for task in both}
    return {task: traces for task, traces in shared.items() if traces}


def reasons(similar: Similar, pair: Pair) -> list[tuple[str, str]]:
    """Why the pair is here, weightiest first: (task or "", words)."""
    return [(e.task, _words(similar, pair, e)) for e in pair.evidence if e.tells]


def _words(similar: Similar, pair: Pair, evidence: Evidence) -> str:
    many = "one other" if evidence.others == 1 else f"{evidence.others} others"
    who = f"as {many} did" if evidence.others else "which nobody else did"
    keys = [trace.key for trace in evidence.rarest[:NAMED]]
    if evidence.kind == "name":
        return f"both used the names {', '.join(f'`{key}`' for key in keys)}, {who}"
    if evidence.kind == "mistake":
        slips = [Verdict(task, "visible", "failed", slip) for task, slip in map(str.split, keys)]
        named = ", ".join(f"“{slip.label}” ({slip.task})" for slip in slips)
        return f"both made the mistake {named}, {who}"
    runs = []  # that nobody else can have in full but those who have the rarest
    for task in [evidence.task] if evidence.task else shared_in(similar, pair):
        text, spans = _found(similar, pair.first, task, set(evidence.traces))
        _, rare = _found(similar, pair.first, task, set(evidence.rarest))
        runs += [text[a:b] for a, b in spans if any(a <= at < b for at, _ in rare)]
    if evidence.kind in ("run", "statement"):
        lines = sum(len(run.splitlines()) for run in runs)
        what = "a line that is" if lines == 1 else f"{lines} lines that are"
        return f"both wrote {what} the same but for names, {who}"
    quoted = shorten(max(runs, key=len), QUOTED, placeholder=" …")
    return f"both wrote {'' if evidence.task else 'beside the code '}“{quoted}”, {who}"


def _found(similar: Similar, student: str, task: str, traces: set[Trace]) -> tuple[str, list[Span]]:
    """An answer, and where in it the traces are; what only signs part is one place."""
    text = similar.hand_ins[student].texts[task]
    there = similar.given.of(similar.given.tasks[task][1], text)
    merged: list[Span] = []
    for start, end in sorted(span for trace in traces & there.keys() for span in there[trace]):
        if merged and not re.search(r"\w", text[merged[-1][1] : start]):
            start, last = merged.pop()
            end = max(end, last)
        merged.append((start, end))
    return text, merged


def _marked(similar: Similar, student: str, task: str, traces: set[Trace]) -> Markup:
    """An answer as HTML, with the traces marked."""
    text, spans = _found(similar, student, task, traces)
    parts, after = [], 0
    for start, end in spans:
        parts += [escape(text[after:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        after = end
    return Markup("").join([*parts, escape(text[after:])])
