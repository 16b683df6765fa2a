"""Who is in the class, and whose is a file that a learning platform named in its own way."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook
from nbgrader.api import Student as GradebookStudent

from autograder.errors import AutograderError
from autograder.mending.submitted_notebook import plain_name

# Moodle: "Ada Lovelace_4711_assignsubmission_file_" as a folder or in front of the file's name.
MOODLE = re.compile(
    r"^(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<rest>.*)$"
)
# Canvas: "lovelaceada_LATE_12345_678901_notebook-2.ipynb": user and attachment, which rises.
CANVAS = re.compile(
    r"^((?P<name>[^_]+?)(?P<late>_LATE)?_(?P<id>\d+)|(LATE_)?(?P<anonymous>anon_[0-9A-Za-z]+))"
    r"_(?P<attachment>\d+)_(?P<rest>.+?)(-\d+)?\.\w+$"
)
ANONYMOUS = ("participant", "teilnehmer")  # what Moodle calls everybody, if names are hidden
TEST_STUDENT = "studenttest"  # "Student, Test", whom Canvas shows to teachers
COLUMNS = {  # what platforms and nbgrader call it, as `key` spells it; the first one found counts
    "id": "studentid username benutzername sisloginid loginid idnumber idnummer "
    "numerodidentification sisuserid emailadresse adressedecourriel id emailaddress email",
    "first_name": "firstname givenname vorname prenom",
    "last_name": "lastname surname familyname nachname nom nomdefamille",
    "full_name": "fullname vollstandigername nomcomplet name student",
    "email": "emailaddress emailadresse adressedecourriel email",
    "lms_id": "lmsuserid identifier identifiant id",
    "group": "group gruppe groupe groupname",
}
NO_GROUP = ("", "defaultgroup", "standardgruppe", "groupepardefaut")  # Moodle's for the rest
# Moodle's grading worksheet, in English, German and French.
WORKSHEET = {
    "identifier": "identifier id identifiant",
    "grade": "grade bewertung note",
    "changed": "lastmodifiedgrade zuletztgeandertbewertung dernieremodificationnote",
}
HANDED_IN = ("lastmodified", "zuletztgeandert", "dernieremodification")  # not that of the grade
MAXIMUM = "maximumgrade bestwertung notemaximale"
MONTHS = (  # by how they begin in these languages, as `key` spells it
    *(("jan",), ("feb", "fev"), ("mar", "mrz"), ("apr", "avr"), ("mai", "may"), ("jun", "juin")),
    *(("jul", "juil"), ("aug", "aou"), ("sep",), ("okt", "oct"), ("nov",), ("dez", "dec")),
)
COMMENTS = "feedbackcomments feedbackalskommentar feedbackparcommentaires"


@dataclass(frozen=True)
class Student:
    """A student as the roster or the gradebook knows them."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    group: str | None = None  # "": in none; None: nobody says

    @property
    def keys(self) -> set[str]:
        """Every way in which a platform may write the student, as `key` spells it."""
        words = f"{self.first_name} {self.last_name}".split()
        names = {key("".join(words[n:] + words[:n])) for n in range(len(words))}
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
    is_late: bool = False  # as far as the platform says so


def key(text: str) -> str:
    """Letters and digits alone, without accents and capitals: "Müller, Ada" -> "mullerada"."""
    return "".join(filter(_is_letter, _without_accents(text).casefold()))


def _without_accents(text: str) -> str:
    """Without the accents of Latin, Greek and Cyrillic. Marks of other scripts are letters."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", plain))


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def number_in(lms_id: str) -> str:
    """The number that a platform gave: 4711 of "Participant 4711" and "Teilnehmer/in4711"."""
    found = re.fullmatch(r"\s*(?:participant|teilnehmer\D*)?\s*(\d+)\s*", lms_id, re.IGNORECASE)
    return found[1] if found else ""


def slug(text: str) -> str:
    """A name for a student's folder: "Ada Lovelace" -> "ada-lovelace"; letters stay readable."""
    plain = _without_accents(text).lower()
    plain = "".join(c if _is_letter(c) or c in "_.@+" else "-" for c in plain)
    return re.sub(r"-+|_+(?=_)", "-", plain).strip("-._")[:64].strip("-._")


def is_safe_id(student_id: str) -> bool:
    """Whether a student id can be the name of a folder and nothing else: no option, no path."""
    is_one = 0 < len(student_id) <= 100 and student_id[0] not in "-." and ".." not in student_id
    return is_one and all(_is_letter(c) or c in "_.@+-" for c in student_id)


