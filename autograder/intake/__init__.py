"""What people send becomes one folder a student.

In: an archive of the LMS or loose files, a roster. Out: `grading/submitted/STUDENT/`, senders,
a list of what needs a look; whose hand-in a receipt fits. Asks `mending` what a file is; nothing of
a submission runs here.
"""
