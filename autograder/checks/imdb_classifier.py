"""The checks of notebook 1: from the text of a review to a trained and evaluated classifier."""

from __future__ import annotations

import copy
import itertools
import math
import string
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from autograder.checks.framework import Answer, Mistake, call_text, task
from autograder.checks.network import check_classifier
from autograder.checks.reading import (
    items,
    needs_class,
    needs_function,
    number,
    word,
    wrong_type,
)
from autograder.checks.review_mistakes import (
    INDEX_SLIPS,
    LOSS_SLIPS,
    TEACHING_REVIEW,
    index_vector,
    rank_slips,
    token_mistake,
    tokens,
)
from autograder.checks.training_loop import (
    examine_evaluation,
    examine_training,
    explain_batch_of_one,
)
from autograder.checks.values import is_close, show, to_float
from autograder.checks.watched import copies

INPUT_SIZE = 10_000

# --------------------------------------------------------------------------------------------------
# ex1-tokenize
# --------------------------------------------------------------------------------------------------


def _list_of(what: str, wanted: str, value: object) -> list:
    """The entries of an answer that the notebook reads by index, and more than once."""
    if isinstance(value, Iterator):
        raise Mistake(
            "an iterator, not a list: it is empty after its first use",
            f"  {what} is of type {type(value).__name__}.",
            "Turn it into a list, so that it can be read more than once.",
        )
    entries = items(value)
    if entries is None:
        raise wrong_type(what, wanted, value)
    return entries


def _as_tokens(value: object) -> list[str] | str | None:
    if isinstance(value, str):
        return word(value)
    entries = items(value)
    if entries is None or any(word(entry) is None for entry in entries):
        return None
    return [word(entry) for entry in entries]


_PLAIN_WORDS = "Great acting plot film It it A br café naïve 1980s THE — movie movie".split()  # noqa: SIM905
_REVIEW_WORDS = [*_PLAIN_WORDS, "director's", "well-made", "snake_case", "(sic)", '"wow"', "10/10"]
_VOCABULARY = "the The a film was not good bad very seen again plot 10 br ending".split()  # noqa: SIM905


def _random_review(answer: Answer) -> str:
    """A text with every trap: punctuation anywhere, capitals, digits, accents, odd spaces."""
    words = answer.random.sample(_REVIEW_WORDS, 12)
    marks = [answer.random.choice(string.punctuation) for _ in words]
    gaps = [answer.random.choice([" ", "  ", "\n", "\t", " <br /><br />"]) for _ in words]
    pieces = itertools.chain.from_iterable(zip(words, marks, gaps, strict=True))
    alone = answer.random.choice([" - ", " & ", " ... ", " <br /> "])
    return answer.random.choice(["", " "]) + "".join(pieces) + alone + "end"


@task(
    "ex1-tokenize",
    points=3,
    defines=("tokenize",),
    known_wrong=lambda names: {"tokenize": lambda data_list: [text.split() for text in data_list]},
    seconds=5,
)
def check_tokenize(answer: Answer) -> None:
    tokenize = needs_function(answer, "tokenize")
    reviews = [
        [TEACHING_REVIEW],
        ["It was GREAT", "a bad, bad film"],
        ["two  spaces", "a tab\tand a\nnew line "],
        [string.punctuation.join(["every", "mark"])],
        ["under_score, café — 10/10"],
        ["", "?!"],
        [],
        [_random_review(answer) for _ in range(3)],
        ["a very long review " * 2_000, "a short one"],
    ]
    if answer.hidden:
        reviews = [[_random_review(answer) for _ in range(n)] for n in (1, 5, 20)] + [[" "], []]
        reviews.append([_random_review(answer) * 300, _random_review(answer)])
    for texts in reviews:
        given = list(texts)
        shown = call_text(tokenize, (texts,), {})
        result = answer.run(tokenize, given, shown=shown)
        lists = _list_of("The result", "a list with one list of words per review", result)
        if given != texts:
            raise Mistake(
                "the argument is changed",
                f"  {shown} changed the list it was given.",
                "Build a new list; the caller still needs the old one.",
            )
        flat = _as_tokens(lists)
        joined = list(itertools.chain.from_iterable(map(tokens, texts)))
        if joined and flat == joined:
            raise Mistake(
                "one flat list",
                f"  {shown}\n  gave {show(result)}",
                "Each review keeps a list of its own. Does your code append the list, "
                "or its words?",
            )
        if len(lists) > len(texts) and items(answer.run(tokenize, [])):
            raise _remembers(f"  {shown}\n  gave {len(lists)} entries for {len(texts)} reviews.")
        if len(lists) != len(texts):
            label = "only one review" if len(lists) == 1 else "wrong number of reviews"
            raise Mistake(
                label,
                f"  {shown}\n  gave {len(lists)} entries for {len(texts)} reviews.",
                "One list per review, also for an empty one. Is the `return` inside the loop?",
            )
        for text, entry in zip(texts, lists, strict=True):
            if isinstance(entry, Iterator):
                _list_of("The entry of a review", "a list of words", entry)
            got, expected = _as_tokens(entry), tokens(text)
            if got is None:
                raise wrong_type("The entry of a review", "a list of words", entry)
            if got != expected:
                raise token_mistake(text, expected, got)


