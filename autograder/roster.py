"""Who is in the class, and whose is a file that a learning platform named in its own way."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook
from nbgrader.api import Student as GradebookStudent

from autograder.errors import AutograderError

# Moodle: "Ada Lovelace_4711_assignsubmission_file_" as a folder or in front of the file's name.
MOODLE = re.compile(
    r"^(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<rest>.*)$"
)
# Canvas: "lovelaceada_LATE_12345_678901_notebook-2.ipynb": user and attachment, which rises.
CANVAS = re.compile(
    r"^(?P<name>[^_]+?)(_LATE)?_(?P<id>\d+)_(?P<attachment>\d+)_(?P<rest>.+?)(-\d+)?\.\w+$"
)
COLUMNS = {  # what platforms and nbgrader call it, as `key` spells it; the first one found counts
    "id": "studentid username benutzername sisloginid loginid idnumber idnummer "
    "numerodidentification sisuserid emailadresse adressedecourriel id emailaddress email",
    "first_name": "firstname givenname vorname prenom",
    "last_name": "lastname surname familyname nachname nom nomdefamille",
    "full_name": "fullname vollstandigername nomcomplet name student",
    "email": "emailaddress emailadresse adressedecourriel email",
    "lms_id": "lmsuserid identifier identifiant id",
}
# Moodle's grading worksheet, in English, German and French.
WORKSHEET = {
    "identifier": "identifier id identifiant",
    "grade": "grade bewertung note",
    "changed": "lastmodifiedgrade zuletztgeandertbewertung dernieremodificationnote",
}
MAXIMUM = "maximumgrade bestwertung notemaximale"
COMMENTS = "feedbackcomments feedbackalskommentar feedbackparcommentaires"


@dataclass(frozen=True)
class Student:
    """A student as the roster or the gradebook knows them."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def keys(self) -> set[str]:
        """Every way in which a platform may write the student, as `key` spells it."""
        first, last = key(self.first_name), key(self.last_name)
        names = {first + last, last + first} if first or last else set()
        mail = {key(self.email), key(self.email.split("@")[0])} if self.email else set()
        numbers = {key(self.lms_id)} if self.lms_id else set()
        return ({key(self.id)} | names | mail | numbers) - {""}


@dataclass(frozen=True)
class Sender:
    """Whom a file says that it is from."""

    name: str  # as the platform writes it; "" if the file does not say
    lms: str = ""  # "moodle", "canvas" or ""
    lms_id: str = ""
    file_name: str = ""  # the rest: the notebook's own name
    attempt: int = 0  # higher is newer


def key(text: str) -> str:
    """Letters and digits alone, without accents and capitals: "Müller, Ada" -> "mullerada"."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return "".join(character for character in plain if character.isalnum())


def number_in(lms_id: str) -> str:
    """The number that a platform gave: 4711 of "Participant 4711" and "Teilnehmer/in4711"."""
    found = re.fullmatch(r"\s*(?:participant|teilnehmer\D*)?\s*(\d+)\s*", lms_id, re.IGNORECASE)
    return found[1] if found else ""


def slug(text: str) -> str:
    """A name for a student's folder: "Ada Lovelace" -> "ada-lovelace"; letters stay readable."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    plain = re.sub(r"[^\w.@+-]+|_+(?=_)", "-", plain).strip("-._")[:64]
    return plain.strip("-._")


def is_safe_id(student_id: str) -> bool:
    """Whether a student id can be the name of a folder and nothing else."""
    return bool(re.fullmatch(r"[\w@+-][\w.@+-]{0,99}", student_id)) and ".." not in student_id


def sender_of(path: PurePosixPath) -> Sender | None:
    """The sender in the names that Moodle and Canvas give; None for any other file."""
    for part in path.parts:
        is_file = part == path.name
        found = MOODLE.match(part)
        if found:
            name = (found["rest"] if is_file else "") or path.name
            return Sender(found["name"], "moodle", found["id"], name)
        found = CANVAS.match(part) if part.lower().endswith((".ipynb", ".zip")) else None
        if found:
            name = f"{found['rest']}.ipynb" if is_file else path.name
            return Sender(found["name"], "canvas", found["id"], name, int(found["attachment"]))
    return None


