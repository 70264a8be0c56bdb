import numpy as np
import pytest

from fitcli.engine.evaluator import Evaluator
from fitcli.engine.linearize.curve import Probability, five_points


@pytest.mark.parametrize("temperature", [1.0, 2.5])
@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_it_is_what_predict_says(model_of, image, loss, temperature):
    model = model_of(loss)
    model.temperature = temperature
    images = np.stack([image, image[::-1]])
    np.testing.assert_allclose(Probability(model, 0).all(images), Evaluator(model).probabilities(images), rtol=1e-4)
    np.testing.assert_array_equal(Probability(model, 2)(images), Probability(model, 0).all(images)[:, 2])


@pytest.mark.parametrize("temperature", [1.0, 2.5])
@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_three_witnesses(model_of, image, loss, temperature):
    """Difference quotient, push forward and pull back, per grey level."""
    model = model_of(loss)
    model.temperature = temperature
    p, x = Probability(model, 1), image.astype(float)
    d = np.random.default_rng(2).standard_normal(x.shape)
    pushed, pulled = p.tangent(x, d), float((p.gradient(x) * d).sum())
    quotient = five_points(lambda t: p((x + t * d)[None])[0], 1e-3)
    assert pushed == pytest.approx(pulled, rel=1e-9) and pushed == pytest.approx(quotient, rel=1e-6)
    assert abs(pushed) > 1e-6


def test_parts_do_not_matter(model_of, image, monkeypatch):
    p, images = Probability(model_of(), 1), np.stack([image] * 5)
    whole = p(images)
    monkeypatch.setattr("fitcli.engine.linearize.curve._NUMBERS", 400)
    np.testing.assert_allclose(p(images), whole, rtol=1e-13)


def test_five_points():
    assert five_points(np.exp) == pytest.approx(1, abs=1e-12)
