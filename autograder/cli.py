"""The command line: `autograder COMMAND`, or `python -m autograder COMMAND`."""

from __future__ import annotations

import contextlib
import functools
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, track

from autograder.course import CONFIG, Course, find_course
from autograder.errors import AutograderError
from autograder.files import FULL, is_disk_full

app = typer.Typer(
    help="Release, check, collect, repair, grade and report the lab.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
export = typer.Typer(
    help="Write the grader for Gradescope, or a checked repository for GitHub.",
    no_args_is_help=True,
)
app.add_typer(export, name="export")
errors = Console(stderr=True, highlight=False)
Shown = StrEnum("Shown", ["after_due_date", "after_published", "visible"])
Sandbox = StrEnum("Sandbox", ["bwrap", "none"])
SCORES_SHOWN = 40  # larger classes are read in the report
Only = Annotated[list[str] | None, typer.Option(help="Only these; all if none.")]
Beginning = Annotated[str, typer.Option(help="Only grade ids that start with this.")]
StudentId = Annotated[str, typer.Argument(help="The student's id, as the report has it.")]
Browser = Annotated[bool, typer.Option(help="Open it in a browser; or only say the address.")]


def main() -> None:
    """Run the command; one line for each error it knows, and an exit code that means something."""
    for stream in (sys.stdout, sys.stderr):  # a name that is no text stops no command
        stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except AutograderError as error:
        _fail(str(error), error.exit_code)
    except OSError as error:  # no permission, a full disk, a file where a folder should be
        where = f"{error.filename}: " if error.filename else ""
        way_on = f"; {FULL}" if is_disk_full(error) else ""
        _fail(f"{where}{error.strerror or error}{way_on}")
    except KeyboardInterrupt:
        errors.print("stopped; what was finished is kept")
        sys.exit(130)
    except Exception as error:
        if type(error).__module__.startswith(("sqlalchemy.", "sqlite3")):
            from autograder.grading.gradebook import advice

            reason = str(error).splitlines()[0]
            _fail(f"the gradebook cannot be used: {reason}; {advice(reason)}")
        raise


def _course_alone(context: typer.Context) -> Course:
    """The course, for a command that no other one may run beside."""
    from autograder.grading.one_run import one_run

    course = find_course()
    context.with_resource(one_run(course.grading, context.command.name or ""))
    return course


def _course_with_gradebook(context: typer.Context | None = None) -> Course:
    """The course, once its gradebook is one that this nbgrader reads."""
    from autograder.grading.gradebook import upgrade

    course = _course_alone(context) if context else find_course()
    kept = upgrade(course)
    if kept:
        print(f"the gradebook was upgraded for this nbgrader; as it was, it is kept in {kept}")
    return course


_with_bar = functools.partial(track, total=None, console=errors, transient=True)


def _fail(reasons: str, exit_code: int = AutograderError.exit_code) -> None:
    for line in reasons.splitlines():
        errors.print(f"error: {line}", style="red", markup=False, soft_wrap=True)
    sys.exit(exit_code)


@app.command()
def release(
    context: typer.Context,
    only: Annotated[list[str] | None, typer.Option(help="Notebooks to build; all if none.")] = None,
    run: Annotated[bool, typer.Option(help="Execute even where the text has not changed.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if out of date.")
    ] = False,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Also where marks stand in the way; they are kept.")
    ] = False,
) -> None:
    """Build solutions/ from its text, execute what changed, generate the students' notebooks."""
    from autograder.authoring import points
    from autograder.authoring import release as releasing

    if check:
        stale = releasing.out_of_date(find_course())
        if stale:
            raise AutograderError("\n".join(stale))
        print("the release is up to date")
        return
    course = _course_with_gradebook(context)
    points.write_tasks(course)
    for name in only or course.names:
        state = releasing.build(course, name, always_execute=run)
        print(f"{name}: {state}")
    migrated = releasing.generate(course, migrate)
    if migrated:
        print(migrated)
    print(f"released to {course.released.relative_to(course.root)}; next: `autograder publish`")


