"""The checks of notebook 1: from the text of a review to a trained and evaluated classifier.

What is done with a data set, a loss, a model and an optimizer is in `answering.pieces`; a training
loop runs on `answering.workbench`.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from autograder.answering.values import Thing, is_close, items, number, show, to_float
from autograder.checks import review_mistakes as reviews
from autograder.checks.answer import Answer, Made, Mistake, Open, Reply, Steps, describe
from autograder.checks.examine import (
    NUMBER,
    NUMBERS,
    Kind,
    Sign,
    Slip,
    all_close,
    examine,
    examine_value,
)
from autograder.checks.framework import task
from autograder.checks.network import check_classifier
from autograder.checks.trained_model import Model
from autograder.checks.training_loop import examine_evaluation, examine_training

INPUT_SIZE = reviews.SIZE

# --- ex1-tokenize ---------------------------------------------------------------------------------


def _word_lists(value: object) -> list[list[str] | str] | None:
    entries = items(value) or []
    if any(isinstance(entry, Thing) and entry.kind == "iterator" for entry in entries):
        raise Mistake("iterator")
    lists = [entry if isinstance(entry, str) else items(entry) for entry in entries]
    fits = items(value) is not None and None not in lists
    return lists if fits and all(isinstance(w, str) for w in itertools.chain(*lists)) else None


WORD_LISTS = Kind("a list with one list of words per review", _word_lists)

_PLAIN_WORDS = "Great acting plot film It it A br café naïve 1980s THE — movie movie".split()  # noqa: SIM905
_REVIEW_WORDS = [*_PLAIN_WORDS, "director's", "well-made", "snake_case", "(sic)", '"wow"', "10/10"]
_VOCABULARY = "the The a film was not good bad very seen again plot 10 br ending".split()  # noqa: SIM905


def _random_review(draw: Random) -> str:
    """A text with every trap: punctuation anywhere, capitals, digits, accents, odd spaces."""
    gaps = [" ", "  ", "\n", "\t", " <br /><br />"]
    words = draw.sample(_REVIEW_WORDS, 12)
    pieces = [word + draw.choice(string.punctuation) + draw.choice(gaps) for word in words]
    alone = draw.choice([" - ", " & ", " ... ", " <br /> "])
    return draw.choice(["", " "]) + "".join(pieces) + alone + "end"


@task("ex1-tokenize", defines=("tokenize",), seconds=5)
def check_tokenize(answer: Answer) -> None:
    draw = functools.partial(_random_review, answer.random)
    texts = [
        ["Great film, isn't it? I'd see it again!"],
        ["It was GREAT", "a bad, bad film"],
        ["two  spaces", "a tab\tand a\nnew line "],
        [string.punctuation.join(["every", "mark"])],
        ["under_score, café — 10/10", "good <br /> film"],
        ["", "?!"],
        [],
        [draw(), draw(), draw()],
        ["a very long review " * 2_000, "a short one"],
    ]
    if answer.hidden:
        texts = [[draw() for _ in range(n)] for n in (1, 5, 20)]
        texts += [[" "], [], [draw() * 300, draw()]]
    cases = [(data_list,) for data_list in texts]
    slips, signs = reviews.TOKEN_SLIPS, reviews.TOKEN_SIGNS
    examine(answer, "tokenize", cases, reviews.tokenize, WORD_LISTS, slips=slips, signs=signs)


# --- ex1-count-vectorizer -------------------------------------------------------------------------


def _ranks_or_words(value: object) -> list | None:
    entries = items(value) or []
    read = [e if e is None or isinstance(e, str) else number(e) for e in entries]
    lost = any(r is None is not e for r, e in zip(read, entries, strict=True))
    return None if items(value) is None or lost else read


RANKS_OR_WORDS = Kind("a list, one entry for each entry given", _ranks_or_words)
RANK_COUNTS = replace(
    NUMBERS, shown=lambda counts: f"{counts[1]:g} different ranks, and none for {counts[0]:g} words"
)


def _ranked(answer: Answer) -> tuple[tuple[str, ...], list[str]]:
    """A shuffled text and its words from the most to the least frequent, no two equally so."""
    words = ["it", "It", *answer.random.sample(_VOCABULARY, 5)]
    answer.random.shuffle(words)
    counts = sorted(answer.random.sample(range(1, 12), 7), reverse=True)
    text = [word for word, count in zip(words, counts, strict=True) for _ in range(count)]
    return tuple(answer.random.sample(text, len(text))), words


@task("ex1-count-vectorizer", defines=("CountVectorizer",), criteria=("fit", "transform", "back"))
def check_count_vectorizer(answer: Answer, only: str = "") -> None:
    examples = [_ranked(answer) for _ in range(3)]
    if not answer.hidden:
        text = ("film", "the", "plot", "the", "film", "the", "the", "film", "the")
        examples.insert(0, (text, ["the", "film", "plot"]))
    vectorizers = {text: _fitted(answer, text) for text, _ in examples}
    known, ranks, unknown, no_ranks = [], [], [], []
    for text, words in examples:
        forms = [words, list(text), answer.random.sample(words, len(words)), []]
        known += [(form, text) for form in forms]
        ranks += [(reviews.transform_to_vec(form, text), text) for form in forms]
        unknown.append((["zyzzyva", answer.random.choice(words)], text))
        no_ranks += [([len(words) + 1, 2], text), ([0, 1], text)]
    for criterion, right, cases, otherwise in (
        ("fit", reviews.transform_to_vec, known, "wrong-ranks"),
        ("transform", reviews.transform_to_vec, unknown, "unknown-word"),
        ("back", reviews.transform_to_str, ranks, "back-is-wrong"),
        ("back", reviews.transform_to_str, no_ranks, "unknown-rank"),
    ):
        if only not in ("", criterion):
            continue
        examine(
            answer,
            _AfterFit(right.__name__, vectorizers),
            cases,
            right,
            RANKS_OR_WORDS,
            slips=[*reviews.RANK_SLIPS, *reviews.shared_words([*vectorizers])],
            signs=reviews.RANK_SIGNS,
            otherwise=otherwise,
        )
    if only in ("", "fit"):
        _examine_distinct(answer)


def _fitted(answer: Answer, text: Sequence[str]) -> Made:
    vectorizer = answer.make("CountVectorizer")
    reply = vectorizer.method("fit")(list(text))
    if change := reply.change(f"fit({show([*text], 60)})", ("token_list",)):
        raise change
    return vectorizer


class _AfterFit(Steps):
    """A method of the vectorizers as a function of its argument and the text of `fit`."""

    def __init__(self, method: str, vectorizers: Mapping[Sequence[str], Made]):
        super().__init__(lambda given, text: vectorizers[text].method(method)(given), method)

    def text(self, given: list, text: Sequence[str]) -> str:
        return f"fit({show([*text], 60)})\n  {self.name}({show(given, 60)})"


def _examine_distinct(answer: Answer) -> None:
    """Every word has a rank of its own: each of equally frequent ones, each of many."""
    tied = tuple(answer.random.sample("abbccdddd", 9))
    many = tuple(f"word{i}" for i in range(INPUT_SIZE + answer.random.randrange(300, 500)))
    ranks_of = _AfterFit("transform_to_vec", {t: _fitted(answer, t) for t in (tied, many)})

    def count(words: list[str], text: Sequence[str]) -> Reply:
        ranks = _ranks_or_words(ranks_of(words, text).value) or []
        return Reply([ranks.count(None), len({*ranks} & {*range(1, len(set(text)) + 1)})])

    examine(
        answer,
        Steps(count, "transform_to_vec"),
        [([*"dbca"], tied), (answer.random.sample(many, 300), many)],
        lambda words, text: [0, len(words)],
        RANK_COUNTS,
        signs=[Sign("no-rank", lambda counts, words, text: counts[0] > 0)],
        otherwise="shared-rank",
        shown=ranks_of.text,
    )


# --- ex1-index-vector -----------------------------------------------------------------------------


def _set_positions(vector: list) -> str:
    ones = {p: "" if v == 1 else f" (as {show(v, 12)})" for p, v in enumerate(vector) if v != 0}
    filled = [f"{position}{note}" for position, note in ones.items()]
    filled = [*filled[:8], "…"] if len(filled) > 8 else filled or ["no position"]
    return f"length {len(vector)}, set at {', '.join(filled)}"


def _zeros_and_ones(value: object) -> list | None:
    if isinstance(value, Tensor):
        raise Mistake("a-tensor")  # later cells make tensors of lists of these
    return NUMBERS.read(value)


ZEROS_AND_ONES = Kind("a list of zeros and ones", _zeros_and_ones, shown=_set_positions)


@task("ex1-index-vector", defines=("get_index_vector",), seconds=5)
def check_index_vector(answer: Answer) -> None:
    draw = answer.random
    cases: list[tuple] = [
        ((3, 5, 9), 10),
        ([1, 4, 4, 1, 4], 6),
        ([2, 4, None, 3], 6),
        ([2, 7, 8, 9, 30, 1], 8),
        ([8, 1], 8),
        ([], 4),
        ([4, 4, 1, 1, 2, 4, 1, 3], 5),
        ([*range(1, 3_000), 17], 3_200),
        ([1, 9_999, 10_000, 88_000, None, 17],),
    ]
    if answer.hidden:
        cases = [([draw.choice([3, INPUT_SIZE - 1, INPUT_SIZE, None]), 12],)]
        cases.append(([draw.randrange(1, 6_000) for _ in range(3_000)],))
        cases.append(([draw.choice((1, 2, 30, None)) for _ in range(20)] + [3, 4], 5))
    for turn in range(4):
        size = draw.randrange(5, 40)
        ranks = [draw.randrange(1, 2 * size) for _ in range(6)]
        ranks = [r for r in ranks if r != size - 1] + [size, None, 2, 2] + [size - 1] * (turn % 2)
        cases.append((draw.sample(ranks, len(ranks)), size))
    name, right, kind = "get_index_vector", reviews.index_vector, ZEROS_AND_ONES
    slips, signs = reviews.INDEX_SLIPS, reviews.INDEX_SIGNS
    examine(answer, name, cases, right, kind, slips=slips, signs=signs)


# --- ex1-dataset ----------------------------------------------------------------------------------


def _shape(value: object) -> list | None:
    if isinstance(value, Thing) and value.kind == "function":
        raise Mistake("shape-is-a-method")
    return NUMBERS.read(value)


def _sample(value: object) -> tuple | None:
    if isinstance(value, Tensor):
        raise Mistake("no-label")
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Mistake("not-a-pair")
    parts = [(part, items(part)) for part in value]
    return tuple(
        number(p) if each is None else [v if isinstance(v, list) else number(v) for v in each]
        for p, each in parts
    )


SHAPE = replace(NUMBERS, wanted="(number of reviews, length of a row)", read=_shape)
SAMPLE = Kind("a pair of row and label", _sample)


@task("ex1-dataset", defines=("IMDBDataset",))
def check_dataset(answer: Answer) -> None:
    draw, lists = answer.random, []
    if not answer.hidden:
        lists.append(([[0, 1, 0, 1], [0, 0, 1, 0], [0, 1, 1, 1]], [1, 0, 1]))
    for _ in range(2):
        count, size = draw.randrange(5, 9), draw.randrange(10, 20)
        rows = [[draw.randrange(2) for _ in range(size)] for _ in range(count)]
        lists.append((rows, [draw.randrange(2) for _ in range(count - 1)] + [1]))
    forms = (list, tuple, list)
    sets = [
        (_made(answer, form(rows), form(labels), answer.device), rows, labels)
        for form, (rows, labels) in zip(forms, lists, strict=False)
    ]
    for made, rows, labels in sets:
        _examine_samples(answer, made, rows, labels, *lists[-1])
        _examine_batch(answer, made, rows, labels)
    _examine_device(answer, *lists[0])


def _made(answer: Answer, rows: Sequence, labels: Sequence, device: torch.device) -> Made:
    shown = f"IMDBDataset({show(rows, 50)}, {show(labels, 30)}, device)"
    return answer.make("IMDBDataset", rows, labels, device, shown=shown)


def _examine_samples(
    answer: Answer, made: Made, rows: list, labels: list, last_rows: list, last_labels: list
) -> None:
    """Length, shape and samples of a data set, when a last one has been made after it."""
    examine(
        answer,
        made.method("__len__", "len(dataset)"),
        [()],
        lambda: len(rows),
        NUMBER,
        slips=[Slip("shared", lambda: len(last_rows))],
        otherwise="wrong-length",
        shown=lambda: f"dataset = {made.shown}\n  len(dataset)",
    )
    examine(
        answer,
        Steps(lambda: Reply(made.value("shape")), f"{made.shown}.shape"),
        [()],
        lambda: [len(rows), len(rows[0])],
        SHAPE,
        otherwise="wrong-shape",
    )
    examine(
        answer,
        made.method("__getitem__", "dataset.__getitem__"),
        [(i,) for i in answer.random.sample(range(len(rows)), len(rows))],
        lambda index: (rows[index], labels[index]),
        SAMPLE,
        slips=[Slip("shared", lambda index: (last_rows[index], last_labels[index]))],
        signs=[
            Sign("swapped", lambda got, i: isinstance(got[1], list) > isinstance(got[0], list)),
            Sign("row-not-flat", lambda got, i: got[0] == [rows[i]]),
            Sign("another-review", lambda got, i: got[0] != rows[i] and got[0] in rows),
            Sign("wrong-row", lambda got, i: got[0] != rows[i]),
            Sign("label-not-a-number", lambda got, i: not isinstance(got[1], float)),
        ],
        otherwise="wrong-label",
        shown=lambda index: f"dataset = {made.shown}\n  dataset[{index}]",
    )


def _examine_batch(answer: Answer, made: Made, rows: list, labels: list) -> None:
    """A DataLoader makes float batches on the device from it."""
    load = "next(iter(DataLoader(dataset, batch_size=3)))"
    batch = answer.ask("dataset.batch", made.number, 3, load)
    wanted = (("rows", rows[:3]), ("labels", labels[:3]))
    for (what, right), part in zip(wanted, batch, strict=True):
        seen = f"  {load}\n  gave as {what} {show(part, 60)}"
        if not isinstance(part, Tensor):
            raise Mistake("not-tensors", seen, what=what)
        if part.dtype != torch.float32:
            raise Mistake("not-float32", f"{seen} of type {part.dtype}.", what=what)
        if part.tolist() != right:
            raise Mistake("wrong-batch", f"{seen}, with other values than went in.", what=what)
        if part.origin.requires_grad:
            raise Mistake("asks-for-gradient", f"{seen}, which requires a gradient.", what=what)
        _examine_place(what, part, answer.device)


def _examine_device(answer: Answer, rows: list[list[int]], labels: list[int]) -> None:
    """The device argument counts: tried with torch's data-free "meta" device, where that works."""
    meta = torch.device("meta")
    try:
        sample = _made(answer, rows, labels, meta).method("__getitem__")(0).value
    except (Mistake, Open):
        return
    for what, part in zip(("rows", "labels"), sample, strict=True):
        if isinstance(part, Tensor):
            _examine_place(what, part, meta)


