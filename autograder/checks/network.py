"""Checks of classifiers: what a network computes, found from its weights and its outputs.

How a network is written does not matter: `Sequential`, a class, layers or functions. A copy of it
gets random weights, and its outputs are held against those of the network that the task asks for,
and of the mistakes that are known. Dropout is found by giving the copy weights through which each
of its places shows in the output by itself. The copy lies where the student's code runs; the
weights are drawn here, and every expected output is computed here. The mistakes stand in the table
[classifier].
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.answering.values import Thing, over_and_over, show
from autograder.checks.answer import Answer, Raised, describe, refuse
from helpers.bag_of_words import VECTOR_SIZE

PROBES = 8  # rows on which outputs are compared
ROWS = 1000  # rows from which a rate of dropout is estimated: 0.016 standard deviations of 0.5
RATE_TOLERANCE = 0.08  # five of those
SCALE_TOLERANCE = 0.15
SHIFTS = (0.0, -3.0, -1.5, 1.5, 3.0)  # of the last bias: a probe sees both sides of a probability
LOUD = 20  # units are this much larger in a second look, where a limit on them shows
CLEARLY = 0.1  # a rate that all 16 units of a layer together cannot reach by chance

NOTHING = "no activation"
HIDDEN_FUNCTIONS = {
    "ReLU": torch.relu,
    NOTHING: lambda z: z,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
    "LeakyReLU": F.leaky_relu,
    "ReLU6": F.relu6,
    "GELU": F.gelu,
    "ELU": F.elu,
    "SiLU": F.silu,
    "Softplus": F.softplus,
    "Softmax": lambda z: torch.softmax(z, dim=-1),
}
OUTPUT_FUNCTIONS = {
    "Sigmoid": torch.sigmoid,
    NOTHING: lambda z: z,
    "Softmax": lambda z: torch.softmax(z, dim=-1),
    "Softmax over the batch": lambda z: torch.softmax(z, dim=0),
    "ReLU": torch.relu,
    "ReLU, then Sigmoid": lambda z: torch.sigmoid(torch.relu(z)),
    "two Sigmoids": lambda z: torch.sigmoid(torch.sigmoid(z)),
    "Tanh": torch.tanh,
    "LogSigmoid": F.logsigmoid,
    "Hardsigmoid": F.hardsigmoid,
    "Sigmoid, then rounding": lambda z: (z > 0).to(z.dtype),
    "a turned-round Sigmoid": lambda z: torch.sigmoid(-z),
}
# Mistakes at the output by the function that is there; "other-output" is that of the rest.
OUTPUT_MISTAKES = {NOTHING: "no-sigmoid", "Softmax": "softmax"}
MEAN = "mean"
READINGS = 500  # of the parameters of a network: more are not tried


@dataclass(frozen=True)
class Weights:
    """Parameters by what they do, layer by layer; `turned` ones are stored as (inputs, outputs)."""

    matrices: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    turned: tuple[bool, ...]

    def matrix(self, layer: int) -> Tensor:
        """The weights of a layer as (outputs, inputs): a view, so that writing to it sets them."""
        stored = self.matrices[layer]
        return stored.T if self.turned[layer] else stored

    def first(self, x: Tensor) -> Tensor:
        """What the first layer makes of rows, before its activation."""
        return x @ self.matrix(0).T + self.biases[0]

    def logit(self, first: Tensor, activations: Sequence[Callable]) -> Tensor:
        """What the layers after the first make of it, with the activation of each hidden layer."""
        x = first
        for layer, activation in enumerate(activations, 1):
            x = activation(x) @ self.matrix(layer).T + self.biases[layer]
        return x

    def logits(self, x: Tensor) -> Iterator[tuple[tuple[str, ...], Tensor]]:
        """Names of activations of the hidden layers, ReLU first, with the logit that they give."""
        first, hidden = self.first(x), len(self.matrices) - 1
        alike = ((name,) * hidden for name in HIDDEN_FUNCTIONS)
        for names in alike if hidden > 2 else itertools.product(HIDDEN_FUNCTIONS, repeat=hidden):
            yield names, self.logit(first, [HIDDEN_FUNCTIONS[name] for name in names])

    def arrange(self, first=(), second=(), last=(), biases=(0.0, 0.0, 0.0)) -> None:
        """Weights for an experiment: for each layer what its units take of their first inputs, or
        MEAN of all of them; the rest is zero."""
        for layer, (row, bias) in enumerate(zip((first, second, last), biases, strict=True)):
            matrix = self.matrix(layer)
            matrix.fill_(1 / matrix.shape[1] if row == MEAN else 0.0)
            for column, weight in enumerate(() if row == MEAN else row):
                matrix[:, column] = weight
            self.biases[layer].fill_(bias)


def check_classifier(
    answer: Answer, name: str, hidden: tuple[int, int], dropout: float = 0.0
) -> None:
    """Raise Mistake unless `name` is the classifier input_size-hidden-1 on `device`.

    ReLU after each hidden layer, a Sigmoid at the end, and after each hidden layer dropout with
    probability `dropout`. Takes well under 0.2 s for small layers.
    """
    _check_is_module(answer, name)
    network = _Network(answer, name, (input_size(answer), *hidden, 1))
    with torch.no_grad():
        network.check_shapes()
        network.check_widths()
        network.check_trainable()
        weights = network.check_function()
        network.check_graph()
        if dropout:
            network.check_dropout(weights, dropout)
        else:
            network.check_no_dropout()


def input_size(answer: Answer) -> int:
    """How many numbers a row of the data sets has: in a student's own kernel as its name says."""
    return int(answer.beside.get("input_size", VECTOR_SIZE))


