"""How many planted copies `autograder similar` names in a made class, and how many other pairs.

Everybody takes right answers of the bank, which are no evidence, and writes them anew with habits,
names, comments and messages of their own. A wrong answer of the bank goes to one student only. So
what two independent students share beyond the bank is what chance gives them.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import random
import re
import tempfile
import time
from pathlib import Path

from autograder.authoring.bank import graded_tasks, read_bank
from autograder.authoring.example_class import write_submission
from autograder.course import Course, find_course
from autograder.kept import keep_verdicts
from autograder.similarity.answers import read_class, read_given
from autograder.similarity.page import write
from autograder.similarity.pairs import find_similar
from autograder.verdict import Verdict, mistakes

MIXED, ALL = "mixed from two", "all of these"
KINDS = ("renamed", "reordered", "reformatted", MIXED, "recommented", ALL)
SHARES = (0.15, 0.3, 0.6, 1.0)  # of the tasks
PROOFS = ("ex3-minimum", "ex3-slowest-direction")
# Drawn from: subjects, verbs and ends of sentences, and stems of names.
SUBJECTS = (
    "the loss,the mean,every batch,each word,the gradient,the step,the model,the shape,the result,"
    "this value,the list,the tensor,the rank,one epoch,the point,the eigenvalue,the first axis,"
    "a row,the sum,the history,the prediction,the label,everything,the next line,the size"
)
VERBS = (
    "is kept,comes first,must not change,counts once,goes to the device,is computed here,"
    "needs no gradient,has one entry more,was wrong before,is averaged,looks odd but works,"
    "follows from the task,is small,stays positive,can be empty,is checked below,starts at zero"
)
ENDS = (
    ",here,I think,see above,as in the lecture,for now,because of the shape,at the end,every time,"
    "so no loop is needed,without it nothing converges,as the check says,twice to be sure"
)
STEMS = (
    "batch,loss_sum,total,out,res,result,pred,preds,y_hat,values,vals,row,rows,item,word,w,tok,"
    "tokens,acc,metrics,hist,history,path,point,pos,cur,current,new,old,nxt,step,grad,g,lam,lams,"
    "eig,idx,index,i,j,k,n,count,counts,size,tmp,temp,data,inputs,targets,labels,xs,ys,mask,keep"
)


class Writer:
    """One who writes: draws words, names and habits, others for each seed."""

    def __init__(self, seed: object):
        self.chance = random.Random(f"writer {seed}")
        self.habits = {habit: self.chance.random() for habit in ("plain", "kept", "said", "told")}
        self.names: dict[str, str] = {}

    def pick(self, words: list[str]) -> str:
        """One of these; early ones more often than late ones, as people do."""
        return words[min(int(self.chance.expovariate(4 / len(words))), len(words) - 1)]

    def sentence(self) -> str:
        words = [self.chance.choice(part.split(",")) for part in (SUBJECTS, VERBS, ENDS)]
        return " ".join(filter(None, words))

    def name(self, old: str) -> str:
        if old not in self.names:
            odd, stems = self.chance.random() < 0.1, STEMS.split(",")
            own = self.pick(stems) + ("_" + self.pick(stems) if odd else "")
            taken = own in self.names.values() or own in self.names
            self.names[old] = f"{own}{self.chance.randint(2, 9)}" if taken else own
        return self.names[old]

    def anew(self, source: str, given: set[str]) -> str:
        """An answer in their own hand: names, habits, messages, comments."""
        tree = _Habits(self).visit(renamed(ast.parse(source), self, given))
        return self.commented(ast.unparse(ast.fix_missing_locations(tree)))

    def commented(self, source: str) -> str:
        lines = []
        for line in source.splitlines():
            if self.chance.random() < 0.25 * self.habits["told"]:
                lines.append(f"{line[: len(line) - len(line.lstrip())]}# {self.sentence()}")
            lines.append(line)
        return "\n".join(lines)

    def proof(self) -> list[str]:
        count = self.chance.randint(5, 9)
        return [f"{self.sentence()}, and {self.sentence()}." for _ in range(count)]

    def retold(self, proof: list[str]) -> list[str]:
        """Half of its sentences their own, in another order."""
        own = [self.chance.choice((line, *self.proof()[:1])) for line in proof]
        return self.chance.sample(own, len(own))


class _Habits(ast.NodeTransformer):
    """What one writes in two ways, written in the way of one writer."""

    def __init__(self, writer: Writer):
        self.chance, self.habits, self.writer = writer.chance, writer.habits, writer

    def does(self, habit: str) -> bool:
        return self.chance.random() < self.habits[habit]

    def visit_AugAssign(self, node):
        if not isinstance(node.target, ast.Name) or not self.does("plain"):
            return node
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return ast.Assign([node.target], value)

    def visit_Return(self, node):
        if node.value is None or not self.does("kept"):
            return node
        name = self.writer.name("result of it")
        return [ast.Assign([ast.Name(name, ast.Store())], node.value),
                ast.Return(ast.Name(name, ast.Load()))]  # fmt: skip

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if node.body and self.does("said") and self.chance.random() < 0.5:
            about = [ast.Name(a.arg, ast.Load()) for a in node.args.args[:2] if a.arg != "self"]
            said = ast.Call(
                ast.Name("print", ast.Load()), [ast.Constant(self.writer.sentence()), *about], []
            )
            node.body.insert(self.chance.randrange(len(node.body)), ast.Expr(said))
        return node


def renamed(tree: ast.Module, writer: Writer, given: set[str]) -> ast.Module:
    """With other names for all that the answer binds and the notebook does not name."""
    fixed = given | set(dir(builtins)) | {"self"}
    nodes = list(ast.walk(tree))
    asked = {k.arg for n in nodes if isinstance(n, ast.Call) for k in n.keywords}
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in stored - fixed - asked:
            node.id = writer.name(node.id)
    return tree


def reordered(source: str, chance: random.Random) -> str:
    """With neighbouring statements swapped where neither needs the other's names."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for place in range(len(body) - 1 if isinstance(body, list) else 0):
            first, second = (_names(body[place + step]) for step in (0, 1))
            tied = first[0] & (second[0] | second[1]) or second[0] & first[1]
            ends = isinstance(body[place + 1], ast.Return | ast.Break | ast.Raise)
            if not tied and not ends and chance.random() < 0.8:
                body[place : place + 2] = body[place + 1], body[place]
    return ast.unparse(tree)


