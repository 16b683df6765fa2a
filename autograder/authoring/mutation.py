"""Test the checks by mutation: break the reference answers in small ways, see what still passes.

Operators come from Cosmic Ray; a dropped statement is added here. A mutant that passes its
check (a survivor) is either a wrong answer that the bank should hold, or it means the same
as the original: then it is listed, with the reason, in `bank/equivalent_mutants.toml`.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring import bank
from autograder.course import Course

# Of Cosmic Ray's operators those that resemble slips of a student. Left out: bit operations and
# identity, which no answer uses as arithmetic, and replaced variables, which are mostly NameErrors.
OPERATORS = re.compile(
    r"core/(ReplaceBinaryOperator_(Add|Sub|Mul|Div|Pow)_(Add|Sub|Mul|Div|Pow)"
    r"|ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Eq|NotEq|Lt|LtE|Gt|GtE)"
    r"|ReplaceUnaryOperator_(USub_UAdd|Delete_\w+)|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    r"|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceBreakWithContinue|ReplaceContinueWithBreak"
    r"|NumberReplacer|ZeroIterationForLoop)$"
)


@dataclass(frozen=True)
class Mutant:
    """A reference answer with one change; `change` is the changed line, before and after."""

    grade_id: str
    source: str
    change: str


def mutants(grade_id: str, source: str) -> Iterator[Mutant]:
    """Every different mutant of an answer that still compiles."""
    seen = {source}
    for mutated in itertools.chain(_cosmic_ray(source), _dropped_statements(source)):
        if mutated in seen or not _compiles(mutated):
            continue
        seen.add(mutated)
        yield Mutant(grade_id, mutated, _change(source, mutated))


def _cosmic_ray(source: str) -> Iterator[str]:
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    for name in sorted(filter(OPERATORS.match, plugins.operator_names())):
        operator = plugins.get_operator(name)()
        for occurrence in itertools.count():
            mutated = mutate_code(source, operator, occurrence)
            if mutated is None:
                break
            yield mutated


def _dropped_statements(source: str) -> Iterator[str]:
    """The answer without one of its statements (`pass` in its place), docstrings aside."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", [])  # of a lambda or `a if b else c`: one expression, no list
        for statement in body if isinstance(body, list) else []:
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if is_text or isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Pass):
                continue
            first, last = statement.lineno - 1, statement.end_lineno
            kept = " " * statement.col_offset + "pass"
            yield "\n".join([*lines[:first], kept, *lines[last:]]) + "\n"


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _change(before: str, after: str) -> str:
    changed = [
        line[2:].strip()
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:2] in ("- ", "+ ")
    ]
    return "  =>  ".join(changed)


@dataclass(frozen=True)
class Equivalent:
    """Mutants of a task that are right answers, and why; `change` may hold `*`."""

    task: str
    change: str
    why: str

    def explains(self, mutant: Mutant) -> bool:
        pattern = ".*".join(map(re.escape, self.change.split("*")))
        return mutant.grade_id == self.task and bool(re.fullmatch(pattern, mutant.change, re.S))


def known_equivalents(course: Course) -> list[Equivalent]:
    """What `bank/equivalent_mutants.toml` explains."""
    path: Path = course.root / "bank" / "equivalent_mutants.toml"
    if not path.exists():
        return []
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]
    return [Equivalent(entry["task"], entry["change"], entry["why"]) for entry in entries]


@dataclass(frozen=True)
class Score:
    """How many mutants there were, and which the checks let through without an explanation."""

    total: int
    killed: int
    explained: int
    survivors: list[Mutant]

    def __str__(self) -> str:
        reachable = self.total - self.explained
        share = self.killed / reachable if reachable else 1.0
        return (
            f"{self.total} mutants: {self.killed} caught, {self.explained} equivalent (explained), "
            f"{len(self.survivors)} let through; score {share:.1%}"
        )


def all_mutants(course: Course, only: str = "") -> list[Mutant]:
    """The mutants of every graded reference answer whose grade id starts with `only`."""
    from autograder.authoring.example_class import reference_answers

    reference = reference_answers(course)
    return [
        mutant
        for grade_id in bank.graded_tasks(course)
        if grade_id.startswith(only)
        for mutant in mutants(grade_id, reference[grade_id])
    ]


def run_mutants(course: Course, todo: list[Mutant], jobs: int = 2) -> Iterator[bank.Verdict]:
    """A verdict for each mutant; its name is its place in `todo`."""
    answers = [
        bank.BankAnswer(mutant.grade_id, str(number), mutant.source, expect="")
        for number, mutant in enumerate(todo)
    ]
    yield from bank.run_bank(course, answers, jobs)


def score(course: Course, todo: list[Mutant], verdicts: list[bank.Verdict]) -> Score:
    equivalents = known_equivalents(course)
    let_through = [todo[int(v.name)] for v in verdicts if v.passed]
    explained = [m for m in let_through if any(known.explains(m) for known in equivalents)]
    survivors = [m for m in let_through if m not in explained]
    return Score(len(todo), len(todo) - len(let_through), len(explained), survivors)
