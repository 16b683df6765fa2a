"""What the text of notebook 4 says is true of what its cells show."""

import contextlib
import io
import math
from pathlib import Path

import pytest
import torch

from autograder.authoring.text_notebook import read_text
from autograder.checks import framework
from autograder.course import find_course
from helpers import stand_ins
from helpers.playground.model import Settings, steps_until_near
from helpers.quadratics import descend, distances, optimal_learning_rate, optimal_pair, rate

TEXT = Path(__file__).resolve().parents[2] / "solutions" / "text" / "4_momentum_playground.py"


@pytest.fixture(scope="module", autouse=True)
def no_screen():
    """Pictures go to memory, and the playground is the still one."""
    import matplotlib

    backend = matplotlib.get_backend()
    matplotlib.use("Agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
    matplotlib.use(backend)


def cells() -> list:
    return read_text(find_course(TEXT.parent), TEXT.stem).cells


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_answer(cell) -> bool:
    marks = cell.metadata["nbgrader"]
    return (
        cell.cell_type == "code"
        and marks["solution"]
        and not marks["grade_id"].startswith("guess-")
    )


LONG = ("polynomial-run", "legendre", "noise")  # left out where answers are replaced


def run(replaced: dict[str, str] | None = None) -> tuple[dict, dict[str, BaseException]]:
    """The names after the notebook, and what each cell raised; some answers may be replaced."""
    framework.outcomes.clear()
    names, raised = {"__name__": "__main__"}, {}
    for cell in cells():
        if cell.cell_type != "code" or grade_id(cell) == "setup":
            continue
        if replaced and grade_id(cell) in LONG and grade_id(cell) not in replaced:
            continue
        source = (replaced or {}).get(grade_id(cell), cell.source)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(source, grade_id(cell), "exec"), names)
        except Exception as error:
            raised[grade_id(cell)] = error
        names.setdefault("printed", {})[grade_id(cell)] = printed.getvalue()
        names["plt"].close("all") if "plt" in names else None
    framework.outcomes.clear()
    return names, raised


@pytest.fixture(scope="module")
def notebook() -> dict:
    names, raised = run()
    assert not raised
    return names


def distance(path) -> torch.Tensor:
    return path.norm(dim=1)


def test_the_worked_examples_are_right(notebook):
    start, quad = torch.tensor([[4.0, 4.0]]), notebook["quad_function"]
    assert quad(start).tolist() == [88]
    plain = notebook["do_gradient_descent"](start, quad, 2, 0.05)
    pushed = notebook["do_momentum_gd"](start, quad, 2, 0.05, 0.5)
    assert torch.allclose(plain, torch.tensor([[4, 4], [3.8, 2], [3.61, 1]]))
    assert torch.allclose(pushed, torch.tensor([[4, 4], [3.8, 2], [3.51, 0]]), atol=1e-6)


def test_the_larger_of_the_two_rates_ends_nearer_and_zigzags_along_x2(notebook):
    slow, fast = notebook["hist_slow"], notebook["hist_fast"]
    assert distance(fast)[-1] < distance(slow)[-1]
    assert (fast[1:, 1] * fast[:-1, 1] < 0).all()
    assert (slow > 0).all() and (fast[:, 0] > 0).all()


def test_labels_belong_to_their_curves(notebook):
    source = next(cell.source for cell in cells() if grade_id(cell) == "two-rates")
    assert '"slow: η = 0.05": hist_slow' in source and '"fast: η = 0.15": hist_fast' in source
    start = torch.tensor([[4.0, 4.0]])
    slow = notebook["do_gradient_descent"](start, notebook["quad_function"], 10, 0.05)
    assert torch.equal(notebook["hist_slow"], slow)


def test_below_the_bound_it_converges_above_it_diverges_at_it_it_does_neither(notebook):
    start, bound = torch.tensor([[4.0, 4.0]]), notebook["max_learning_rate"]
    paths = {
        share: notebook["do_gradient_descent"](start, notebook["quad_function"], 200, share * bound)
        for share in (0.95, 1.0, 1.05)
    }
    assert distance(paths[0.95])[-1] < 1e-3
    assert distance(paths[1.05])[-1] > 1e6 and abs(paths[1.05][-1, 0]) < 1e-3
    assert torch.allclose(paths[1.0][:, 1].abs(), torch.tensor(4.0), atol=1e-3)


