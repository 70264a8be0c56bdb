"""A commented spec to begin with, from a first look at the images: it trains as it is."""

from __future__ import annotations

import os
from math import ceil, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcli.data.survey import Survey

SIDES = (16, 24, 28, 32, 48, 64, 96, 128)
SKEWED = 2.0  # the largest class over the smallest, from which on classes are weighted


def starter_spec(found: Survey, path: str, base_dir: str | os.PathLike = ".") -> str:
    """YAML for the images in `path`; the spec will lie in `base_dir`."""
    height, width = found.size if found.fixed else (_side(found),) * 2
    blocks = max(1, min(4, round(log2(min(height, width) / 7)))) if min(height, width) >= 8 else 0
    return "\n".join([*_head(found, path), *_data(found, path, base_dir, height, width),
                      *_model(found, height, width, blocks), *_fit(found)]) + "\n"  # fmt: skip


def _side(found: Survey) -> int:
    """Photographs of all sizes become squares no larger than needed: time grows with the square of the side."""
    least = min(found.size)
    return max([side for side in SIDES if side <= least], default=least)


def _head(found: Survey, path: str) -> list[str]:
    shown = _word(os.path.basename(os.path.normpath(path)) or path)
    named = sorted(zip(found.counts, found.classes, strict=True), reverse=True)
    told = ", ".join(f"{_word(name)} {count}" for count, name in named[:8]) + (", ..." if len(named) > 8 else "")
    (h, w), (low_h, low_w), (high_h, high_w) = found.size, found.smallest, found.largest
    same = (low_h, low_w) == (high_h, high_w)
    range_ = f"{low_h} x {low_w} to {high_h} x {high_w} pixels, half of them below {h} x {w}"
    sizes = f"{h} x {w} pixels" if same else range_
    return [
        f"# {found.images} training images of {len(found.classes)} classes{', several or none each' * found.multilabel} in {shown}",
        f"#   {told}",
        f"#   height x width: {sizes}; {'grey' if found.grey else 'in colour'} ({', '.join(found.modes)})",
        "# `fitcli layers`, `losses`, `optimizers`, `gradients`, `schedules` and `augmentations` tell what else may stand",
        "# here, `fitcli presets` which models have a name: `model: {preset: resnet}` in place of the list.",
        "seed: 0                      # the same seed gives the same weights, order and shifts",
    ]


def _data(found: Survey, path: str, base_dir: str | os.PathLike, height: int, width: int) -> list[str]:
    place = os.path.relpath(os.path.realpath(path), os.path.realpath(base_dir))
    own = [name for name in ("val", "test") if name in found.splits]
    held = {name: _share(found) for name in ("val", "test") if name not in own}
    lines = ["data:", f"  path: {_quoted(place)}"]
    channels = 1 if found.grey else 3
    if not found.fixed:
        size = f"size: [{height}, {width}], channels: {channels}"
        lines.append(f"  image: {{{size}, resize: stretch}}   # or crop, letterbox")
    if held:
        split = ", ".join(f"{name}: {share}" for name, share in held.items())
        lines.append(f"  split: {{{split}}}   # parts of the training images, every class in proportion")
    lines += [
        "  augment:                   # training images only, drawn anew in every epoch",
        "    - flip: horizontal       # leave it out where left and right matter, as in letters and digits",
        f"    - crop: {{padding: {max(1, min(height, width) // 16)}}}",
    ]
    return lines


def _share(found: Survey) -> float:
    return 0.2 if min(found.counts) < 50 else 0.1


def _model(found: Survey, height: int, width: int, blocks: int) -> list[str]:
    lines = ["model:                       # convolve, normalise, bend, halve the picture: again and again"]
    filters = 16
    for _ in range(blocks):
        lines.append(f"  - conv: {{filters: {filters}, kernel: 3, bias: false}}")
        lines += ["  - batchnorm", "  - relu", "  - maxpool: 2"]
        filters *= 2
    if blocks:
        shape = f"{height >> blocks} x {width >> blocks} x {filters // 2}"
        lines.append(f"  - globalavgpool            # {shape} -> {filters // 2}")
    else:
        lines += ["  - flatten", "  - dense: 64", "  - relu"]
    return [*lines, "  - dropout: 0.2", "  - dense: classes           # one number a class of the data"]


def _fit(found: Survey) -> list[str]:
    batch = max(4, min(64, 2 ** int(log2(max(4, found.images / 20)))))
    epochs = max(10, min(30, ceil(3000 * batch / found.images)))
    lines = ["loss: cross_entropy"]
    if found.multilabel:
        lines = ["loss: binary_cross_entropy   # a yes or no for each class; {positive: balanced} finds more of rare ones"]
    elif found.imbalance >= SKEWED:
        why = f"the largest class has {found.imbalance:.1f} times the images of the smallest"
        lines = [f"loss: {{cross_entropy: {{weights: balanced}}}}   # {why}"]
    return [
        *lines,
        "fit:",
        f"  epochs: {epochs}",
        f"  batch: {batch}",
        "  optimizer: {adam: {lr: 2e-3}}",
        "  schedule: {cosine: {warmup: 0.1}}   # climb for a tenth of all steps, then fall to 0",
        *["  keep_best: val_map         # accuracy wants every class of an image right; this asks for each by itself"]
        * found.multilabel,
    ]


def _word(text: str) -> str:
    """A name from outside, harmless in a comment."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _quoted(text: str) -> str:
    from fitcli.spec.dump import scalar

    return scalar(text)
