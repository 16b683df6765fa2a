"""What the text of notebook 3 says is true of what its cells show, and nothing is given away."""

import contextlib
import io
import re
from pathlib import Path

import pytest
import sympy as sp
import torch

from autograder.authoring.release import PREPROCESSORS
from autograder.authoring.text_notebook import read_text
from autograder.checks import StillOpen, framework
from autograder.course import Course
from helpers.quadratics import descend, distances

TEXT = Path(__file__).resolve().parents[2] / "solutions" / "text" / "3_gradient_descent_theory.py"
PROOFS = ("ex3-minimum", "ex3-slowest-direction")


@pytest.fixture(scope="module", autouse=True)
def pictures_in_memory():
    import matplotlib

    backend = matplotlib.get_backend()
    matplotlib.use("Agg")
    yield
    matplotlib.use(backend)


def source():
    return read_text(Course(TEXT.parents[2]), TEXT.stem)


def released():
    """The student's notebook, by the preprocessors of the release that need no gradebook."""
    notebook, resources = source(), {"nbgrader": {"assignment": "lab6", "notebook": TEXT.stem}}
    notebook.metadata.kernelspec["language"] = "python"
    for preprocessor in PREPROCESSORS:
        if preprocessor.__name__ not in ("SaveCells", "IncludeHeaderFooter"):
            notebook, resources = preprocessor().preprocess(notebook, resources)
    return notebook


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def run(notebook) -> tuple[dict, dict[str, BaseException], dict[str, str]]:
    """Run it in plain Python: the names, what each cell raised, what each printed."""
    framework.outcomes.clear()
    names, raised, printed = {"__name__": "__main__"}, {}, {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or grade_id(cell) == "setup":
            continue
        with contextlib.redirect_stdout(io.StringIO()) as screen:
            try:
                exec(compile(cell.source, grade_id(cell), "exec"), names)
            except Exception as error:
                raised[grade_id(cell)] = error
        printed[grade_id(cell)] = screen.getvalue()
        if "plt" in names:
            names["plt"].close("all")
    framework.outcomes.clear()
    return names, raised, printed


@pytest.fixture(scope="module")
def solved():
    return run(source())


@pytest.fixture(scope="module")
def names(solved):
    return solved[0]


@pytest.fixture(scope="module")
def printed(solved):
    return solved[2]


def rows(text: str) -> list[list[str]]:
    """The rows of a printed table, without its head."""
    return [line.split() for line in text.strip().splitlines()[1:]]


# --- the solution -------------------------------------------------------------


def test_the_solution_runs_without_an_error_and_passes_every_check(solved):
    _, raised, printed = solved
    assert not raised
    assert printed["progress"].strip().endswith("The visible checks give 17 of 17 points.")


def test_the_points_of_the_notebook_are_25():
    points = [cell.metadata["nbgrader"].get("points", 0) for cell in source().cells]
    assert sum(points) == 25


def test_every_hidden_seed_is_another_number():
    seeds = re.findall(r"hidden=(\d+)", "\n".join(cell.source for cell in source().cells))
    assert len(seeds) == len(set(seeds)) == 7


def test_the_worked_examples_are_right(names):
    at = {names["lambda_1"]: 2, names["lambda_2"]: 5}
    x = sp.Matrix([3, -1])
    assert (x.T * names["H"].subs(at) * x)[0] / 2 == sp.Rational(23, 2)
    other = sp.Matrix([[2, 1], [1, 2]])
    assert other * sp.Matrix([1, 1]) == 3 * sp.Matrix([1, 1])
    assert other * sp.Matrix([1, -1]) == sp.Matrix([1, -1])
    at |= {names["alpha_1"]: 3, names["alpha_2"]: -1}
    assert [part.subs(at) for part in names["gradient_alpha"]] == [6, -5]
    assert names["alpha_next"](4.0, 0.1, 3.0) == pytest.approx(2.8)
    assert names["alpha_after"](4.0, 0.1, 3.0, 2) == pytest.approx(1.96)
    assert names["slowest_rate"]([4.0, 3.0]) == -0.5


# --- the runs that confirm each formula ---------------------------------------


def test_the_formulas_agree_with_autograd_and_with_real_runs(printed):
    for cell in ("gradient-confirmed", "step-confirmed"):
        formula, real = (line.split(":")[1].strip() for line in printed[cell].strip().splitlines())
        assert formula == real
    assert printed["trajectory-confirmed"].strip().endswith("True")
    assert printed["rotated-run"].count("True") == 2 and "[1.0, 11.0]" in printed["rotated-run"]
    first, second, of_matrix, of_formula = printed["momentum-matrix"].strip().splitlines()
    assert first.endswith("True") and second.endswith("True")
    assert of_matrix.split(":")[1].strip() == of_formula.split(":")[1].strip()


def test_around_the_bound_it_converges_oscillates_and_diverges(names):
    runs = list(names["runs"].values())
    below, at, above = runs
    assert distances(below)[-1] < 0.1 and (distances(below).diff() < 0).all()
    assert torch.allclose(at[:, 1].abs(), torch.full((21,), 4.0, dtype=torch.float64))
    assert (at[1:, 1] * at[:-1, 1] < 0).all() and at[-1, 0].abs() < 0.1
    assert distances(above)[-1] > distances(above)[0]


def test_the_four_factors_do_what_the_folded_answer_says(names):
    factors = [1 - lr * 2.0 for lr in (0.1, 0.8, 0.95, 1.05)]
    assert factors == pytest.approx([0.8, -0.6, -0.9, -1.1])
    for factor, lr in zip(factors, (0.1, 0.8, 0.95, 1.05), strict=True):
        first, second, *_, last = [names["alpha_after"](4.0, lr, 2.0, t) for t in range(13)]
        assert (second < 0) == (factor < 0) and (abs(last) < first) == (abs(factor) < 1)


def test_ten_times_the_condition_number_costs_about_ten_times_the_steps(printed):
    table = {int(row[0]): row for row in rows(printed["condition-number"])}
    assert all(row[1] == row[2] for row in table.values()), "measured factor and formula"
    assert 8 < int(table[100][3]) / int(table[10][3]) < 12
    assert 8 < int(table[1000][3]) / int(table[100][3]) < 12
    assert table[10][3] == "21"  # what the question tells


def test_no_valley_is_called_ten_times_longer():
    """A valley is √κ times as long as wide, so ten times κ is about 3.2 times as long."""
    assert "ten times longer" not in TEXT.read_text(encoding="utf-8")


def test_the_third_claim_of_the_second_proof_holds_for_its_condition_numbers_and_needs_them():
    task = next(c.source for c in source().cells if grade_id(c) == "condition-number-conclusion")
    assert r"3. Let $\kappa \geq 2$" in task
    for largest, middle in [(2.0, 1.5), (3.0, 1.4), (10.0, 9.0)]:
        factors = [1 - 2 * value / largest for value in (1.0, middle, largest)]
        assert factors[0] == max(factor for factor in factors if factor >= 0)
    assert max(1 - 2 * value / 1.9 for value in (1.0, 1.2, 1.9)) < 0  # of no direction


@pytest.mark.parametrize("guess", ["21", "[1]"])
def test_a_strange_guess_stops_nothing(guess):
    notebook = source()
    for cell in notebook.cells:
        if grade_id(cell).startswith("guess-"):
            cell.source = cell.source.replace("= None", f"= {guess}")
    _, raised, printed = run(notebook)
    assert not raised
    assert "You guessed" in printed["condition-number"]


def test_the_best_learning_rate_is_the_best_of_all_that_are_tried(printed):
    for _, measured, formula, share in rows(printed["best-learning-rate-confirmed"]):
        assert measured == formula and share == "1.00"


def test_the_limit_with_momentum_is_where_the_formula_says(printed):
    table = rows(printed["momentum-limit-confirmed"])
    assert [row[2:] for row in table] == [["converges", "diverges"]] * 4
    assert [float(limit) for _, limit, *_ in table] == [0.2, 0.26, 0.32, 0.38]


def test_no_pair_is_better_than_the_best_one_and_momentum_wins_in_a_long_valley(names, printed):
    for row in rows(printed["momentum-best-confirmed"]):
        assert row[1] == row[2] and row[3] == "none"
    plain, momentum = (
        distances(descend(names["start"], names["hessian"], lr, 60, beta))[-1]
        for lr, beta in names["settings"].values()
    )
    assert momentum < plain / 100
    assert max(abs(path[:, 1]).max() for path in valley_paths(names)) < 0.6  # within the picture


def valley_paths(names):
    settings = names["settings"].values()
    return [descend(names["start"], names["hessian"], lr, 60, beta) for lr, beta in settings]


def test_the_counterexample_of_the_second_proof_is_one():
    eigenvalues = torch.tensor([1.0, 9.9, 10.0], dtype=torch.float64)
    assert torch.allclose(1 - 0.2 * eigenvalues, torch.tensor([0.8, -0.98, -1]).double())


def test_the_eigenvalues_are_positive_where_the_minimum_is_claimed(names):
    assert names["lambda_1"].is_positive and names["lambda_2"].is_positive
    surface = next(cell.source for cell in source().cells if grade_id(cell) == "about-the-surface")
    assert r"\lambda_1 > 0,\ \lambda_2 > 0" in surface and r"\geq 0" not in surface


def test_every_line_of_the_inequality_says_the_same():
    answer = next(c.source for c in source().cells if grade_id(c) == "ex3-max-learning-rate")
    comments = [line.strip(" #") for line in answer.splitlines() if " eta" in line]
    lines = [line.removeprefix("<=>").split("(")[0].strip() for line in comments]
    assert len(lines) == 5
    python = [
        re.sub(r"\|(.*)\|", r"abs(\1)", line).replace("eta lambda", "eta*v").replace("lambda", "v")
        for line in lines
    ]
    for eta, v in [(-0.1, 2), (0.1, 2), (0.9, 2), (1.1, 2), (0.3, 7), (0.28, 7), (5.0, 0.3)]:
        verdicts = {eval(line, {"eta": eta, "v": v}) for line in python}
        assert len(verdicts) == 1, (eta, v, python)


# --- the student's notebook ---------------------------------------------------


def test_an_unanswered_notebook_raises_only_in_the_cells_of_the_tasks():
    notebook = released()
    _, raised, printed = run(notebook)
    tasks = {
        cell.metadata["nbgrader"]["grade_id"]
        for cell in notebook.cells
        if cell.metadata["nbgrader"]["grade"] or cell.metadata["nbgrader"]["solution"]
    }
    assert raised.keys() <= tasks
    assert all(isinstance(error, NotImplementedError | StillOpen) for error in raised.values())
    assert "0 of 17" in printed["progress"]


def test_no_line_of_a_solution_a_proof_or_a_marking_scheme_is_released():
    secret = set()
    for cell in source().cells:
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S):
            secret |= {line.strip() for line in region.splitlines() if re.search("[a-z]", line)}
        if "BEGIN HIDDEN" in cell.source:
            secret.add(cell.source.split("### BEGIN HIDDEN TESTS\n")[1].splitlines()[0])
    assert len(secret) > 80
    for cell in released().cells:
        assert not secret & {line.strip() for line in cell.source.splitlines()}, grade_id(cell)
        assert not re.search("BEGIN|MARK SCHEME|HIDDEN", cell.source), grade_id(cell)