def _remembers(seen: str) -> Mistake:
    return Mistake(
        "the function remembers an earlier call",
        f"{seen}\n  Part of it comes from the calls before.",
        "Make a new list in each call: one in the `def` line or outside of the function lives on.",
    )


# --------------------------------------------------------------------------------------------------
# ex1-count-vectorizer
# --------------------------------------------------------------------------------------------------


class _UnfitVectorizer:
    """A wrong answer: every word has rank 1."""

    def fit(self, token_list):
        self.words = list(token_list)

    def transform_to_vec(self, token_list):
        return [1 for _ in token_list]

    def transform_to_str(self, ranks):
        return [self.words[0] for _ in ranks]


def _ranked(answer: Answer) -> tuple[list[str], list[str]]:
    """A shuffled text and its words from the most to the least frequent, no two equally so."""
    words = ["it", "It", *answer.random.sample(_VOCABULARY, 5)]
    answer.random.shuffle(words)
    counts = sorted(answer.random.sample(range(1, 12), 7), reverse=True)
    text = [word for word, count in zip(words, counts, strict=True) for _ in range(count)]
    answer.random.shuffle(text)
    return text, words


def _vectors(answer: Answer, vectorizer: object, method: str, argument: list) -> list:
    """The entries of `vectorizer.method(argument)`, which should be as many as the argument's."""
    function = answer.run(getattr, vectorizer, method)
    shown = f"{method}({show(argument, 60)})"
    result = answer.run(function, list(argument), shown=shown)
    entries = _list_of(f"The result of {method}", "a list, one entry for each entry given", result)
    if len(entries) != len(argument):
        raise Mistake(
            "unknown entries are left out" if len(entries) < len(argument) else "too many entries",
            f"  {shown}\n  gave {len(entries)} entries for {len(argument)}: {show(entries, 60)}",
            "One entry comes out for each that goes in; for an unknown one it is None.",
        )
    return entries


@task(
    "ex1-count-vectorizer",
    points=4,
    defines=("CountVectorizer",),
    known_wrong=lambda names: {"CountVectorizer": _UnfitVectorizer},
    seconds=5,
)
def check_count_vectorizer(answer: Answer) -> None:
    cls = needs_class(answer, "CountVectorizer")
    examples = [_ranked(answer) for _ in range(3)]
    if not answer.hidden:
        text = ["film", "the", "plot", "the", "film", "the", "the", "film", "the"]
        examples.insert(0, (text, ["the", "film", "plot"]))
    fitted = []
    for text, words in examples:
        vectorizer = answer.run(cls, shown="CountVectorizer()")
        answer.run(
            answer.run(getattr, vectorizer, "fit"), list(text), shown=f"fit({show(text, 60)})"
        )
        _examine_ranks(answer, vectorizer, text, words)
        _examine_unknown(answer, vectorizer, words)
        fitted.append((vectorizer, words))
    _examine_ties(answer, cls)
    _examine_many(answer, cls)
    for vectorizer, words in fitted:  # a later one must not have changed an earlier one
        ranks = [to_float(r) for r in _vectors(answer, vectorizer, "transform_to_vec", words)]
        if ranks != list(range(1, len(words) + 1)):
            raise Mistake(
                "the vectorizers share their words",
                "  After a second CountVectorizer was fitted, the first gave other ranks.",
                "A dictionary in the body of the class belongs to all of them. Where does one of "
                "its own begin?",
            )


