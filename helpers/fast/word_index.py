"""Words, ranks and rows of all reviews at once, with NumPy: the same as `helpers.bag_of_words`."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.bag_of_words import VECTOR_SIZE, CountVectorizer
from helpers.fast.compact_rows import CompactRows
from helpers.fast.texts import Texts, decode, encode, ended, offsets_of
from helpers.fast.threads import ahead, in_threads


def fit_rows(
    texts: Sequence[str], size: int = VECTOR_SIZE, progress=iter
) -> tuple[CountVectorizer, CompactRows]:
    """The vectorizer fitted on ``texts``, and their rows. ``progress`` wraps the loop (a bar)."""
    index = _WordIndex()
    blocks = [
        (index.numbers(block, add=True), block.ends)
        for block in progress(ahead(_token_block(texts, part) for part in _parts(texts)))
    ]
    numbers = np.concatenate([numbers for numbers, _ in blocks] or [np.zeros(0, np.int32)])
    counts = np.bincount(numbers, minlength=len(index))
    # Where each word appears first. Of repeated indices NumPy keeps the last, so write backwards.
    first = np.zeros(len(index), np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    by_frequency = np.lexsort((first, -counts))[: np.count_nonzero(counts)]
    index.set_columns(by_frequency, size)
    rows = _joined(
        in_threads(lambda block: _rows_of_block(index.columns[block[0]], block[1], size), blocks)
    )
    return CountVectorizer(index.words(by_frequency)), rows


def rows_of(
    texts: Sequence[str], vectorizer: CountVectorizer, size: int = VECTOR_SIZE, progress=iter
) -> CompactRows:
    """The rows of ``texts`` in the ranks of ``vectorizer``."""
    index = _WordIndex()
    known = index.numbers(_Block.of(encode(w) for w in vectorizer.words[: size - 1]), add=True)
    index.set_columns(known, size)

    def rows(part: range) -> CompactRows:
        block = _token_block(texts, part)
        return _rows_of_block(index.columns[index.numbers(block, add=False)], block.ends, size)

    return _joined(progress(in_threads(rows, _parts(texts))))


def _rows_of_block(columns: np.ndarray, ends: np.ndarray, size: int) -> CompactRows:
    """The rows of one block from the column of each token (0: none) and the ends of its reviews."""
    count = len(ends)
    kind = np.int32 if count * size < 2**31 else np.int64
    places = np.repeat(np.arange(0, count * size, size, dtype=kind), np.diff(ends, prepend=0))
    places += columns
    places = places[columns > 0]
    places.sort()
    new = np.ones(len(places), bool)
    np.not_equal(places[1:], places[:-1], out=new[1:])
    places = places[new]
    offsets = np.searchsorted(places, np.arange(0, (count + 1) * size, size, dtype=kind))
    return CompactRows(offsets, (places % size).astype(np.int32, copy=False))


def _joined(blocks: Iterable[CompactRows]) -> CompactRows:
    blocks = list(blocks)
    if not blocks:
        return CompactRows(np.zeros(1, np.int64), np.zeros(0, np.int32))
    lengths = np.concatenate([np.diff(block.offsets) for block in blocks])
    return CompactRows(offsets_of(lengths), np.concatenate([block.columns for block in blocks]))


# --- finding the words ----------------------------------------------------------------------------

# Half a megabyte of text: the arrays of a block then stay in the processor's cache.
_REVIEWS_PER_BLOCK = 500

# No UTF-8 text contains the bytes 0xf8 to 0xff, so they can stand for something else.
_SPACE, _END, _NUL = 0xFE, 0xFF, 0xFD
_PIECE = 8  # bytes of a word that fit one machine word

_PUNCTUATION = string.punctuation.encode()
_PLAIN = bytes(
    _SPACE if byte < 0x80 and chr(byte).isspace() else _NUL if byte == 0 else byte
    for byte in range(256)
)
# White space beyond ASCII, as str.split() understands it (a test compares this with Python).
_WIDE_SPACES = (
    "\x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_TWO_BYTE_SPACES = [int.from_bytes(c.encode(), "big") for c in _WIDE_SPACES if c < "\u0800"]
_THREE_BYTE_SPACES = [int.from_bytes(c.encode(), "big") for c in _WIDE_SPACES if c >= "\u0800"]

# _KEEP[n] keeps the first n bytes of a little-endian machine word.
_KEEP = np.array([(1 << 8 * n) - 1 for n in range(_PIECE + 1)], np.uint64)


class _Block(NamedTuple):
    """The tokens of some reviews, as places in their text without punctuation.

    ``starts`` and ``lengths`` of each token in bytes; ``ends``: how many tokens there are up to the
    end of each review; ``pieces[i]``: the eight bytes from byte ``i`` on, as one number.
    """

    pieces: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, encoded: Iterable[bytes]) -> _Block:
        return cls.read(ended(encoded))

    @classmethod
    def read(cls, block: bytes) -> _Block:
        """``block``: texts in UTF-8, each followed by the byte 0xff."""
        block = _with_plain_spaces(block).translate(_PLAIN, delete=_PUNCTUATION)
        data = np.frombuffer(block, np.uint8)
        stops = np.flatnonzero(data >= _SPACE)
        starts = np.zeros_like(stops)
        starts[1:] = stops[:-1] + 1
        lengths = stops - starts
        is_token = lengths > 0
        ends = np.cumsum(is_token)[data[stops] == _END]
        # Reading eight bytes from any place on: every byte is the start of a (overlapping) piece.
        pieces = np.ndarray(len(block), "<u8", block + bytes(_PIECE), strides=(1,))
        return cls(pieces, starts[is_token], lengths[is_token], ends)

    def piece(self, tokens: np.ndarray | slice, start: int) -> np.ndarray:
        """Eight bytes of each of these tokens from byte ``start`` on; zeros beyond its end."""
        left = np.minimum(self.lengths[tokens] - start, _PIECE)
        return self.pieces[self.starts[tokens] + start] & _KEEP[left]


def _parts(texts: Sequence[str]) -> list[range]:
    everything = range(len(texts))
    return [everything[i : i + _REVIEWS_PER_BLOCK] for i in everything[::_REVIEWS_PER_BLOCK]]


def _token_block(texts: Sequence[str], part: range) -> _Block:
    if isinstance(texts, Texts):
        return _Block.read(texts.block(part.start, part.stop))
    return _Block.of(encode(texts[i]) for i in part)


def _with_plain_spaces(block: bytes) -> bytes:
    """Replace each white-space character beyond ASCII by as many blanks as it has bytes."""
    if block.isascii():
        return block
    data = np.frombuffer(block, np.uint8)
    at = np.flatnonzero((data >= 0xC2) & (data <= 0xE3))  # first bytes of two or three
    data = np.append(data, np.zeros(2, np.uint8))
    two = data[at].astype(np.int32) << 8 | data[at + 1]
    three = two << 8 | data[at + 2]
    wide = at[np.isin(three, _THREE_BYTE_SPACES)]
    narrow = at[np.isin(two, _TWO_BYTE_SPACES)]
    if len(wide) + len(narrow) == 0:
        return block
    for places in (wide, wide + 1, wide + 2, narrow, narrow + 1):
        data[places] = ord(" ")
    return data[:-2].tobytes()


class _WordIndex:
    """Numbers words, a hundred thousand at a time: a hash table whose steps are NumPy operations.

    A word is stored as a path of nodes, each holding up to eight of its bytes, so that a node is
    one number to compare; most words are one node. Equal words end at the same node, different
    words at different nodes: the number of a word is its last node. Node 0 is the root and stands
    for "not known".
    """

    _HASH = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: Knuth's multiplier
    _HASH_PARENT = np.uint64(0xC2B2AE3D27D4EB4F)

    def __init__(self, bits: int = 20):
        self._bits = bits
        self._slots = np.zeros(1 << bits, np.int32)  # hash -> node
        self._pieces = np.zeros(1 << bits - 1, np.uint64)
        self._parents = np.full(1 << bits - 1, -1, np.int32)  # no node has the parent -1
        self._count = 1
        self.columns = np.zeros(1, np.int32)

    def __len__(self) -> int:
        return self._count

    def numbers(self, block: _Block, add: bool) -> np.ndarray:
        """The number of each token, int32. Unknown tokens are added, or else get 0."""
        nodes = np.zeros(len(block.lengths), np.int32)
        nodes = self._children(nodes, block.piece(slice(None), 0), add)
        depth = _PIECE
        longer = np.flatnonzero(block.lengths > depth)
        while len(longer):
            if not add:  # a word does not become known again after an unknown beginning
                longer = longer[nodes[longer] > 0]
            nodes[longer] = self._children(nodes[longer], block.piece(longer, depth), add)
            depth += _PIECE
            longer = longer[block.lengths[longer] > depth]
        return nodes

    def set_columns(self, by_rank: np.ndarray, size: int) -> None:
        """Let ``columns[number]`` be the rank of each word, or 0 where that is not below size."""
        self.columns = np.zeros(len(self), np.int32)
        common = by_rank[: size - 1]
        self.columns[common] = np.arange(1, len(common) + 1)

    def words(self, numbers: np.ndarray) -> list[str]:
        """The words with these numbers."""
        own = self._pieces[: len(self)].astype("<u8").view("S8").tolist()  # drops the zeros behind
        parents = self._parents[: len(self)].tolist()
        for node, parent in enumerate(parents):
            if parent > 0:
                own[node] = own[parent] + own[node]
        joined = b" ".join([own[number] for number in numbers.tolist()])
        return decode(joined.replace(bytes([_NUL]), b"\0")).split(" ") if joined else []

    def _children(self, parents: np.ndarray, pieces: np.ndarray, add: bool) -> np.ndarray:
        """The node below each parent that holds each piece."""
        if add:
            self._make_room(len(pieces))
        found = np.zeros(len(pieces), np.int32)
        waiting = np.arange(len(pieces))
        slots = self._home(parents, pieces)
        while len(waiting):
            node = self._slots[slots]
            same = (self._pieces[node] == pieces) & (self._parents[node] == parents)
            found[waiting[same]] = node[same]
            free = node == 0
            if add:
                self._add(slots[free], parents[free], pieces[free])
            # A slot just filled is looked at again; behind a slot filled before, the next one.
            slots = (slots + ~free) & (len(self._slots) - 1)
            left = np.flatnonzero(~same if add else ~(same | free))
            waiting, slots = waiting[left], slots[left]
            parents, pieces = parents[left], pieces[left]
        return found

    def _add(self, slots: np.ndarray, parents: np.ndarray, pieces: np.ndarray) -> None:
        """Fill each of these free slots with a new node for the first that asks for it."""
        slots, first = np.unique(slots, return_index=True)
        nodes = np.arange(self._count, self._count + len(slots), dtype=np.int32)
        self._slots[slots] = nodes
        self._parents[nodes] = parents[first]
        self._pieces[nodes] = pieces[first]
        self._count += len(slots)

    def _home(self, parents: np.ndarray, pieces: np.ndarray) -> np.ndarray:
        mixed = (pieces ^ pieces >> np.uint64(32)) * self._HASH
        mixed += parents.astype(np.uint64) * self._HASH_PARENT
        return (mixed >> np.uint64(64 - self._bits)).astype(np.int64)

    def _make_room(self, more: int) -> None:
        """Keep the table at most half full."""
        if self._count + more <= len(self._pieces):
            return
        old = self._parents[1 : self._count], self._pieces[1 : self._count]
        self.__init__(max(self._bits, (self._count + more).bit_length()) + 1)
        nodes = np.arange(1, len(old[0]) + 1, dtype=np.int32)
        self._parents[nodes], self._pieces[nodes] = old
        self._count = len(nodes) + 1
        slots = self._home(*old)
        while len(nodes):
            free = self._slots[slots] == 0
            self._slots[slots[free]] = nodes[free]
            left = np.flatnonzero(self._slots[slots] != nodes)
            nodes, slots = nodes[left], (slots[left] + 1) & (len(self._slots) - 1)