@pytest.mark.parametrize("proof", PROOFS)
def test_a_proof_has_a_marking_scheme_that_adds_up_and_a_stub_that_names_the_task(proof):
    cell = next(cell for cell in source().cells if grade_id(cell) == proof)
    scheme = re.search(r"### BEGIN MARK SCHEME\n(.*)### END MARK SCHEME", cell.source, re.S)[1]
    points = [int(number) for number in re.findall(r"^\| (\d+) \|", scheme, re.M)]
    assert sum(points) == cell.metadata["nbgrader"]["points"] == 4
    stub = next(cell for cell in released().cells if grade_id(cell) == proof)
    assert stub.cell_type == "markdown" and proof in stub.source and len(stub.source) < 120


def test_the_released_text_does_not_state_the_formulas_that_the_tasks_ask_for():
    given = "\n".join(cell.source for cell in released().cells).replace(" ", "")
    given = given.replace(
        r"\lambda_i\alpha_i^2", "E"
    )  # the error, which is given, not its gradient
    for formula in (
        r"1-\eta\lambda",
        r"2/\lambda_{\max}",
        r"\frac{2}{\lambda_{\max}}",
        "1-lr*",
        "2/max",
        r"\lambda_i\alpha_i",
        r"\lambda_1\alpha_1",
    ):
        assert formula not in given, formula