def _examine_ranks(answer: Answer, vectorizer: object, text: list[str], words: list[str]) -> None:
    entries = _vectors(answer, vectorizer, "transform_to_vec", words)
    ranks = [to_float(entry) for entry in entries]
    expected = list(range(1, len(words) + 1))
    if ranks != expected:
        seen = f"  fit({show(text, 80)})\n  transform_to_vec({show(words, 70)})\n"
        seen += f"  gave {show(entries, 70)}, expected {expected}"
        for label, slip, hint in rank_slips(text, words):
            if ranks == [slip[word] for word in words]:
                raise Mistake(label, seen, hint)
        if None in ranks:
            raise Mistake(
                "a word of the training text has no rank",
                seen,
                "Every word that `fit` has seen gets a rank. Which ones does yours miss?",
            )
        raise Mistake(
            "wrong ranks", seen, "Rank 1 is the most frequent word, 2 the next, and so on."
        )
    backwards = answer.random.sample(words, len(words))
    for sample in (text, backwards):
        got = [to_float(r) for r in _vectors(answer, vectorizer, "transform_to_vec", sample)]
        if got != [words.index(word) + 1 for word in sample]:
            raise Mistake(
                "ranks depend on the text that is transformed",
                f"  transform_to_vec({show(sample, 60)})\n  gave {show(got, 60)}",
                "The ranks come from the words that `fit` saw; `transform_to_vec` looks them up.",
            )
        back = _vectors(answer, vectorizer, "transform_to_str", [int(rank) for rank in got])
        if [word(entry) for entry in back] != sample:
            raise Mistake(
                "transform_to_str does not undo transform_to_vec",
                f"  transform_to_str({show([int(r) for r in got], 60)})\n  gave {show(back, 60)}\n"
                f"  expected {show(sample, 60)}",
                "Going to ranks and back should give the same words.",
            )
    for method in ("transform_to_vec", "transform_to_str"):
        _vectors(answer, vectorizer, method, [])


def _examine_unknown(answer: Answer, vectorizer: object, words: list[str]) -> None:
    """Unknown words and ranks give None, also the second time they are asked for."""
    for method, known, unknown, kind in (
        ("transform_to_vec", words[0], "zyzzyva", "word"),
        ("transform_to_str", 1, len(words) + 1, "rank"),
        ("transform_to_str", 1, 0, "rank"),
    ):
        for _ in range(2):
            try:
                entries = _vectors(answer, vectorizer, method, [unknown, known])
            except Mistake as mistake:
                if "left out" in mistake.label:
                    raise
                raise Mistake(
                    f"an unknown {kind} is not handled",
                    mistake.seen,
                    f"A {kind} that `fit` has not seen should give None. Which method of a "
                    "dictionary looks a key up without an error?",
                ) from None
            if entries[0] is not None:
                label = f"an unknown {kind} should give None"
                if kind == "word" and to_float(entries[0]) == len(words) + 1:
                    label = "unknown words join the vocabulary"
                elif kind == "rank" and isinstance(entries[0], str) and unknown == 0:
                    label = "rank 0 should give None"
                raise Mistake(
                    label,
                    f"  {method}({show([unknown, known])}) gave {show(entries)}",
                    f"A {kind} that `fit` has not seen has nothing to turn into: give None, and "
                    "learn nothing from it.",
                )


def _examine_ties(answer: Answer, cls: type) -> None:
    """Words that are equally frequent share a range of ranks, in any order."""
    vectorizer = answer.run(cls, shown="CountVectorizer()")
    text = list("abbccdddd")
    answer.random.shuffle(text)
    answer.run(answer.run(getattr, vectorizer, "fit"), list(text), shown=f"fit({show(text)})")
    got = [to_float(r) for r in _vectors(answer, vectorizer, "transform_to_vec", list("dbca"))]
    if [got[0], sorted(x or 0 for x in got[1:3]), got[3]] != [1, [2, 3], 4]:
        raise Mistake(
            "equally frequent words share a rank" if got[1] == got[2] else "wrong ranks",
            f"  fit({show(text)})\n  transform_to_vec(['d', 'b', 'c', 'a']) gave {show(got)}\n"
            "  expected 1, then 2 and 3 in either order, then 4",
            "Every word has a rank of its own, also when two words are equally frequent.",
        )


def _examine_many(answer: Answer, cls: type) -> None:
    """Every word has a rank, also in a vocabulary of hundreds."""
    count = answer.random.randrange(300, 500)
    words = [f"word{i}" for i in range(count)]
    vectorizer = answer.run(cls, shown="CountVectorizer()")
    answer.run(answer.run(getattr, vectorizer, "fit"), list(words), shown=f"fit({show(words, 60)})")
    ranks = [to_float(r) for r in _vectors(answer, vectorizer, "transform_to_vec", words)]
    missing = ranks.count(None)
    if missing or sorted(ranks) != list(range(1, count + 1)):
        raise Mistake(
            "a word of the training text has no rank" if missing else "wrong ranks",
            f"  Of {count:,} different words, {missing:,} have no rank and "
            f"{len(set(ranks) - {None}):,} have one of their own.",
            "Every word that `fit` has seen gets a rank, however many there are: no limit here.",
        )


# --------------------------------------------------------------------------------------------------
# ex1-index-vector
# --------------------------------------------------------------------------------------------------


