"""Many texts as one block of bytes: small in memory, and read from disk without a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

END = b"\xff"
"""Written after each text. No UTF-8 text contains this byte."""


class Texts(Sequence):
    """A read-only list of strings. Each is decoded when it is asked for; a slice is a list.

    ``blob``: uint8, the texts in UTF-8, each followed by ``END``; text ``i`` starts at
    ``offsets[i]`` (int64, ``(n + 1,)``).
    """

    def __init__(self, blob: np.ndarray, offsets: np.ndarray):
        self.blob = blob
        self.offsets = offsets

    @classmethod
    def of(cls, texts: Iterable[str | bytes]) -> Texts:
        """Collect texts, given as strings or as their UTF-8 bytes."""
        encoded = [text if isinstance(text, bytes) else encode(text) for text in texts]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return cls(np.frombuffer(ended(encoded), np.uint8), offsets_of(lengths + len(END)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        index = range(len(self))[index]
        return decode(self.block(index, index + 1)[: -len(END)])

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), 1000):
            for text in self.block(start, start + 1000).split(END)[:-1]:
                yield decode(text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None

    def __repr__(self) -> str:
        return f"Texts({len(self):,} texts, {len(self.blob):,} bytes)"

    def block(self, start: int, stop: int) -> bytes:
        """Texts ``start`` to ``stop`` in UTF-8, each followed by ``END``."""
        stop = min(stop, len(self))
        return self.blob[self.offsets[start] : self.offsets[stop]].tobytes()


def ended(encoded: Iterable[bytes]) -> bytes:
    """Texts in UTF-8 end to end, each followed by ``END``."""
    return END.join([*encoded, b""])


def encode(text: str) -> bytes:
    # "surrogatepass": a lone surrogate is no valid UTF-8, yet Python strings may hold one.
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Where each of the pieces starts when they lie end to end, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
