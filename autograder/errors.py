"""What can go wrong, for the person who reads it: what happened and what to do, in one line."""


class AutograderError(Exception):
    """Shown as one line by the command line, which then exits with `exit_code`."""

    exit_code = 2