def _examine_place(what: str, part: Tensor, wanted: torch.device) -> None:
    if part.origin.device != wanted.type:
        seen = f"  With device={wanted} the {what} lie on {part.origin.device}."
        raise Mistake("not-on-device", seen)


# --- ex1-model ------------------------------------------------------------------------------------


@task("ex1-model", defines=("model",))
def check_model(answer: Answer) -> None:
    check_classifier(answer, "model", hidden=(16, 16))


# --- ex1-loss-optimizer ---------------------------------------------------------------------------


def cross_entropy(predictions: Tensor, labels: Tensor) -> Tensor:
    return functional.binary_cross_entropy(predictions, labels)


LOSS_SLIPS = [
    Slip("loss-for-logits", functional.binary_cross_entropy_with_logits),
    Slip("squared-error", functional.mse_loss),
    Slip("absolute-error", functional.l1_loss),
    Slip("sum", lambda p, y: len(p) * cross_entropy(p, y)),
    Slip("several-classes", functional.cross_entropy),
    Slip("sign", lambda p, y: -cross_entropy(p, y)),
    Slip("arguments-swapped", lambda p, y: cross_entropy(y, p)),
    Slip("half", lambda p, y: -(y * torch.log(p)).mean()),
]


def _one_loss(value: object) -> float | None:
    if isinstance(value, Tensor) and value.numel() > 1:
        raise Mistake("loss-per-review")
    return to_float(value)


