"""Anscombe's four data sets, and a picture of points in plain text.

F. J. Anscombe: Graphs in Statistical Analysis. The American Statistician 27 (1973), 17-21.
"""

from collections.abc import Sequence

_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
QUARTET = {
    "I": (_X, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]),
    "II": (_X, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]),
    "III": (_X, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]),
    "IV": (
        [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
        [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
    ),
}
"""Name -> the values of x and of y."""


def scatter(x: Sequence[float], y: Sequence[float], width: int = 40, height: int = 10) -> str:
    """The points as `o` on lines of text: x from 0 to 20 to the right, y from 0 to 14 upwards."""
    rows = [[" "] * width for _ in range(height)]
    for a, b in zip(x, y, strict=True):
        rows[int(b / 14 * (height - 1))][int(a / 20 * (width - 1))] = "o"
    return "\n".join("| " + "".join(row).rstrip() for row in reversed(rows)) + "\n+" + "-" * width
