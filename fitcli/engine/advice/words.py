"""What each warning says, and what it says to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcli.engine.advice.dead import Layer
    from fitcli.engine.advice.guess import Guess
    from fitcli.engine.trainer import Step
    from fitcli.spec import Spec

_NAMED = 3  # layers


def exploding(spec: Spec, step: Step) -> dict:
    message = f"the gradient explodes: its norm is {step.gradient_norm:.3g}, and the loss has risen to {step.loss:.3g}"
    return _warning("exploding", message, f"{_smaller_rate(spec)}, or fit.gradient: [clip_norm: 1]")


def critical_point(step: Step) -> dict:
    message = (
        f"the gradient is almost 0 (its norm is {step.gradient_norm:.1e}) at a loss of {step.loss:.3g}:"
        " a critical point, from which no step leads away"
    )
    hint = "other first values (init), batchnorm, or activations that do not saturate: relu instead of sigmoid or tanh"
    return _warning("critical_point", message, hint)


def stuck(spec: Spec, guess: Guess, state: dict) -> dict:
    loss, accuracy = state["loss"] / state["images"], state["right"] / state["images"]
    message = (
        f"the loss stands at {loss:.4f}, which is {guess.words} = {guess.loss:.4f}:"
        f" the model says the same of every image ({100 * accuracy:.0f} % right)"
    )
    hint = (
        f"another rate than {spec.fit.optimizer.lr:g} (`fitcli lr {spec.file}` looks for one), batchnorm in the model;"
        " and do labels and images belong together?"
    )
    return _warning("stuck", message, hint)


def dead_units(spec: Spec, layers: Sequence[Layer]) -> dict:
    named = [f"{layer.name} ({layer.dead} of {layer.units})" for layer in layers[:_NAMED]]
    more = f" and {len(layers) - _NAMED} more layers" if len(layers) > _NAMED else ""
    message = f"units that are 0 for every image, and so learn nothing any more: {', '.join(named)}{more}"
    hint = f"{_smaller_rate(spec)}, other first values (init), batchnorm before relu, or leaky_relu"
    return _warning("dead_units", message, hint)


def _smaller_rate(spec: Spec) -> str:
    optimizer = spec.fit.optimizer
    return f"a smaller rate, such as --set fit.optimizer.{optimizer.rate_key}={optimizer.lr / 10:.2g}"


def _warning(kind: str, message: str, hint: str) -> dict:
    return {"kind": kind, "message": message, "hint": hint}
