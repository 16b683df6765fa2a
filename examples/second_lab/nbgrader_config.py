"""Makes this folder an nbgrader course: every nbgrader command works here."""

from pathlib import Path

from autograder.nbgrader_settings import configure

c = get_config()  # noqa: F821  (given by traitlets)
configure(c, Path(__file__).resolve().parent)

c.SandboxedExecute.limits = {"cell_seconds": 30, "notebook_seconds": 120, "memory_mib": 1024}
