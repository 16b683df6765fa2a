"""Makes the root of this repository an nbgrader course: every nbgrader command works here."""

from pathlib import Path

from autograder.nbgrader_settings import configure

c = get_config()  # noqa: F821  (given by traitlets)
configure(c, Path(__file__).resolve().parent)

# From this date on, this machine's time, `autograder release` gives the solutions out with it, for
# `solution("ex1-train")` in a notebook; "": never. Before it that says the date.
c.Solutions.given_out_from = ""  # "2026-12-15"

# Submissions run in the sandbox, whichever command grades them.
c.SandboxedExecute.sandbox = "bwrap"  # "none": with your own rights, where bubblewrap is missing
c.SandboxedExecute.limits = {"cell_seconds": 60, "notebook_seconds": 300, "memory_mib": 2048}
c.SandboxedExecute.partial_credit = False  # True: points for what is right by itself
c.SandboxedExecute.demos = False  # True also runs the cells that only show something
c.SandboxedExecute.pictures = False  # True draws the plots of submissions, in twice the time

# Late days; points are taken off anew whenever `autograder grade` or `autograder report` runs.
c.LateDays.due_date = ""  # "2026-12-01 23:59", this machine's time; "": as the gradebook has it
c.LateDays.grace_days = 0  # after the due date, that cost nothing
c.LateDays.penalty_per_day = 0.0  # share of the points for each day begun: 0.1 is a tenth