def test_the_steps_grow_with_the_condition_number(notebook):
    lines = notebook["printed"]["condition-numbers"].splitlines()[1:]
    steps = {int(line.split()[0]): int(line.split()[1]) for line in lines}
    assert steps[10] < steps[30] < steps[100]
    assert 3.2 < steps[100] / steps[30] < 3.5


def test_almost_any_momentum_helps_and_the_best_is_the_one_that_is_printed(notebook):
    ends, plain = notebook["ends"], float(distance(notebook["hist_stiff"])[-1])
    assert sum(end < plain for end in ends.values()) >= 0.9 * len(ends)
    assert ends[0.0] == pytest.approx(plain) and ends[0.98] > plain
    best, second = sorted(ends, key=ends.get)[:2]
    assert f"{best:.2f}" in notebook["printed"]["momentum-scan"]
    assert ends[second] - ends[best] > 1e-3  # the printed one wins on any machine


def test_plain_descent_is_there_after_one_step_on_a_round_surface(notebook):
    paths = notebook["histories"]
    plain = next(path for label, path in paths.items() if label.startswith("β = 0,"))
    assert distance(plain)[1] < 1e-5
    others = [path for path in paths.values() if path is not plain]
    assert len(others) == 2 and all(distance(path)[-1] > 1e-5 for path in others)


def test_momentum_gains_on_the_polynomial_what_the_text_says(notebook):
    t = notebook["t"]
    for seed in range(5):
        torch.manual_seed(seed)
        y = torch.sin(4 * t) + 0.3 * torch.randn(60, dtype=torch.float64)
        steps, kappas = {}, {}
        for degree in (3, 5):
            features = notebook["powers"](t, degree)
            hessian, start = features.T @ features / 60, -notebook["best_weights"](features, y)
            values = torch.linalg.eigvalsh(hessian).tolist()
            kappas[degree] = max(values) / min(values)
            away = [
                distances(descend(start, hessian, lr, most, beta))
                for lr, beta, most in [
                    (optimal_learning_rate(values), 0.0, 6000),
                    (*optimal_pair(values), 300),
                ]
            ]
            steps[degree] = [int((d <= 1e-3 * d[0]).nonzero()[0]) for d in away]
        grown = [steps[5][k] / steps[3][k] for k in (0, 1)]
        assert kappas[5] / kappas[3] == pytest.approx(27, abs=0.5)
        assert grown[0] == pytest.approx(27, rel=0.05) and grown[1] == pytest.approx(5.2, rel=0.05)
        assert steps[5][0] / steps[5][1] / kappas[5] ** 0.5 == pytest.approx(0.75, abs=0.02)
    assert notebook["gains"][5] == pytest.approx(0.75 * kappas[5] ** 0.5, rel=0.03)  # by SGD


def test_after_150_steps_momentum_has_the_curve_and_plain_descent_has_not(notebook):
    best = notebook["best_weights"](notebook["powers"](notebook["t"], 5), notebook["y"])
    plain, pushed = (float((path[150] - best).norm() / best.norm()) for path in notebook["runs"][5])
    assert pushed < 0.02 and plain > 0.75
    features = notebook["powers"](notebook["t"], 5)
    values = torch.linalg.eigvalsh(features.T @ features / 60).tolist()
    gone = 1 - (1 - optimal_learning_rate(values) * min(values)) ** 150
    assert gone == pytest.approx(1 / 6, abs=0.01)  # of the way along the flattest direction


def test_the_folded_answer_at_the_first_playground_is_right():
    ready = stand_ins.do_momentum_gd, torch.tensor([[4.0, 4.0]]), stand_ins.Quadratic(1, 10)
    descend_to, start, bowl = ready
    path = descend_to(start, bowl, 30, 0.15, 0.9)
    assert (path[1:, 0] * path[:-1, 0] < 0).sum() >= 2  # past the minimum and back
    assert distance(descend_to(start, bowl, 100, 0.22, 0.0))[-1] > 1e3
    assert distance(descend_to(start, bowl, 100, 0.22, 0.5))[-1] < 1