def sender_of(path: PurePosixPath, notebooks: Iterable[str] = ()) -> Sender | None:
    """The sender in the names that Moodle and Canvas give; None for any other file.

    notebooks: the names of the assignment's: a number in front may be one of theirs.
    """
    for part in path.parts:
        is_file = part == path.name
        found = MOODLE.match(part)
        if found:
            name = (found["rest"] if is_file else "") or path.name
            hidden = key(found["name"].rpartition("-")[2]).startswith(ANONYMOUS)
            whose = f"{found['name']} {found['id']}" if hidden else found["name"]
            return Sender(whose, "moodle", found["id"], name)
        found = CANVAS.match(part) if part.lower().endswith((".ipynb", ".zip")) else None
        if found:
            if plain_name(f"{found['attachment']}_{found['rest']}") in notebooks:
                continue
            name = f"{found['rest']}.ipynb" if is_file else path.name
            number = found["anonymous"]
            who = (number.replace("_", " "), number) if number else found.group("name", "id")
            is_late = bool(found["late"]) or part.startswith("LATE_anon_")
            return Sender(who[0], "canvas", who[1], name, int(found["attachment"]), is_late)
    return None


class Roster:
    """Finds students by any of the ways in which platforms write them."""

    def __init__(self, students: Iterable[Student]):
        self.students = {student.id: student for student in students}
        self._by_key: dict[str, set[str]] = {}
        self._by_number: dict[str, set[str]] = {}
        self._by_group: dict[str, str] = {}  # a group's name -> one of it
        for student in self.students.values():
            for written in student.keys:
                self._by_key.setdefault(written, set()).add(student.id)
            if student.group:
                self._by_group.setdefault(key(student.group), student.id)
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
        return self._by_group.get(key(sender.name))

    @property
    def groups(self) -> dict[str, str] | None:
        """Student -> group, of those who are in one; None where nobody says."""
        said = {s.id: s.group for s in self.students.values() if s.group is not None}
        return {student: group for student, group in said.items() if group} if said else None

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
    """A CSV as a platform wrote it, its bytes, and where it came from."""

    header: list[str]
    rows: list[list[str]]
    path: Path
    data: bytes

    def column(self, names: str) -> int | None:
        """The place of the first of these names, which are spelled as `key` does."""
        found = [key(field) for field in self.header]
        return next((found.index(name) for name in names.split() if name in found), None)

    def handed_in(self) -> dict[str, datetime]:
        """Number that Moodle gave -> when the student handed in, as this machine counts time."""
        fields = [key(field) for field in self.header]
        grade = self.column(WORKSHEET["changed"])
        place = next(
            (n for n, f in enumerate(fields) if f.startswith(HANDED_IN) and n != grade), -1
        )
        number = self.column(WORKSHEET["identifier"])
        if place < 0 or number is None:
            return {}
        rows = [row for row in self.rows if len(row) > max(place, number)]
        times = {number_in(row[number]): read_time(row[place]) for row in rows}
        return {number: when for number, when in times.items() if number and when}

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
    return Table(header, rows, path, data)


def _decoded(data: bytes) -> str:
    """Text as spreadsheets save it: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def roster_of(table: Table) -> Roster:
    """The students of a CSV: nbgrader's, Moodle's list or worksheet, Canvas's gradebook.

    Raises AutograderError, naming the columns that were found.
    """
    path = table.path
    columns = {meaning: table.column(names) for meaning, names in COLUMNS.items()}
    if all(columns[meaning] is None for meaning in ("id", "full_name", "lms_id")):
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
        elif full.count(" ") == 1:
            first, last = full.split()
        else:  # nobody knows which of them are the surname
            last = full
    named = full or f"{first} {last}".strip() or value("lms_id")
    student_id = value("id") or value("email") or slug(named)
    if not is_safe_id(student_id):
        student_id = slug(student_id)
    if not is_safe_id(student_id) or key(full) in ("pointspossible", TEST_STUDENT):  # of Canvas
        return None
    group = None if columns["group"] is None else value("group")
    if group is not None and key(group) in NO_GROUP:
        group = ""
    return Student(student_id, first, last, value("email"), value("lms_id"), group)


def read_time(text: str) -> datetime | None:
    """A time as Moodle writes it in English, German and French; None if it is none.

    >>> read_time("Freitag, 1. Mai 2026, 21:05")
    datetime.datetime(2026, 5, 1, 21, 5)
    """
    clock = re.search(r"(\d{1,2})[:.h](\d{2})\s*(?:([ap])\.?m)?", text, re.IGNORECASE)
    day = re.search(r"(\d{1,2})(?:\.|er)?\s+([^\W\d]+)\.?\s+(\d{4})", text)
    american = re.search(r"([^\W\d]+)\s+(\d{1,2}),?\s+(\d{4})", text)
    if not clock or not (day or american):
        return None
    number, name, year = day.groups() if day else american.group(2, 1, 3)
    month = next((n for n, names in enumerate(MONTHS, 1) if key(name).startswith(names)), 0)
    hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "p") if clock[3] else int(clock[1])
    try:
        return datetime(int(year), month, int(number), hour, int(clock[2]))
    except (TypeError, ValueError):
        return None


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


def gradebook_roster(db_url: str, groups: Mapping[str, str]) -> Roster:
    """The students of the gradebook, if it knows names; grading alone makes up students without."""
    with Gradebook(db_url) as gradebook:
        students = [
            Student(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
                groups.get(student.id, ""),
            )
            for student in gradebook.students
        ]
    return Roster(s for s in students if s.last_name or s.email or s.lms_id)
