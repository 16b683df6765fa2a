import math
import subprocess
import sys

import pytest

pytest.importorskip("matplotlib")
import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb

from helpers.plots import (
    STYLES,
    compare_losses_plot,
    get_training_progress_plot,
    mark_guess,
    reliability_plot,
    seeds_plot,
    weight_decay_plot,
)

FALLING = [0.6, 0.4, 0.3, 0.2]
TURNING = [0.5, 0.35, 0.4, 0.6]
SWEEP = {
    0.01: [{"train_loss": [0.5], "val_loss": [0.6], "val_acc": [0.75]}],
    0: [{"train_loss": [0.4, 0.1], "val_loss": [0.5, 0.9], "val_acc": [0.8, 0.7]}],
}


@pytest.fixture(autouse=True)
def no_window():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def curve(axes, label):
    (line,) = [line for line in axes.get_lines() if line.get_label() == label]
    return [float(x) for x in line.get_xdata()], [float(y) for y in line.get_ydata()]


def brightness(line):
    red, green, blue = to_rgb(line.get_color())
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_progress_shows_all_four_curves_from_epoch_1():
    loss, accuracy = get_training_progress_plot(FALLING, [0.7, 0.8, 0.9, 1], TURNING, [0.6] * 4)
    assert curve(loss, "training") == ([1, 2, 3, 4], FALLING)
    assert curve(loss, "validation") == ([1, 2, 3, 4], TURNING)
    assert curve(accuracy, "training") == ([1, 2, 3, 4], [0.7, 0.8, 0.9, 1])
    assert curve(accuracy, "validation") == ([1, 2, 3, 4], [0.6] * 4)


def test_progress_marks_the_lowest_validation_loss():
    loss, _ = get_training_progress_plot(FALLING, FALLING, TURNING, TURNING)
    assert curve(loss, "lowest validation: epoch 2")[0] == [2, 2]


def test_comparison_shows_both_curves_with_their_names():
    axes = compare_losses_plot(FALLING, TURNING, "original", "smaller", title="Validation loss")
    assert curve(axes, "original") == ([1, 2, 3, 4], FALLING)
    assert curve(axes, "smaller") == ([1, 2, 3, 4], TURNING)
    assert axes.get_title() == "Validation loss"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["original", "smaller"]


def test_comparison_marks_where_one_training_stopped_early():
    axes = compare_losses_plot(FALLING[:3], TURNING, "early stopping", "dropout")
    assert [text.get_text() for text in axes.texts] == ["stopped after 3 epochs"]
    assert compare_losses_plot(FALLING, TURNING, "a", "b").texts[:] == []


def test_weight_decays_stand_in_order_with_zero_among_them():
    axes = weight_decay_plot(SWEEP)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "0.01"]
    assert curve(axes, "training, last epoch")[1] == [0.1, 0.5]
    assert curve(axes, "validation, last epoch")[1] == [0.9, 0.6]
    assert curve(axes, "validation, best epoch")[1] == [0.5, 0.6]
    accuracy = weight_decay_plot(SWEEP, accuracy=True)
    assert curve(accuracy, "validation, last epoch")[1] == [0.7, 0.75]
    assert curve(accuracy, "validation, best epoch")[1] == [0.8, 0.75]


def test_seeds_are_a_median_in_a_band_from_the_lowest_to_the_highest():
    axes = seeds_plot({"a": [[1, 2], [3, 2], [2, 9]], "b": [[0, 0]]}, "Five seeds")
    assert curve(axes, "a") == ([1, 2], [2, 2])
    assert curve(axes, "b")[1] == [0, 0]
    low, high = axes.collections[0].get_datalim(axes.transData).intervaly
    assert (low, high) == (1, 9)


def test_reliability_shows_the_median_of_the_seeds_and_no_group_of_a_few():
    seeds = [[[0.72, 0.6, 100], [0.98, 0.9, 500]], [[0.73, 0.7, 90], [0.99, 0.8, 29]]]
    axes = reliability_plot(seeds, "last epoch", STYLES[1])
    sure, right = curve(axes, "last epoch")
    assert sure == pytest.approx([0.725, 0.98]) and right == pytest.approx([0.65, 0.9])
    assert curve(axes, "as often right as sure") == ([0.5, 1], [0.5, 1])


def all_axes():
    yield from get_training_progress_plot(FALLING, FALLING, TURNING, TURNING)
    yield compare_losses_plot(FALLING, TURNING, "a", "b")
    yield weight_decay_plot(SWEEP)
    yield seeds_plot({"a": [FALLING], "b": [TURNING]}, "Five seeds")
    axes = reliability_plot([[[0.7, 0.6, 50]]], "best epoch", STYLES[0])
    yield reliability_plot([[[0.7, 0.6, 50]]], "last epoch", STYLES[1], ax=axes)


def test_every_picture_says_what_it_shows():
    for axes in all_axes():
        assert axes.get_title() and axes.get_xlabel() and axes.get_ylabel() and axes.get_legend()


def test_curves_can_be_told_apart_without_colour():
    for axes in all_axes():
        curves = [line for line in axes.get_lines() if line.get_marker() != "None"]
        for i, one in enumerate(curves):
            for other in curves[:i]:
                assert one.get_linestyle() != other.get_linestyle()
                assert one.get_marker() != other.get_marker()
        assert abs(brightness(curves[0]) - brightness(curves[1])) > 0.3


@pytest.mark.parametrize("epochs", [1, 2, 3, 20, 47])
def test_epochs_on_the_axis_are_whole_numbers(epochs):
    axes = compare_losses_plot([0.5] * epochs, [0.4] * epochs, "a", "b")
    axes.figure.canvas.draw()
    assert all(float(tick).is_integer() for tick in axes.get_xticks())


def test_pictures_go_where_they_are_asked_to():
    _, panels = plt.subplots(1, 2)
    assert compare_losses_plot(FALLING, TURNING, "a", "b", ax=panels[1]) is panels[1]
    assert weight_decay_plot(SWEEP, ax=panels[0]) is panels[0]
    assert len(plt.get_fignums()) == 1


def test_a_loss_that_is_no_number_can_still_be_drawn():
    get_training_progress_plot([math.nan] * 2, [0.5] * 2, [math.nan] * 2, [0.5] * 2)
    get_training_progress_plot([], [], [], [])


def test_importing_the_plots_does_not_import_matplotlib():
    code = "import sys, helpers.plots; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_line_of_a_guess_does_not_cross_the_words_of_the_legend():
    axes, _ = get_training_progress_plot([3, 1], [0.5, 0.9], [2, 1], [0.6, 0.8])
    mark_guess(axes, 1.2)
    legend = axes.get_legend()
    assert "your guess: 1.2" in [text.get_text() for text in legend.get_texts()]
    assert legend.get_frame_on() and legend.get_frame().get_alpha() == 1
