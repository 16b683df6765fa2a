# %% title [markdown]
# # 2. Overfitting, and how to prevent it
#
# A network that learns its training reviews by heart is of little use. In this notebook you watch
# that happen, and then prevent it in four ways. You will
#
# - train networks of three sizes and see how size and overfitting go together;
# - add **weight decay**, and find out when it helps, when it does nothing, and when it stops all
#   learning;
# - add **dropout**, and see why PyTorch makes the surviving units larger;
# - write a rule for **early stopping**, and compare it with another one.
#
# There are nine tasks with 25 points in all. It takes about an hour. All training together needs
# one to two minutes on two CPU cores; where most of it goes is said there. The notebook needs
# nothing from notebook 1.

# %% setup
# setup

# %% imports
import copy
from itertools import pairwise

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn
from torch.optim import Adam, RMSprop
from torch.utils.data import DataLoader, Dataset

from autograder.checks import check, passed, progress
from helpers import (
    compare_losses_plot,
    evaluate,
    get_device,
    get_training_progress_plot,
    load_datasets,
    set_seed,
    train,
    weight_decay_plot,
)
from helpers.regularization import no_new_best, ready_made_classifier

device = get_device()

# %% about-data [markdown]
# ## The data
#
# The reviews are those of notebook 1, already as rows of zeros and ones: a 1 at position $k$ says
# that the word of rank $k$ occurs in the review. There are three sets, and each has its use:
#
# - the network learns from the **training set**;
# - the **validation set** shows how well it does on reviews that it has not learned from, and we
#   make our choices by it;
# - the **test set** waits until every choice is made.

# %% data
train_dataset, val_dataset, test_dataset, *_ = load_datasets(device=device)
input_size = train_dataset.shape[1]

for part, dataset in [
    ("training", train_dataset),
    ("validation", val_dataset),
    ("test", test_dataset),
]:
    print(f"{part:>10}: {len(dataset):>6,} reviews of {input_size:,} positions")

# %% data-note [markdown]
# Where the official archive is not at hand, the course brings the official 25,000 training reviews
# with it. A fixed 5,000 of them then serve as the test set, and 5,000 as the validation set.

# %% helpers-note [markdown]
# You wrote `train` and `evaluate` in notebook 1. Here you use those of the course, which do the
# same:
#
# ```python
# metrics = train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs)
# results = evaluate(model, loss, test_dataset)
# ```
#
# `metrics` is a dictionary of four lists, `train_loss`, `train_acc`, `val_loss` and `val_acc`, with
# one number for each epoch; `results` holds `test_loss` and `test_acc`. The loss is the binary
# cross-entropy, `nn.BCELoss()`, all through the notebook, so that all curves can be compared.
#
# The cells call `set_seed` before they draw weights. Then a second run gives the same curves.

# %% three-sizes [markdown]
# ## Three sizes
#
# How do we see overfitting? During the first epochs training loss and validation loss fall
# together: what the network learns holds for other reviews too. From some epoch on the training
# loss falls further while the validation loss rises. What the network learns from then on holds for
# the training reviews only: **it overfits**.
#
# The more weights a network has, the more it can learn by heart. So we train three sizes.
#
# ### Task ex2-original-model (2 points)
#
# Build `original_model`, the network of notebook 1: two hidden layers of 16 units with ReLU, and
# one output unit with a sigmoid, on `device`. Its input has `input_size` numbers. For a batch of
# shape `(N, input_size)` it gives probabilities of shape `(N, 1)`.
#
# Build the networks of this notebook yourself, here and below: `ready_made_classifier`, which the
# notebook imports for its own use, is not an answer.

# %% ex2-original-model 2 points
set_seed(0)
### BEGIN SOLUTION
original_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
### END SOLUTION

# %% ex2-smaller-model-task [markdown]
# ### Task ex2-smaller-model (2 points)
#
# Build `smaller_model` in the same way, with 4 units in each hidden layer. How many weights will it
# have, compared with the original? Guess before you go on: the answer is printed below.

# %% ex2-smaller-model 2 points
set_seed(0)
### BEGIN SOLUTION
smaller_model = nn.Sequential(
    nn.Linear(input_size, 4),
    nn.ReLU(),
    nn.Linear(4, 4),
    nn.ReLU(),
    nn.Linear(4, 1),
    nn.Sigmoid(),
).to(device)
### END SOLUTION