@app.command()
def publish(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="A folder to write to; by default build/published.")
    ] = None,
) -> None:
    """Write what students get and nothing else: a folder, a zip, and a branch to push.

    It is refused if a line of a solution, a hidden test or a marking scheme is in it. Exit code 1:
    there is a repository, and no branch could be written.
    """
    from autograder.authoring import publish as publishing

    course = _course_alone(context)
    published = publishing.publish(course, to or course.root / "build" / "published")
    print(
        f"for students: the folder {published.folder}, the same as {published.zip.name} beside it"
    )
    if published.no_branch:
        errors.print(f"no branch was written: {published.no_branch}", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    if published.commit:
        where = course.repository or "ADDRESS"
        print(
            f"and the branch {publishing.BRANCH} ({published.commit[:10]}); to give it out: "
            f"git push {where} {publishing.BRANCH}:{course.branch}"
        )


@export.command(name="gradescope")
def export_gradescope(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="A folder; by default build.")] = None,
    hidden: Annotated[
        Shown, typer.Option(help="When tests on hidden inputs show.")
    ] = Shown.after_due_date,
    sandbox: Annotated[
        Sandbox | None, typer.Option(help="none: with all rights in its container.")
    ] = None,
    notebook: Only = None,
) -> None:
    """Write the zip from which Gradescope builds the same grader.

    It holds the hidden tests and the solutions: give it to nobody but Gradescope.
    """
    from autograder.authoring import gradescope

    course = _course_alone(context)
    to = to or course.root / "build"
    print(f"for Gradescope: {gradescope.export(course, to, hidden, sandbox, notebook or ())}")
    print("hidden tests and solutions are in it: give it to nobody else")


@export.command(name="github")
def export_github(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="A folder; by default build/github.")] = None,
) -> None:
    """Write a repository for students that runs the public checks at every push.

    It is refused, as `publish` is, if something in it gives an answer or a hidden test away.
    """
    from autograder.authoring import github

    course = _course_alone(context)
    to = to or course.root / "build" / "github"
    print(f"for GitHub: the folder {to}, checked by {github.export(course, to)}")


@app.command(hidden=True)
def gradescope(
    root: Annotated[Path, typer.Argument(help="With source, submission and results in it.")],
    hidden: str = "after_due_date",
    sandbox: str | None = None,
    notebook: list[str] | None = None,
    prepare: bool = False,
) -> None:
    """Grade one submission inside the image that Gradescope built from the exported zip."""
    from autograder.authoring import gradescope as exported
    from autograder.grading.settings import Settings

    settings = Settings(jobs=1, notebooks=tuple(notebook or ()), sandbox=sandbox)
    if prepare:
        exported.prepare(find_course(), settings)
    else:
        print(f"written: {exported.run(find_course(), root, settings, hidden)}")


