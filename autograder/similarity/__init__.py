"""What pairs of a class share and hardly anybody else has: for a person to look at.

In: `grading/submitted`, mended as for grading, the bank, kept verdicts. Out: a page and a table in
`grading/similar`. Asks `mending` for answers and `reporting` for the look of a page; marks nothing.
"""
