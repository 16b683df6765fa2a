"""A student's guess beside what is so."""

from __future__ import annotations

LONGEST = 60  # characters of a guess that are printed


def told(guess: object, truth: float | str, unit: str = "") -> None:
    """Print one line with a guess and the truth, whatever the guess is.

    unit: what stands behind both, such as "%" or " epochs".
    """
    so = f"It is {_shown(truth)}{unit}."
    print(so if guess is None else f"You guessed {_shown(guess)}{unit}. {so}")


def _shown(value: object) -> str:
    if isinstance(value, bool | str):
        text = str(value)
    elif isinstance(value, int | float):
        text = f"{value:.6g}"
    else:
        return f"something else than a number or a word ({type(value).__name__})"
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