@app.command()
def bank(
    path: Annotated[Path, typer.Argument(help="A folder with one folder of answers per grade id.")],
    only: Beginning = "",
    jobs: Annotated[int, typer.Option(min=1, help="Answers at a time.")] = 2,
    seconds: Annotated[float, typer.Option(help="Time limit of one answer.")] = 60.0,
    full_data: Annotated[
        bool, typer.Option("--full-data", help="All data, not the small sample for grading.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Details of every answer, as JSON.")] = False,
) -> None:
    """Try the checks on a bank of right and wrong answers."""
    from autograder.authoring import bank as banking

    course = find_course()
    answers = banking.read_bank(path, set(banking.graded_tasks(course)), only)
    trying = banking.run_bank(course, answers, jobs, seconds, full_data)
    verdicts = [*_with_bar(trying, "trying answers", total=len(answers))]
    if json:
        print(banking.as_json(verdicts), flush=True)
    banking.print_faults(verdicts)
    print(banking.summary(verdicts), file=sys.stderr if json else sys.stdout)
    if any(verdict.fault for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def mutate(
    only: Beginning = "", jobs: Annotated[int, typer.Option(min=1, help="Mutants at a time.")] = 2
) -> None:
    """Break the reference answers in small ways and list what the checks let through."""
    from autograder.authoring import mutation

    course = find_course()
    todo = mutation.all_mutants(course, only)
    trying = mutation.run_mutants(course, todo, jobs)
    verdicts = [*_with_bar(trying, "trying mutants", total=len(todo))]
    result = mutation.score(course, todo, verdicts)
    for mutant in result.survivors:
        print(f"let through: {mutant.grade_id}: {mutant.change}")
    print(result)
    if result.survivors:
        raise typer.Exit(1)


@app.command()
def grade(
    context: typer.Context,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks at a time on this machine.")] = 2,
    scheduler: Annotated[
        str | None, typer.Option(help="Run them on this Dask scheduler, tcp://HOST:PORT.")
    ] = None,
    student: Only = None,
    notebook: Only = None,
    sandbox: Annotated[
        str | None, typer.Option(help="bwrap, or none: run submissions with all your rights.")
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help="NAME=NUMBER of a limit, for example cell_seconds=30.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force/--resume", help="Also what was graded; or go on where it was.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which marks would change; keep all as is.")
    ] = False,
) -> None:
    """Grade the submissions in grading/submitted, each in a sandbox.

    Exit codes: 0 all graded, 1 some could not be, 2 it could not start.
    """
    from autograder.authoring import release as releasing
    from autograder.grading.changes import CHANGES, changes_table, rehearsal
    from autograder.grading.changes import summary as summary_of_changes
    from autograder.grading.grade import grade as grade_class
    from autograder.grading.live_table import live_table, summary
    from autograder.grading.marks import marks_table, read_marks
    from autograder.grading.settings import Settings, read_limits

    settings = Settings(
        jobs=jobs,
        scheduler=scheduler,
        students=tuple(student or ()),
        notebooks=tuple(notebook or ()),
        sandbox=sandbox,
        limits=read_limits(limit or []),
        force=force,
    )
    course = _course_with_gradebook(context)
    if dry_run:
        course = context.with_resource(rehearsal(course))
    else:
        releasing.register(course)
    with live_table(errors) as show:
        progress = grade_class(course, settings, show)
    marks = read_marks(course)
    if len(marks.students) <= SCORES_SHOWN and not dry_run:
        Console().print(marks_table(marks))
    if progress.changes:
        Console().print(changes_table(progress.changes, SCORES_SHOWN))
    print(summary(progress))
    if dry_run:
        print(f"a dry run, nothing is kept: {summary_of_changes(progress.changes, dry_run)}")
    elif progress.changes:
        print(f"{summary_of_changes(progress.changes)}; who and why: {course.report / CHANGES}")
    if progress.failed:
        raise typer.Exit(1)


@app.command()
def example() -> None:
    """Write the example class (complete, blank, half right) to grading/submitted."""
    from autograder.authoring.example_class import write_example_class

    students = write_example_class(find_course())
    print(f"example class: {', '.join(students)}")


@app.command()
def collect(
    context: typer.Context,
    archive: Annotated[Path, typer.Argument(help="The downloaded zip, or a folder.")],
    roster: Annotated[
        Path | None,
        typer.Option(help="CSV of the class, kept for the next time; else all who sent."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace notebooks that differ.")] = False,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Collect from names that match no student too.")
    ] = False,
) -> None:
    """Bring a download of Moodle, Canvas or Drive into grading/submitted.

    The newest of several attempts wins. Exit code 1: something needs a look; it is listed.
    """
    from autograder.authoring import release as releasing
    from autograder.grading import late_days
    from autograder.grading.settings import load_config
    from autograder.intake import archive as archives
    from autograder.intake import collect as collecting
    from autograder.intake.remembered import remember_roster
    from autograder.intake.roster import read_table, roster_of
    from autograder.intake.summary import print_summary

    course = _course_alone(context)
    config = load_config(course) if (course.root / CONFIG).is_file() else None
    if config and config.LateDays.get("due_date"):  # Canvas only says that it was later than that
        releasing.register(course)
        late_days.settle(course, config)
    listed = read_table(roster) if roster else None  # once: it may be a pipe
    with Progress(console=errors, transient=True) as progress:
        bar = progress.add_task("collecting", total=archives.count(archive))
        collection = collecting.collect(
            course,
            archive,
            roster=roster_of(listed) if listed else None,
            worksheet=listed if listed and listed.is_worksheet else None,
            force=force,
            keep_unknown=keep_unknown,
            advance=lambda _: progress.advance(bar),
        )
    if listed:
        remember_roster(course, listed)
    print_summary(collection)
    if collection.needs_a_look:
        raise typer.Exit(1)


