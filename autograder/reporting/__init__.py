"""What people read: a page a student, the class report, the tables for the LMS.

In: marks, verdicts and notes that grading keeps. Out: files in `grading/feedback` and
`grading/report`. Asks `grading` for marks, and changes none.
"""