def readings(stored: Sequence[Tensor], inputs: int) -> list[Weights]:
    """The ways to read parameters as linear layers from `inputs` numbers to one, by their shapes.

    The order in which they are stored comes first; layers of one width leave several.
    """
    matrices = [p for p in stored if p.ndim == 2]
    vectors = [p for p in stored if p.ndim < 2]
    if len(matrices) != len(vectors) or len(matrices) + len(vectors) != len(stored):
        return []
    found = (
        Weights(tuple(matrix for matrix, _ in chain), biases, tuple(turned for _, turned in chain))
        for chain in _chains(inputs, matrices)
        for biases in _biases(chain, vectors)
    )
    return list(itertools.islice(found, READINGS))


def _chains(inputs: int, matrices: list[Tensor]) -> Iterator[tuple[tuple[Tensor, bool], ...]]:
    """Each order of matrices, turned or not, that leads from `inputs` numbers to one."""
    if not matrices and inputs == 1:
        yield ()
    for n, turned in itertools.product(range(len(matrices)), (False, True)):
        shape = matrices[n].shape
        if shape[0 if turned else 1] == inputs:
            outputs = shape[1 if turned else 0]
            for rest in _chains(outputs, matrices[:n] + matrices[n + 1 :]):
                yield ((matrices[n], turned), *rest)


def _biases(chain: Sequence[tuple[Tensor, bool]], vectors: list[Tensor]) -> Iterator[tuple]:
    """Each order of the vectors in which they have the widths of the layers."""
    if not chain:
        yield ()
    for n, vector in enumerate(vectors if chain else ()):
        matrix, turned = chain[0]
        if vector.numel() == matrix.shape[1 if turned else 0]:
            for rest in _biases(chain[1:], vectors[:n] + vectors[n + 1 :]):
                yield (vector, *rest)


def _check_is_module(answer: Answer, name: str) -> None:
    """Raise Mistake unless `name` is a model of the student's own, on `device`."""
    kind = answer.ask("network.kind", name)
    if not isinstance(kind, dict):
        value = answer.value(name)
        key = "is-none" if value is None else "not-a-model"
        if isinstance(value, list | tuple):
            key = "a-list"
        elif isinstance(value, Thing) and value.kind == "class":
            key = "a-class"
        refuse(True, f"classifier/{key}", f"  {name} is {describe(value)}.")
    seen = f"  {name} is the one that stands in for yours while this task is open."
    refuse(kind["ready_made"], "classifier/ready-made", seen)
    seen = f"  {name} is a {kind['type']} without a method called `forward`."
    refuse(kind["no_forward"], "classifier/no-forward", seen)
    elsewhere = {*kind["devices"]} - {answer.device.type}
    seen = (
        f"  The weights of {name} are on {'/'.join(elsewhere)}, `device` is {answer.device.type}."
    )
    refuse(bool(elsewhere), "classifier/another-device", seen)


