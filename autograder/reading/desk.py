"""The desk that readers take answers from: who reads which, what comes next, what is kept."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import replaced
from autograder.grading.gradebook import give_mark
from autograder.grading.marks import WrittenAnswer, read_answers
from autograder.grading.one_run import one_run
from autograder.reading.question import Question, cells_of, key_of, read_questions, text_of
from autograder.safe_html import code_html, plain_text, safe_markdown

FOLDER = "reading"  # in grading/
HELD_SECONDS = 30 * 60  # an answer that somebody opened and then left goes to others after that
LONGEST_COMMENT = 5_000
SHARES = (0, 0.5, 1)  # of an item of the scheme


class Refused(AutograderError):
    """What a reader asked for was not done, and why."""


@dataclass(frozen=True)
class Seat:
    """A reader at work, in one window of a browser, and the answer that lies open there."""

    reader: str
    question: str
    key: str
    since: float


class Desk:
    """All readers of a class. Every step reads the gradebook anew, so others may write to it."""

    def __init__(
        self,
        course: Course,
        only: str = "",
        second: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        """only: one question. second: share of the answers that are read a second time."""
        self.course, self.second, self._clock = course, second, clock
        self.reading = "second" if second else "first"
        self.questions = read_questions(course)
        if not self.questions:
            raise AutograderError(f"{course.released} has no question that is marked by hand")
        if only and only not in self.questions:
            raise AutograderError(f"no question {only!r}: there are {', '.join(self.questions)}")
        self.questions = {only: self.questions[only]} if only else self.questions
        self._seats: dict[str, Seat] = {}
        self._keys: dict[Path, tuple[int, dict[str, str]]] = {}

    def overview(self) -> list[dict]:
        """Each question, how many answers it has, and how many wait."""
        lines = []
        for name, question in self.questions.items():
            answers = self._answers(question)
            waiting = sum(answer.waits for answer in answers)
            lines.append({"name": name, "total": len(answers), "waiting": waiting})
        return lines

    def scheme(self, name: str) -> dict:
        """What is the same for all answers to a question, as HTML."""
        question = self._question(name)
        show = code_html if question.is_code else safe_markdown
        return {
            "points": question.points,
            "items": [[points, _line(text)] for points, text in question.items],
            "remarks": safe_markdown(question.remarks),
            "task": safe_markdown(question.task),
            "reference": show(question.reference),
            "second": bool(self.second),
        }

    def step(self, seat: str, reader: str, name: str, way: str, at: str = "") -> dict:
        """Open the answer that comes next for this reader, which nobody else gets meanwhile.

        way: "next" and "previous" of the reader's own order, "unread", or "here", from `at`.
        Without an answer in it, the result says in "end" why there is none.
        """
        question, reader = self._question(name), _name(reader)
        records = self._records(name)
        queue = self._queue(question, reader, records)
        place = next((n for n, answer in enumerate(queue) if answer.grade == at), -1)
        if way == "previous":
            tried = queue[:place][::-1] if place > 0 else []
        elif way == "here" and place >= 0:
            tried = [queue[place]]
        elif way == "next":
            tried = queue[place + 1 :]
        else:
            tried = [
                a for a in queue[place + 1 :] + queue[: place + 1] if self._waits(a, name, records)
            ]
        free = (a for a in tried if not self._holder(seat, name, self._key(a, name)))
        answer = next(free, None)
        progress = self._progress(name, queue, records)
        if answer is None:
            return {"end": self._why_none(way, tried), **progress}
        key = self._key(answer, name)
        self._seats[seat] = Seat(reader, name, key, self._clock())
        return {**self._shown(question, answer, key, queue, records), **progress}

    def leave(self, seat: str) -> None:
        """What lies open there is free for others."""
        self._seats.pop(seat, None)

    def save(self, seat: str, reader: str, name: str, said: dict) -> int:
        """Keep a mark: {"id", "key", "score", "items", "comment", "all"}; returns to how many.

        "key" is that of the answer as it was shown, "all" says whether those who wrote the same
        get it too. Raises Refused, or AutograderError while a command is at work on the class.
        """
        question, reader = self._question(name), _name(reader)
        score, items, comment = _mark(question, said)
        with one_run(self.course.grading, "read"):
            answers = self._answers(question)
            answer = next((a for a in answers if a.grade == said.get("id")), None)
            if answer is None or self._key(answer, name) != said.get("key"):
                raise Refused("this answer has changed since it was shown; nothing was saved")
            holder = self._holder(seat, name, said["key"])
            if holder:
                raise Refused(f"{holder} has this answer open by now; nothing was saved")
            same = [a for a in answers if self._key(a, name) == said["key"]]
            to = same if said.get("all") and not self.second else [answer]
            records = self._records(name)
            if not self.second:
                give_mark(self.course, [a.grade for a in to], score, comment)
            for marked in to:
                records[self.reading][marked.student] = {
                    "reader": reader,
                    "score": score,
                    "items": items,
                    "comment": comment,
                    "key": said["key"],
                    "when": datetime.now().astimezone().isoformat(timespec="seconds"),
                }
            path = self._file(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with replaced(path) as part:
                part.write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
        self._seats[seat] = Seat(reader, name, said["key"], self._clock())
        return len(to)

    def agreement(self, name: str) -> dict | None:
        """How second marks differ from the first ones of the same answers; None without any."""
        records = self._records(name)
        differences = [
            records["second"][answer.student]["score"] - answer.score
            for answer in (self._answers(self._question(name)) if records["second"] else ())
            if not answer.waits and self._has_second(answer, name, records)
        ]
        if not differences:
            return None
        return {
            "answers": len(differences),
            "equal": statistics.fmean(difference == 0 for difference in differences),
            "mean": statistics.fmean(differences),
            "apart": statistics.fmean(map(abs, differences)),
        }

    def _question(self, name: str) -> Question:
        if name not in self.questions:
            raise Refused(f"there is no question {plain_text(str(name), 60)!r}")
        return self.questions[name]

    def _answers(self, question: Question) -> list[WrittenAnswer]:
        found = read_answers(self.course, question.notebook, question.grade_id)
        return [answer for answer in found if self._key(answer, question.grade_id)]

    def _key(self, answer: WrittenAnswer, name: str) -> str:
        """The same for equal answers; "" for one that is not there."""
        changed = answer.path.stat().st_mtime_ns
        if self._keys.get(answer.path, (0, {}))[0] != changed:
            cells = cells_of(answer.path)
            keys = {name: key_of(cells[name]) for name in self.questions if name in cells}
            self._keys[answer.path] = changed, keys
        return self._keys[answer.path][1].get(name, "")

    def _queue(self, question: Question, reader: str, records: dict) -> list[WrittenAnswer]:
        """The answers for this reader, in an order of the reader's own."""
        name, answers, reader = question.grade_id, self._answers(question), reader.casefold()
        if self.second:
            answers.sort(key=lambda a: _drawn("sample", name, a.student))
            sample = answers[: math.ceil(len(answers) * self.second)]
            answers = [
                a
                for a in sample
                if not a.waits
                and _reader_of(records["first"], a) != reader
                and _reader_of(records["second"], a) in ("", reader)
            ]
        return sorted(answers, key=lambda a: _drawn(reader, name, a.student))

    def _waits(self, answer: WrittenAnswer, name: str, records: dict) -> bool:
        return not self._has_second(answer, name, records) if self.second else answer.waits

    def _has_second(self, answer: WrittenAnswer, name: str, records: dict) -> bool:
        return records["second"].get(answer.student, {}).get("key") == self._key(answer, name)

    def _holder(self, seat: str, name: str, key: str) -> str:
        """The reader who has an answer like this open elsewhere; "" if nobody has."""
        for other, at in self._at_work().items():
            if other != seat and (at.question, at.key) == (name, key):
                return at.reader
        return ""

    def _shown(
        self, question: Question, answer: WrittenAnswer, key: str, queue: list, records: dict
    ) -> dict:
        name = question.grade_id
        kind, source, attached = text_of(cells_of(answer.path)[name])
        record = records[self.reading].get(answer.student, {})
        score, comment = (answer.score, answer.comment)
        if self.second:
            score, comment = record.get("score"), record.get("comment", "")
        is_own = record.get("score") == score  # else somebody has marked it in the formgrader since
        same = [a for a in queue if self._key(a, name) == key and a is not answer]
        return {
            "id": answer.grade,
            "key": key,
            "number": queue.index(answer) + 1,
            "html": code_html(source) if kind == "code" else safe_markdown(source, attached),
            "is_empty": not source.strip(),
            "score": score,
            "items": record.get("items", []) if is_own else [],
            "comment": comment,
            "earlier": bool(answer.waits and score is not None and not self.second),
            "same": 0 if self.second else len(same),
            "same_marks": []
            if self.second
            else sorted({a.score or 0 for a in same if not a.waits}),
            "bank": _bank(records),
        }

    def _progress(self, name: str, queue: list, records: dict) -> dict:
        readers = Counter(mark["reader"] for mark in records[self.reading].values())
        for seat in self._at_work().values():
            readers[seat.reader] += 0
        waiting = sum(self._waits(answer, name, records) for answer in queue)
        progress = {"total": len(queue), "waiting": waiting, "readers": sorted(readers.items())}
        seen = not (self.second and waiting)  # a second reader does not see where it leads
        return {**progress, "agreement": self.agreement(name) if seen else None}

    def _at_work(self) -> dict[str, Seat]:
        oldest = self._clock() - HELD_SECONDS
        return {seat: at for seat, at in self._seats.items() if at.since > oldest}

    def _why_none(self, way: str, tried: list) -> str:
        if tried:
            return "what is left is open at other readers; press u in a while"
        return {"next": "this is the last one", "previous": "this is the first one"}.get(
            way, "every answer is read"
        )

    def _file(self, name: str) -> Path:
        return self.course.grading / FOLDER / f"{name}.json"

    def _records(self, name: str) -> dict:
        path = self._file(name)
        if not path.exists():
            return {"first": {}, "second": {}}
        try:
            records = json.loads(path.read_text(encoding="utf-8"))
            return {"first": dict(records["first"]), "second": dict(records["second"])}
        except (ValueError, KeyError, TypeError):
            raise AutograderError(
                f"{path} cannot be read: put a copy of it back, or move it away; all marks and "
                "comments of first readings are in the gradebook"
            ) from None


