"""What the kernels of Adam's family compute once a step, before they go over the numbers."""

from __future__ import annotations

from math import sqrt

from fitcli.kernels.lazy import inner


@inner
def once(p, hyper, settings, decoupled):
    """(β₁, 1 − β₁, β₂, 1 − β₂, lr / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ), ε, factor on p, part of p in g), all in p's type.

    hyper [lr, t, …]; settings float64 [β₁, β₂, ε, weight decay, …]: 1 − β₂ in float32 would be off by 1e-5. Weight decay
    is a factor on p where it is decoupled, and a part of p in the gradient where it is not.
    """
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    beta1, beta2, decay = settings[0], settings[1], settings[3]
    shrink = number(1.0 - lr * decay) if decoupled else number(1.0)
    added = number(0.0) if decoupled else number(decay)
    step, root = number(lr / (1.0 - beta1**t)), number(1.0 / sqrt(1.0 - beta2**t))
    b1, c1, b2, c2 = number(beta1), number(1.0 - beta1), number(beta2), number(1.0 - beta2)
    return b1, c1, b2, c2, step, root, number(settings[2]), shrink, added