class Roster:
    """Finds students by any of the ways in which platforms write them."""

    def __init__(self, students: Iterable[Student]):
        self.students = {student.id: student for student in students}
        self._by_key: dict[str, set[str]] = {}
        self._by_number: dict[str, set[str]] = {}
        for student in self.students.values():
            for written in student.keys:
                self._by_key.setdefault(written, set()).add(student.id)
            number = number_in(student.lms_id)
            if number:
                self._by_number.setdefault(number, set()).add(student.id)

    def __bool__(self) -> bool:
        return bool(self.students)

    def find(self, sender: Sender) -> str | None:
        """The one student who is meant; None if it is nobody, or could be several."""
        if sender.lms_id:
            numbered = self._by_number.get(sender.lms_id, set())
            if len(numbered) == 1:
                return next(iter(numbered))
        written = [sender.name]
        if sender.lms == "moodle":  # group submissions put the group's name before it
            pieces = sender.name.split("-")
            written += ["-".join(pieces[n:]) for n in range(1, len(pieces))]
        for name in written:
            found = self._by_key.get(key(name), set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None

    def in_text(self, text: str) -> str | None:
        """The one student whose id or full name stands in a file's name."""
        whole = key(text)
        found = {
            student.id
            for student in self.students.values()
            for written in student.keys
            if len(written) > 3 and written in whole
        }
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Table:
    """A CSV as a platform wrote it."""

    header: list[str]
    rows: list[list[str]]

    def column(self, names: str) -> int | None:
        """The place of the first of these names, which are spelled as `key` does."""
        found = [key(field) for field in self.header]
        return next((found.index(name) for name in names.split() if name in found), None)

    @property
    def is_worksheet(self) -> bool:
        """Whether it is Moodle's grading worksheet."""
        return all(self.column(names) is not None for names in WORKSHEET.values())


def read_table(path: Path) -> Table:
    """Raises AutograderError if there is nothing to read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AutograderError(f"cannot read the roster {path}: {error.strerror}") from None
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise AutograderError(f"the roster {path} is a spreadsheet: save it as CSV")
    text = _decoded(data).lstrip("\ufeff")
    if text.lower().startswith("sep="):  # a line that spreadsheets write for themselves
        text = text.partition("\n")[2]
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        header, *rows = list(csv.reader(io.StringIO(text), delimiter=delimiter)) or [[]]
    except csv.Error as error:
        raise AutograderError(f"the roster {path} is no CSV: {error}") from None
    return Table(header, rows)


def _decoded(data: bytes) -> str:
    """Text as spreadsheets save it: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_roster(path: Path) -> Roster:
    """A CSV of students: nbgrader's, Moodle's participants or grading sheet, Canvas's gradebook.

    Raises AutograderError, naming the columns that were found.
    """
    table = read_table(path)
    columns = {meaning: table.column(names) for meaning, names in COLUMNS.items()}
    if columns["id"] is None and columns["full_name"] is None:
        listed = ", ".join(table.header) or "none"
        raise AutograderError(
            f"the roster {path} has no column for the student's id "
            f"(id, student_id, username or email); its columns: {listed}"
        )
    students: dict[str, Student] = {}
    for row in table.rows:
        student = _student(row, columns)
        if student and students.setdefault(student.id, student) != student:
            raise AutograderError(
                f"the roster {path} has two students with the id {student.id}: give each their own"
            )
    if not students:
        raise AutograderError(f"the roster {path} names no student")
    return Roster(students.values())


def _student(row: list[str], columns: dict[str, int | None]) -> Student | None:
    def value(meaning: str) -> str:
        place = columns[meaning]
        return row[place].strip() if place is not None and place < len(row) else ""

    first, last, full = value("first_name"), value("last_name"), value("full_name")
    if full and not (first or last):
        if "," in full:
            last, first = (part.strip() for part in full.split(",", 1))
        else:
            first, _, last = full.rpartition(" ")
    student_id = value("id") or value("email") or slug(full or f"{first} {last}")
    if not is_safe_id(student_id):
        student_id = slug(student_id)
    if not is_safe_id(student_id) or key(full) == "pointspossible":  # a line of Canvas
        return None
    return Student(student_id, first, last, value("email"), value("lms_id"))


def remember_class(db_url: str, roster: Roster) -> None:
    """Write the students of a roster to the gradebook, so that all who read it know their names."""
    with Gradebook(db_url) as gradebook:
        known = {student.id: student for student in gradebook.students}
        for listed in roster.students.values():
            student = known.get(listed.id) or GradebookStudent(id=listed.id)
            student.first_name, student.last_name = listed.first_name, listed.last_name
            student.email, student.lms_user_id = listed.email, listed.lms_id
            gradebook.db.add(student)
        gradebook.db.commit()


def gradebook_roster(db_url: str) -> Roster:
    """The students of the gradebook, if it knows names; grading alone makes up students without."""
    with Gradebook(db_url) as gradebook:
        students = [
            Student(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
            )
            for student in gradebook.students
        ]
    return Roster(s for s in students if s.last_name or s.email)
