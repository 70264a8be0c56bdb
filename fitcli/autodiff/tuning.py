"""How a parameter may be treated unlike the others while the loss is descended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """Factors on the learning rate and on weight decay; penalties added to the loss, l1 Σ|w| + l2 Σ w²; and a bound
    on the norm of the weights of each output, kept after every step. `lr` 0 leaves the parameter as it is.
    """

    lr: float = 1.0
    decay: float = 1.0
    l1: float = 0.0
    l2: float = 0.0
    max_norm: float | None = None

    def within(self, inner: Tuning) -> Tuning:
        """What `inner` says inside of this: factors multiply, penalties add up, the smaller bound holds."""
        bounds = [bound for bound in (self.max_norm, inner.max_norm) if bound is not None]
        return Tuning(self.lr * inner.lr, self.decay * inner.decay, self.l1 + inner.l1, self.l2 + inner.l2,
                      min(bounds, default=None))  # fmt: skip


PLAIN = Tuning()