def _set_positions(vector: Sequence) -> str:
    filled = [f"{p}" if v == 1 else f"{p} (as {show(v, 12)})" for p, v in enumerate(vector) if v]
    return f"set at {', '.join(filled[:8]) or 'no position'}{', …' if len(filled) > 8 else ''}"


@task(
    "ex1-index-vector",
    points=3,
    defines=("get_index_vector",),
    known_wrong=lambda names: {"get_index_vector": lambda sequence, size=INPUT_SIZE: [0] * size},
    seconds=5,
)
def check_index_vector(answer: Answer) -> None:
    function = needs_function(answer, "get_index_vector")
    cases: list[tuple[Sequence, int | None]] = [
        ((3, 5, 9), 10),
        ([1, 4, 4, 1, 4], 6),
        ([2, 4, None, 3], 6),
        ([2, 7, 8, 9, 30, 1], 8),
        ([8, 1], 8),
        ([], 4),
        ([*range(1, 3_000), 17], 3_200),
        ([1, 9_999, 10_000, 88_000, None, 17], None),
    ]
    if answer.hidden:
        cases = [([answer.random.choice([3, INPUT_SIZE - 1, INPUT_SIZE, None]), 12], None)]
        cases.append(([answer.random.randrange(1, 6_000) for _ in range(3_000)], None))
    for turn in range(4):
        size = answer.random.randrange(5, 40)
        ranks = [answer.random.randrange(1, 2 * size) for _ in range(6)]
        ranks = [r for r in ranks if r != size - 1] + [size, None, 2, 2] + [size - 1] * (turn % 2)
        answer.random.shuffle(ranks)
        cases.append((ranks, size))
    for sequence, size in cases:
        _examine_index_vector(answer, function, sequence, size)


def _examine_index_vector(
    answer: Answer, function: Callable, sequence: Sequence, size: int | None
) -> None:
    given = copy.copy(sequence)
    args = (given,) if size is None else (given, size)
    shown = call_text(function, (sequence, *args[1:]), {})
    length = INPUT_SIZE if size is None else size
    try:
        result = answer.run(function, *args, shown=shown)
    except Mistake as mistake:
        limit = any(r is not None and r >= length for r in sequence)
        if None in sequence and "TypeError" in mistake.label:
            label, hint = (
                "None is not handled",
                ("None stands for a word without a rank. Skip it before you compare it or use it."),
            )
        elif limit and "IndexError" in mistake.label:
            label, hint = (
                "ranks beyond the size limit are not handled",
                "A vector of length n has the positions 0 to n − 1. What about ranks of n or more?",
            )
        else:
            raise
        raise Mistake(label, mistake.seen, hint) from None
    entries = _list_of("The result", "a list of zeros and ones", result)
    if list(given) != list(sequence):
        raise Mistake(
            "the argument is changed",
            f"  {shown} changed the sequence it was given.",
            "Read the sequence, leave it as it is.",
        )
    if len(entries) != length:
        seen = f"  {shown}\n  gave a vector of length {len(entries)}, expected {length}."
        hint = "The vector is as long as `size` says, whatever the sequence holds."
        if entries and all(to_float(e) in sequence for e in entries):
            raise Mistake("a list of ranks in place of zeros and ones", seen, hint)
        raise Mistake("wrong length", seen, hint)
    vector = [number(entry) for entry in entries]
    expected = index_vector(sequence, length)
    if vector == expected:
        return
    seen = f"  {shown}\n  gave a vector {_set_positions(vector)}\n"
    seen += f"  expected {_set_positions(expected)}"
    for label, slip, hint in INDEX_SLIPS:
        try:
            if vector == slip(sequence, length):
                raise Mistake(label, seen, hint)
        except TypeError:  # this slip does not know None
            continue
    if any(number(entry) for entry in items(answer.run(function, [], length)) or []):
        raise _remembers(seen)
    raise Mistake(
        "wrong positions",
        seen,
        "1 at the position of every rank that occurs and fits, 0 everywhere else.",
    )


# --------------------------------------------------------------------------------------------------
# ex1-dataset
# --------------------------------------------------------------------------------------------------


class _SwappedDataset:
    """A wrong answer: label and row in the wrong order."""

    def __init__(self, data, labels, device):
        self.data = torch.tensor(data, dtype=torch.float32, device=device)
        self.labels = torch.tensor(labels, dtype=torch.float32, device=device)
        self.shape = self.data.shape

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.labels[index], self.data[index]