LOSS = Kind(
    "a tensor with one number",
    _one_loss,
    functools.partial(is_close, rel=1e-4, abs_=1e-5),
    lambda loss: f"{float(loss):.4f}",
)
OPTIMIZER = ("optimizer", "model")  # their names
SETTINGS = ("weight_decay", "alpha", "eps", "momentum", "centered")  # the rate comes last
GRADIENT = replace(NUMBERS, same=functools.partial(all_close, rel=1e-3, abs_=1e-5))


def _gradient(p: Tensor, y: Tensor) -> Tensor:
    """The gradient of the cross-entropy by its predictions."""
    p = p.clone().requires_grad_()
    return torch.autograd.grad(cross_entropy(p, y), p)[0]


@task("ex1-loss-optimizer", defines=("loss", "optimizer"))
def check_loss_optimizer(answer: Answer) -> None:
    _examine_loss(answer)
    _examine_optimizer(answer)


def _examine_loss(answer: Answer) -> None:
    value = answer.value("loss")
    if not isinstance(value, Thing) or value.kind == "class":
        key = "class-as-loss" if isinstance(value, Thing) else "no-loss"
        raise Mistake(key, f"  `loss` is {describe(value)}.")
    cases = []
    for count in (4, 1, 50):
        p = torch.rand(count, generator=answer.generator()) * 0.96 + 0.02
        y = torch.tensor([float(answer.random.randrange(2)) for _ in range(count)])
        cases.append((p.to(answer.device), y.to(answer.device)))
    examine(answer, "loss", cases, cross_entropy, LOSS, slips=LOSS_SLIPS, otherwise="wrong-loss")

    def gradient(p: Tensor, y: Tensor) -> Reply:
        value, found = answer.ask("loss.gradient", "loss", p, y, "loss(…)")
        if found is None:
            seen = f"  loss({show(p, 40)}, {show(y, 30)})\n  gave {show(value)}"
            raise Mistake("no-gradient", f"{seen}, which does not lead back to what it was given.")
        return Reply(found)

    examine(
        answer,
        Steps(gradient, "loss"),
        cases,
        _gradient,
        GRADIENT,
        otherwise="wrong-gradient",
        shown=lambda p, y: f"the gradient of loss({show(p, 40)}, {show(y, 30)})",
    )


