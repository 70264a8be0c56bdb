"""A contact sheet of what the model really sees: training images as the program's first instruction makes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.eager import Eager
from fitcli.data.dataset import Dataset
from fitcli.data.labels import label_names
from fitcli.engine.batches import Batches
from fitcli.engine.keep import batch_of
from fitcli.engine.normalization import model_for
from fitcli.spec import Spec

GAP, LINE = 4, 14  # pixels between images, and of a line of text
GROUND, INK = 255, 40
SMALLEST_CELL = 96
MOST_LETTERS = 40


@dataclass(frozen=True)
class Seen:
    """uint8 [N, 1 + E, H, W, C]: N images as they were read, and as E epochs see them; a line of text for each."""

    pixels: np.ndarray
    captions: tuple[str, ...]


def seen(spec: Spec, train: Dataset, count: int, epochs: int) -> Seen:
    """`count` images, of every class in turn, as they were read and in the first `epochs` epochs of a fit."""
    model = model_for(spec, train)
    batches = Batches(spec, train, batch_of(spec, train))
    first = next(node for node in model.graph.nodes if model.pixels in node.inputs)
    eager = Eager(model.graph.until(first), {}, np.dtype("f4"), True, spec.seed)
    chosen = in_turn(np.unique(train.labels, axis=0, return_inverse=True)[1].reshape(-1), count)
    pixels = np.repeat(train.images[chosen][:, None], 1 + epochs, axis=1)
    mean, std = np.array(model.normalization.mean), np.array(model.normalization.std)
    for epoch in range(epochs):
        places = {int(image): at for at, image in reversed(list(enumerate(batches.order(epoch))))}
        for row, image in enumerate(chosen.tolist()):
            if image not in places:  # a balanced epoch need not see every image
                continue
            index, at = divmod(places[image], batches.size)
            if index >= batches.per_epoch:
                continue
            eager.clock[1] = epoch * batches.per_epoch + index
            x = eager.forward({model.pixels: batches.at(epoch, index).images}).value[first][at]
            pixels[row, 1 + epoch] = np.clip((x * std + mean) * 255 + 0.5, 0, 255)
    paths = train.paths or tuple(str(i) for i in range(len(train)))
    named = [" + ".join(label_names(train.labels[i], train.classes)) or "none" for i in chosen]
    captions = tuple(f"{name}  {paths[i].rpartition('/')[2]}" for name, i in zip(named, chosen, strict=True))
    return Seen(pixels, captions)


def in_turn(labels: np.ndarray, count: int) -> np.ndarray:
    """Up to `count` images: the first of every class, the second of every class, ..."""
    place = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        members = labels == label
        place[members] = np.arange(members.sum())
    return np.lexsort((labels, place))[:count]


def draw(found: Seen):
    """The sheet as a Pillow image: a row of images under a caption, as they are read first, epoch by epoch behind."""
    from PIL import Image, ImageDraw, ImageFont

    n, columns, h, w, c = found.pixels.shape
    zoom = max(1, -(-SMALLEST_CELL // max(h, w)))
    cell_h, cell_w = h * zoom, w * zoom
    sheet = Image.new("RGB", (columns * (cell_w + GAP) + GAP, n * (cell_h + LINE + GAP) + GAP + LINE), (GROUND,) * 3)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=LINE - 3)
    for column in range(columns):
        head = "as read" if not column else f"epoch {column}"
        pen.text((GAP + column * (cell_w + GAP), 1), head, (INK,) * 3, font)
    for row in range(n):
        top = GAP + LINE + row * (cell_h + LINE + GAP)
        pen.text((GAP, top), printable(found.captions[row]), (INK,) * 3, font)
        for column in range(columns):
            x = found.pixels[row, column]
            cell = Image.fromarray(x if c == 3 else x[..., 0]).resize((cell_w, cell_h), Image.Resampling.NEAREST)
            sheet.paste(cell, (GAP + column * (cell_w + GAP), top + LINE))
    return sheet


def printable(text: str) -> str:
    """Names from outside in one line, cut where they get long."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= MOST_LETTERS else shown[: MOST_LETTERS - 1] + "…"