def test_the_optimal_pair_can_be_beaten_by_as_much_as_the_folded_answer_says():
    lr, momentum = optimal_pair((1, 50))
    assert steps_until_near(Settings(lambda_2=50, lr=lr), momentum) == 71
    assert steps_until_near(Settings(lambda_2=50, lr=0.059), 0.58) == 55


def test_legendre_polynomials_span_the_same_curves_in_a_nearly_round_bowl(notebook):
    powers, features = notebook["powers"](notebook["t"], 5), notebook["features"]
    coefficients = torch.linalg.lstsq(powers, features).solution
    assert torch.allclose(powers @ coefficients, features)
    assert max(notebook["eigenvalues"]) / min(notebook["eigenvalues"]) < 1.5
    assert len(notebook["plain"]) < 10 and len(notebook["pushed"]) < 10


def test_with_noise_momentum_has_a_cloud_twice_as_wide_and_is_four_times_as_fast(notebook):
    torch.manual_seed(0)
    surface, start = notebook["NoisySurface"](1, 10), torch.full((5, 2), 4.0)  # five runs at once
    settings = (0.01, 0.0), (0.01, 0.75), (0.0025, 0.75)
    clouds = []
    for lr, beta in settings:
        paths = notebook["do_momentum_gd"](start, surface, 20_000, lr, beta).reshape(-1, 5, 2)
        clouds.append(paths[1000:].square().sum(dim=2).mean(dim=0).sqrt())
        assert clouds[-1].tolist() == pytest.approx(
            [notebook["predicted_cloud"](lr, beta)] * 5, rel=0.2
        )
    assert ((clouds[1] / clouds[0]) > 1.6).all() and ((clouds[1] / clouds[0]) < 2.5).all()
    assert clouds[2].tolist() == pytest.approx(clouds[0].tolist(), rel=0.3)
    plain, pushed, gentle = (math.log(rate(lr, [1], beta)) for lr, beta in settings)
    assert 4 < pushed / plain < 5 and gentle == pytest.approx(plain, rel=0.05)


@pytest.mark.parametrize("guess", ["3", "[1]"])
def test_a_strange_guess_stops_nothing(guess):
    replaced = {
        grade_id(cell): cell.source.replace("= None", f"= {guess}").replace("20_000", "1_500")
        for cell in cells()
        if grade_id(cell).startswith("guess-") or grade_id(cell) in LONG
    }
    assert sum(name.startswith("guess-") for name in replaced) == 3
    _, raised = run(replaced)
    assert not raised


def test_the_start_is_what_it_was_at_the_end(notebook):
    assert notebook["start"].tolist() == [[4.0, 4.0]]


def test_an_unanswered_notebook_stops_only_at_the_tasks():
    open_answers = {
        grade_id(cell): 'raise NotImplementedError("open")' for cell in cells() if is_answer(cell)
    }
    _, raised = run(open_answers)
    expected = set(open_answers) | {f"{name}-test" for name in open_answers}
    assert set(raised) == expected


WRONG_BUT_USED = {
    "ex4-gradient": "class Function:\n"
    "    def __init__(self, lambda_1, lambda_2): self.lambda_1 = lambda_2\n"
    "    def __call__(self, x): return x[:, 0]\n"
    "    def grad(self, x): return -x\n",
    "ex4-gradient-descent": "def do_gradient_descent(x, func_obj, max_steps, lr):\n"
    "    x += 1\n    return [x]\n",
    "ex4-max-learning-rate": "max_learning_rate = 2.0\n"
    "hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)\n",
    "ex4-condition-number": "stiff_max_learning_rate = 1 / 30\n"
    "hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)\n",
    "ex4-momentum": "def do_momentum_gd(x, func_obj, max_steps, lr, momentum):\n"
    "    raise ValueError\n",
}


@pytest.mark.parametrize("wrong", WRONG_BUT_USED)
def test_a_wrong_answer_costs_its_own_points_only(wrong):
    _, raised = run({wrong: WRONG_BUT_USED[wrong]})
    assert set(raised) == {f"{wrong}-test"}


@pytest.mark.parametrize("missing", [*WRONG_BUT_USED, "ex4-momentum-choice"])
def test_a_missing_answer_costs_its_own_points_only(missing):
    _, raised = run({missing: "raise SyntaxError"})
    assert set(raised) == {missing, f"{missing}-test"}
