"""What can go wrong, for the person who reads it: one line that says what happened and what to do."""


class AutograderError(Exception):
    """Shown as one line by the command line, which then exits with `exit_code`."""

    exit_code = 2
