"""The live playground of the momentum notebook: the reader's own functions, under sliders.

It is built on anywidget, which is the one choice that works everywhere the course is used. The
others were weighed too:

- ipywidgets with matplotlib redraws three pictures for each move of a slider, several times the
  50 ms that still feel like dragging, and a click in a picture does not come back.
- ipympl brings clicks back, yet sends each frame as an image, as slowly.
- plotly's FigureWidget is quick, but several megabytes of JavaScript in every saved notebook.
- anywidget sends one file of JavaScript from the kernel, to JupyterLab, Notebook 7, VS Code and
  Colab alike. The browser draws; the kernel only computes the numbers.

Where no widget can run (under nbgrader, nbval and `make release`, and wherever a saved notebook is
only shown), a still picture stands in its place.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpers.notebook.picture_text import picture_html
from helpers.playground.model import Settings, compute, rate_map
from helpers.runtime import is_grading

NAME = "Playground of gradient descent and momentum"


def playground(
    do_gradient_descent: Callable | None = None,
    do_momentum_gd: Callable | None = None,
    *,
    play: bool = False,
    marks: bool = True,
    live: bool | None = None,
    **settings: float,
):
    """The playground for these two functions, or for ready-made ones: put it last in a cell.

    play:     whether the balls roll at once, where the reader has not asked for less motion.
    marks:    whether the bound and the best pair are marked, and have buttons.
    live:     True for the widget, False for a still picture; by default the widget where the
              notebook is open in an editor that can show it.
    settings: where to begin: lambda_1, lambda_2, rotation (degrees), lr, momentum, steps, start_1,
              start_2.
    """
    begin = Settings.from_values(settings)
    if live is None:
        live = is_open_in_an_editor()
    if not live:
        return StillPlayground(do_gradient_descent, do_momentum_gd, begin, marks)
    return _widget_class()(do_gradient_descent, do_momentum_gd, begin, play=play, marks=marks)


def is_open_in_an_editor() -> bool:
    """Whether this kernel serves a notebook that a person has open in front of them.

    Jupyter servers, VS Code and Colab each leave a mark in the kernels that they start for a
    notebook; programs that only run a notebook (nbgrader, nbval, nbclient) do not.
    """
    if is_grading():
        return False
    if "google.colab" in sys.modules or "JPY_SESSION_NAME" in os.environ:
        return True
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and "__vsc_ipynb_file__" in shell.user_ns


class StillPlayground:
    """One picture of the playground, drawn when it is shown."""

    def __init__(self, do_gradient_descent, do_momentum_gd, settings: Settings, marks: bool = True):
        self.functions = do_gradient_descent, do_momentum_gd
        self.settings, self.marks = settings, marks

    def __repr__(self) -> str:
        return NAME

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        from helpers.playground.still import alternative_text, png

        picture = compute(self.settings, *self.functions)
        image = png(picture, rate_map(self.settings.eigenvalues), self.marks)
        text = alternative_text(picture)
        data = {"text/plain": NAME, "text/html": picture_html(image, text), "image/png": image}
        return data, {"image/png": {"alt": text}}


@functools.cache  # made when first wanted: anywidget takes a while to import
def _widget_class() -> type:
    import anywidget
    import traitlets

    folder = Path(__file__).parent

    class Playground(anywidget.AnyWidget):
        """The widget: `settings` come from the browser, `picture` and `map` go to it."""

        _esm = (folder / "playground.js").read_text(encoding="utf-8")
        _css = (folder / "playground.css").read_text(encoding="utf-8")
        settings = traitlets.Dict().tag(sync=True)
        picture = traitlets.Dict().tag(sync=True)
        map = traitlets.Dict().tag(sync=True)
        play = traitlets.Bool().tag(sync=True)
        marks = traitlets.Bool(True).tag(sync=True)

        def __init__(self, do_gradient_descent, do_momentum_gd, settings: Settings, **options):
            self.functions = do_gradient_descent, do_momentum_gd
            self._eigenvalues = None
            super().__init__(**options)
            self._update(settings, request="")
            self.observe(self._on_settings, names="settings")

        def _on_settings(self, change) -> None:
            self._update(Settings.from_values(change.new), change.new.get("request", ""))

        def _update(self, settings: Settings, request: str) -> None:
            began = time.perf_counter()
            if settings.eigenvalues != self._eigenvalues:
                self._eigenvalues = settings.eigenvalues
                self.map = rate_map(settings.eigenvalues)
            picture = compute(settings, *self.functions)
            milliseconds = 1000 * (time.perf_counter() - began)
            # `request` lets the browser tell the answer to its last question from older ones.
            self.picture = {**picture, "request": request, "milliseconds": milliseconds}

        def __repr__(self) -> str:
            return NAME

        def _repr_mimebundle_(self, **options):
            """The widget, and the still picture for viewers of the saved notebook."""
            bundle = super()._repr_mimebundle_(**options)
            data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
            settings = Settings.from_values(self.picture["settings"])
            still = StillPlayground(*self.functions, settings, self.marks)
            image, alternative = still._repr_mimebundle_()
            return {**(data or {}), **image}, {**metadata, **alternative}

    return Playground