@app.command()
def drop(context: typer.Context, student: StudentId) -> None:
    """Take a student out of the class: of the gradebook, the report and the files of marks.

    All that was theirs is kept in grading/dropped, with a copy of the gradebook.
    """
    from autograder.grading.drop import drop as drop_student

    kept = drop_student(_course_with_gradebook(context), student)
    typer.echo(f"dropped; kept in {kept.folder}. `autograder report` writes the class anew")
    if kept.heir:
        typer.echo(f"the hand-in of their group goes on as that of {kept.heir}")


@app.command()
def confirm(
    context: typer.Context,
    student: StudentId,
    task: Annotated[str, typer.Argument(help="Its name, as ex3-minimum; all if none.")] = "",
) -> None:
    """Keep marks given by hand for answers that have changed since, as they are."""
    from autograder.grading.gradebook import confirm as confirm_marks

    course = _course_with_gradebook(context)
    course.require_gradebook()
    for line in confirm_marks(course, student, task):
        typer.echo(f"confirmed: {line}")


@app.command(name="new-term")
def new_term(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Of the term that ends; by default today's date.")] = "",
) -> None:
    """Put gradebook, submissions and reports of the old class away, to begin with a new one."""
    from autograder.grading.new_term import new_term as put_away

    print(f"the old term is in {put_away(_course_alone(context), name)}")


@app.command()
def repair(
    notebook: Annotated[Path, typer.Argument(help="A notebook as a student handed it in.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: NAME.repaired.ipynb beside it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file.")] = False,
) -> None:
    """Put one submission back on the structure of the release and list every change.

    Grading does the same by itself, on a copy. Exit code 1: nothing of the file could be read.
    """
    import nbformat

    from autograder.mending import repair as repairing

    name, repaired = repairing.repair_file(notebook, find_course().released)
    output = output or notebook.with_name(f"{notebook.stem}.repaired.ipynb")
    if output.exists() and output.samefile(notebook):
        raise AutograderError(f"{output} is what was handed in: name another --output")
    if output.exists() and not force:
        raise AutograderError(f"{output} exists: name another --output, or replace it with --force")
    nbformat.write(repaired.notebook, output)
    for line in repaired.lines() or ["nothing to repair"]:
        print(line)
    print(f"{name} -> {output}")
    if repaired.problem:
        raise typer.Exit(1)


@app.command()
def formgrader(
    port: Annotated[int | None, typer.Option(help="Default: the first free one.")] = None,
    browser: Browser = True,
) -> None:
    """Read and grade the written answers in the browser, with nbgrader's formgrader."""
    from autograder.reporting import formgrader as formgrading

    formgrading.serve(_course_with_gradebook(), port, browser)


@app.command()
def read(
    question: Annotated[str, typer.Option(help="Only this one, as ex3-minimum.")] = "",
    second: Annotated[
        str, typer.Option(help="Read this share of what others have marked again, as 10%.")
    ] = "",
    port: Annotated[int, typer.Option(help="Default: a free one.")] = 0,
    browser: Browser = True,
) -> None:
    """Read and mark the written answers, question by question, by one or several readers."""
    from autograder.reading import server
    from autograder.reading.desk import Desk

    number = second.removesuffix("%") or "0"
    if not number.isdecimal() or not 0 <= int(number) <= 100:
        raise AutograderError(f"--second {second}: give a share from 1% to 100%")
    desk = Desk(_course_with_gradebook(), question, int(number) / 100)
    for _ in _with_bar(desk.load(), "reading answers"):
        pass
    server.serve(desk, port, browser)


@app.command()
def report(
    context: typer.Context,
    feedback: Annotated[
        bool, typer.Option(help="Write the students' feedback pages that are out of date first.")
    ] = True,
) -> None:
    """Write grading/report/index.html, the marks for Moodle and Canvas, and the feedback pages."""
    from autograder.grading import late_days
    from autograder.grading.flags import printable
    from autograder.grading.settings import load_config
    from autograder.reporting import feedback as feeding
    from autograder.reporting import report as reporting

    course = _course_with_gradebook(context)
    course.require_gradebook()
    failed = {}
    config = load_config(course)
    late_days.settle(course, config)
    with Progress(console=errors, transient=True) as progress:
        if feedback:
            students = feeding.out_of_date(course)
            pages = progress.add_task("feedback pages", total=len(students))
            failed = feeding.generate(course, config, students, lambda _: progress.advance(pages))
            feeding.share_pages(course)
        reading = progress.add_task("reading grades", total=None)
        gathered = reporting.gather(course, lambda _: progress.advance(reading))
    page = reporting.write(course, gathered)
    for student, why in failed.items():
        line = printable(f"no feedback for {student}: {why}")
        errors.print(line, style="red", markup=False, soft_wrap=True)
    print(reporting.summary(gathered))
    scaling = reporting.scaling(course, gathered)
    if scaling:
        print(scaling)
    print(f"the report: {page}")
    if failed:
        raise typer.Exit(1)


