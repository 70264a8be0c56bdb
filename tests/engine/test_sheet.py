import numpy as np
import pytest

from fitcli.engine.fit import Fit
from fitcli.engine.sheet import Seen, draw, in_turn, printable, seen

AUGMENT = "[flip, crop: 1, noise, mixup]"


def test_it_shows_what_the_fit_trains_on(spec_of, splits, tmp_path, monkeypatch):
    spec = spec_of(augment=AUGMENT, epochs=2)
    found = seen(spec, splits.train, 26, 2)
    made = Fit(spec, splits, tmp_path, None, False)
    first = next(node for node in made.model.graph.nodes if made.model.pixels in node.inputs)
    from fitcli.autodiff.eager import Eager

    eager = Eager(made.model.graph.until(first), {}, np.dtype("f4"), True, spec.seed)
    inputs = []
    descend = made.trainer.descend

    def look(images, labels, lr, *mixed):
        eager.clock[1] = made.trainer.step
        inputs.append(eager.forward({made.model.pixels: images}).value[first].copy())
        return descend(images, labels, lr, *mixed)

    monkeypatch.setattr(made.trainer, "descend", look)
    list(made.events(resume=False))
    chosen = in_turn(splits.train.labels, 26)
    mean, std = made.model.normalization.mean, made.model.normalization.std
    for epoch in range(2):
        x = np.concatenate(inputs[4 * epoch : 4 * epoch + 4])
        shown = np.clip((x * std + mean) * 255 + 0.5, 0, 255).astype(np.uint8)
        order = made.batches.order(epoch)
        for row, image in enumerate(chosen):
            np.testing.assert_array_equal(found.pixels[row, 1 + epoch], shown[np.flatnonzero(order == image)[0]])
    np.testing.assert_array_equal(found.pixels[:, 0], splits.train.images[chosen])


def test_without_augmentation_every_epoch_is_as_read(spec_of, splits):
    found = seen(spec_of(augment="[]"), splits.train, 5, 3)
    assert found.pixels.shape == (5, 4, 6, 5, 1)
    assert all(np.array_equal(found.pixels[:, 0], found.pixels[:, k]) for k in range(4))


def test_every_class_in_turn():
    assert in_turn(np.array([0, 0, 0, 1, 2, 2]), 5).tolist() == [0, 3, 4, 1, 5]


@pytest.mark.parametrize("c", [1, 3])
def test_the_drawing(c):
    pixels = np.zeros((2, 3, 6, 5, c), np.uint8)
    pixels[1, 2] = 200
    sheet = np.asarray(draw(Seen(pixels, ("a", "b\x1b[31m" * 30))))
    assert sheet.shape == (2 * (96 + 14 + 4) + 4 + 14, 3 * (80 + 4) + 4, 3)
    cell = sheet[4 + 14 + 96 + 14 + 4 + 14 :, 4 + 2 * (80 + 4) :][:96, :80]
    assert (cell == 200).all() and (sheet[4 + 14 + 14 :, 4:][:96, :80] == 0).all()


def test_names_from_outside_are_harmless():
    assert printable("a\x1b[31m\n") == "a?[31m?" and len(printable("x" * 99)) == 40