# %% ready-made
if not passed("ex2-original-model"):
    original_model = ready_made_classifier(input_size, hidden=16).to(device)
    print("Until then a ready-made network stands in, so that you can go on.")
if not passed("ex2-smaller-model"):
    smaller_model = ready_made_classifier(input_size, hidden=4).to(device)
    print("Until then a ready-made network stands in, so that you can go on.")
untrained_model = copy.deepcopy(original_model)  # its first weights, for a later experiment


# %% count-weights demo
def count_parameters(model: nn.Module) -> int:
    """How many numbers training can change."""
    return sum(p.numel() for p in model.parameters())


if passed("ex2-original-model", "ex2-smaller-model"):
    print(f"original: {count_parameters(original_model):>9,} parameters")
    print(f"smaller:  {count_parameters(smaller_model):>9,} parameters")
    print(f"training reviews: {len(train_dataset):,}")

# %% ex2-train-both-task [markdown]
# Almost all of them sit in the first layer, which has a weight for every word and unit. Even the
# smaller network has more parameters than there are reviews to learn from.
#
# ### Task ex2-train-both (3 points)
#
# Train both models: 20 epochs, batches of 512, `nn.BCELoss()`, and a new `RMSprop` optimizer for
# each of them (the default learning rate will do; no momentum, no weight decay). Keep what `train`
# returns as `original_model_metrics` and `smaller_model_metrics`.
#
# An optimizer changes the parameters that it is given when it is made, and no others. This takes a
# few seconds.

