"""The still picture that stands in for the live playground where no widget can run."""

from __future__ import annotations

import base64
import io

import numpy

from helpers.playground.model import REACH
from helpers.plots import STYLES, finish

COLORS = {"plain": STYLES[0]["color"], "momentum": STYLES[1]["color"]}
MARKERS = {"plain": "o", "momentum": "s"}
FARTHEST, NEAREST = 1e2, 1e-8  # of the axis of distances


def png(picture: dict, rates: dict, marks: bool) -> str:
    """The four pictures side by side, as a PNG in base64."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 4.2), layout="constrained", dpi=80)
    FigureCanvasAgg(figure)  # not pyplot: the figure must not show up a second time by itself
    paths, lengths, pairs, plane = figure.subplots(1, 4)
    _paths(paths, picture)
    _distances(lengths, picture)
    _rates(pairs, picture, rates, marks)
    _roots(plane, picture)
    memory = io.BytesIO()
    figure.savefig(memory, format="png")
    return base64.b64encode(memory.getvalue()).decode()


def alternative_text(picture: dict) -> str:
    """The pictures in words."""
    s = picture["settings"]
    words = [
        f"Gradient descent on a bowl with lambda {s['lambda_1']:g} and {s['lambda_2']:g}, "
        f"{s['steps']} steps from ({s['start_1']:g}, {s['start_2']:g}) "
        f"with learning rate {s['lr']:g} and momentum {s['momentum']:g}."
    ]
    for method in picture["methods"].values():
        end = f", ends at distance {method['end']}" if "end" in method else ""
        words.append(
            f"{method['label']}: {method['outcome']}, {method['rate']} per step{end}; "
            f"{' and '.join(method['damping'])} along the two eigenvectors."
        )
    return " ".join(words)


def _paths(ax, picture: dict) -> None:
    s = picture["settings"]
    line = numpy.linspace(-REACH, REACH, 81)
    x, y = numpy.meshgrid(line, line, indexing="xy")
    angle = numpy.radians(s["rotation"])
    first = numpy.cos(angle) * x + numpy.sin(angle) * y
    second = -numpy.sin(angle) * x + numpy.cos(angle) * y
    root = numpy.sqrt(s["lambda_1"] * first**2 + s["lambda_2"] * second**2)
    ax.contour(x, y, root, levels=12, cmap="Greys_r", linewidths=0.8)
    for key, method in picture["methods"].items():
        if method["path"]:
            points = numpy.array(method["path"])
            ax.plot(*points.T, color=COLORS[key], marker=MARKERS[key], markersize=3.5, lw=1.2)
    ax.plot(s["start_1"], s["start_2"], marker="*", markersize=13, color="black")
    ax.plot(0, 0, marker="+", markersize=12, color="black")
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
    finish(ax, "Paths: from the star to the cross", "$x_2$", "$x_1$")


def _distances(ax, picture: dict) -> None:
    for key, method in picture["methods"].items():
        for number, values in enumerate(method["distances"]):
            if not values:
                continue
            steps = numpy.arange(len(values))
            shown = numpy.clip(values, NEAREST, FARTHEST)
            label = f"{method['label']}, λ{'₁₂'[number]}"
            style = {"color": COLORS[key], "linestyle": ("-", "--")[number]}
            ax.semilogy(steps, shown, label=label, linewidth=1.6, **style)
            predicted = values[0] * numpy.array(method["predicted"][number]) ** steps
            ax.semilogy(steps, predicted.clip(NEAREST, FARTHEST), linewidth=0.7, **style)
    finish(ax, "Distance by eigenvector (thin: predicted)", "distance (log scale)", "step")


def _rates(ax, picture: dict, rates: dict, marks: bool) -> None:
    s = picture["settings"]
    levels = numpy.array(rates["levels"]).reshape(rates["rows"], rates["columns"]) / 200
    stable = numpy.ma.masked_greater_equal(levels, 1)
    extent = (0, rates["lr_max"], 0, 1)
    ax.set_facecolor("#d9d9d9")
    image = ax.imshow(stable, origin="lower", extent=extent, aspect="auto", cmap="viridis", vmin=0)
    ax.figure.colorbar(image, ax=ax, label="rate per step (small is fast)")
    if marks:
        ax.plot(
            rates["boundary"], (0, 1), color="black", linewidth=1.5, label="bound 2(1 + β)/λmax"
        )
        ax.plot(
            *rates["optimum"], "D", color="white", markeredgecolor="black", label="optimal pair"
        )
    ax.plot(s["lr"], s["momentum"], "X", color="red", markeredgecolor="white", markersize=11)
    ax.annotate("you are here", (s["lr"], s["momentum"]), (6, 6), textcoords="offset points")
    ax.set(xlim=(0, rates["lr_max"]), ylim=(0, 1))
    finish(ax, "Which pairs converge", "momentum β", "learning rate η")
    if marks:
        ax.legend(loc="lower right")


def _roots(ax, picture: dict) -> None:
    circle = numpy.exp(1j * numpy.linspace(0, 2 * numpy.pi, 121))
    ax.plot(circle.real, circle.imag, color="black", linewidth=1)
    for key, method in picture["methods"].items():
        for number, roots in enumerate(method["roots"]):
            face = COLORS[key] if number == 0 else "none"
            ax.scatter(
                *numpy.array(roots).T, marker=MARKERS[key], s=60, color=COLORS[key], facecolor=face
            )
    ax.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
    finish(ax, "Roots and the unit circle (hollow: λ₂)", "imaginary part", "real part")