def _examine_optimizer(answer: Answer) -> None:
    optimizer, said = answer.value("optimizer"), answer.ask("optimizer.settings", *OPTIMIZER)
    seen = f"  `optimizer` is {describe(optimizer)}."
    if said is None:
        is_class = isinstance(optimizer, Thing) and optimizer.kind == "class"
        raise Mistake("class-as-optimizer" if is_class else "no-optimizer", seen)
    if said["is_rmsprop"] is not True:
        raise Mistake("other-optimizer", seen, name=said["type"])
    if said["has_model"] is not True:
        raise Mistake("ex1/no-model", f"  `model` is {describe(answer.value('model'))}.")
    own, held, shared = (said[key] for key in ("own", "held", "shared"))
    seen = f"  {shared} of the {own} parameters of `model` are in the optimizer, "
    seen += f"and {held - shared} others."
    if not shared:
        raise Mistake("other-model", seen)
    if not own == held == shared:
        raise Mistake("parameters-missing" if own > shared else "foreign-parameters", seen)
    defaults = torch.optim.RMSprop([torch.zeros(1)]).defaults

    def check_setting(group: Mapping, name: str) -> None:
        if not is_close(number(group.get(name, defaults[name])), defaults[name], abs_=0.0):
            seen = f"  {name} is {show(group[name])}, by default it is {defaults[name]}."
            raise Mistake("weight-decay" if name == "weight_decay" else "setting", seen, name=name)

    for group, name in itertools.product(said["groups"], SETTINGS):
        check_setting(group, name)
    _examine_descent(answer, said)
    for group in said["groups"]:
        check_setting(group, "lr")


