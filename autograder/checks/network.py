"""Checks of classifiers: what a network computes, found from its weights and its outputs.

How a network is written does not matter: `Sequential`, a class, layers or functions. A deep copy
gets random weights, and its outputs are held against those of the network that the task asks for,
and of the mistakes that are known. Dropout is found by giving the copy weights through which each
of its places shows in the output by itself.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checks.framework import Answer, Mistake
from helpers.regularization import ReadyMade

PROBES = 8  # rows on which outputs are compared
ROWS = 1000  # rows from which a rate of dropout is estimated: 0.016 standard deviations of 0.5
RATE_TOLERANCE = 0.08  # five of those
SCALE_TOLERANCE = 0.15
SHIFTS = (0.0, -3.0, -1.5, 1.5, 3.0)  # of the last bias: a probe sees both sides of a probability
LOUD = 20  # units are this much larger in a second look, where a limit on them shows
CLEARLY = 0.1  # a rate that all 16 units of a layer together cannot reach by chance

HIDDEN_FUNCTIONS = {
    "ReLU": torch.relu,
    "no activation": lambda z: z,
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
    "no activation": lambda z: z,
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


@dataclass(frozen=True)
class Weights:
    """The parameters of a copy by what they do; `turned` ones are stored as (inputs, outputs)."""

    matrices: tuple[Tensor, Tensor, Tensor]
    biases: tuple[Tensor, Tensor, Tensor]
    turned: tuple[bool, bool, bool]

    def matrix(self, layer: int) -> Tensor:
        """The weights of a layer as (outputs, inputs): a view, so that writing to it sets them."""
        stored = self.matrices[layer]
        return stored.T if self.turned[layer] else stored


def check_classifier(
    answer: Answer, name: str, hidden: tuple[int, int], dropout: float = 0.0
) -> None:
    """Raise Mistake unless `name` is the classifier input_size-hidden-1 on `device`.

    ReLU after each hidden layer, a Sigmoid at the end, and after each hidden layer dropout with
    probability `dropout`. Takes well under 0.2 s for small layers.
    """
    model = answer[name]
    inputs = int(answer.get("input_size", 10_000))
    device = torch.device(answer.get("device", "cpu"))
    _check_is_module(name, model)
    _check_device(name, model, device)
    net = copy.deepcopy(model).eval()
    with torch.no_grad():
        _check_shapes(answer, name, net, inputs, device)
        _check_widths(name, net, (inputs, *hidden, 1))
        _check_frozen(name, net)
        weights = _check_function(answer, name, net, (inputs, *hidden, 1), device)
        torch.manual_seed(answer.random.randrange(2**31))  # what dropout draws from
        if dropout:
            _check_dropout(name, net, weights, inputs, dropout, device)
        else:
            _check_no_dropout(name, net, inputs, device)


def _check_is_module(name: str, model: object) -> None:
    if isinstance(model, nn.Module) and any(isinstance(m, ReadyMade) for m in model.modules()):
        raise Mistake(
            "not your own: the ready-made network of the notebook",
            f"  {name} is the one that stands in for yours while this task is open.",
            "Build the network yourself, layer by layer, and run your cell before this one.",
        )
    if isinstance(model, nn.Module):
        forward = type(model).forward
        if getattr(forward, "__name__", "") == "_forward_unimplemented":
            raise Mistake(
                "the model has no forward",
                f"  {name} is a {type(model).__name__} without a method called `forward`.",
                "A module computes its output in a method `forward(self, x)`: is yours spelt so?",
            )
        return
    if isinstance(model, type):
        seen = f"  {name} is the class {model.__name__} itself."
        hint = "A class is a plan for a model. What makes an object from it?"
    elif model is None:
        seen = f"  {name} is None."
        hint = "What does the last call on the right side return? Some methods return nothing."
    elif isinstance(model, list | tuple):
        seen = f"  {name} is a {type(model).__name__} of {len(model)} things."
        hint = (
            "Layers in a list are not joined yet: a container of torch.nn calls one after another."
        )
    else:
        seen = f"  {name} is of type {type(model).__name__}."
        hint = "It has to be a torch.nn.Module, for example an nn.Sequential of layers."
    raise Mistake("not a model: the wrong type", seen, hint)


def _check_device(name: str, model: nn.Module, device: torch.device) -> None:
    elsewhere = {p.device.type for p in model.parameters()} - {device.type}
    if elsewhere:
        raise Mistake(
            "the model is on another device",
            f"  The weights of {name} are on {elsewhere.pop()}, `device` is {device.type}.",
            "Model and data have to meet on one device: which method moves a model there?",
        )


def _check_shapes(
    answer: Answer, name: str, net: nn.Module, inputs: int, device: torch.device
) -> None:
    """The outputs for a batch of 3 and of 1: one number a row, the same each time."""
    x = torch.rand((3, inputs), generator=answer.generator()).to(device)
    out = _call(answer, name, net, x)
    if not isinstance(out, Tensor):
        raise Mistake(
            "the output is not a tensor: the wrong type",
            f"  {name}(x) returned a {type(out).__name__}.",
            "The forward pass ends with one tensor, the probabilities.",
        )
    if out.ndim == 2 and out.shape[0] == 3 and out.shape[1] > 1:
        raise Mistake(
            "several output units: the output layer has the wrong width",
            f"  For 3 reviews {name}(x) has the shape {tuple(out.shape)}.",
            "Two classes need one number, the probability of the second. How many units give that?",
        )
    single = _call(answer, name, net, x[:1])
    if tuple(out.shape) not in {(3, 1), (3,)}:
        raise Mistake(
            "the output has the wrong shape",
            f"  For 3 reviews {name}(x) has the shape {tuple(out.shape)}, not (3, 1).",
            "Each review of the batch needs its own probability.",
        )
    if tuple(single.shape) not in {(1, 1), (1,)}:
        raise Mistake(
            "a batch of one loses its batch dimension",
            f"  For 1 review {name}(x) has the shape {tuple(single.shape)}, not (1, 1).",
            "`squeeze()` drops every dimension of size 1, also that of the batch. "
            "Say which one to drop.",
        )
    if out.is_complex() or not out.is_floating_point() or not bool(torch.isfinite(out).all()):
        raise Mistake(
            "the output is not a finite number",
            f"  For 3 reviews {name}(x) gave {out.flatten().tolist()}.",
            "Look for a NaN, an infinity or a whole-number type in the forward pass.",
        )
    if not torch.equal(out, _call(answer, name, net, x)):
        raise Mistake(
            "dropout is still active in evaluation mode (eval)",
            f"  In eval mode {name} gave two different outputs for one x.",
            "Dropout belongs to training. The function F.dropout does not know the mode of your "
            "model unless you tell it; the layer nn.Dropout does.",
        )


def _call(answer: Answer, name: str, net: nn.Module, x: Tensor):
    try:
        return net(x)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        widths = _chain(net)
        if x.shape[1] not in widths[:1] and "shape" in str(error):
            raise Mistake(
                "the first layer has the wrong input size",
                f"  {name} was given rows of {x.shape[1]:,} numbers, `input_size`.\n"
                f"  Its first layer takes {widths[0]:,}."
                if widths
                else "  It has no layer.",
                "Every word of the vocabulary is an input. Which name holds their number?",
            ) from None
        if "dtype" in str(error):
            raise Mistake(
                "the weights have the wrong number type (dtype)",
                f"  {name} was given float32 rows, as the data sets hold them.\n"
                f"  Its weights are {', '.join(sorted({str(p.dtype) for p in net.parameters()}))}.",
                "Model and data need one dtype: leave PyTorch's own for the weights.",
            ) from None
        raise Mistake(
            "two layers do not fit together",
            f"  {name}(x) with x of shape {tuple(x.shape)}\n"
            f"  raised {type(error).__name__}: {str(error).splitlines()[0]}",
            "What one layer gives out is what the next one takes in: compare their widths.",
        ) from None
    except Exception as error:
        raise answer.raised(error, f"{name}(x) with x of shape {tuple(x.shape)}") from None


def _chain(net: nn.Module) -> list[int]:
    """The input width and then the output widths of the layers that are `nn.Linear`."""
    layers = [m for m in net.modules() if isinstance(m, nn.Linear)]
    return [m.in_features for m in layers[:1]] + [m.out_features for m in layers]


def _check_widths(name: str, net: nn.Module, widths: tuple[int, ...]) -> None:
    """The shapes of the weights, whatever they are called and whichever way they are stored."""
    shapes = [tuple(p.shape) for p in net.parameters()]
    matrices = [s for s in shapes if len(s) == 2]
    vectors = sorted(s[0] if s else 1 for s in shapes if len(s) < 2)
    wanted = [(b, a) for a, b in itertools.pairwise(widths)]
    seen = (
        f"  The weights of {name} have the shapes {', '.join(map(str, shapes)) or '(none)'}.\n"
        f"  The task asks for the widths {'-'.join(map(str, widths))}."
    )
    if not shapes:
        raise Mistake(
            "no parameters: the model does not know its layers",
            seen,
            "A module finds layers that are attributes of it, not those in a plain list or made "
            "anew in `forward`. Which list of `nn` registers them?",
        )
    if len(matrices) != len(wanted):
        count = len(matrices) - 1
        raise Mistake(
            "the wrong number of hidden layers",
            f"{seen}\n  Hidden layers: {max(count, 0)}, asked for: {len(wanted) - 1}.",
            "Count the linear layers: one for each hidden layer, and one for the output.",
        )
    if sorted(map(sorted, matrices)) != sorted(map(sorted, wanted)):
        raise Mistake(
            "the wrong widths: a hidden layer has another number of units",
            seen,
            "Read the widths of the hidden layers in the task again. Both layers count.",
        )
    if vectors != sorted(widths[1:]):
        fewer = len(vectors) < len(wanted)
        raise Mistake(
            "a layer has no bias" if fewer else "the model has parameters beyond its linear layers",
            seen,
            "A linear layer has weights and a bias; leave the bias in."
            if fewer
            else "Normalisation layers and activations with weights are not part of this network.",
        )


def _check_frozen(name: str, net: nn.Module) -> None:
    frozen = [label for label, p in net.named_parameters() if not p.requires_grad]
    if frozen:
        raise Mistake(
            "frozen parameters: they have requires_grad off",
            f"  {', '.join(frozen[:4])} of {name} cannot be trained.",
            "A parameter without a gradient keeps its first value for ever.",
        )


def _check_function(
    answer: Answer, name: str, net: nn.Module, widths: tuple[int, ...], device: torch.device
) -> Weights:
    """What the network computes, under random weights; returns the weights by what they do."""
    x = (torch.rand((PROBES, widths[0]), generator=answer.generator()) < 0.3).float().to(device)
    readings = list(_readings(net, widths))
    for loud in (False, True):
        _randomise(net, answer.generator(), widths[0], loud)
        out = _shifted_outputs(answer, name, net, x)
        fit = [r for r in readings if _gives(r, x, out)]
        if not fit:
            raise _other_function(name, readings, x, out)
        readings = fit
    return readings[0]


def _shifted_outputs(answer: Answer, name: str, net: nn.Module, x: Tensor) -> Tensor:
    """The outputs for each of `SHIFTS` of the last bias: (shifts, probes)."""
    last = next(p for p in net.parameters() if p.numel() == 1)
    start, outputs = last.clone(), []
    for shift in SHIFTS:
        last.copy_(start + shift)
        outputs.append(_call(answer, name, net, x).reshape(-1))
    last.copy_(start)
    return torch.stack(outputs)


def _gives(weights: Weights, x: Tensor, out: Tensor) -> bool:
    first = torch.relu(x @ weights.matrix(0).T + weights.biases[0])
    return _ends_so(torch.sigmoid, _from_second(weights, first, torch.relu), out)


def _ends_so(last: Callable, logit: Tensor, out: Tensor) -> bool:
    return all(_same(last(logit + s), row) for s, row in zip(SHIFTS, out, strict=True))


def _other_function(name: str, readings: list[Weights], x: Tensor, out: Tensor) -> Mistake:
    for weights in readings:
        first = x @ weights.matrix(0).T + weights.biases[0]
        for (hidden_1, f), (hidden_2, g) in itertools.product(HIDDEN_FUNCTIONS.items(), repeat=2):
            logit = _from_second(weights, f(first), g)
            for last, h in OUTPUT_FUNCTIONS.items():
                if _ends_so(h, logit, out):
                    return _known_function(name, (hidden_1, hidden_2), last)
    if bool((out < 0).any() or (out > 1).any()):
        return _known_function(name, ("ReLU", "ReLU"), "no activation")
    return Mistake(
        "the network computes something else",
        f"  Under random weights {name} does not give what\n"
        "  Linear, ReLU, Linear, ReLU, Linear, Sigmoid give.",
        "Write down what happens to x, layer by layer: each hidden layer is linear and then ReLU, "
        "the output is linear and then a sigmoid; nothing is skipped and nothing added.",
    )


def _randomise(net: nn.Module, generator: torch.Generator, inputs: int, loud: bool) -> None:
    """Weights that keep every layer in the range where its activation shows.

    With `loud` ones the units are large and the outputs as before.
    """
    for p in net.parameters():
        scale = 1.5 / max(p.shape) ** 0.5 if p.ndim == 2 else 0.5
        if loud and p.ndim == 2:
            scale *= LOUD if inputs in p.shape else 1 / LOUD if 1 in p.shape else 1
        # Millions of random numbers take long to draw: a prime number of them, over and over.
        drawn = torch.randn(min(p.numel(), 65_537), generator=generator) * scale
        p.copy_(drawn.repeat(p.numel() // len(drawn) + 1)[: p.numel()].view(p.shape))


def _readings(net: nn.Module, widths: tuple[int, ...]) -> Iterator[Weights]:
    """Every way to tell the parameters apart by shape; layers of one width leave several."""
    stored = list(net.parameters())
    matrices = [p for p in stored if p.ndim == 2]
    vectors = [p for p in stored if p.ndim < 2]
    shapes = [(b, a) for a, b in itertools.pairwise(widths)]
    for biases in itertools.permutations(vectors):
        if any(b.numel() != shape[0] for b, shape in zip(biases, shapes, strict=True)):
            continue
        for order in itertools.permutations(matrices):
            for turned in itertools.product((False, True), repeat=3):
                read = Weights(order, biases, turned)
                if all(tuple(read.matrix(i).shape) == shape for i, shape in enumerate(shapes)):
                    yield read


def _from_second(weights: Weights, first: Tensor, hidden_2) -> Tensor:
    second = hidden_2(first @ weights.matrix(1).T + weights.biases[1])
    return second @ weights.matrix(2).T + weights.biases[2]


def _same(expected: Tensor, out: Tensor) -> bool:
    return torch.allclose(expected.reshape(-1), out.to(expected.dtype), rtol=1e-3, atol=1e-4)


def _known_function(name: str, hidden: tuple[str, str], last: str) -> Mistake:
    """The mistake of a network that computes this in place of ReLU, ReLU, Sigmoid."""
    steps = f"linear, {hidden[0]}, linear, {hidden[1]}, linear, {last}"
    seen = f"  {name} computes what this gives: {steps}."
    if "no activation" in hidden:
        which = ["first", "second"][hidden.index("no activation")]
        both = "both hidden layers" if hidden[0] == hidden[1] else f"the {which} hidden layer"
        return Mistake(
            f"ReLU is missing: no activation after {both}",
            seen,
            "Two linear layers in a row are one linear layer. What has to stand between them?",
        )
    if hidden != ("ReLU", "ReLU"):
        return Mistake(
            "another activation in a hidden layer than ReLU",
            seen,
            "Which activation do the hidden layers of this network have, both of them?",
        )
    if last == "no activation":
        return Mistake(
            "no sigmoid: the output is not a probability",
            f"{seen}\n  Its outputs lie outside 0 and 1.",
            "The loss of this exercise takes probabilities. Which function maps any number into "
            "(0, 1)?",
        )
    if last == "Softmax":
        return Mistake(
            "softmax over one unit in place of a sigmoid",
            f"{seen}\n  It is 1 for every review.",
            "Softmax makes the units of a layer sum to 1. What does that mean for a single unit?",
        )
    return Mistake(
        "the wrong activation at the output: not a sigmoid alone",
        seen,
        "Which one function maps any number into (0, 1), with 0 at one half? Apply it once, last.",
    )


def _check_no_dropout(name: str, net: nn.Module, inputs: int, device: torch.device) -> None:
    x = torch.ones((16, inputs), device=device)
    x[:, ::2] = 0
    expected = net(x)
    if not _same(expected, net.train()(x).reshape(-1)):
        raise Mistake(
            "the model behaves differently in training mode: dropout that was not asked for",
            f"  In train mode {name} gives other outputs for the same x than in eval mode.",
            "This model is to have linear layers and activations, no dropout.",
        )


def _check_dropout(
    name: str, net: nn.Module, weights: Weights, inputs: int, rate: float, device: torch.device
) -> None:
    """Dropout at each place shows alone: weights are set so that only it can change the output."""
    net.train()
    nothing = torch.zeros((ROWS, inputs), device=device)
    one_word = nothing.clone()
    one_word[:, 0] = 1.0

    # Constant logit 1: only dropout on the output can change it.
    _set(weights, last_bias=1.0)
    out = net(nothing).reshape(-1)
    if not _same(torch.sigmoid(torch.ones_like(out)), out):
        raise Mistake(
            "dropout on the output",
            f"  With the last layer set to give 1 for every review, {name} in train mode\n"
            f"  still gives {len(out.unique())} different outputs.",
            "The output is the answer itself: a dropped one is a wrong one. After which layers "
            "does dropout belong?",
        )
    # Layer 1 is silent, the output reads unit 0 of layer 2.
    _set(weights, second_bias=1.0, last="unit 0")
    second_gone, second_scale = _dropped(net(nothing))
    _check_own_units(name, net, nothing, second_gone)
    # Units 0 and 1 weigh 1 and -1: they cancel whenever they live and die together.
    _set(weights, second_bias=1.0, last="unit 0 minus unit 1")
    together, _ = _dropped(net(nothing))
    if second_gone > CLEARLY and together == 1:
        raise Mistake(
            "dropout drops whole reviews, not single units",
            f"  In train mode the units of a hidden layer of {name} are dropped all at once.",
            "Which dropout layer zeroes each number by itself? The others are for images.",
        )
    # One input goes through every unit of both hidden layers: 0 only if the input was dropped.
    _set(weights, first_from_input=True, second="mean", last="mean")
    gone, _ = _dropped(net(one_word))
    if gone > CLEARLY:
        raise Mistake(
            "dropout on the inputs, before the first layer",
            f"  In train mode {name} misses a word of the review in {gone:.0%} of the passes.",
            "Dropout is not applied to the inputs here. Look at where it stands: it follows a "
            "hidden layer, it does not come before the layer.",
        )
    # Every unit of layer 2 reads unit 0 of layer 1: the output is 0 only if that was dropped.
    _set(weights, first_bias=1.0, second="from unit 0", last="mean")
    first_gone, mean = _dropped(net(nothing))
    _check_own_units(name, net, nothing, first_gone)
    # What layer 2 passes on of layer 1, on average: all of it if dropout scales there. Then the
    # measured share would only bring in the chance of a second draw.
    passed_on = second_scale * (1 - second_gone)
    if abs(passed_on - 1) < 2 * RATE_TOLERANCE:
        passed_on = 1.0
    _check_rate(name, "first", first_gone, mean / (passed_on or 1.0), rate)
    _check_rate(name, "second", second_gone, second_scale, rate)


def _set(
    weights: Weights,
    first_from_input: bool = False,
    first_bias: float = 0.0,
    second: str = "",
    second_bias: float = 0.0,
    last: str = "",
    last_bias: float = 0.0,
) -> None:
    """Zero every weight but those that the experiment needs."""
    for p in (*weights.matrices, *weights.biases):
        p.zero_()
    w1, w2, w3 = (weights.matrix(layer) for layer in range(3))
    w1[:, 0] = float(first_from_input)
    if second == "mean":
        w2.fill_(1 / w2.shape[1])
    elif second == "from unit 0":
        w2[:, 0] = 1.0
    if last == "mean":
        w3.fill_(1 / w3.shape[1])
    elif last.startswith("unit 0"):
        w3[0, 0] = 1.0
        w3[0, 1] = -1.0 if last.endswith("unit 1") else 0.0
    for bias, value in zip(weights.biases, (first_bias, second_bias, last_bias), strict=True):
        bias.fill_(value)


def _dropped(out: Tensor) -> tuple[float, float]:
    """How often the number before the sigmoid is 0, and its mean where it is not."""
    logit = torch.logit(out.reshape(-1))
    alive = logit.abs() > 1e-4
    mean = float(logit[alive].mean()) if bool(alive.any()) else 0.0
    return 1 - float(alive.float().mean()), mean


def _check_own_units(name: str, net: nn.Module, x: Tensor, gone: float) -> None:
    """Each review loses units of its own: that all fare alike now, and not always, is no chance."""
    if gone not in (0.0, 1.0):
        return
    if len({_dropped(net(x[:64]))[0] for _ in range(16)} & {0.0, 1.0}) == 2:
        raise Mistake(
            "one mask for the whole batch: every review loses the same units",
            f"  In train mode one pass of {name} drops a unit for all reviews, another for none.",
            "Each review draws units of its own. Which shape does the random mask have to have?",
        )


def _check_rate(name: str, which: str, gone: float, scale: float, rate: float) -> None:
    seen = (
        f"  In train mode {name} dropped a unit of its {which} hidden layer "
        f"in {gone:.0%} of the passes."
    )
    if gone == 0 and abs(scale - 1) < SCALE_TOLERANCE:
        raise Mistake(
            f"no dropout after the {which} hidden layer",
            seen,
            "Dropout has to follow each hidden layer, not only one of them.",
        )
    if abs(gone - rate) > RATE_TOLERANCE:
        raise Mistake(
            "the wrong dropout probability p",
            seen,
            "The argument of dropout is the probability to drop a unit. Which p does the task ask "
            "for, and is it applied once to each hidden layer?",
        )
    if abs(scale - 1) < SCALE_TOLERANCE:
        raise Mistake(
            "dropout without the scaling by 1/(1 - p) in training",
            f"{seen}\n  The units that stay keep their size.",
            "With half of the units gone, the next layer sees half of the sum, unless the others "
            "grow.",
        )
    if abs(scale - 1 / (1 - rate)) > SCALE_TOLERANCE:
        raise Mistake(
            "the wrong dropout probability p",
            f"{seen}\n  The units that stay are multiplied by {scale:.2f}.",
            "Units that stay are multiplied by 1/(1 - p): which p does that factor belong to?",
        )
