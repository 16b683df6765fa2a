"""The pictures of notebooks 1 and 2, and the one design of all pictures.

Every function draws with pyplot, so a notebook shows the picture by itself, and returns the axes
for whoever wants to change something. Curves differ in line, marker and brightness, so
they can be told apart without colour. Epochs are counted from 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # matplotlib is imported when the first picture is drawn
    from matplotlib.axes import Axes

# The four lines of every picture: they stay apart when printed in grey (19, 54, 35, 73 %).
STYLES = (
    {"color": "#12355b", "linestyle": "-", "marker": "o", "markersize": 4},
    {"color": "#d9742b", "linestyle": "--", "marker": "s", "markersize": 4.5},
    {"color": "#2a7a33", "linestyle": "-.", "marker": "^", "markersize": 5},
    {"color": "#c3aee0", "linestyle": ":", "marker": "D", "markersize": 4.5},
)
DARK, LIGHT, *_ = STYLES

LOSS = "loss (binary cross-entropy, nats)"
WIDTH, HEIGHT = 5.2, 3.4  # inches, of one panel


def get_training_progress_plot(
    train_losses: Sequence[float],
    train_accs: Sequence[float],
    val_losses: Sequence[float],
    val_accs: Sequence[float],
) -> tuple[Axes, Axes]:
    """Draw losses and accuracies of a training; returns the axes of the two.

    Each argument holds one number an epoch. A vertical line marks the lowest validation loss.
    """
    import matplotlib.pyplot as plt

    _, (loss_axes, accuracy_axes) = plt.subplots(
        1, 2, figsize=(2 * WIDTH, HEIGHT), layout="constrained"
    )
    _draw(loss_axes, train_losses, "training", DARK)
    _draw(loss_axes, val_losses, "validation", LIGHT)
    if len(val_losses) > 0:
        best = min(range(len(val_losses)), key=lambda i: val_losses[i]) + 1
        loss_axes.axvline(
            best, color="0.35", linewidth=1, linestyle=":", label=f"lowest validation: epoch {best}"
        )
    finish(loss_axes, "Loss over the epochs", LOSS)

    _draw(accuracy_axes, train_accs, "training", DARK)
    _draw(accuracy_axes, val_accs, "validation", LIGHT)
    finish(accuracy_axes, "Accuracy over the epochs", "accuracy (% of the reviews)")
    _in_percent(accuracy_axes)
    return loss_axes, accuracy_axes


def compare_losses_plot(
    first_losses: Sequence[float],
    second_losses: Sequence[float],
    first_loss_label: str,
    second_loss_label: str,
    title: str = "Loss over the epochs",
    ax: Axes | None = None,
) -> Axes:
    """Draw the losses of two trainings over each other, in new axes or in ``ax``; returns the axes.

    Where one training ended before the other, as early stopping does, its last epoch is marked.
    """
    ax = ax if ax is not None else _new_axes()
    _draw(ax, first_losses, first_loss_label, DARK)
    _draw(ax, second_losses, second_loss_label, LIGHT)
    longest = max(len(first_losses), len(second_losses))
    for losses, style in ((first_losses, DARK), (second_losses, LIGHT)):
        if 0 < len(losses) < longest:
            _mark_end(ax, losses, style)
    finish(ax, title, LOSS)
    return ax


def seeds_plot(
    groups: Mapping[str, Sequence[Sequence[float]]],
    title: str,
    y_label: str = LOSS,
    in_percent: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw up to four groups of trainings that differ in their seed; returns the axes.

    ``groups`` maps a name to the curves of its seeds, one number an epoch each. A line is their
    median, the band around it goes from the lowest to the highest.
    """
    ax = ax if ax is not None else _new_axes()
    for (label, curves), style in zip(groups.items(), STYLES, strict=False):
        _band(ax, range(1, len(curves[0]) + 1), curves, label, style)
    finish(ax, title, y_label)
    if in_percent:
        _in_percent(ax)
    return ax


