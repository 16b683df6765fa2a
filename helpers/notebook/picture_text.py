"""Pictures for people who cannot see them: every plot of a notebook carries a text.

A screen reader reads the `alt` of an `<img>`. Of JupyterLab's and Notebook 7's own renderers, only
the one for HTML makes an image with an `alt`: the one for `image/png` ignores it, also where the
output's metadata has one (nbconvert reads that). So a picture is shown as HTML, and kept as PNG
beside it for whoever takes no HTML, such as the export to PDF.

The text is made from what the plot says in words: its titles and axes, the names of the curves and
where each of them begins and ends, the heights of a few bars.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from helpers.runtime import is_grading, jupyter_kernel

if TYPE_CHECKING:  # nobody imports matplotlib before the first picture
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHOWN = 12  # curves or bars of one plot; nobody listens to more
_GREEK = {"lambda": "λ", "eta": "η", "beta": "β", "kappa": "κ", "rho": "ρ", "alpha": "α"}


def describe_pictures() -> None:
    """From now on the plots of this notebook carry a text. Does nothing outside a notebook."""
    kernel = jupyter_kernel()
    if kernel is None or is_grading():
        return
    formatter = kernel.shell.display_formatter
    formatter.mimebundle_formatter.for_type_by_name(
        "matplotlib.figure", "Figure", lambda figure: _bundle(figure, formatter.formatters)
    )


def picture_html(png: str, text: str, width: int | None = None) -> str:
    """An image with its text, as HTML. png: in base64; width: in pixels, if not its own."""
    size = f' width="{width}"' if width else ""
    return f'<img alt="{escape(text)}" src="data:image/png;base64,{png}"{size}>'


def picture_text(figure: Figure) -> str:
    """What a figure of matplotlib shows, in one paragraph."""
    panels = [_panel(axes) for axes in figure.axes if axes.get_visible() and _says_something(axes)]
    count = f"{len(panels)} plots." if len(panels) > 1 else ""
    title = figure.get_suptitle() if hasattr(figure, "get_suptitle") else ""
    return " ".join(filter(None, [_sentence(title), count, *panels])) or "A plot without a title."


def _says_something(axes: Axes) -> bool:
    return any((axes.get_title(), axes.get_xlabel(), axes.get_ylabel(), axes.has_data()))


def _panel(axes: Axes) -> str:
    ways = {"Across": axes.get_xlabel(), "Up": axes.get_ylabel()}
    labels = [f"{way}: {_plain(label)}." for way, label in ways.items() if label]
    shown = [*_curves(axes), *_bars(axes)]
    if len(shown) > MOST_SHOWN:
        shown = [*shown[:MOST_SHOWN], f"and {len(shown) - MOST_SHOWN} more"]
    return " ".join(
        filter(None, [_sentence(axes.get_title()), *labels, _sentence("; ".join(shown))])
    )


def _curves(axes: Axes) -> list[str]:
    """The names in the legend, those of curves with their first and last height."""
    handles, names = axes.get_legend_handles_labels()
    named = [_curve(axes, *pair) for pair in zip(handles, map(_plain, names), strict=True)]
    others = [line for line in axes.lines if line not in handles and _is_curve(axes, line)]
    return [*named, _curve(axes, others[0], "one curve")] if len(others) == 1 else named


def _is_curve(axes: Axes, handle: object) -> bool:
    """Whether it runs through the data: no mark, no area, no line across the plot."""
    return (
        len(getattr(handle, "get_ydata", tuple)()) > 1 and handle.get_transform() == axes.transData
    )


def _curve(axes: Axes, handle: object, name: str) -> str:
    if not _is_curve(axes, handle):
        return name
    heights = handle.get_ydata()
    if handle.get_linestyle() == "None":  # single points
        few = len(heights) <= MOST_SHOWN
        at = ", ".join(map(_number, heights)) if few else f"{len(heights)} points"
        return f"{name} at {at}"
    ends = f"{name} from {_number(heights[0])} to {_number(heights[-1])}"
    lowest = min(range(len(heights)), key=lambda i: float(heights[i]))
    if float(heights[lowest]) < min(float(heights[0]), float(heights[-1])):
        return f"{ends}, lowest {_number(heights[lowest])} at {_number(handle.get_xdata()[lowest])}"
    return ends


def _number(value: object) -> str:
    number = float(value)
    return f"{number:,.0f}" if 1000 <= abs(number) < 1e6 else f"{number:.3g}"


def _bars(axes: Axes) -> list[str]:
    """Name and height of each bar, where the bars are few and have names."""
    found = []
    for bars in axes.containers:
        is_flat = getattr(bars, "orientation", "") == "horizontal"
        axis = axes.yaxis if is_flat else axes.xaxis
        names = [label.get_text() for label in axis.get_ticklabels()]
        if len(bars) == len(names) <= MOST_SHOWN and all(names):
            sizes = [bar.get_width() if is_flat else bar.get_height() for bar in bars]
            found += [f"{n} {_number(size)}" for n, size in zip(names, sizes, strict=True)]
    return found


def _sentence(text: str) -> str:
    text = _plain(text)
    return text and text + ("" if text[-1] in ".?!" else ".")


def _plain(text: str) -> str:
    """Text without the signs of TeX, on one line."""
    return " ".join(re.sub(r"\$([^$]*)\$", _spoken, text).split())


def _spoken(formula: re.Match) -> str:
    words = re.sub(r"\\([A-Za-z]+)", lambda sign: _GREEK.get(sign[1], sign[1]), formula[1])
    return re.sub(r"[{}_\\]", "", words)


def _bundle(figure: Figure, formatters: dict) -> tuple[dict, dict]:
    """HTML with a text, and the same text for the PNG; nothing where no PNG is wanted."""
    png = formatters["image/png"]
    try:
        draw = png.lookup(figure)
    except KeyError:  # somebody chose another format
        return {}, {}
    if not isinstance(draw, _DrawnOnce):
        draw = _DrawnOnce(draw)
        png.for_type(type(figure), draw)
    drawn = draw.ahead(figure)
    data, size = drawn if isinstance(drawn, tuple) else (drawn, {})  # a size: for fine screens
    if not isinstance(data, str):
        return {}, {}
    text = picture_text(figure)
    html = picture_html(data, text, size.get("width"))
    return {"text/html": html}, {"image/png": {"alt": text}}


class _DrawnOnce:
    """Draws a figure as another function does, but once for the HTML and the PNG of it."""

    def __init__(self, draw):
        self.draw, self.kept = draw, []

    def ahead(self, figure: Figure):
        self.kept = [self.draw(figure)]
        return self.kept[0]

    def __call__(self, figure: Figure):
        return self.kept.pop() if self.kept else self.draw(figure)