def _examine_descent(answer: Answer, said: Mapping) -> None:
    """One step of a copy of model and optimizer: downhill, not too far, and that of RMSprop."""
    x = torch.rand(16, INPUT_SIZE, generator=answer.generator()) < 0.013  # as a review's
    x, y = x.float(), torch.tensor([float(i % 2) for i in range(16)])
    gradients, moves = answer.ask("optimizer.step", *OPTIMIZER, x, y, "optimizer.step()")
    with contextlib.suppress(Mistake):  # the model is of another kind: ex1-model says so
        gradients = Model.of(answer, "model", x).gradients(x, y)
    farthest = max(float(move.abs().max()) for move in moves)
    seen = f"  Its first step moves a weight by {farthest:.3g} at most, with "
    seen += f"lr={show(said['groups'][0]['lr'])}."
    if farthest == 0:
        raise Mistake("moves-nothing", seen)
    if sum(float((g * m).sum()) for g, m in zip(gradients, moves, strict=True)) > 0:
        raise Mistake("uphill", f"{seen}\n  It goes along the gradient, not against it.")
    if not farthest <= 1:
        raise Mistake("rate-too-large", seen)
    for gradient, move in zip(gradients, moves, strict=True):
        right = _first_step(gradient)
        rate = float((move * right).sum() / (right * right).sum()) if right.any() else 0.0
        if not (rate >= 0 and torch.allclose(move, rate * right, 0, 1e-3 * farthest)):
            raise Mistake("other-optimizer", f"{seen}\n  It is no step of it.", name=said["type"])