@app.command()
def similar(
    context: typer.Context,
    notebook: Annotated[str, typer.Option(help="Only this one; all if none.")] = "",
    task: Annotated[str, typer.Option(help="Only this one, as ex1-train; all if none.")] = "",
    top: Annotated[int, typer.Option(min=1, help="Pairs on the page.")] = 50,
) -> None:
    """Write grading/similar/index.html: which pairs share what hardly anybody else has."""
    from autograder.intake.submission_folder import students_with_folder
    from autograder.similarity import answers, pairs
    from autograder.similarity import page as paging

    course = _course_alone(context)
    given = answers.read_given(course, notebook, task)
    with Progress(console=errors, transient=True) as progress:
        bar = progress.add_task("reading answers", total=len(students_with_folder(course)))
        read = answers.read_class(given, lambda: progress.advance(bar))
    found = pairs.find_similar(given, read)
    page = paging.write(found, top)
    if found.pairs:
        Console().print(paging.table(found, top))
    unread = sum(bool(one.problems) for one in read.values())
    also = f"; {unread} could not be read in full" if unread else ""
    print(f"{len(read)} students, {len(found.pairs)} pairs to look at{also}: {page}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    options: typer.Context,
    folder: Annotated[
        Path | None, typer.Option(help="With notebooks; else those of the course, or here.")
    ] = None,
) -> None:
    """Open the notebooks in JupyterLab at a start page. Options of JupyterLab may follow."""
    from autograder.lab import open_lab

    raise typer.Exit(open_lab(folder, options.args))


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook.")],
    seconds: Annotated[float, typer.Option(min=1, help="Time limit of one cell.")] = 120.0,
) -> None:
    """Run your notebook and tell what passes, what is open, and the points so far.

    Exit code 0: every check passes; 1: something is open or not right yet.
    """
    from autograder import student_check as checking

    with contextlib.suppress(AutograderError):
        find_course(notebook.resolve().parent)  # in a course, whose lab need not be installed
    with Progress(console=errors, transient=True) as progress:
        bar = progress.add_task("running your notebook")
        checked = checking.check_notebook(
            notebook, seconds, lambda done, cells: progress.update(bar, completed=done, total=cells)
        )
    checking.print_checked(checked)
    if not checked.is_complete:
        raise typer.Exit(1)


@app.command(name="submit-check")
def submit_check(
    folder: Annotated[Path, typer.Argument(help="With your notebooks; by default here.")] = Path(),
) -> None:
    """Pack your notebooks for handing in, say what is open, and give a receipt. Nothing is sent.

    Exit code 0: packed; 1: packed, and something needs a look; 2: there is nothing to pack.
    """
    from autograder.hand_in import pack

    with contextlib.suppress(AutograderError):
        find_course(folder.resolve())  # in a course, whose lab need not be installed
    packed = pack(folder)
    print(*packed.lines(), sep="\n")
    if packed.faults:
        raise typer.Exit(1)


@app.command()
def receipt(
    file: Annotated[Path, typer.Argument(help="The receipt, as submit-check wrote it.")],
    hand_in: Annotated[
        Path | None, typer.Argument(help="A zip or a folder; else all in grading/submitted.")
    ] = None,
) -> None:
    """Say whether a receipt fits a hand-in, and which notebook differs.

    Exit code 0: it fits; 1: it does not.
    """
    from autograder.intake import receipts

    read = receipts.read_receipt(file)
    if hand_in:
        whose, fit = str(hand_in), receipts.compared(read, receipts.notebooks_in(hand_in))
    else:
        students, fit = receipts.best_fit(find_course(), read)
        whose = f"the hand-in of {', '.join(students)}"
    for name, how in fit.items():
        print(f"{name}: {how}")
    fits = set(fit.values()) == {receipts.SAME}
    print(f"the receipt {'fits' if fits else 'does not fit'} {whose}")
    if not fits:
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
