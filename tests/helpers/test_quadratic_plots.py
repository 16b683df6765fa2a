"""The pictures of the momentum notebook: what is drawn is what was given."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
import torch

from helpers.quadratic_plots import (
    plot_best_ends,
    plot_bowl,
    plot_coordinates,
    plot_histories,
    plot_surface,
)
from helpers.stand_ins import Quadratic, do_gradient_descent


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def histories() -> dict:
    start, surface = torch.tensor([[4.0, 4.0]]), Quadratic(1, 10)
    return {f"η = {lr}": do_gradient_descent(start, surface, 10, lr) for lr in (0.05, 0.15)}


def test_each_label_stands_at_its_own_path():
    plot_histories(Quadratic(1, 10), histories(), "Two rates")
    left, right = plt.gcf().axes
    drawn = {line.get_label(): line for line in left.lines}
    distances = {line.get_label(): line for line in right.lines}
    for label, path in histories().items():
        assert torch.allclose(torch.tensor(drawn[label].get_xydata()).float(), path)
        assert torch.allclose(torch.tensor(distances[label].get_ydata()), path.norm(dim=1))
    assert [text.get_text() for text in right.get_legend().get_texts()] == list(histories())


def test_the_predicted_rate_is_a_line_of_that_slope_through_the_last_point():
    plot_histories(Quadratic(1, 10), histories(), rates={"η = 0.15": 0.85})
    thin = next(line for line in plt.gcf().axes[1].lines if line.get_linewidth() == 0.8)
    y = thin.get_ydata()
    assert y[-1] == pytest.approx(float(histories()["η = 0.15"][-1].norm()))
    assert (y[1:] / y[:-1]) == pytest.approx(0.85)


def test_a_surface_is_drawn_the_right_way_round():
    axes = plot_surface(Quadratic(1, 100))  # steep along x2: contour lines are long along x1
    inner = axes.collections[0].get_paths()[0].get_extents()
    assert inner.width > 5 * inner.height
    assert axes.get_xlabel() == "$x_1$" and axes.get_ylabel() == "$x_2$"


def test_a_bowl_is_drawn_in_3d_and_from_above():
    plot_bowl(Quadratic(1, 10), "A bowl")
    solid, flat = plt.gcf().axes
    assert solid.name == "3d" and solid.get_zlim()[1] > 130  # E at the corners is 137.5
    assert flat.get_ylabel() == "$x_2$"


def test_each_coordinate_has_its_curve_in_the_panel_of_its_path():
    plot_coordinates(histories(), "Around the bound")
    for ax, (label, path) in zip(plt.gcf().axes, histories().items(), strict=True):
        drawn = [line for line in ax.lines if len(line.get_ydata()) == len(path)]
        assert ax.get_title() == label
        for line, values in zip(drawn, path.T, strict=True):
            assert torch.allclose(torch.tensor(line.get_ydata()), values)


def test_a_valley_is_drawn_true_to_scale():
    plot_histories(Quadratic(1, 100), histories(), valley=(5, 0.6))
    plt.gcf().canvas.draw()
    box = plt.gcf().axes[0].get_window_extent()
    left, right = plt.gcf().axes[0].get_xlim()
    low, high = plt.gcf().axes[0].get_ylim()
    assert box.width / box.height == pytest.approx((right - left) / (high - low), rel=0.01)


def test_paths_with_a_graph_as_arrays_and_at_the_minimum_can_be_drawn():
    path = torch.zeros(11, 2, requires_grad=True)
    plot_histories(Quadratic(1, 1), {"graph": path, "array": torch.ones(11, 2).numpy()})
    plot_best_ends({0.0: 0.0, 0.5: 1.0}, "Ends", "momentum", (1.0, "plain"))


def test_paths_differ_without_colour():
    plot_histories(Quadratic(1, 10), histories())
    styles = {(line.get_marker(), line.get_linestyle()) for line in plt.gcf().axes[1].lines}
    assert len(styles) == 2


@pytest.mark.parametrize("steps", [5, 10, 12, 20, 25])
def test_steps_on_the_axis_are_whole_numbers(steps):
    path = torch.linspace(4, 1, steps + 1).unsqueeze(1).repeat(1, 2)
    plot_histories(lambda points: points.square().sum(1), {"run": path})
    right = plt.gcf().axes[1]
    right.figure.canvas.draw()
    assert all(float(tick).is_integer() for tick in right.get_xticks())
