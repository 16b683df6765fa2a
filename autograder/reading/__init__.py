"""Written answers, read question by question by several people, in the browser.

In: autograded notebooks and marking schemes. Out: marks and comments by hand, which `grading`
writes, and in `grading/reading` who gave which. Asks `grading` alone for marks.
"""