@task(
    "ex1-dataset",
    points=3,
    defines=("IMDBDataset",),
    known_wrong=lambda names: {"IMDBDataset": _SwappedDataset},
    seconds=10,
)
def check_dataset(answer: Answer) -> None:
    cls = needs_class(answer, "IMDBDataset")
    device = torch.device(answer.get("device", "cpu"))
    example = ([[0, 1, 0, 1], [0, 0, 1, 0], [0, 1, 1, 1]], [1, 0, 1])
    cases = [] if answer.hidden else [example]
    for _ in range(2):
        count, size = answer.random.randrange(5, 9), answer.random.randrange(10, 20)
        rows = [[answer.random.randrange(2) for _ in range(size)] for _ in range(count)]
        cases.append((rows, [answer.random.randrange(2) for _ in range(count - 1)] + [1]))
    made = []
    for turn, (rows, labels) in enumerate(cases):
        given = (tuple(rows), tuple(labels)) if turn % 2 else (rows, labels)
        shown = f"IMDBDataset({show(rows, 50)}, {show(labels, 30)}, device)"
        dataset = answer.run(cls, *given, device, shown=shown)
        _examine_sizes(answer, dataset, rows, shown)
        _examine_samples(answer, dataset, rows, labels, shown)
        _examine_batches(answer, dataset, rows, labels, device)
        made.append((dataset, rows, labels, shown))
    for dataset, rows, labels, shown in made[:-1]:
        try:
            _examine_sizes(answer, dataset, rows, shown)
            _examine_samples(answer, dataset, rows, labels, shown)
        except Mistake as mistake:
            raise Mistake(
                "the data sets share their reviews",
                f"{mistake.seen}\n  It was right until a second data set was made.",
                "Store the data on `self`: a class attribute or a global belongs to all of them.",
            ) from None
    _examine_device(cls, *cases[0])


def _examine_sizes(answer: Answer, dataset: object, rows: list[list[int]], shown: str) -> None:
    length = answer.run(len, dataset, shown=f"len({shown})")
    if length != len(rows):
        what = "the length of a row" if length == len(rows[0]) else "not their number"
        raise Mistake(
            "len should be the number of reviews",
            f"  {len(rows)} reviews went in; len(dataset) is {length}, {what}.",
            "A loader asks `len` for the number of samples.",
        )
    shape = answer.run(getattr, dataset, "shape", shown="dataset.shape")
    if callable(shape):
        raise Mistake(
            "shape is a method",
            "  `dataset.shape` is a method; it should be read without parentheses.",
            "What turns a method into a property?",
        )
    numbers = items(shape)
    if numbers is None or [to_float(n) for n in numbers] != [len(rows), len(rows[0])]:
        raise Mistake(
            "wrong shape",
            f"  dataset.shape is {show(shape)}, expected ({len(rows)}, {len(rows[0])}).",
            "The shape is (number of reviews, length of a row), as that of a matrix.",
        )


def _examine_samples(
    answer: Answer, dataset: object, rows: list[list[int]], labels: list[int], shown: str
) -> None:
    for index in answer.random.sample(range(len(rows)), len(rows)):
        sample = answer.run(lambda i: dataset[i], index, shown=f"dataset[{index}]")
        pair = None if isinstance(sample, Tensor | str | Mapping) else items(sample)
        if pair is None or len(pair) != 2:
            raise Mistake(
                "data without label" if isinstance(sample, Tensor) else "not a pair",
                f"  dataset[{index}] is {show(sample)}.",
                "A sample is a pair: the row of the review, and its label.",
            )
        row, label = (
            [to_float(v) for v in items(p)] if items(p) is not None else to_float(p) for p in pair
        )
        seen = f"  dataset[{index}] gave a row {show(row, 60)} and a label {show(label, 30)}."
        seen += f"\n  expected {show([float(v) for v in rows[index]], 60)} and {labels[index]}."
        if not isinstance(row, list) and isinstance(label, list):
            raise Mistake("row and label swapped", seen, "The row comes first, then its label.")
        if row != rows[index]:
            neighbour = [i for i, other in enumerate(rows) if other == row]
            raise Mistake(
                "the row of another review" if neighbour else "wrong row",
                seen,
                "Index i gives review i, unchanged.",
            )
        if isinstance(label, list) or label is None:
            raise Mistake(
                "the label is not one number",
                seen,
                "The label of a review is one number: a tensor without dimensions.",
            )
        if label != labels[index]:
            raise Mistake("wrong label", seen, "Index i gives the label of review i, unchanged.")


