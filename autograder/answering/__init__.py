"""The student's side of a check: questions on the names of a notebook, answered with values.

In a student's own Jupyter it runs beside the checks. While a submission is graded it is all that
its process has of the course's testing code: the checks run elsewhere, and ask over a pipe. So
nothing here decides anything, and nothing here knows a right answer.
"""