def _drawn(*names: str) -> str:
    """A random number, the same for the same names."""
    return hashlib.sha256("\0".join(names).encode(errors="replace")).hexdigest()


def _reader_of(records: dict, answer: WrittenAnswer) -> str:
    return records.get(answer.student, {}).get("reader", "").casefold()


def _name(reader: object) -> str:
    name = " ".join(plain_text(str(reader or ""), 60).split())
    if not name:
        raise Refused("say who reads: give your name")
    return name


def _mark(question: Question, said: dict) -> tuple[float, list[float], str]:
    """The points, the shares of the items and the comment of a mark, if they are possible."""
    try:
        score = float(str(said["score"]).replace(",", "."))
    except (KeyError, TypeError, ValueError):
        raise Refused("give points first, 0 for none; nothing was saved") from None
    if not 0 <= score <= question.points:
        raise Refused(f"points go from 0 to {question.points:g}; nothing was saved")
    items = list(said.get("items") or [])
    if len(items) not in (0, len(question.items)) or any(item not in SHARES for item in items):
        raise Refused("the items are not those of the marking scheme; load the page again")
    comment = plain_text(str(said.get("comment") or ""), LONGEST_COMMENT + 1).strip()
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"a comment has at most {LONGEST_COMMENT:,} characters; nothing was saved")
    return round(score, 2), items, comment


def _bank(records: dict) -> list[tuple[str, int]]:
    """Lines of all comments on this question, the most used first."""
    marks = [*records["first"].values(), *records["second"].values()]
    lines = (line.strip() for mark in marks for line in mark["comment"].splitlines())
    return Counter(filter(None, lines)).most_common(30)


def _line(text: str) -> str:
    """Markdown of one line, as HTML that may stand in a line."""
    return safe_markdown(text).strip().removeprefix("<p>").removesuffix("</p>")