def _examine_batches(
    answer: Answer, dataset: object, rows: list[list[int]], labels: list[int], device: torch.device
) -> None:
    """A DataLoader makes float batches on the device from it."""
    batch = answer.run(
        lambda: next(iter(DataLoader(dataset, batch_size=3))),
        shown="next(iter(DataLoader(dataset, batch_size=3)))",
    )
    x, y = batch
    for name, value, wanted in (("rows", x, rows[:3]), ("labels", y, labels[:3])):
        if not isinstance(value, Tensor):
            raise Mistake(
                f"the {name} are not tensors",
                f"  A batch of a DataLoader holds {show(value)} as {name}.",
                "Make tensors of the data, then a loader can stack them.",
            )
        if value.dtype != torch.float32:
            raise Mistake(
                f"the {name} are not float32",
                f"  A DataLoader makes batches of {name} of type {value.dtype}.",
                "A linear layer and the loss want 32-bit floats: dtype=torch.float.",
            )
        if value.tolist() != wanted:
            raise Mistake(
                f"wrong {name} in a batch",
                f"  A DataLoader over it gave a batch of {name} of shape "
                f"{tuple(value.shape)} with other values than those that went in.",
                "What does your `__getitem__` return for the indices 0, 1 and 2?",
            )
        if value.device.type != device.type:
            raise _not_on_device(name, value.device, device)


def _examine_device(cls: type, rows: list[list[int]], labels: list[int]) -> None:
    """The device argument counts: tried with torch's data-free "meta" device, where that works."""
    meta = torch.device("meta")
    try:
        row, label = cls(rows, labels, meta)[0]
    except Exception:
        return
    for name, value in (("rows", row), ("labels", label)):
        if isinstance(value, Tensor) and value.device.type != "meta":
            raise _not_on_device(name, value.device, meta)


def _not_on_device(name: str, found: torch.device, wanted: torch.device) -> Mistake:
    return Mistake(
        "not on the device",
        f"  With device={wanted} the {name} lie on {found}.",
        "The class is given a device. Where do your tensors learn of it?",
    )


# --------------------------------------------------------------------------------------------------
# ex1-model
# --------------------------------------------------------------------------------------------------


@task(
    "ex1-model",
    points=3,
    defines=("model",),
    known_wrong=lambda names: {
        "model": nn.Sequential(nn.Linear(4, 1), nn.Sigmoid()).to(names.get("device", "cpu"))
    },
    seconds=10,
)
def check_model(answer: Answer) -> None:
    check_classifier(answer, "model", hidden=(16, 16))


# --------------------------------------------------------------------------------------------------
# ex1-loss-optimizer
# --------------------------------------------------------------------------------------------------


@task(
    "ex1-loss-optimizer",
    points=3,
    defines=("loss", "optimizer"),
    known_wrong=lambda names: {"loss": nn.MSELoss()},
    seconds=10,
)
def check_loss_optimizer(answer: Answer) -> None:
    device = torch.device(answer.get("device", "cpu"))
    _examine_loss(answer, device)
    _examine_optimizer(answer, device)


def _examine_loss(answer: Answer, device: torch.device) -> None:
    loss = answer["loss"]
    if isinstance(loss, type):
        raise Mistake(
            "a class in place of a loss",
            f"  `loss` is the class {loss.__name__}.",
            "Call the class to make a loss of it.",
        )
    if not callable(loss):
        raise wrong_type("`loss`", "a function of predictions and labels", loss)
    for count in (4, 1, 50):
        p = torch.rand(count, generator=answer.generator()) * 0.96 + 0.02
        y = torch.tensor([float(answer.random.randrange(2)) for _ in range(count)])
        p_there = p.clone().to(device).requires_grad_()
        shown = f"loss({show(p, 50)}, {show(y, 40)})"
        value = answer.run(loss, p_there, y.to(device), shown=shown)
        expected = float(functional.binary_cross_entropy(p, y))
        if isinstance(value, Tensor) and value.numel() > 1:
            raise Mistake(
                "one loss per review",
                f"  {shown} gave {show(value, 60)}.",
                "The loss of a batch is one number: the mean over its reviews.",
            )
        if not is_close(value, expected, rel=1e-4, abs_=1e-5):
            seen = f"  {shown}\n  gave {show(value)}, expected {expected:.4f}."
            for label, slip, hint in LOSS_SLIPS:
                if is_close(value, float(slip(p, y)), rel=1e-4, abs_=1e-5):
                    raise Mistake(label, seen, hint)
            raise Mistake(
                "not the binary cross-entropy",
                seen,
                "For a label of 1 it is −log p, for a label of 0 it is −log(1 − p), and "
                "the mean of these over a batch.",
            )
        if not isinstance(value, Tensor) or not value.requires_grad:
            raise Mistake(
                "the loss has no gradient",
                f"  {shown} gave {show(value)}, of which no gradient can be taken.",
                "Training needs a tensor that remembers how it was computed: no `float`, "
                "`item` or `detach` inside the loss.",
            )


