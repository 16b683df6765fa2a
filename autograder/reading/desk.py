"""The desk that readers take answers from: who reads which, what comes next, what is kept."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.cells import cells_in
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import write_json
from autograder.grading.gradebook import give_mark
from autograder.grading.marks import WrittenAnswer, read_answers
from autograder.grading.one_run import one_run
from autograder.reading.question import Question, key_of, read_questions, text_of
from autograder.safe_html import code_html, plain_text, safe_markdown

FOLDER = "reading"  # in grading/
HELD_SECONDS = 5 * 60  # an answer goes to others when its window has not been heard of for so long
LONGEST_COMMENT = 5_000
SHARES = (0, 0.5, 1)  # of an item of the scheme
NONE = "<em>nothing was written</em>"


@dataclass(frozen=True)
class Seat:
    """A reader at work, in one window of a browser, and the answer that lies open there."""

    reader: str
    question: str
    key: str
    since: float


class Desk:
    """All readers of a class. Every step reads the gradebook anew, so others may write to it."""

    def __init__(self, course: Course, only: str = "", second: float = 0.0):
        """only: one question. second: share of the answers that are read a second time."""
        self.course, self.second = course, second
        self.reading = "second" if second else "first"
        there = read_questions(course)
        self.questions = {name: there[name] for name in there if only in ("", name)}
        if not self.questions:
            names = ", ".join(there) or "none; autograder release makes them"
            raise AutograderError(f"no question {only!r} to read: there are {names}")
        self._seats: dict[str, Seat] = {}
        self._keys: dict[Path, tuple[int, dict[str, str]]] = {}

    def load(self) -> Iterator[str]:
        """Look at every answer once, so that no reader waits for it; gives their keys."""
        for question in self.questions.values():
            for answer in read_answers(self.course, question.notebook, question.grade_id):
                yield self._key(answer, question.grade_id)

    def overview(self) -> list[str]:
        """A line for each question; it begins with its name."""
        waiting = {n: sum(a.waits for a in self._answers(q)) for n, q in self.questions.items()}
        return [n if self.second else f"{n}: {waiting[n]} to read" for n in waiting]

    def scheme(self, name: str) -> dict:
        """What is the same for all answers to a question, as HTML."""
        question = self._question(name)
        lines = [(points, safe_markdown(text).strip()) for points, text in question.items]
        return {
            "points": question.points,
            "items": [(p, text.removeprefix("<p>").removesuffix("</p>")) for p, text in lines],
            "task": safe_markdown(question.task),
            "reference": (code_html if question.is_code else safe_markdown)(question.reference)
            + safe_markdown(question.remarks),
            "second": bool(self.second),
        }

    def step(self, seat: str, reader: str, name: str, way: str, at: str = "") -> dict:
        """Open the answer that comes next for this reader, which nobody else gets meanwhile.

        way: "next" and "previous" of the reader's own order, "unread", "differs" (from its second
        mark), or "here", from `at`.
        Without an answer in it, the result says in "end" why there is none.
        """
        question, reader, records = self._question(name), _name(reader), self._records(name)
        queue = self._queue(question, reader, records)
        place = next((n for n, answer in enumerate(queue) if answer.grade == at), -1)
        before, after = queue[: max(place, 0)], queue[place + 1 :]
        none, tried = {
            "previous": ("this is the first one", before[::-1]),
            "next": ("this is the last one", after),
            "differs": (
                "no mark differs from that of a second reading",
                [a for a in after + queue[: place + 1] if self._differs(a, records)],
            ),
            "here": ("it is not there any more", [a for a in queue if a.grade == at]),
        }.get(way, ("every answer is read", [a for a in after + queue[: place + 1] if a.waits]))
        answer = next((a for a in tried if not self._holder(seat, name, a.key)), None)
        if answer:
            self._seats[seat] = Seat(reader, name, answer.key, time.monotonic())
            shown = self._shown(question, answer, queue, records)
        else:
            shown = {"end": "others have the rest open: press u in a while" if tried else none}
        return shown | self._progress(name, queue, records)

    def here(self, seat: str) -> None:
        """The window is still there: what lies open in it stays so, if nobody has it by now."""
        at = self._seats.get(seat)
        if at and not self._holder(seat, at.question, at.key):
            self._seats[seat] = replace(at, since=time.monotonic())

    def leave(self, seat: str) -> None:
        """What lies open there is free for others."""
        self._seats.pop(seat, None)

    def save(self, seat: str, reader: str, name: str, said: dict) -> int:
        """Keep a mark: {"id", "key", "was", "score", "items", "comment", "all"}; for how many.

        "key" is that of the answer as it was shown, "was" the time of the mark that it had then,
        "all" says whether those who wrote the same get it too. Raises AutograderError where it
        cannot be, or while a command is at work.
        """
        question, reader = self._question(name), _name(reader)
        mark = _mark(question, said)
        with one_run(self.course.grading, "read"):
            same = [a for a in self._answers(question) if a.key == said.get("key")]
            to = [a for a in same if a.grade == said.get("id")]
            if not to:
                raise AutograderError("this answer has changed since it was shown: press n, then p")
            if holder := self._holder(seat, name, to[0].key):
                raise AutograderError(f"{holder} has this answer open by now; nothing was saved")
            records = self._records(name)
            last = records[self.reading].get(to[0].student, {"reader": reader})
            if said.get("was", last.get("when")) != last.get("when") and last["reader"] != reader:
                since = f"{last['reader']} has marked this answer since it was shown"
                raise AutograderError(f"{since}: press n, then p")
            if not self.second:
                to = same if said.get("all") else to
                keys = [answer.grade for answer in to]
                give_mark(self.course, keys, mark["score"], mark["comment"])
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            kept = {**mark, "reader": reader, "key": to[0].key, "when": now}
            records[self.reading].update({answer.student: kept for answer in to})
            write_json(self._file(name), records)
        return len(to)

    def agreement(self, name: str) -> dict | None:
        """How second marks differ from the first ones of the same answers; None without any."""
        records = self._records(name)
        answers = self._answers(self._question(name)) if records["second"] else []
        pairs = [(self._again(answer, records), answer.score) for answer in answers]
        differences = [b - a for b, a in pairs if b is not None and a is not None]
        if not differences:
            return None
        return {
            "answers": len(differences),
            "equal": statistics.fmean(difference == 0 for difference in differences),
            "mean": statistics.fmean(differences),
        }

    def _again(self, answer: WrittenAnswer, records: dict) -> float | None:
        """What a marked answer got in a second reading; None while it is not read again."""
        mark = records["second"].get(answer.student, {})
        return mark["score"] if mark.get("key") == answer.key and not answer.waits else None

    def _differs(self, answer: WrittenAnswer, records: dict) -> bool:
        """Whether first readers have a second mark to settle; in a second reading they see none."""
        again = self._again(answer, records)
        return not self.second and again is not None and again != answer.score

    def _question(self, name: str) -> Question:
        if name not in self.questions:
            raise AutograderError(f"there is no question {plain_text(name, 60)!r}")
        return self.questions[name]

    def _answers(self, question: Question) -> list[WrittenAnswer]:
        found = read_answers(self.course, question.notebook, question.grade_id)
        keyed = (replace(answer, key=self._key(answer, question.grade_id)) for answer in found)
        return [answer for answer in keyed if answer.key]

    def _key(self, answer: WrittenAnswer, name: str) -> str:
        """The same for equal answers; "" for one that is not there."""
        changed = answer.path.stat().st_mtime_ns
        if self._keys.get(answer.path, (0, {}))[0] != changed:
            cells = cells_in(answer.path)
            keys = {name: key_of(cells[name]) for name in self.questions if name in cells}
            self._keys[answer.path] = changed, keys
        return self._keys[answer.path][1].get(name, "")

    def _queue(self, question: Question, reader: str, records: dict) -> list[WrittenAnswer]:
        """The answers for this reader, in an order of the reader's own.

        In a second reading those of the sample that somebody else has marked, without that mark.
        """
        name, reader = question.grade_id, reader.casefold()
        answers = self._answers(question)
        if self.second:
            answers.sort(key=lambda answer: _drawn("sample", name, answer.student))
            sample = answers[: math.ceil(len(answers) * self.second)]
            answers = []
            for answer in sample:
                first = records["first"].get(answer.student, {})
                own = records["second"].get(answer.student, {})
                own = own if own.get("key") == answer.key else {}
                is_others = first.get("reader", "").casefold() != reader
                if (
                    is_others
                    and not answer.waits
                    and own.get("reader", reader).casefold() == reader
                ):
                    score, comment = own.get("score"), own.get("comment", "")
                    answers.append(replace(answer, score=score, comment=comment, waits=not own))
        return sorted(answers, key=lambda answer: _drawn(reader, name, answer.student))

    def _at_work(self) -> dict[str, Seat]:
        oldest = time.monotonic() - HELD_SECONDS
        return {seat: at for seat, at in self._seats.items() if at.since > oldest}

    def _holder(self, seat: str, name: str, key: str) -> str:
        """The reader who has an answer like this open elsewhere; "" if nobody has."""
        others = (at for other, at in self._at_work().items() if other != seat)
        return next((at.reader for at in others if (at.question, at.key) == (name, key)), "")

    def _shown(
        self, question: Question, answer: WrittenAnswer, queue: list[WrittenAnswer], records: dict
    ) -> dict:
        kind, source, attached = text_of(cells_in(answer.path)[question.grade_id])
        mark = records[self.reading].get(answer.student, {})
        is_kept = mark.get("score") == answer.score  # else the formgrader has another since
        same = [other for other in queue if other.key == answer.key and other is not answer]
        bank = Counter(
            line.strip()
            for mark in [*records["first"].values(), *records["second"].values()]
            for line in mark["comment"].splitlines()
            if line.strip()
        )
        return {
            "id": answer.grade,
            "key": answer.key,
            "when": mark.get("when", ""),
            "number": queue.index(answer) + 1,
            "html": code_html(source)
            if kind == "code"
            else safe_markdown(source, attached) or NONE,
            "score": answer.score,
            "items": mark.get("items", []) if is_kept else [],
            "comment": answer.comment,
            "earlier": answer.waits and answer.score is not None,
            "second": self._again(answer, records) if self._differs(answer, records) else None,
            "same": 0 if self.second else len(same),
            "same_marks": sorted({a.score for a in same if a.score is not None}),
            "bank": bank.most_common(30),
        }

    def _progress(self, name: str, queue: list[WrittenAnswer], records: dict) -> dict:
        readers = Counter(mark["reader"] for mark in records[self.reading].values())
        readers.update({seat.reader: 0 for seat in self._at_work().values()})
        waiting = sum(answer.waits for answer in queue)
        progress = {"total": len(queue), "waiting": waiting, "readers": sorted(readers.items())}
        is_blind = self.second and waiting  # would show where the first mark lies
        return {**progress, "agreement": None if is_blind else self.agreement(name)}

    def _file(self, name: str) -> Path:
        return self.course.grading / FOLDER / f"{name}.json"

    def _records(self, name: str) -> dict[str, dict[str, dict]]:
        """Of both readings: student -> what was given, by whom, for which answer."""
        path = self._file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            records = json.loads(path.read_text("utf-8")) if path.exists() else {}
            return {reading: dict(records.get(reading, {})) for reading in ("first", "second")}
        except (ValueError, AttributeError, TypeError):
            raise AutograderError(
                f"{path} cannot be read: put a copy of it back, or move it away; all marks and "
                "comments of first readings are in the gradebook"
            ) from None


def _drawn(*names: str) -> str:
    """A random number, the same for the same names."""
    return hashlib.sha256("\0".join(names).encode(errors="replace")).hexdigest()


def _name(reader: str) -> str:
    name = " ".join(plain_text(reader, 60).split())
    if not name:
        raise AutograderError("say who reads: give your name")
    return name


def _mark(question: Question, said: dict) -> dict:
    """The points, the shares of the items and the comment of a mark, if they are possible."""
    try:
        score = float(str(said["score"]).replace(",", "."))
        items = list(said.get("items") or [])
    except (KeyError, TypeError, ValueError):
        raise AutograderError("give points first, 0 for none; nothing was saved") from None
    if not 0 <= score <= question.points:
        raise AutograderError(f"points go from 0 to {question.points:g}; nothing was saved")
    if len(items) not in (0, len(question.items)) or any(item not in SHARES for item in items):
        raise AutograderError("the marking scheme has changed: load the page again")
    comment = plain_text(str(said.get("comment") or ""), LONGEST_COMMENT).strip()
    return {"score": round(score, 2), "items": items, "comment": comment}
