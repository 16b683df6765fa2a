"""A guess beside what is so: one line, whatever was guessed."""

import pytest
import torch

from helpers.guesses import told


@pytest.mark.parametrize(
    ("guess", "line"),
    [
        (None, "It is 88 of 100."),
        (90, "You guessed 90 of 100. It is 88 of 100."),
        (90.12345678, "You guessed 90.1235 of 100. It is 88 of 100."),
        ("many\nmore", "You guessed many more of 100. It is 88 of 100."),
        ("x" * 500, f"You guessed {'x' * 59}… of 100. It is 88 of 100."),
        (float("nan"), "You guessed nan of 100. It is 88 of 100."),
        (torch.ones(3), "You guessed something else than a number or a word (Tensor) of 100."),
        ([1] * 99, "You guessed something else than a number or a word (list) of 100."),
    ],
)
def test_one_line(capsys, guess, line):
    told(guess, 88, " of 100")
    out = capsys.readouterr().out
    assert out.startswith(line) and out.count("\n") == 1