def _examine_optimizer(answer: Answer, device: torch.device) -> None:
    optimizer, model = answer["optimizer"], answer.get("model")
    if isinstance(optimizer, type):
        raise Mistake(
            "a class in place of an optimizer",
            f"  `optimizer` is the class {optimizer.__name__}.",
            "Call the class with the parameters that it should change.",
        )
    if not isinstance(optimizer, torch.optim.RMSprop):
        name = type(optimizer).__name__
        label = (
            f"{name}, not RMSprop" if isinstance(optimizer, torch.optim.Optimizer) else "wrong type"
        )
        raise Mistake(label, f"  `optimizer` is of type {name}.", "This task asks for RMSprop.")
    if not isinstance(model, nn.Module):
        raise Mistake("no model", f"  `model` is {show(model)}.", "Finish task ex1-model first.")
    own = {id(p) for p in model.parameters()}
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if held != own:
        if not held & own:
            raise Mistake(
                "another model's parameters",
                "  None of the parameters in the optimizer belongs to `model`.",
                "Hand the optimizer the parameters of `model`. If you built the model anew after "
                "the optimizer, run this cell again.",
            )
        label = "some parameters of the model are missing" if own - held else "foreign parameters"
        raise Mistake(
            label,
            f"  {len(held & own)} of the {len(own)} parameters of `model` are in the "
            f"optimizer, and {len(held - own)} others.",
            "The optimizer changes all parameters of `model`, and nothing else.",
        )
    settings = optimizer.param_groups[0]
    if settings.get("weight_decay"):
        raise Mistake(
            "weight decay",
            f"  weight_decay is {show(settings['weight_decay'])}.",
            "Leave the settings of RMSprop at their defaults; weight decay comes in the "
            "next notebook.",
        )
    _examine_descent(answer, device)


def _review_rows(answer: Answer, count: int) -> Tensor:
    """Rows as those of reviews: about 130 ones among 10,000 positions."""
    x = torch.zeros(count, INPUT_SIZE)
    for row in x:
        row[answer.random.sample(range(1, INPUT_SIZE), 130)] = 1.0
    return x


def _examine_descent(answer: Answer, device: torch.device) -> None:
    """One step of a copy of model and optimizer: downhill, and not too far."""
    model, optimizer = copy.deepcopy((answer["model"], answer["optimizer"]))
    if any(p.device.type != device.type for p in model.parameters()):
        return  # ex1-model says so
    x = _review_rows(answer, 16).to(device)
    y = torch.tensor([float(i % 2) for i in range(16)], device=device)
    before = copies(model)
    optimizer.zero_grad()
    functional.binary_cross_entropy(model(x).reshape(-1), y).backward()
    gradients = [torch.zeros(1) if p.grad is None else p.grad.cpu() for p in model.parameters()]
    optimizer.step()
    moves = [new - old for new, old in zip(copies(model), before, strict=True)]
    farthest = max(float(move.abs().max()) for move in moves)
    uphill = sum(float((g * m).sum()) for g, m in zip(gradients, moves, strict=True))
    rate = show(optimizer.param_groups[0]["lr"])
    if farthest == 0:
        raise Mistake(
            "the optimizer changes nothing",
            f"  After a step every weight is what it was, with lr={rate}.",
            "What learning rate does it have?",
        )
    if uphill > 0:
        raise Mistake(
            "the optimizer makes the loss rise",
            "  Its step goes along the gradient, not against it.",
            "Training goes downhill. Leave the settings of RMSprop at their defaults.",
        )
    if farthest > 1:
        raise Mistake(
            "the learning rate is too large",
            f"  Its first step moves a weight by {farthest:.3g}, with lr={rate}.",
            "Weights are about 0.1 in size. Leave the settings of RMSprop at their defaults.",
        )


# --------------------------------------------------------------------------------------------------
# ex1-train and ex1-evaluate
# --------------------------------------------------------------------------------------------------