def _names(node: ast.AST) -> tuple[set[str], set[str]]:
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    written = {n.id for n in names if not isinstance(n.ctx, ast.Load)}
    return written | {getattr(node, "name", "")} - {""}, {n.id for n in names}


def reformatted(source: str) -> str:
    """Other quotes, spaces and ends of lines."""
    source = re.sub(r" ([-+*/=<>]+) ", r"  \1 ", source)
    return re.sub(r"\((?=[^()\n]{20,}\))", "(\n            ", source).replace("    ", "  ")


def disguised(source: str, kind: str, writer: Writer, given: set[str]) -> str:
    try:
        if kind in ("renamed", ALL):
            source = ast.unparse(renamed(ast.parse(source), writer, given))
        if kind in ("reordered", ALL):
            source = reordered(source, writer.chance)
    except SyntaxError:  # a wrong answer may be none
        pass
    if kind in ("recommented", ALL):
        source = writer.commented(re.sub(r"(?m)^\s*#.*\n", "", source))
    return reformatted(source) if kind in ("reformatted", ALL) else source


def make_class(course: Course, students: int, copies: int, seed: int) -> dict[tuple, tuple]:
    """Write submissions and verdicts; returns the planted pairs -> (share of the tasks, kind)."""
    chance = random.Random(seed)
    pages = [path.read_text("utf-8") for path in course.released.glob("*.ipynb")]
    given = set(re.findall(r"[^\W\d]\w*", " ".join(pages)))
    tasks = graded_tasks(course)
    right: dict[str, list[str]] = {task: [] for task in tasks}
    wrong: dict[str, list[str]] = {task: [] for task in tasks}
    for answer in read_bank(course.root / "bank", set(tasks)):
        (right if answer.is_correct else wrong)[answer.grade_id].append(answer.source)
    slips = {task: [m for m in mistakes() if m.startswith(f"{task}/")] for task in tasks}
    answers: list[dict[str, str]] = []
    proofs: list[dict[str, list[str]]] = []
    slipped: list[dict[str, str]] = []
    for number in range(students):
        writer = Writer(f"{seed} {number}")
        answers.append({})
        slipped.append({})
        proofs.append({task: writer.proof() for task in PROOFS})
        for task in filter(right.get, tasks):
            drawn = writer.chance.random()
            if drawn < 0.1 and wrong[task]:  # each goes to one student
                text = wrong[task].pop(chance.randrange(len(wrong[task])))
                text = text.partition("\n")[2]
                slipped[-1] |= {task: writer.pick(slips[task])} if slips[task] else {}
            elif drawn < 0.85:
                text = writer.chance.choice(right[task])
            else:
                continue
            with contextlib.suppress(SyntaxError):
                text = writer.anew(text, given)
            answers[-1][task] = text
    planted = {}
    chosen = iter(chance.sample(range(students), 3 * copies))
    for number in range(copies):
        kind, share = KINDS[number % len(KINDS)], SHARES[number // len(KINDS) % len(SHARES)]
        taker, *sources = (next(chosen) for _ in range(3 if kind == MIXED else 2))
        writer = Writer(f"{seed} taker {number}")
        for place, task in enumerate([*tasks, *PROOFS]):
            source = sources[place % len(sources)]
            if chance.random() > share:
                continue
            if task in PROOFS:
                proofs[taker][task] = writer.retold(proofs[source][task])
            elif task in answers[source]:
                answers[taker][task] = disguised(answers[source][task], kind, writer, given)
                slipped[taker].pop(task, None)
                slipped[taker] |= {task: slipped[source][task]} if task in slipped[source] else {}
        planted |= {tuple(sorted((f"s{taker:03}", f"s{n:03}"))): (share, kind) for n in sources}
    for number in range(students):
        written = answers[number] | {t: " ".join(text) for t, text in proofs[number].items()}
        write_submission(course, f"s{number:03}", written.get)
        for name in course.names:
            theirs = {
                task: slip for task, slip in slipped[number].items() if tasks[task][0] == name
            }
            said = [Verdict(t, "visible", "failed", slip, cell=t) for t, slip in theirs.items()]
            keep_verdicts(course.report, f"s{number:03}", name, said)
    return planted


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=300)
    options.add_argument("--copies", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course = find_course(Path(__file__).parent)
        course = Course(course.root, grading_elsewhere=Path(folder), package=course.package)
        true = make_class(course, asked.students, asked.copies, asked.seed)
        started, cpu = time.monotonic(), time.process_time()
        given = read_given(course)
        hand_ins = read_class(given)
        similar = find_similar(given, hand_ins)
        write(similar, top=50)
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        print(f"{asked.students} hand-ins in {seconds:.0f} s, {cpu:.0f} s of CPU time")
        everyone = find_similar(given, hand_ins, least=0.01).pairs
    named = {(pair.first, pair.second) for pair in similar.pairs}
    figures = {(pair.first, pair.second): pair.figure for pair in everyone}
    for pair, (share, kind) in sorted(true.items(), key=lambda entry: entry[1]):
        print(f"{share:4.0%} {kind:16} {figures.get(pair, 0):6.1f} {'named' * (pair in named)}")
    false = max((figures[pair] for pair in figures.keys() - true.keys()), default=0)
    print(f"named from {similar.least:.1f} on; the usual is {similar.usual:.1f}")
    also = f"{len(named - true.keys())} others, whose highest figure is {false:.1f}"
    print(f"named: {len(named & true.keys())} of {len(true)} planted pairs, and {also}")


if __name__ == "__main__":
    main()
