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
DARK, LIGHT, MIDDLE, LIGHTEST = STYLES

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


def weight_decay_plot(
    runs: Mapping[float, Mapping[str, Sequence[float]]], ax: Axes | None = None
) -> Axes:
    """Draw what each weight decay did to the losses, in new axes or in ``ax``; returns the axes.

    ``runs`` maps a weight decay to what ``train`` returned with it. The values are drawn at equal
    distances, so that 0 can stand beside powers of ten.
    """
    ax = ax if ax is not None else _new_axes()
    strengths = sorted(runs)
    places = range(len(strengths))
    curves = (
        ("training, last epoch", [runs[s]["train_loss"][-1] for s in strengths], DARK),
        ("validation, last epoch", [runs[s]["val_loss"][-1] for s in strengths], LIGHT),
        ("validation, best epoch", [min(runs[s]["val_loss"]) for s in strengths], MIDDLE),
    )
    for label, losses, style in curves:
        ax.plot(places, losses, label=label, **style)
    ax.set_xticks(places, [f"{strength:g}" for strength in strengths])
    finish(ax, "Loss by strength of regularization", LOSS, x_label="weight decay")
    return ax


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
        ax.legend(frameon=False)


def _in_percent(ax: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    ax.yaxis.set_major_formatter(PercentFormatter(xmax=1, symbol=""))
