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

from helpers.plots import STYLES, finish

NEAREST = 1e-6  # distances below this are drawn here: a logarithm has no zero
WIDEST = 40.0  # the contour plot shows a diverging path up to this coordinate


def plot_surface(
    surface: Callable[[Tensor], Tensor],
    title: str = "",
    ax: Axes | None = None,
    limit: float | tuple[float, float] = 5,
) -> Axes:
    """Contour plot of a function of points (N, 2) -> (N,), from -limit to limit in x1 and x2.

    The levels are the squares of evenly spaced numbers, so a round bowl gives evenly spaced rings.
    """
    ax = ax or plt.subplots(figsize=(5.2, 4.6), layout="constrained")[1]
    first, second, height = _heights(surface, limit, 81)
    levels = torch.linspace(0, float(height.max()) ** 0.5, 13)[1:] ** 2
    ax.contour(first, second, height, levels=levels.tolist(), cmap="Greys_r", linewidths=0.9)
    ax.plot(0, 0, marker="+", markersize=12, color="black")
    finish(ax, title, "$x_2$", "$x_1$")
    ax.set_aspect("equal")
    return ax


def plot_bowl(surface: Callable[[Tensor], Tensor], title: str) -> None:
    """The same function of points (N, 2) -> (N,) as a surface in 3-D and as contour lines."""
    figure = plt.figure(figsize=(9.5, 4.2), layout="constrained")
    solid = figure.add_subplot(1, 2, 1, projection="3d")
    heights = [part.numpy() for part in _heights(surface, 5, 41)]
    solid.plot_surface(*heights, cmap="Greys_r", linewidth=0.2, edgecolor="0.4", alpha=0.9)
    solid.set(title="As a surface", xlabel="$x_1$", ylabel="$x_2$", zlabel="$E$")
    solid.view_init(elev=35, azim=-65)
    plot_surface(surface, "As contour lines, seen from above", figure.add_subplot(1, 2, 2))
    figure.suptitle(title)


def _heights(surface, limit, points: int) -> tuple[Tensor, Tensor, Tensor]:
    across, up = limit if isinstance(limit, tuple) else (limit, limit)
    lines = [torch.linspace(-end, end, points) for end in (across, up)]
    first, second = torch.meshgrid(*lines, indexing="xy")
    places = torch.stack([first.flatten(), second.flatten()], dim=1)
    return first, second, torch.as_tensor(surface(places)).detach().reshape(first.shape)


def plot_histories(
    surface: Callable[[Tensor], Tensor],
    histories: Mapping[str, Tensor],
    title: str = "",
    rates: Mapping[str, float] | None = None,
    valley: tuple[float, float] | None = None,
) -> None:
    """Paths on the contour plot, and beside it the distance to the minimum at each step.

    histories: label -> points (steps + 1, 2). rates: label -> predicted factor per step, drawn as
    a thin line with that slope through the last point of the path. valley: the limits of a surface
    that is much longer than wide, which is then drawn above the distances, true to scale.
    """
    if valley:
        figure, (left, right) = plt.subplots(
            2, 1, figsize=(10, 5.4), layout="constrained", height_ratios=(1, 1.6)
        )
    else:
        figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.4), layout="constrained")
    paths = {label: torch.as_tensor(path).detach().cpu() for label, path in histories.items()}
    reach = max(float(path.abs().max()) for path in paths.values())
    plot_surface(surface, ax=left, limit=valley or min(max(5.0, 1.1 * reach), WIDEST))
    for (label, path), style in zip(paths.items(), STYLES, strict=False):
        style = {**style, "label": label, "markevery": 1 + len(path) // 100}
        left.plot(path[:, 0], path[:, 1], **style)
        distance = path.norm(dim=1).clamp(min=NEAREST)
        right.semilogy(range(len(distance)), distance, **style)
        if rates and label in rates and rates[label] > 0 and distance[-1] > NEAREST:
            steps = torch.arange(len(distance))
            slope = distance[-1] * rates[label] ** (steps - steps[-1])
            right.semilogy(steps, slope, color=style["color"], linewidth=0.8, alpha=0.8)
    left.plot(*next(iter(paths.values()))[0], marker="*", markersize=13, color="black")
    left.set_title("Paths: from the star to the cross" + (", true to scale" if valley else ""))
    is_there = any(float(path.norm(dim=1).min()) < NEAREST for path in paths.values())
    scale = f"log scale, 0 drawn at {NEAREST:g}" if is_there else "log scale"
    finish(right, "Distance to the minimum", f"distance ({scale})", "step")
    right.xaxis.get_major_locator().set_params(integer=True)
    _plain_log_axis(right)
    if title:
        figure.suptitle(title)


def plot_coordinates(histories: Mapping[str, Tensor], title: str = "") -> None:
    """Each coordinate over the steps, in a small panel for each path (steps + 1, coordinates)."""
    figure, panels = plt.subplots(
        1, len(histories), figsize=(11, 2.9), sharey=True, layout="constrained", squeeze=False
    )
    for ax, (label, path) in zip(panels[0], histories.items(), strict=True):
        path = torch.as_tensor(path).detach().cpu()
        ax.axhline(0, color="0.6", linewidth=0.8)
        for number, (values, style) in enumerate(zip(path.T, STYLES, strict=False), start=1):
            name = f"$x_{number}$" if len(path.T) > 1 else "the distance"
            ax.plot(range(len(values)), values, **style, label=name)
        finish(ax, label, "", "step")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.get_legend().remove()
    panels[0, 0].set_ylabel("coordinate" if len(path.T) > 1 else "distance α")
    if len(path.T) > 1:
        figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right", frameon=False)
    if title:
        figure.suptitle(title)


def plot_best_ends(
    ends: Mapping[float, float], title: str, xlabel: str, marked: tuple[float, str] | None = None
) -> Axes:
    """Distance after the last step for each value; `marked` is a reference line and its label."""
    ax = plt.subplots(figsize=(6.4, 4), layout="constrained")[1]
    ax.semilogy(list(ends), [max(end, NEAREST) for end in ends.values()], **STYLES[0])
    if marked:
        ax.axhline(marked[0], color="black", linestyle="--", linewidth=1, label=marked[1])
    finish(ax, title, "distance after the last step (log scale)", xlabel)
    _plain_log_axis(ax)
    return ax


def _plain_log_axis(ax: Axes) -> None:
    """Label distances as plain numbers: 0.5, 1, 2, 5, 10; in wide ranges powers of ten only."""
    low, high = ax.get_ylim()
    is_wide = high / low > 1000
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    ax.yaxis.set_major_locator(LogLocator(subs=(1,) if is_wide else (1, 2, 5)))
    ax.yaxis.set_major_formatter(plain)
    ax.yaxis.set_minor_formatter(NullFormatter())
