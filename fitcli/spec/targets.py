"""What of a spec asks for one class an image, where the data may name several."""

from __future__ import annotations

from fitcli.errors import Problem, SpecError
from fitcli.losses import LOSSES
from fitcli.spec.settings import Spec


def check_targets(spec: Spec) -> None:
    """SpecError, with all that is wrong, when a spec cannot be fitted to images of any number of classes each."""
    problems = []
    if not spec.loss.multilabel:
        known = [name for name in LOSSES if LOSSES[name].multilabel]
        problems.append(Problem(
            f"{spec.loss.name} wants one class an image; the data name any number of classes an image",
            spec.where("loss"), "loss", spec.loss.name, ", ".join(known),
            f"loss: {known[0]}; or, where each image has just one class, a column `label` that says which",
        ))  # fmt: skip
    if spec.fit.sampler == "balanced":
        problems.append(Problem(
            "balanced draws as many images of every class; an image of several cannot be drawn for one alone",
            spec.where("fit.sampler"), "fit.sampler", "balanced", "uniform",
            "loss: {binary_cross_entropy: {positive: balanced}}",
        ))  # fmt: skip
    if problems:
        raise SpecError(*problems)
