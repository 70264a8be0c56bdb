import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.engine.evaluator import Evaluator


@pytest.fixture
def model(trainer_of, images):
    """A model that has seen a few steps, so that its running statistics are not those of the start."""
    trainer, data = trainer_of(), images(8)
    for _ in range(3):
        trainer.descend(data.images, data.labels, 0.02)
    return trainer.model


def outputs(evaluator, pixels, labels=None):
    found = [(at, y.copy(), losses.copy()) for at, y, losses in evaluator.batches(pixels, labels)]
    return np.concatenate([y for _, y, _ in found]), np.concatenate([losses for _, _, losses in found]), found


def test_it_is_the_graph_outside_of_training(model, images):
    data = images(11, seed=4)
    eager = Eager(model.graph, {p: v.astype(np.float64) for p, v in model.params.views.items()}, train=False)
    tape = eager.forward({model.pixels: data.images, model.labels: data.labels})
    found, losses, _ = outputs(Evaluator(model, batch=4), data.images, data.labels)
    np.testing.assert_allclose(found, tape.value[model.graph.output], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(losses, tape.value[model.graph.loss], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [1, 4, 64])
def test_an_image_has_the_same_bits_in_any_company(model, images, batch, threads):
    """Alone, in a full batch, in the last one, at any place, before any other: as `predict` and `evaluate` need it."""
    pixels = images(23, seed=4).images
    alone = [outputs(Evaluator(model, threads=1, batch=1), pixels[i : i + 1])[0] for i in range(23)]
    wanted = np.concatenate(alone)
    evaluator = Evaluator(model, threads=threads, batch=batch)
    for order in (np.arange(23), np.arange(23)[::-1], np.array([5]), np.array([7, 5, 5, 5, 9])):
        assert outputs(evaluator, pixels[order])[0].tobytes() == wanted[order].tobytes()


def test_batches_cover_all_images_in_order_the_last_one_in_part(model, images):
    data = images(11)
    found = outputs(Evaluator(model, batch=4), data.images)[2]
    assert [(at.start, at.stop, len(y), len(losses)) for at, y, losses in found] == [
        (0, 4, 4, 4), (4, 8, 4, 4), (8, 11, 3, 3),
    ]  # fmt: skip


def test_the_mean_is_over_images_not_over_batches(model, images):
    data = images(11)
    loss, found = Evaluator(model, batch=4).outputs(data.images, data.labels)
    y, losses, _ = outputs(Evaluator(model, batch=64), data.images, data.labels)
    assert loss == pytest.approx(losses.mean(dtype=np.float64), rel=1e-12)
    np.testing.assert_array_equal(found, y)


def test_probabilities_are_rows_that_sum_to_1(model, images):
    data = images(7)
    p = Evaluator(model, batch=4).probabilities(data.images)
    y = outputs(Evaluator(model), data.images)[0].astype(np.float64)
    assert p.shape == (7, 3) and p.dtype == np.float64
    np.testing.assert_allclose(p, np.exp(y) / np.exp(y).sum(1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-12)


def test_nothing_is_nothing(model):
    evaluator = Evaluator(model, batch=4)
    none = np.zeros((0, 6, 5, 1), np.uint8)
    assert list(evaluator.batches(none)) == []
    assert evaluator.probabilities(none).shape == (0, 3)
    assert evaluator.outputs(none, np.zeros(0, np.int64))[0] == 0


def test_new_weights_are_seen_after_a_refresh(model, images):
    pixels = images(4).images
    evaluator = Evaluator(model, batch=4)
    before = outputs(evaluator, pixels)[0]
    model.params.by_name["6.dense.weight"][...] = 0
    model.params.by_name["6.dense.bias"][...] = [1, 2, 3]
    evaluator.refresh()
    after = outputs(evaluator, pixels)[0]
    np.testing.assert_array_equal(after, np.tile(np.float32([1, 2, 3]), (4, 1)))
    assert np.any(before != after)


def test_evaluation_changes_nothing(model, images):
    before = {name: array.tobytes() for name, array in model.save_arrays().items()}
    Evaluator(model).probabilities(images(9).images)
    assert {name: array.tobytes() for name, array in model.save_arrays().items()} == before


def test_outputs_and_their_mean_loss(model, images):
    data = images(11)
    evaluator = Evaluator(model, batch=4)
    loss, found = evaluator.outputs(data.images, data.labels)
    wanted, losses, _ = outputs(evaluator, data.images, data.labels)
    assert found.dtype == np.float32 and found.tobytes() == wanted.tobytes()
    assert loss == pytest.approx(losses.mean(), rel=1e-6)