def _train_nothing(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    """A wrong answer: zeros, without any training."""
    return {k: [0.0] * epochs for k in ("train_loss", "train_acc", "val_loss", "val_acc")}


@task(
    "ex1-train",
    points=6,
    defines=("train",),
    known_wrong=lambda names: {"train": _train_nothing},
    seconds=10,
)
def check_train(answer: Answer) -> None:
    train = needs_function(answer, "train")
    size = answer.random.randrange(4, 9) if answer.hidden else 4
    epochs = answer.random.randrange(2, 5) if answer.hidden else 3
    examine_training(answer, train, 4 * size, 2 * size, size, epochs)
    try:  # a last batch of one, in both sets
        examine_training(answer, train, 3 * size + 1, size + 1, size, 2)
    except Mistake as mistake:
        raise explain_batch_of_one(mistake) from None
    if answer.hidden:
        examine_training(answer, train, 5, 3, 32, 1)


def _evaluate_nothing(model, loss, test_dataset, batch_size=512):
    """A wrong answer: zeros, without any evaluation."""
    return {"test_loss": 0.0, "test_acc": 0.0}


@task(
    "ex1-evaluate",
    points=3,
    defines=("evaluate",),
    known_wrong=lambda names: {"evaluate": _evaluate_nothing},
    seconds=10,
)
def check_evaluate(answer: Answer) -> None:
    evaluate = needs_function(answer, "evaluate")
    size = answer.random.randrange(4, 9) if answer.hidden else 5
    examine_evaluation(answer, evaluate, 3 * size, size)
    examine_evaluation(answer, evaluate, 12 + size, None)
    try:
        examine_evaluation(answer, evaluate, 2 * size + 1, size)
    except Mistake as mistake:
        raise explain_batch_of_one(mistake) from None


# --------------------------------------------------------------------------------------------------
# ex1-predict
# --------------------------------------------------------------------------------------------------


@task(
    "ex1-predict",
    points=2,
    defines=("predictions",),
    known_wrong=lambda names: {"predictions": [0.5] * 9 + [2.0]},
    seconds=10,
)
def check_predict(answer: Answer) -> None:
    rows = answer.get("first_ten")
    if not isinstance(rows, Tensor) or tuple(rows.shape) != (10, INPUT_SIZE):
        raise Mistake(
            "`first_ten` has been changed",
            f"  It is {show(rows)}.",
            "Run the cell that makes `first_ten` again, and give your variables other names.",
        )
    predictions = _probability_list(answer["predictions"])
    if not isinstance(answer["model"], nn.Module):
        raise wrong_type("`model`", "the model of task ex1-model", answer["model"])
    model = answer.copy("model")
    with torch.no_grad():
        eval_mode = answer.run(model.eval(), rows).reshape(-1).tolist()
    if _same_numbers(predictions, eval_mode):
        return
    seen = f"  predictions: {show(predictions, 80)}\n  the model:   {show(eval_mode, 80)}"
    raise _prediction_mistake(predictions, eval_mode, seen)


def _probability_list(value: object) -> list[float]:
    if callable(value) and not isinstance(value, Tensor):
        raise wrong_type("`predictions`", "the model's ten probabilities", value)
    if isinstance(value, Mapping):
        value = list(value.values())
    entries = items(value)
    if entries is None:
        raise wrong_type("`predictions`", "ten probabilities", value)
    flat = []
    for entry in entries:
        inner = items(entry) if to_float(entry) is None else None
        flat += inner if inner is not None else [entry]
    if len(flat) != 10:
        raise Mistake(
            "not ten predictions",
            f"  `predictions` holds {len(flat)} numbers.",
            "One probability for each of the ten rows of `first_ten`.",
        )
    numbers = [number(entry) for entry in flat]
    if None in numbers:
        raise Mistake(
            "not all predictions are numbers",
            f"  `predictions` is {show(entries)}.",
            "One probability for each of the ten rows of `first_ten`.",
        )
    return numbers


def _same_numbers(first: Sequence[float], second: Sequence[float]) -> bool:
    return all(
        math.isclose(a, b, rel_tol=1e-3, abs_tol=2e-4) for a, b in zip(first, second, strict=True)
    )


def _prediction_mistake(found: list[float], right: list[float], seen: str) -> Mistake:
    slips = [
        (
            "labels, not probabilities",
            [float(p > 0.5) for p in right],
            "The task asks how likely each review is to be positive, before any rounding.",
        ),
        (
            "the probability of a negative review",
            [1 - p for p in right],
            "1 is positive. What does the output of the model stand for?",
        ),
        (
            "the sigmoid twice",
            [1 / (1 + math.exp(-p)) for p in right],
            "The model ends with a sigmoid: its output is a probability already.",
        ),
        (
            "percent in place of a share",
            [100 * p for p in right],
            "A probability lies between 0 and 1.",
        ),
        (
            "the order is turned round",
            right[::-1],
            "The first prediction belongs to the first review.",
        ),
        ("the order is lost", sorted(right), "The first prediction belongs to the first review."),
        (
            "the order is lost",
            sorted(right, reverse=True),
            "The first prediction belongs to the first review.",
        ),
    ]
    for label, values, hint in slips:
        if _same_numbers(found, values):
            return Mistake(label, seen, hint)
    if any(not 0 <= p <= 1 for p in found):
        return Mistake("numbers outside 0 and 1", seen, "A probability lies between 0 and 1.")
    return Mistake(
        "not what the model says about these rows",
        seen,
        "Give `first_ten` to your trained model in eval mode. If you trained again since, run this "
        "cell again.",
    )