def _first_step(gradient: Tensor) -> Tensor:
    """What RMSprop makes of a first gradient, with default settings and a learning rate of 1."""
    weight = torch.zeros_like(gradient)
    weight.grad = gradient
    torch.optim.RMSprop([weight], lr=1.0).step()
    return weight


# --- ex1-train and ex1-evaluate -------------------------------------------------------------------

MANY = 520  # rows: more than the batch sizes that an answer may have in it


@task("ex1-train", defines=("train",), criteria=("loop", "modes", "metrics"))
def check_train(answer: Answer, only: str = "") -> None:
    size = answer.random.randrange(4, 9) if answer.hidden else 4
    epochs = answer.random.choice((5, 6, 7)) if answer.hidden else 3
    examine_training(answer, "train", 4 * size, 2 * size, size, epochs, only)
    # A last batch of one; and more validation rows than a batch size of the answer's own may have.
    examine_training(answer, "train", 3 * size + 1, MANY // size * size + 1, size, 2, only)
    if answer.hidden:
        examine_training(answer, "train", 5, 3, 32, 1, only)


@task("ex1-evaluate", defines=("evaluate",))
def check_evaluate(answer: Answer) -> None:
    size = answer.random.randrange(4, 9) if answer.hidden else 5
    examine_evaluation(answer, "evaluate", 3 * size, size)
    examine_evaluation(answer, "evaluate", MANY + size, None)
    examine_evaluation(answer, "evaluate", 2 * size + 1, size)  # a last batch of one


# --- ex1-predict ----------------------------------------------------------------------------------


def _ten_numbers(value: object) -> list[float] | None:
    entries = items([*value.values()] if isinstance(value, Mapping) else value)
    if entries is None:
        return None
    flat = [inner for entry in entries for inner in items(entry) or [entry]]
    if len(flat) != 10:
        raise Mistake("not-ten", f"  `predictions` holds {len(flat)} numbers.")
    numbers = [number(entry) for entry in flat]
    if None in numbers:
        raise Mistake("not-numbers")
    return numbers


def _same_probabilities(got: list[float], right: list[float]) -> bool:
    """Also where the model is nearly sure of all of them, labels are no probabilities."""
    labels = {*got} <= {0.0, 1.0} and not {*right} <= {0.0, 1.0}
    return all_close(got, right, rel=1e-3, abs_=2e-4) and not labels


PROBABILITIES = Kind("ten probabilities", _ten_numbers, _same_probabilities)


@task("ex1-predict", defines=("predictions",))
def check_predict(answer: Answer) -> None:
    rows = answer.value("first_ten")
    if not isinstance(rows, Tensor) or tuple(rows.shape) != (10, INPUT_SIZE):
        raise Mistake("rows-changed", f"  It is {show(rows)}.")
    if answer.ask("network.kind", "model") is None:
        raise Mistake("ex1/no-model", f"  `model` is {describe(answer.value('model'))}.")
    right = Model.of(answer, "model", rows.float())(rows.float()).tolist()
    examine_value(
        answer,
        "predictions",
        right,
        PROBABILITIES,
        slips={
            "labels": [float(p > 0.5) for p in right],
            "negative": [1 - p for p in right],
            "sigmoid-twice": [1 / (1 + math.exp(-p)) for p in right],
            "percent": [100 * p for p in right],
        },
        signs=[
            Sign("labels", lambda got: {*got} <= {0.0, 1.0}),
            Sign("order-lost", lambda got: PROBABILITIES.same(sorted(got), sorted(right))),
            Sign("outside", lambda got: any(not 0 <= p <= 1 for p in got)),
        ],
        told=lambda got: f"  are      {show(got, 80)}\n  expected {show(right, 80)}",
    )
