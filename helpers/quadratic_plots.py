"""Pictures of gradient descent on surfaces over the plane: where it goes, and how fast.

Paths differ in marker and line as well as in colour, so that they can be told apart in grey.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from torch import Tensor

from helpers.plots import STYLES

NEAREST = 1e-6  # distances below this are drawn here: a logarithm has no zero
WIDEST = 40.0  # the contour plot shows a diverging path up to this coordinate


def plot_surface(
    surface: Callable[[Tensor], Tensor], title: str = "", ax: Axes | None = None, limit: float = 5
) -> Axes:
    """Contour plot of a function of points (N, 2) -> (N,) on the square from -limit to limit.

    The levels are the squares of evenly spaced numbers, so a round bowl gives evenly spaced rings.
    """
    ax = ax or plt.subplots(figsize=(5.2, 4.6), layout="constrained")[1]
    line = torch.linspace(-limit, limit, 81)
    first, second = torch.meshgrid(line, line, indexing="xy")
    points = torch.stack([first.flatten(), second.flatten()], dim=1)
    height = torch.as_tensor(surface(points)).detach().reshape(first.shape)
    levels = torch.linspace(0, float(height.max()) ** 0.5, 13)[1:] ** 2
    ax.contour(first, second, height, levels=levels.tolist(), cmap="Greys_r", linewidths=0.9)
    ax.plot(0, 0, marker="+", markersize=12, color="black")
    ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def plot_histories(
    surface: Callable[[Tensor], Tensor],
    histories: Mapping[str, Tensor],
    title: str = "",
    rates: Mapping[str, float] | None = None,
) -> None:
    """Paths on the contour plot, and beside it the distance to the minimum at each step.

    histories: label -> points (steps + 1, 2). rates: label -> predicted factor per step, drawn as
    a thin line with that slope through the last point of the path.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.4), layout="constrained")
    paths = {label: torch.as_tensor(path).detach().cpu() for label, path in histories.items()}
    reach = max(float(path.abs().max()) for path in paths.values())
    plot_surface(surface, ax=left, limit=min(max(5.0, 1.1 * reach), WIDEST))
    for (label, path), style in zip(paths.items(), STYLES, strict=False):
        style = {**style, "label": label}
        left.plot(path[:, 0], path[:, 1], **style)
        distance = path.norm(dim=1).clamp(min=NEAREST)
        right.semilogy(range(len(distance)), distance, **style)
        if rates and label in rates and rates[label] > 0 and distance[-1] > NEAREST:
            steps = torch.arange(len(distance))
            slope = distance[-1] * rates[label] ** (steps - steps[-1])
            right.semilogy(steps, slope, color=style["color"], linewidth=0.8, alpha=0.8)
    left.plot(*next(iter(paths.values()))[0], marker="*", markersize=13, color="black")
    left.set_title("Paths: from the star to the cross")
    is_there = any(float(path.norm(dim=1).min()) < NEAREST for path in paths.values())
    scale = f"log scale, 0 drawn at {NEAREST:g}" if is_there else "log scale"
    right.set(title="Distance to the minimum", xlabel="step", ylabel=f"distance ({scale})")
    right.xaxis.get_major_locator().set_params(integer=True)
    _plain_log_axis(right)
    right.legend()
    if title:
        figure.suptitle(title)


def plot_best_ends(
    ends: Mapping[float, float], title: str, xlabel: str, marked: tuple[float, str] | None = None
) -> None:
    """Distance after the last step for each value; `marked` is a reference line and its label."""
    ax = plt.subplots(figsize=(6.4, 4), layout="constrained")[1]
    ax.semilogy(list(ends), [max(end, NEAREST) for end in ends.values()], **STYLES[0])
    if marked:
        ax.axhline(marked[0], color="black", linestyle="--", linewidth=1, label=marked[1])
        ax.legend()
    ax.set(title=title, xlabel=xlabel, ylabel="distance after the last step (log scale)")
    _plain_log_axis(ax)


def _plain_log_axis(ax: Axes) -> None:
    """Label distances as plain numbers: 0.5, 1, 2, 5, 10; in wide ranges powers of ten only."""
    low, high = ax.get_ylim()
    is_wide = high / low > 1000
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    ax.yaxis.set_major_locator(LogLocator(subs=(1,) if is_wide else (1, 2, 5)))
    ax.yaxis.set_major_formatter(plain)
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.grid(alpha=0.3)