# %% ex2-train-both 3 points
set_seed(0)
### BEGIN SOLUTION
original_model_metrics = train(
    original_model,
    nn.BCELoss(),
    RMSprop(original_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
smaller_model_metrics = train(
    smaller_model,
    nn.BCELoss(),
    RMSprop(smaller_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
### END SOLUTION

# %% original-question [markdown]
# First the original alone. Where would you say that it begins to overfit?

# %% original-progress demo
if passed("ex2-train-both"):
    get_training_progress_plot(*original_model_metrics.values())
    plt.show()

# %% original-answer [markdown]
# After two epochs or so. From there the training loss goes on to almost zero, while the validation
# loss rises to several times its lowest value. Look at the right-hand picture, too: the validation
# accuracy hardly suffers. The network still tells most reviews right, but where it is wrong it is
# wrong with more and more confidence, and that is what the cross-entropy punishes.
#
# Now both. Which one do you expect to overfit first?

# %% compare-smaller demo
if passed("ex2-train-both"):
    compare_losses_plot(
        original_model_metrics["val_loss"],
        smaller_model_metrics["val_loss"],
        "original (16, 16)",
        "smaller (4, 4)",
        "Validation loss: original and smaller",
    )
    plt.show()

# %% smaller-answer [markdown]
# The smaller network starts to overfit later, and then its validation loss climbs more slowly. It
# has less room for learning by heart. It does not escape, though: it has only a quarter of the
# weights, and still enough of them.
#
# ### Task ex2-bigger-model (2 points)
#
# Now the other way. Build `bigger_model` with 512 units in each hidden layer, and everything else
# as before. What will its two curves look like?

# %% ex2-bigger-model 2 points
set_seed(0)
### BEGIN SOLUTION
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 1),
    nn.Sigmoid(),
).to(device)
### END SOLUTION

# %% ex2-train-bigger-task [markdown]
# ### Task ex2-train-bigger (2 points)
#
# Train it for 20 epochs with batches of 512 as before, but with `Adam` as the optimizer, with its
# default learning rate. (The steps of `RMSprop` with its default of 0.01 are too large for a
# network of this size.) Keep the result as `bigger_model_metrics`.
#
# **This is the most expensive cell of the notebook**: 5.4 million parameters need about half a
# minute on two CPU cores, and a few seconds on a GPU. The bar shows how far it is.

# %% ready-made-bigger
if not passed("ex2-bigger-model"):
    bigger_model = ready_made_classifier(input_size, hidden=512).to(device)
    print("Until then a ready-made network stands in, so that you can go on.")

# %% ex2-train-bigger 2 points
set_seed(0)
### BEGIN SOLUTION
bigger_model_metrics = train(
    bigger_model,
    nn.BCELoss(),
    Adam(bigger_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
### END SOLUTION

# %% compare-bigger demo
if passed("ex2-train-both", "ex2-train-bigger"):
    _, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.6), layout="constrained")
    for ax, key, part in [(left, "val_loss", "Validation"), (right, "train_loss", "Training")]:
        compare_losses_plot(
            original_model_metrics[key],
            bigger_model_metrics[key],
            "original (16, 16)",
            "bigger (512, 512)",
            f"{part} loss: original and bigger",
            ax=ax,
        )
    plt.show()

# %% bigger-answer [markdown]
# The bigger network has its best epoch within the first two, and its validation loss takes off
# before that of the original. Its training loss is near zero after half a dozen epochs: it knows
# every training review by heart. The more capacity a network has, the faster it can model the
# training data, and the sooner what it learns is of no use for other reviews. (Its optimizer
# differs too, so the curves show the effect of both.)
#
# To compare all three, call the first epoch whose validation loss lies more than 0.15 above the
# lowest one before it the **onset** of overfitting. In which order do they begin?


# %% onset demo
def overfitting_onset(val_losses: list[float], margin: float = 0.15) -> int:
    """The first epoch, counted from 1, that is worse than the best one before it by `margin`.

    The number of epochs plus 1 if there is none.
    """
    for epoch in range(1, len(val_losses)):
        best = min(val_losses[:epoch])
        if val_losses[epoch] > best + margin:
            return epoch + 1
    return len(val_losses) + 1


if passed("ex2-train-both", "ex2-train-bigger"):
    onsets = {
        "bigger": overfitting_onset(bigger_model_metrics["val_loss"]),
        "original": overfitting_onset(original_model_metrics["val_loss"]),
        "smaller": overfitting_onset(smaller_model_metrics["val_loss"]),
    }
    print("overfits first to last:", ", ".join(sorted(onsets, key=onsets.get)))

# %% weight-decay-theory [markdown]
# ## Weight decay
#
# A network that fits its training data by chance tends to need large weights. So we make large
# weights cost something, and add an **L2 penalty** to the loss:
#
# $$L(\mathbf{w}) = L_{\mathrm{BCE}}(\mathbf{w}) + \frac{\lambda}{2} \lVert \mathbf{w} \rVert^2$$
#
# The gradient gets one more term, and gradient descent with learning rate $\eta$ becomes
#
# $$\mathbf{w} \leftarrow \mathbf{w} - \eta \left( \nabla L_{\mathrm{BCE}}(\mathbf{w}) + \lambda \mathbf{w} \right) = (1 - \eta\lambda)\, \mathbf{w} - \eta \, \nabla L_{\mathrm{BCE}}(\mathbf{w})$$
#
# At each step the weights shrink by a factor before the data pulls at them: they *decay*. A weight
# stays large only if the data keeps asking for it.
#
# In PyTorch the term $\lambda \mathbf{w}$ is added by the optimizer: the argument is called
# `weight_decay`, and its value is $\lambda$. The loss function stays as it is. That has an
# advantage: the losses that `train` reports are without penalty, so they can be compared with those
# above.

# %% ex2-weight-decay-task [markdown]
# ### Task ex2-weight-decay (4 points)
#
# Build `regularized_model`, a new network of the shape of `original_model` (16 units in each hidden
# layer), and train it as before with `RMSprop`, now with a weight decay of 0.001. It comes from the
# optimizer: `train` gets `nn.BCELoss()`, without a penalty. Keep the result as
# `regularized_model_metrics`.
#
# Why must the model be a new one?

# %% ex2-weight-decay 4 points
set_seed(0)
### BEGIN SOLUTION
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
regularized_model_metrics = train(
    regularized_model,
    nn.BCELoss(),
    RMSprop(regularized_model.parameters(), weight_decay=0.001),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
### END SOLUTION

# %% compare-regularized demo
if passed("ex2-train-both", "ex2-weight-decay"):
    compare_losses_plot(
        original_model_metrics["val_loss"],
        regularized_model_metrics["val_loss"],
        "original",
        "with weight decay 0.001",
        "Validation loss: weight decay",
    )
    plt.show()

# %% sweep-question [markdown]
# Same shape, same number of parameters, and yet the validation loss stays low: it ends far below
# that of the original model.
#
# ### How strong should it be?
#
# When does weight decay prevent the network from learning anything at all, and when is it so weak
# that it makes no difference? Guess an order of magnitude for each before you run the next cell. It
# trains the original network from the same first weights, on the same batches, with several
# strengths. The only difference is the strength. It takes about a quarter of a minute on two CPU
# cores.

# %% sweep demo
if passed("ex2-weight-decay"):
    sweep = {}
    for strength in [0, 1e-9, 1e-7, 1e-5, 1e-3, 1e-2, 1e-1]:
        set_seed(0)
        swept_model = copy.deepcopy(untrained_model)
        optimizer = RMSprop(swept_model.parameters(), weight_decay=strength)
        sweep[strength] = train(
            swept_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, 512, 20
        )
    weight_decay_plot(sweep)
    plt.show()
    print("nothing learned at 0.1:", min(sweep[0.1]["train_loss"]) > 0.69)
    print("learned by heart at 1e-7:", sweep[1e-7]["train_loss"][-1] < 0.05)

# %% sweep-answer [markdown]
# Read the picture from both ends.
#
# - **Too strong**: at 0.1 the three curves meet at 0.69, which is $\log 2$, the loss of always
#   answering "one half". All weights are pressed to zero, and the network learns nothing at all.
# - **Too weak**: up to $10^{-5}$ the training loss goes to zero as if there were no penalty. The
#   network still learns every training review by heart, and its validation loss ends high.
# - **In between**, around 0.001 and 0.01, training and validation loss stay close together.
#
# The dotted curve adds a thought: at its *best* epoch the network is about as good for every
# strength but the largest. Weight decay does not so much make the network better as keep it from
# getting worse.
#
# But look again at the left end: $10^{-7}$ is next to nothing, and yet it seems to help a little.
# Why should it?

# %% decoupled [markdown]
# ### L2 in the optimizer is not the same as decay
#
# For plain gradient descent the two sides of the equation above are the same: a penalty on the
# weights *is* a decay of the weights. For `RMSprop` and `Adam` they are not. These divide the
# gradient of each weight by its typical size, and `weight_decay` goes into that gradient:
#
# $$w \leftarrow w - \eta \, \frac{g + \lambda w}{\sqrt{v} + \varepsilon}, \qquad v = \text{running mean of } (g + \lambda w)^2$$
#
# Take a word that does not occur for a while: its weights get no gradient from the data, $g = 0$.
# Then $\lambda$ stands above and below the line of the fraction and cancels! The weight goes to
# zero at the speed of the learning rate, however weak the penalty (as long as $\lambda |w|$ is not
# lost beside the tiny $\varepsilon = 10^{-8}$). For a word that occurs all the time, $v$ is large,
# and the penalty hardly counts.
#
# **Decoupled weight decay** keeps the decay out of the division. All weights shrink by the same
# factor at each step. `torch.optim.AdamW` does that; `RMSprop` and `Adam` do not:
#
# $$w \leftarrow (1 - \eta\lambda)\, w - \eta \, \frac{g}{\sqrt{v} + \varepsilon}$$
#
# How long does a weight without gradient live under each? The next cell starts it at 0.01.


# %% decoupled-run demo
def shrink(optimizer_class: type, steps: int = 60, **settings) -> list[float]:
    """Sizes of a weight that starts at 0.01 and gets no gradient from the data."""
    weight = nn.Parameter(torch.tensor([0.01]))
    optimizer = optimizer_class([weight], lr=0.001, **settings)
    sizes = [abs(weight.item())]
    for _ in range(steps):
        weight.grad = torch.zeros_like(weight)
        optimizer.step()
        sizes.append(abs(weight.item()))
    return sizes


_, ax = plt.subplots(figsize=(6.2, 3.6), layout="constrained")
ax.plot(
    shrink(RMSprop, weight_decay=0.001), "o-", color="0.0", markersize=3, label="RMSprop, 0.001"
)
ax.plot(shrink(RMSprop, weight_decay=0.1), "--", color="0.6", linewidth=3, label="RMSprop, 0.1")
ax.plot(shrink(Adam, weight_decay=0.001), "s-", color="0.4", markersize=3, label="Adam, 0.001")
ax.plot(shrink(torch.optim.AdamW, weight_decay=0.1), ":", color="0.2", label="AdamW, 0.1")
ax.set_title("A weight without gradient, under weight decay")
ax.set_xlabel("step")
ax.set_ylabel("size of the weight")
ax.legend(title="optimizer, weight_decay")
plt.show()

# %% decoupled-answer [markdown]
# Under `RMSprop` with an L2 penalty it is gone after the first step, and a penalty a hundred times
# as strong makes no difference. `Adam` takes it down as well, at the pace of its learning rate, and
# swings about zero. Under `AdamW` a decay of 0.1 has hardly touched it after 60 steps: the factor
# is $1 - \eta\lambda = 0.9999$ a step.
#
# That can be a reason why the left end of our sweep is not flat: a penalty of $10^{-7}$ is nothing
# to the weights of common words, but it wears down those of rare words, from which a network learns
# single reviews by heart. Where you want the strength to mean the same for all weights, take a
# decoupled optimizer.

# %% dropout-theory [markdown]
# ## Dropout
#
# Dropout switches units off at random. In each training step every unit of a hidden layer is set to
# zero with probability $p$, anew for every review of the batch. No unit can rely on a certain other
# one, so the network has to spread what it knows. After training, all units take part.
#
# That leaves a problem: with all units present the next layer gets larger sums than it was trained
# with. One could make the weights smaller afterwards. PyTorch does it the other way round: **during
# training it multiplies the units that stay by** $1/(1-p)$. If $h$ is a unit and $m$ is 1 with
# probability $1 - p$ and otherwise 0, then
#
# $$\mathbb{E}\left[\frac{m\,h}{1-p}\right] = \frac{(1-p)\,h}{1-p} = h$$
#
# On average the next layer gets what it would get without dropout, and in evaluation mode there is
# nothing left to do: `nn.Dropout` then passes its input on unchanged. That is why `model.train()`
# and `model.eval()` matter from here on; `train` and `evaluate` call them for you.

# %% dropout-modes demo
set_seed(0)
dropout = nn.Dropout(p=0.5)
ones = torch.ones(8)
dropout.train()
print("in training:  ", dropout(ones).tolist())
dropout.eval()
print("in evaluation:", dropout(ones).tolist())

# %% dropout-scaling-note [markdown]
# Zeros and twos in training, ones in evaluation. What the next layer makes of them is shown below:
# the sum over 100 units of size 1, with half of them dropped, 10,000 times over.

# %% dropout-scaling demo
set_seed(0)
dropout.train()
scaled_sums = dropout(torch.ones(10_000, 100)).sum(dim=1)
plain_sums = scaled_sums * (1 - dropout.p)  # the same without the factor 1 / (1 - p)

_, ax = plt.subplots(figsize=(6.2, 3.4), layout="constrained")
bins = torch.arange(24, 148, 4).tolist()
ax.hist(plain_sums.tolist(), bins, color="0.75", edgecolor="0.4", label="training, not scaled")
ax.hist(scaled_sums.tolist(), bins, color="0.3", alpha=0.8, label="training, scaled by 1/(1 - p)")
ax.axvline(100, color="black", linestyle="--", label="evaluation: no unit dropped")
ax.set_ylim(0, 4500)
ax.set_title("The sum of 100 units that the next layer sees, p = 0.5")
ax.set_xlabel("sum over the units")
ax.set_ylabel("how often in 10,000 draws")
ax.legend()
plt.show()

# %% ex2-dropout-task [markdown]
# With the factor the sums of training scatter around the sum of evaluation. Without it they lie
# around half of it.
#
# ### Task ex2-dropout (4 points)
#
# Build `dropout_model`: the shape of `original_model`, with dropout of probability 0.5 after each
# of the two hidden layers. Inputs and output are not dropped. Train it as the original (`RMSprop`,
# no weight decay, 20 epochs, batches of 512) and keep the result as `dropout_model_metrics`.

# %% ex2-dropout 4 points
set_seed(0)
### BEGIN SOLUTION
dropout_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model,
    nn.BCELoss(),
    RMSprop(dropout_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
### END SOLUTION

# %% compare-dropout demo
if passed("ex2-train-both", "ex2-dropout"):
    compare_losses_plot(
        original_model_metrics["val_loss"],
        dropout_model_metrics["val_loss"],
        "original",
        "with dropout 0.5",
        "Validation loss: dropout",
    )
    plt.show()

# %% dropout-answer [markdown]
# Again the validation loss ends far below that of the original, although it does rise in the end:
# dropout slows overfitting down. Note that during the first epochs the network with dropout is
# behind. It learns with half of its units missing.

# %% early-stopping-theory [markdown]
# ## Early stopping
#
# All networks so far had their best epoch early, and then trained on. We saw that only afterwards.
# Why not stop when the validation loss stops improving?
#
# A single bad epoch may be chance, so one waits a little. The number of epochs that may fail in a
# row before training ends is called **patience**.
#
# ### Task ex2-early-stopping (4 points)
#
# Write `should_stop(val_losses, patience)`. It is called after every epoch with the validation
# losses of all epochs so far (a list of numbers) and says whether training should end: `True` if
# each of the last `patience` epochs failed to improve on the epoch **before it**, otherwise
# `False`. An epoch improves if its loss is lower; an equal loss is no improvement.
#
# | `val_losses` | `patience` | result | because |
# | --- | --- | --- | --- |
# | `[0.50, 0.40, 0.42, 0.43]` | 2 | `True` | the last two epochs were both worse than the one before |
# | `[0.50, 0.40, 0.42, 0.41]` | 2 | `False` | the last epoch improved on the one before |
# | `[0.50, 0.40, 0.42]` | 2 | `False` | only one epoch has failed so far |


# %% ex2-early-stopping 4 points
def should_stop(val_losses: list[float], patience: int) -> bool:
    """Whether each of the last `patience` epochs failed to improve on the epoch before it."""
    ### BEGIN SOLUTION
    failures_in_a_row = 0
    for before, now in pairwise(val_losses):
        failures_in_a_row = failures_in_a_row + 1 if now >= before else 0
    return failures_in_a_row >= patience
    ### END SOLUTION


# %% two-rules [markdown]
# ### Against the epoch before, or against the best epoch?
#
# Your rule compares each epoch with the one just before it. Most libraries compare with the
# **best** epoch so far: they stop when it is `patience` epochs ago. `no_new_best` is such a rule.
# Do the two ever differ? Look at `[0.50, 0.40, 0.42, 0.41]` in the table above, and then at a
# longer history that was made up to show it.


# %% two-rules-run demo
def epochs_until(rule, val_losses: list[float], patience: int = 2) -> int:
    """After how many epochs the rule ends a training with these losses."""
    for epoch in range(1, len(val_losses) + 1):
        if rule(val_losses[:epoch], patience):
            return epoch
    return len(val_losses)


zigzag = [0.60, 0.45, 0.35, 0.40, 0.38, 0.46, 0.44, 0.52, 0.50, 0.58, 0.60]
_, ax = plt.subplots(figsize=(6.2, 3.6), layout="constrained")
ax.plot(range(1, len(zigzag) + 1), zigzag, "o-", color="0.2")
ax.axvline(
    epochs_until(no_new_best, zigzag), color="0.2", linestyle="--", label="with the best epoch"
)
if passed("ex2-early-stopping"):
    before = epochs_until(should_stop, zigzag)
    ax.axvline(before, color="0.5", linestyle=":", linewidth=3, label="with the epoch before")
ax.set_title("A made-up history: where two rules stop")
ax.set_xlabel("epoch")
ax.set_ylabel("validation loss")
ax.legend(loc=(0.5, 0.04), title="patience 2, compared")
plt.show()

# %% two-rules-answer [markdown]
# This loss climbs, but after each rise it falls a little: it does not fail twice in a row until the
# very end. The rule that looks at the epoch before forgives it again and again; the rule that looks
# at the best epoch ends it early. So that one is safer on a curve that jumps about. On a curve that
# falls once and then rises, both stop at the same epoch.

# %% early-dropout-note [markdown]
# ### A model to evaluate
#
# `train` takes a rule: it calls `should_stop` after each epoch, with the validation losses so far,
# and ends when the answer is true. The next cell trains a network with dropout, as above, with your
# rule and a patience of 2. (While your function does not pass its check, `no_new_best` stands in
# for it.)

# %% early-dropout
rule = should_stop if passed("ex2-early-stopping") else no_new_best

set_seed(0)
early_dropout_model = ready_made_classifier(input_size, hidden=16, p=0.5).to(device)
early_dropout_model_metrics = train(
    model=early_dropout_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(early_dropout_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
    should_stop=lambda val_losses: rule(val_losses, 2),
)
epochs_run = len(early_dropout_model_metrics["val_loss"])
print("stopped before epoch 20:", epochs_run < 20)

# %% compare-early demo
if passed("ex2-dropout"):
    compare_losses_plot(
        dropout_model_metrics["val_loss"],
        early_dropout_model_metrics["val_loss"],
        "dropout, 20 epochs",
        "dropout, stopped early",
        "Validation loss: early stopping",
    )
    plt.show()

# %% ends demo
if passed("ex2-train-both", "ex2-weight-decay", "ex2-dropout"):
    end = original_model_metrics["val_loss"][-1]
    print("validation loss ends below that of the original:")
    print("  weight decay:  ", regularized_model_metrics["val_loss"][-1] < end)
    print("  dropout:       ", dropout_model_metrics["val_loss"][-1] < end)
    print("  early stopping:", early_dropout_model_metrics["val_loss"][-1] < end)

# %% ex2-evaluate-task [markdown]
# Training stops soon after the lowest point, and most of the epochs are saved. With the same seed
# the two curves are the same, up to where one of them ends.
#
# ### Task ex2-evaluate (2 points)
#
# All choices are made: now the test set may speak. Evaluate `early_dropout_model` with
# `nn.BCELoss()` on the test set, and keep the dictionary as `eval_metrics`.

# %% ex2-evaluate 2 points
### BEGIN SOLUTION
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
### END SOLUTION

# %% eval-print demo
if passed("ex2-evaluate"):
    print(f"right on more than 4 in 5 test reviews: {eval_metrics['test_acc'] > 0.8}")
    print(f"test loss below that of guessing, log 2: {eval_metrics['test_loss'] < 0.693}")

# %% best-weights [markdown]
# ### Back to the best weights
#
# When a rule with patience 2 ends training, the network has already gone past its best epoch: its
# last weights are not its best ones. So one keeps a copy of the weights at the lowest validation
# loss, and puts them back at the end. `train` does that with `restore_best=True`.

# %% best-weights-run demo
set_seed(0)
restored_model = ready_made_classifier(input_size, hidden=16, p=0.5).to(device)
restored_metrics = train(
    restored_model,
    nn.BCELoss(),
    RMSprop(restored_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
    should_stop=lambda val_losses: no_new_best(val_losses, 2),
    restore_best=True,
)
kept = evaluate(restored_model, nn.BCELoss(), val_dataset)["test_loss"]
losses = restored_metrics["val_loss"]
print("validation loss of the weights that are kept:")
print("  that of the best epoch:", abs(kept - min(losses)) < 1e-3)
print("  lower than that of the last epoch:", kept < losses[-1])

# %% all-models-note [markdown]
# ## All of them on the test set
#
# Which of the networks would you hand to someone? The left picture shows the test loss, the right
# one the share of wrong answers. For both, less is better.

# %% all-models demo
tasks = ["ex2-train-both", "ex2-train-bigger", "ex2-weight-decay", "ex2-dropout"]
if passed(*tasks):
    models = {
        "original": original_model,
        "smaller": smaller_model,
        "bigger": bigger_model,
        "weight decay": regularized_model,
        "dropout": dropout_model,
        "dropout, stopped early": early_dropout_model,
        "dropout, best weights": restored_model,
    }
    results = {k: evaluate(m, nn.BCELoss(), test_dataset) for k, m in reversed(models.items())}
    _, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.4), sharey=True, layout="constrained")
    left.barh(list(results), [r["test_loss"] for r in results.values()], color="0.4")
    left.set_xlabel("test loss (binary cross-entropy)")
    left.set_title("Loss after training")
    right.barh(list(results), [100 * (1 - r["test_acc"]) for r in results.values()], color="0.7")
    right.set_xlabel("wrong answers (% of the test reviews)")
    right.set_title("Errors after training")
    plt.show()
    worst = sorted(results, key=lambda name: results[name]["test_loss"])[-2:]
    print("the two highest test losses:", " and ".join(sorted(worst)))

# %% conclusions [markdown]
# The two pictures do not rank the networks alike. The losses differ several-fold, the errors far
# less, because overfitting first makes a network too sure of itself, and only then wrong more
# often. Which of the two matters depends on what the probabilities are used for.
#
# ## Conclusions
#
# Large networks overfit easily, above all with little data: they learn patterns of the training set
# that do not hold elsewhere. The sign is a validation loss that rises while the training loss
# falls. What can you do?
#
# - **Get more data**, where you can.
# - **Take a smaller network**: it overfits later and more slowly.
# - **Regularise it**: weight decay keeps weights small, dropout keeps units from relying on each
#   other, early stopping ends training in time, best of all with a return to the best weights. They
#   can be combined.
# - **Choose by the validation set**, and look at the test set once, at the end.
#
# Things to try: weight decay and dropout together; dropout of 0.2 and of 0.8; `AdamW` with several
# strengths in the sweep; a patience of 1 and of 5. What do you expect of each?

# %% progress
progress("ex2")
