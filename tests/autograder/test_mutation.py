"""Mutants of an answer: each compiles, differs, and says what was changed."""

from autograder.authoring.bank import Verdict
from autograder.authoring.mutation import Mutant, mutants, score
from autograder.course import Course

ANSWER = '''\
def alpha_next(alpha, lr, eigenvalue):
    """One step."""
    factor = 1 - lr * eigenvalue
    return factor * alpha
'''


def test_operators_numbers_and_statements_are_changed():
    changes = {mutant.change for mutant in mutants("ex3-step", ANSWER)}
    assert "factor = 1 - lr * eigenvalue  =>  factor = 1 + lr * eigenvalue" in changes
    assert "factor = 1 - lr * eigenvalue  =>  factor = 2 - lr * eigenvalue" in changes
    assert "return factor * alpha  =>  pass" in changes
    assert not any("One step" in change for change in changes)


def test_every_mutant_compiles_and_differs():
    found = list(mutants("ex3-step", ANSWER))
    assert len({mutant.source for mutant in found}) == len(found) > 8
    for mutant in found:
        compile(mutant.source, "", "exec")
        assert mutant.source != ANSWER


def test_the_score_leaves_explained_mutants_out(tmp_path):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "equivalent_mutants.toml").write_text(
        '[[equivalent]]\ntask = "ex1-x"\nchange = "b"\nwhy = "the same"\n'
    )
    todo = [Mutant("ex1-x", "", change) for change in "abc"]
    verdicts = [Verdict("ex1-x", str(n), n > 0, "", "", 0.0) for n in range(3)]
    result = score(Course(tmp_path), todo, verdicts)
    assert (result.total, result.killed, result.explained) == (3, 1, 1)
    assert [m.change for m in result.survivors] == ["c"]
    assert str(result).endswith("score 50.0%")
