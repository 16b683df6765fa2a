"""From the download of a learning platform to grading/submitted/STUDENT/LAB/NAME.ipynb.

First every file is looked at and set aside; then the newest copy of each student's notebooks is
moved to its place, each in one step. So nothing is ever half written, whatever stops it.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course
from autograder.intake.archive import Entry, Limits, Refusal, entries
from autograder.intake.groups import read_groups, sharing
from autograder.intake.remembered import kept_worksheet, load_senders, save_senders
from autograder.intake.roster import (
    TEST_STUDENT,
    Roster,
    Sender,
    Table,
    gradebook_roster,
    is_safe_id,
    key,
    sender_of,
    slug,
)
from autograder.intake.submission_folder import TIMESTAMP, students_with_folder
from autograder.intake.summary import Collection, Placed
from autograder.mending.submitted_notebook import (
    NotANotebook,
    SubmittedNotebook,
    read_releases,
    read_submitted,
    which_notebook,
)

PACKED = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
ENDING = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)
NO_TABLE = Table([], [], Path(), b"")


@dataclass(frozen=True)
class _Copy:
    """A notebook set aside, and what decides which copy is taken.

    answers: what is in it besides the release; nothing in a blank one.
    time:    the attempt, and when it was changed; the zip of a platform says nothing about that.
    named:   whether it has the notebook's own name, and its number, as in "(2)".
    """

    source: str
    path: Path
    digest: str
    is_readable: bool
    answers: tuple[str, ...]
    time: tuple[float, ...]
    named: tuple[bool, int]
    sender: Sender | None = None

    @property
    def rank(self) -> tuple:
        plain, number = self.named
        is_work = bool(self.answers)
        return self.is_readable, is_work, self.time, plain, len(self.answers), number, self.source

    def is_rival(self, taken: _Copy) -> bool:
        """Whether it could as well have been the one that the student meant."""
        tie = self.is_readable and self.time == taken.time
        return tie and bool(self.answers) and self.answers != taken.answers


def collect(
    course: Course,
    source: Path,
    *,
    roster: Roster | None = None,
    force: bool = False,
    keep_unknown: bool = False,
    limits: Limits | None = None,
    worksheet: Table | None = None,
    advance: Callable[[str], None] = lambda _: None,
) -> Collection:
    """Collect the zip or folder `source` into the submitted folder of the course.

    roster:       who is in the class; by default the students whom the gradebook knows by name. If
                  there are none, everyone who handed in counts.
    force:        replace notebooks that are there already and differ.
    keep_unknown: collect those who match no student too, under the name that they came with.
    worksheet:    Moodle's, which says when students handed in; by default the one kept before.
    advance:      called with the name of every file.

    Raises AutograderError if there is nothing to collect from.
    """
    releases = read_releases(course.released)
    is_new = roster is not None
    told = roster.groups if roster is not None else None
    groups = read_groups(course) if told is None else told
    if roster is None and course.gradebook.exists():
        roster = gradebook_roster(course.db_url, groups)
    course.grading.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".collecting-", dir=course.grading))
    try:
        times = (worksheet or kept_worksheet(course) or NO_TABLE).handed_in()
        run = _Collecting(
            course, releases, roster or Roster([]), groups, keep_unknown, aside, times
        )
        for entry in entries(source, limits):
            advance(entry.name)
            with run.guarded(entry.name):
                run.look_at(entry)
        run.settle(force)
        if is_new:
            run.note_who_left()
        return run.result
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Collecting:
    """One collection: set notebooks aside, tell whose they are, move the newest into place."""

    def __init__(
        self,
        course: Course,
        releases: Mapping[str, NotebookNode],
        roster: Roster,
        groups: Mapping[str, str],
        keep_unknown: bool,
        aside: Path,
        times: Mapping[str, datetime],
    ):
        self.course, self.releases, self.roster, self.groups = course, releases, roster, groups
        self.keep_unknown = keep_unknown
        self.aside = aside
        self.times = times  # of students, by the number that Moodle gave them
        self.result = Collection()
        self.waiting: list[tuple[Entry, str, _Copy]] = []  # from a plain folder
        self.copies: dict[tuple[str, str], list[_Copy]] = {}
        self.senders: dict[str, Sender] = {}
        self.duedate = _duedate(course)
        known = load_senders(course.report)  # a later collection gives the same names
        self.earlier = {name: entry.get("id", "") for name, entry in known.items()}

    @contextlib.contextmanager
    def guarded(self, name: str) -> Iterator[None]:
        """What goes wrong with one file is a line, and the others are collected."""
        try:
            yield
        except OSError as error:
            where = f" ({error.filename2 or error.filename})" if error.filename else ""
            self.result.refused.append(Refusal(name, f"{error.strerror or error}{where}"))
        except Exception as error:
            self.result.refused.append(Refusal(name, f"{type(error).__name__}: {error}"))

    def look_at(self, entry: Entry | Refusal) -> None:
        if isinstance(entry, Refusal):
            self.result.refused.append(entry)
            return
        name = entry.name
        if name.lower().endswith(PACKED):
            reason = "packed in a form that is not read: unpack it beside, or ask for a .zip"
            self.result.refused.append(Refusal(name, reason))
            return
        if not ENDING.search(name):
            self.result.ignored.append(Refusal(name, "no notebook"))
            return
        try:
            data = entry.read()
        except Exception as error:
            self.result.refused.append(Refusal(name, str(error)))
            return
        sender = sender_of(entry.path, self.releases)
        if sender and sender.lms == "canvas" and key(sender.name) == TEST_STUDENT:
            self.result.ignored.append(Refusal(name, "of Canvas's own test student"))
            return
        file_name = sender.file_name if sender else entry.path.name
        submitted = _read(data)
        notebook = self._which(file_name, submitted)
        if notebook is None:
            self.result.unlike.append(Refusal(name, "like no notebook of this assignment"))
            return
        path = self.aside / f"{len(self.waiting) + sum(map(len, self.copies.values()))}.ipynb"
        path.write_bytes(data)
        number = re.search(r"(?:\(|copy)(\d+)\)?", file_name, flags=re.IGNORECASE)
        attempt = re.search(r"(?:attempt|versuch)[ _-]*(\d+)", name, flags=re.IGNORECASE)
        is_plain = ENDING.sub("", file_name).lower() == notebook.lower()
        copy = _Copy(
            name,
            path,
            hashlib.sha256(data).hexdigest(),
            submitted is not None,  # an upload that failed replaces nothing
            _answers(submitted, self.releases[notebook]),
            (sender.attempt, 0) if sender else (int(attempt[1]) if attempt else 0, entry.modified),
            (is_plain, int(number[1]) if number else 0),
            sender,
        )
        if sender:
            student = self._around(entry.path) or self._student(sender, name)
            self._add(student, notebook, copy)
        else:
            self.waiting.append((entry, notebook, copy))

    def _which(self, file_name: str, submitted: SubmittedNotebook | None) -> str | None:
        found = which_notebook(file_name, submitted, self.releases)
        if found is None:  # the student's name may stand in the file's name
            plain = re.sub(r"[\s-]+", "_", file_name.lower())
            within = [name for name in self.releases if name.lower() in plain]
            found = within[0] if len(within) == 1 else None
        return found

    def _around(self, path: PurePosixPath) -> str | None:
        """The student whose folder or zip holds a name that a platform may have given.

        Whoever packs a zip chooses the names in it: another student's name there means nothing.
        """
        around = itertools.takewhile(lambda part: not sender_of(PurePosixPath(part)), path.parts)
        return self._first_student(around)

    def _first_student(self, names: Iterable[str]) -> str | None:
        """The first student of the roster among the names of folders and zips."""
        return next(filter(None, (self.roster.find(Sender(_without_zip(n))) for n in names)), None)

    def _student(self, sender: Sender, source: str) -> str | None:
        """The student id of a sender, or None, noting why."""
        if self.roster:
            found = self.roster.find(sender)
            if found:
                self.senders[found] = sender
                return found
            if not self.keep_unknown:
                who = sender.name or "no name"
                self.result.unmatched.append(Refusal(source, f"{who!r} is no student of the class"))
                return None
        return self._made_up(sender, source)

    def _made_up(self, sender: Sender, source: str) -> str | None:
        """An id from the name that a file came with; two of one name are told apart."""
        name = slug(sender.name)
        known = self.senders[name].lms_id if name in self.senders else self.earlier.get(name)
        if known and known != sender.lms_id and sender.lms_id:
            name = f"{name}-{sender.lms_id}"
        if not is_safe_id(name):
            self.result.unmatched.append(Refusal(source, "its name says no student"))
            return None
        self.senders[name] = sender
        return name

    def _add(self, student: str | None, notebook: str, copy: _Copy) -> None:
        if student is None:
            copy.path.unlink()
        else:
            self.copies.setdefault((self._of_group(student), notebook), []).append(copy)

    def _of_group(self, student: str) -> str:
        """The member of the student's group who has its hand-in; the student if nobody has."""
        if student not in self.groups:
            return student
        there = {*students_with_folder(self.course), *(name for name, _ in self.copies)}
        return sharing(self.groups, there).get(student, student)

    def settle(self, force: bool) -> None:
        """Decide on the copies from plain folders, then move the newest ones into place."""
        for (entry, notebook, copy), folders in zip(
            self.waiting, self._own_folders([entry.path for entry, _, _ in self.waiting]),
            strict=True,
        ):  # fmt: skip
            self._add(self._plain_student(entry.path, folders, notebook), notebook, copy)
        came: dict[str, list[tuple[_Copy, str]]] = {}
        for (student, notebook), copies in sorted(self.copies.items()):
            *older, newest = sorted(copies, key=lambda copy: copy.rank)
            for copy in older:
                state = "same" if copy.digest == newest.digest else "older"
                state = "rival" if copy.is_rival(newest) else state
                self.result.older.append(Placed(student, notebook, copy.source, state))
            with self.guarded(f"{student}/{notebook}"):
                state = self._place(student, notebook, newest, force)
                if state != "kept":
                    came.setdefault(student, []).append((newest, state))
        for student, placed in came.items():
            with self.guarded(f"{student}/{TIMESTAMP}"):
                self._note_time(student, placed)
        there = {*self.result.students, *students_with_folder(self.course)}
        shared = sharing(self.groups, there)
        self.result.missing = sorted(set(self.roster.students) - there - set(shared))
        self._remember_senders()

    def note_who_left(self) -> None:
        """The roster is a new one: name those whom it does not have any more."""
        known = set(students_with_folder(self.course))
        if self.course.gradebook.exists():
            with Gradebook(self.course.db_url) as gradebook:
                known |= {student.id for student in gradebook.students}
        self.result.left = sorted(known - set(self.roster.students) - set(self.result.students))

    def _own_folders(self, paths: list[PurePosixPath]) -> list[tuple[str, ...]]:
        """The folders of each path that can name a student: without the assignment's own, and
        without those that all have in common."""
        folders = [
            tuple(
                _without_zip(part) for part in path.parent.parts if part != self.course.assignment
            )
            for path in paths
        ]
        while (
            folders
            and all(len(parts) > 1 for parts in folders)
            and len({parts[0] for parts in folders}) == 1
        ):
            folders = [parts[1:] for parts in folders]
        return folders

    def _plain_student(
        self, path: PurePosixPath, folders: tuple[str, ...], notebook: str
    ) -> str | None:
        """Whose a file is that comes from no platform: by its folder, else by its own name."""
        source = str(path)
        rest = _without_notebook(path.name, notebook)
        if self.roster:
            found = self._first_student([*path.parent.parts, rest]) or self.roster.in_text(source)
            if found:
                return found
            if not self.keep_unknown:
                who = folders[0] if folders else rest or path.name
                self.result.unmatched.append(Refusal(source, f"{who!r} is no student of the class"))
                return None
        if folders and is_safe_id(folders[0]):
            return folders[0]
        return self._made_up(Sender(folders[0] if folders else rest), source)

    def _place(self, student: str, notebook: str, copy: _Copy, force: bool) -> str:
        """Move a copy to where it belongs, or leave what is there; returns which."""
        target = self.course.submitted / student / self.course.assignment / f"{notebook}.ipynb"
        state = "new"
        if target.is_symlink() or target.exists():
            there = target.read_bytes() if target.is_file() and not target.is_symlink() else b""
            if hashlib.sha256(there).hexdigest() == copy.digest:
                state = "same"
            else:
                state = "replaced" if force else "kept"
        if state in ("new", "replaced"):
            target.parent.mkdir(parents=True, exist_ok=True)
            copy.path.replace(target)
        self.result.placed.append(Placed(student, notebook, copy.source, state))
        return state

    def _note_time(self, student: str, copies: list[tuple[_Copy, str]]) -> None:
        """Say when a student handed in, in the file that nbgrader reads, if a platform says it.

        Never the time in a zip: in that of a platform it is the time of the download.
        """
        path = self.course.submitted / student / self.course.assignment / TIMESTAMP
        senders = [copy.sender for copy, _ in copies if copy.sender]
        numbers = [sender.lms_id for sender in senders if sender.lms == "moodle"]
        when = max((self.times[n] for n in numbers if n in self.times), default=None)
        if any(sender.is_late for sender in senders):
            when = self._just_late(student)
        if when is None and all(state == "same" for _, state in copies):
            return
        path.unlink(missing_ok=True)  # of another hand-in, or a link
        if when:
            path.write_text(f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        elif not any(sender.lms == "canvas" for sender in senders):
            self.result.untimed.append(student)

    def _just_late(self, student: str) -> datetime | None:
        """All that Canvas says is that it was after the due date."""
        if self.duedate is None:
            self.result.late.append(student)
            return None
        return self.duedate.replace(tzinfo=UTC) + timedelta(seconds=1)

    def _remember_senders(self) -> None:
        """Keep who a student is on the platform and in the roster; marks are uploaded by that."""
        known = load_senders(self.course.report)
        in_groups = [student for student in self.senders if student in self.groups]
        for student in sorted({*self.result.students, *in_groups}):
            sender, listed = self.senders.get(student), self.roster.students.get(student)
            entry = known.setdefault(student, {"lms": "", "id": "", "name": "", "email": ""})
            if sender and sender.lms:
                entry.update(lms=sender.lms, id=sender.lms_id, name=sender.name)
            if listed:
                name = f"{listed.first_name} {listed.last_name}".strip()
                entry.update(name=name or entry["name"], email=listed.email)
        if known:
            save_senders(self.course.report, known)


def _without_zip(name: str) -> str:
    """The name of a zip without its ending; its folders count like any others."""
    return re.sub(r"\.zip$", "", name, flags=re.IGNORECASE)


def _read(data: bytes) -> SubmittedNotebook | None:
    try:
        return read_submitted(data)
    except NotANotebook:
        return None


def _answers(submitted: SubmittedNotebook | None, release: NotebookNode) -> tuple[str, ...]:
    """The texts of a notebook that the release does not have."""
    released = {cell.source.strip() for cell in release.cells} | {""}
    texts = [cell.source.strip() for cell in submitted.cells] if submitted else []
    return tuple(text for text in texts if text not in released)


def _duedate(course: Course) -> datetime | None:
    """As the gradebook has it: in UTC, without saying so."""
    if not course.gradebook.exists():
        return None
    with Gradebook(course.db_url) as gradebook:
        try:
            return gradebook.find_assignment(course.assignment).duedate
        except MissingEntry:
            return None


def _without_notebook(file_name: str, notebook: str) -> str:
    """What a file's name holds besides the notebook's: the student, where there is no folder.

    >>> _without_notebook("Ada Lovelace - Copy of 1_imdb_classifier (2).ipynb", "1_imdb_classifier")
    'Ada Lovelace'
    """
    name = re.sub(r"(\.ipynb|\.json|\.txt)+", "", file_name, flags=re.IGNORECASE)
    written = "[ _-]".join(re.escape(part) for part in notebook.split("_"))
    name = re.sub(written, " ", name, count=1, flags=re.IGNORECASE)
    name = re.sub(r"\bcopy of\b|\bkopie von\b|\(\d+\)|-copy\d*", " ", name, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", name).strip(" _-.,()")
