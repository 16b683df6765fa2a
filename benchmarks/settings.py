"""What all contenders of one run have in common."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """reviews: how many of each half (None: all). Epochs of the two trainings, and rounds."""

    source: str  # of the reviews: "archive" or "packaged"
    reviews: int | None = None
    original_epochs: int = 20
    bigger_epochs: int = (
        5  # every epoch does the same work; the old lab's loop takes minutes for 20
    )
    rounds: int = 3
    device: str = "cpu"  # of the trainings
    cpu_time: bool = False  # of all threads, for a busy machine; else the time on the clock

    @classmethod
    def quick(cls, source: str, device: str = "cpu") -> Settings:
        """A smoke test: does everything run? Its times mean nothing."""
        return cls(source, 1_500, original_epochs=2, bigger_epochs=1, rounds=1, device=device)