class _Network:
    """A copy of a student's network. Its checks come in this order: each stands on those before.

    values:   what its parameters are set to, one after another.
    training: whether it is in train mode.
    """

    def __init__(self, answer: Answer, name: str, widths: tuple[int, ...]):
        self.answer, self.name, self.widths = answer, name, widths
        self.copy = answer.ask("network.copy", name)
        self.values: list[Tensor] = []
        self.training = False
        self._sent: dict[int, int] = {}
        self._drawn: dict[int, tuple[int, Tensor]] = {}  # of a value: its version, what it repeats

    def refuse(self, wrong: object, key: str, seen: str, **values) -> None:
        refuse(bool(wrong), f"classifier/{key}", f"  {seen}", **values)

    def __call__(self, x: Tensor, times: int = 1) -> Tensor:
        """The outputs for the rows of x, each so many times, under the values as they are now."""
        # A tensor counts how often it was written to.
        now = {n: value._version for n, value in enumerate(self.values)}
        changed = {n: self._short(n) for n in now if now[n] != self._sent.get(n)}
        self._sent = now
        seed = self.answer.random.randrange(2**31) if self.training else None
        shown = f"{self.name}(x) with x of shape {(len(x) * times, *x.shape[1:])}"
        try:
            return self.answer.ask("network.outputs", self.copy, changed, x, times, seed, shown)
        except Raised as raised:
            if raised.kind == "RuntimeError":
                seen = raised.seen.strip()
                inputs = self.answer.ask("network.inside", self.copy)["first_inputs"]
                shapes = re.search("shape|size", raised.text)
                self.refuse(shapes and inputs not in (None, x.shape[1]), "input-size", seen)
                self.refuse(shapes, "layers-do-not-fit", seen)
                self.refuse("dtype" in raised.text, "wrong-dtype", seen)
            raise

    def _short(self, number: int) -> Tensor:
        """A value, or what it repeats: a layer of millions of numbers is long on its way."""
        value = self.values[number]
        version, drawn = self._drawn.get(number, (None, value))
        return drawn if version == value._version else value

    def check_shapes(self) -> None:
        """The outputs for a batch of 3 and of 1: one number a row, the same each time."""
        x = torch.rand((3, self.widths[0]), generator=self.answer.generator())
        out = self(x)
        kind = out.type_name if isinstance(out, Thing) else type(out).__name__
        seen = f"{self.name}(x) returned a {kind}."
        self.refuse(not isinstance(out, Tensor), "no-tensor", seen)
        seen = f"For 3 reviews {self.name}(x) has the shape {tuple(out.shape)}, not (3, 1)."
        wide = out.ndim == 2 and out.shape[0] == 3 and out.shape[1] > 1
        self.refuse(wide, "several-outputs", seen)
        single = self(x[:1])
        self.refuse(tuple(out.shape) not in {(3, 1), (3,)}, "wrong-shape", seen)
        whole = tuple(single.shape) in {(1, 1), (1,)}
        self.refuse(out.ndim == 1 and whole, "flat-output", seen)
        seen = f"For 1 review {self.name}(x) has the shape {tuple(single.shape)}, not (1, 1)."
        self.refuse(tuple(single.shape) != (1, 1), "squeezed", seen)
        number = out.is_floating_point() and bool(torch.isfinite(out).all())
        seen = f"For 3 reviews {self.name}(x) gave {show(out.flatten())}."
        self.refuse(not number, "not-finite", seen)
        seen = f"In eval mode {self.name} gave two different outputs for one x."
        self.refuse(not torch.equal(out, self(x)), "dropout-in-eval", seen)

    def check_widths(self) -> None:
        """The shapes of the weights, whatever they are called and whichever way they are stored."""
        inside = self.answer.ask("network.inside", self.copy)
        shapes = [tuple(shape) for shape in inside["shapes"]]
        matrices = sorted(sorted(s) for s in shapes if len(s) == 2)
        biases = sorted(s[0] if s else 1 for s in shapes if len(s) < 2)
        wanted = sorted(sorted(pair) for pair in itertools.pairwise(self.widths))
        seen = f"The weights of {self.name} have the shapes "
        seen += f"{', '.join(map(str, shapes)) or '(none)'}.\n  The task asks for the widths "
        seen += f"{'-'.join(map(str, self.widths))}."
        lost = not shapes or (matrices != wanted and inside["plain_list"])
        self.refuse(lost, "unknown-layers", seen)
        count = f"\n  Hidden layers: {max(len(matrices) - 1, 0)}, asked for: {len(wanted) - 1}."
        self.refuse(len(matrices) != len(wanted), "wrong-depth", seen + count)
        self.refuse(matrices != wanted, "wrong-widths", seen)
        self.refuse(len(biases) < len(wanted), "no-bias", seen)
        more = biases != sorted(self.widths[1:]) or len(shapes) != len(matrices) + len(biases)
        self.refuse(more, "more-parameters", seen)
        self.values = [torch.zeros(shape) for shape in shapes]

    def check_trainable(self) -> None:
        frozen = self.answer.ask("network.inside", self.copy)["frozen"]
        seen = f"{', '.join(map(str, frozen[:4]))} of {self.name} cannot be trained."
        self.refuse(frozen, "frozen", seen)

    def check_function(self) -> Weights:
        """What the network computes, under random weights; returns the weights by what they do."""
        x = torch.rand((PROBES, self.widths[0]), generator=self.answer.generator()) < 0.3
        x = x.float()
        possible = readings(self.values, self.widths[0])
        for loud in (False, True):
            self.randomise(loud)
            out = self.shifted_outputs(x)
            fit = [w for w in possible if _gives(w, x, out)]
            if not fit:
                self.name_function(possible, x, out)
            possible = fit
        return possible[0]

    def randomise(self, loud: bool) -> None:
        """Weights that keep every layer in the range where its activation shows.

        With `loud` ones the units are large and the outputs as before.
        """
        generator = self.answer.generator()
        for number, p in enumerate(self.values):
            scale = 1.5 / max(p.shape) ** 0.5 if p.ndim == 2 else 0.5
            if loud and p.ndim == 2:
                scale *= LOUD if self.widths[0] in p.shape else 1 / LOUD if 1 in p.shape else 1
            # Millions of random numbers take long to draw: a prime number of them, over and over.
            drawn = torch.randn(min(p.numel(), 65_537), generator=generator) * scale
            p.copy_(over_and_over(drawn, p.shape))
            self._drawn[number] = p._version, drawn

    def shifted_outputs(self, x: Tensor) -> Tensor:
        """The outputs for each of `SHIFTS` of the last bias: (shifts, probes)."""
        last = next(p for p in self.values if p.numel() == 1)
        start, outputs = last.clone(), []
        for shift in SHIFTS:
            last.copy_(start + shift)
            outputs.append(self(x).reshape(-1))
        last.copy_(start)
        return torch.stack(outputs)

    def name_function(self, possible: list[Weights], x: Tensor, out: Tensor) -> None:
        """Raise the mistake of a network that does not compute ReLU, ReLU, Sigmoid."""
        for weights in possible:
            for hidden, logit in weights.logits(x):
                for last in OUTPUT_FUNCTIONS:
                    if _ends_so(OUTPUT_FUNCTIONS[last], logit, out):
                        self.refuse_function(hidden, last)
        outside = bool((out < 0).any() or (out > 1).any())
        self.refuse(outside, "no-sigmoid", f"Some outputs of {self.name} lie outside 0 and 1.")
        seen = f"Under random weights {self.name} does not give what\n"
        seen += "  Linear, ReLU, Linear, ReLU, Linear, Sigmoid give."
        self.refuse(True, "something-else", seen)

    def refuse_function(self, hidden: tuple[str, ...], last: str) -> None:
        seen = f"{self.name} computes linear, {', linear, '.join((*hidden, last))}."
        missing = [n for n, f in zip(("first", "second"), hidden, strict=True) if f == NOTHING]
        place = (
            "both hidden layers" if len(missing) == 2 else f"the {''.join(missing)} hidden layer"
        )
        self.refuse(missing, "no-relu", seen, place=place)
        self.refuse(hidden != ("ReLU", "ReLU"), "not-relu", seen)
        self.refuse(True, OUTPUT_MISTAKES.get(last, "other-output"), seen)

    def check_graph(self) -> None:
        """A gradient reaches every weight."""
        x = torch.ones((2, self.widths[0]))
        reached = self.answer.ask("network.reached", self.copy, x, f"{self.name}(x)")
        names = self.answer.ask("network.inside", self.copy)["names"]
        lost = [str(label) for label, found in zip(names, reached, strict=True) if not found]
        seen = f"No gradient of the output of {self.name} reaches {', '.join(lost[:4])}."
        self.refuse(lost, "cut-graph", seen)

    def check_no_dropout(self) -> None:
        x = torch.ones((16, self.widths[0]))
        x[:, ::2] = 0
        self.randomise(loud=False)
        expected = self(x)
        self.training = True
        seen = f"In train mode {self.name} gives other outputs for the same x than in eval mode."
        self.refuse(not _same(expected, self(x).reshape(-1)), "unasked-dropout", seen)

    def check_dropout(self, weights: Weights, rate: float) -> None:
        """Dropout at each place shows alone: under weights where only it can change the output."""
        self.training = True
        nothing = torch.zeros((1, self.widths[0]))
        one_word = nothing.clone()
        one_word[:, 0] = 1.0

        # Constant logit 1: only dropout on the output can change it.
        weights.arrange(biases=(0.0, 0.0, 1.0))
        out = self(nothing, ROWS).reshape(-1)
        seen = f"With the last layer set to give 1 for every review, {self.name} in train mode\n"
        seen += f"  still gives {len(out.unique())} different outputs."
        moved = not _same(torch.sigmoid(torch.ones_like(out)), out)
        self.refuse(moved, "dropout-on-output", seen)
        # Layer 1 is silent, the output reads unit 0 of layer 2.
        weights.arrange(last=(1.0,), biases=(0.0, 1.0, 0.0))
        out = self(nothing, ROWS)
        second_gone, second_scale = _dropped(out)
        shown = len(out.round(decimals=4).unique())
        seen = f"In train mode a unit of {self.name} is dropped, and is not 0 then."
        self.refuse(shown > 1 and second_gone < CLEARLY, "dropped-not-zero", seen)
        self.check_own_units(nothing, second_gone)
        # Units 0 and 1 weigh 1 and -1: they cancel whenever they live and die together.
        weights.arrange(last=(1.0, -1.0), biases=(0.0, 1.0, 0.0))
        together, _ = _dropped(self(nothing, ROWS))
        seen = f"In train mode the units of a hidden layer of {self.name} are dropped all at once."
        self.refuse(second_gone > CLEARLY and together == 1, "dropout-of-reviews", seen)
        # One input goes through every unit of both hidden layers: 0 only if it was dropped.
        weights.arrange(first=(1.0,), second=MEAN, last=MEAN)
        gone, _ = _dropped(self(one_word, ROWS))
        seen = f"In train mode {self.name} misses a word of the review in {gone:.0%} of the passes."
        self.refuse(gone > CLEARLY, "dropout-on-inputs", seen)
        # Every unit of layer 2 reads unit 0 of layer 1: the output is 0 only if that was dropped.
        weights.arrange(second=(1.0,), last=MEAN, biases=(1.0, 0.0, 0.0))
        first_gone, mean = _dropped(self(nothing, ROWS))
        self.check_own_units(nothing, first_gone)
        # What layer 2 passes on of layer 1, on average: all of it if dropout scales there. Then
        # the measured share would only bring in the chance of a second draw.
        passed_on = second_scale * (1 - second_gone)
        if abs(passed_on - 1) < 2 * RATE_TOLERANCE:
            passed_on = 1.0
        self.check_rate("first", first_gone, mean / (passed_on or 1.0), rate)
        self.check_rate("second", second_gone, second_scale, rate)

    def check_own_units(self, x: Tensor, gone: float) -> None:
        """Each review loses its own units: that all fare alike, and not always, is no chance."""
        if gone in (0.0, 1.0):
            shares = {_dropped(self(x, 64))[0] for _ in range(16)}
            seen = f"In train mode one pass of {self.name} drops a unit for all reviews, "
            self.refuse({0.0, 1.0} <= shares, "mask-of-batch", f"{seen}another for none.")

    def check_rate(self, which: str, gone: float, scale: float, rate: float) -> None:
        seen = f"In train mode {self.name} dropped a unit of its {which} hidden layer in "
        seen += f"{gone:.0%} of the passes"
        kept = f"{seen}.\n  The units that stay are multiplied by {scale:.2f}."
        unscaled = abs(scale - 1) < SCALE_TOLERANCE
        self.refuse(gone == 0 and unscaled, "no-dropout", f"{seen}.", which=which)
        self.refuse(abs(gone - rate) > RATE_TOLERANCE, "wrong-p", f"{seen}.")
        self.refuse(unscaled, "dropout-unscaled", kept)
        self.refuse(abs(scale - 1 / (1 - rate)) > SCALE_TOLERANCE, "wrong-p", kept)


def _gives(weights: Weights, x: Tensor, out: Tensor) -> bool:
    """Whether the weights give these outputs in the network that the task asks for."""
    return _ends_so(torch.sigmoid, weights.logit(weights.first(x), [torch.relu] * 2), out)


def _ends_so(last: Callable, logit: Tensor, out: Tensor) -> bool:
    return all(_same(last(logit + s), row) for s, row in zip(SHIFTS, out, strict=True))


def _same(expected: Tensor, out: Tensor) -> bool:
    return torch.allclose(expected.reshape(-1), out.to(expected.dtype), rtol=1e-3, atol=1e-4)


def _dropped(out: Tensor) -> tuple[float, float]:
    """How often the number before the sigmoid is 0, and its mean where it is not."""
    logit = torch.logit(out.reshape(-1))
    alive = logit.abs() > 1e-4
    mean = float(logit[alive].mean()) if bool(alive.any()) else 0.0
    return 1 - float(alive.float().mean()), mean
