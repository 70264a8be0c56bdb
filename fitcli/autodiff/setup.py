"""How the work at a batch is cut: into parts, among workers, into microbatches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fitcli.autodiff.spread import shares


@dataclass(frozen=True)
class Setup:
    """Images a batch, workers, images a microbatch, working type.

    The batch is taken in so many `parts`, one after the other, their gradients added up: sums over the batch, and with
    them the microbatches that have to be kept for these sums, are those of a part.
    """

    batch: int
    workers: int = 1
    microbatch: int = 32
    dtype: str = "f4"
    parts: int = 1

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """[start, stop) of the images of each part."""
        return shares(self.batch, max(1, min(self.parts, self.batch)))

    @cached_property
    def team(self) -> int:
        """Workers that have an image each in every part."""
        return max(1, min(self.workers, *(stop - start for start, stop in self.edges)))

    def microbatches(self, worker: int, part: tuple[int, int]) -> list[tuple[int, int]]:
        """(first image, images) of each: the worker's share of the part cut into pieces as even as can be."""
        start, stop = (part[0] + edge for edge in shares(part[1] - part[0], self.team)[worker])
        pieces = -(-(stop - start) // max(1, self.microbatch))
        return [(start + a, b - a) for a, b in shares(stop - start, pieces)]

    @property
    def whole(self) -> bool:
        """Whether all images go through together, a microbatch a worker."""
        return len(self.edges) == 1 and all(len(self.microbatches(w, self.edges[0])) == 1 for w in range(self.team))

    @property
    def several(self) -> bool:
        """Whether some worker takes more than one microbatch of a part."""
        return any(len(self.microbatches(w, part)) > 1 for w in range(self.team) for part in self.edges)