def reliability_plot(
    groups: Sequence[Sequence[Sequence[float]]], label: str, style: dict, ax: Axes | None = None
) -> Axes:
    """Draw how often answers of each confidence are right; returns the axes.

    ``groups`` holds for each seed what ``helpers.regularization.reliability`` returned. The line is
    the median of the seeds, the band goes from the lowest to the highest. Groups of fewer than 30
    answers are left out.
    """
    ax = ax if ax is not None else _new_axes()
    if not ax.lines:
        ax.plot([0.5, 1], [0.5, 1], color="0.35", linewidth=1, label="as often right as sure")
    places: dict[int, list] = {}
    for group in groups:
        for sure, right, number in group:
            if number >= 30:
                places.setdefault(int(min(sure, 0.999) * 20), []).append((sure, right))
    sure, right = zip(
        *(zip(*found, strict=True) for _, found in sorted(places.items())), strict=True
    )
    _band(ax, [sum(s) / len(s) for s in sure], list(right), label, style, by_place=True)
    finish(ax, "How sure, how often right", "answers that are right (%)", "confidence (%)")
    _in_percent(ax)
    ax.xaxis.set_major_formatter(ax.yaxis.get_major_formatter())
    return ax


def weight_decay_plot(
    runs: Mapping[float, Sequence[Mapping[str, Sequence[float]]]],
    ax: Axes | None = None,
    accuracy: bool = False,
) -> Axes:
    """Draw what each weight decay did to the loss, or to the accuracy; returns the axes.

    ``runs`` maps a weight decay to what ``train`` returned with it, once for each seed. The values
    are drawn at equal distances, so that 0 can stand beside powers of ten.
    """
    ax = ax if ax is not None else _new_axes()
    strengths = sorted(runs)
    curves = {
        "training, last epoch": lambda run: run["train_loss"][-1],
        "validation, last epoch": lambda run: run["val_loss"][-1],
        "validation, best epoch": lambda run: min(run["val_loss"]),
    }
    if accuracy:
        curves = {
            "validation, last epoch": lambda run: run["val_acc"][-1],
            "validation, best epoch": lambda run: max(run["val_acc"]),
        }
    for (label, of), style in zip(curves.items(), STYLES[int(accuracy) :], strict=False):
        found = [[of(run) for run in runs[strength]] for strength in strengths]
        _band(ax, [f"{s:g}" for s in strengths], found, label, style, by_place=True)
    what, y_label = ("Accuracy", "accuracy (% of the reviews)") if accuracy else ("Loss", LOSS)
    finish(ax, f"{what} by strength of regularization", y_label, x_label="weight decay")
    if accuracy:
        _in_percent(ax)
    return ax


def _band(
    ax: Axes,
    places: Sequence[float] | Sequence[str],
    values: Sequence[Sequence[float]],
    label: str,
    style: dict,
    by_place: bool = False,
) -> None:
    """A line through the medians of several seeds, in a band from the lowest to the highest.

    ``values`` holds the curve of each seed, or ``by_place`` the values of the seeds at each place.
    """
    from statistics import median

    columns = values if by_place else list(zip(*values, strict=True))
    low, high = [min(column) for column in columns], [max(column) for column in columns]
    ax.fill_between(places, low, high, color=style["color"], alpha=0.25, linewidth=0)
    ax.plot(places, [median(column) for column in columns], label=label, **style)


def _new_axes() -> Axes:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH * 1.2, HEIGHT), layout="constrained")[1]


def _draw(ax: Axes, values: Sequence[float], label: str, style: dict) -> None:
    ax.plot(range(1, len(values) + 1), values, label=label, **style)


def _mark_end(ax: Axes, losses: Sequence[float], style: dict) -> None:
    epochs = len(losses)
    ax.axvline(epochs, color=style["color"], linewidth=1, linestyle=":")
    ax.annotate(
        f"stopped after {epochs} epoch{'s' if epochs > 1 else ''}",
        (epochs, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(5, -12),
        textcoords="offset points",
        fontsize=9,
    )


def finish(ax: Axes, title: str, y_label: str, x_label: str = "epoch") -> None:
    """The design of all pictures: title, labels, a light grid, no box, a legend without a frame."""
    from matplotlib.ticker import MaxNLocator

    ax.set_title(title)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    if x_label == "epoch":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    ax.grid(color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False)


def mark_guess(ax: Axes, guess: object, label: str = "your guess: {:g}") -> None:
    """Draw a guess as a vertical line; nothing is drawn where the student gave no number."""
    if isinstance(guess, int | float) and not isinstance(guess, bool):
        ax.axvline(guess, color="0.1", linestyle=(0, (1, 2)), label=label.format(guess))
        ax.legend(framealpha=1, edgecolor="none")  # the line does not cross its words


def _in_percent(ax: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    ax.yaxis.set_major_formatter(PercentFormatter(xmax=1, symbol=""))
