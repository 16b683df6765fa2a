"""A whole class: who is due, in parallel, into nbgrader's gradebook; and all that changes marks.

In: submitted folders and the release. Out: marks, verdicts, kept notes. Asks `intake`, `mending`
and `running`; it alone writes the marks.
"""
