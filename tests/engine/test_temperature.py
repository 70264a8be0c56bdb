import numpy as np
import pytest

from fitcli.engine.temperature import LIMITS, best_temperature, questions, read, reader_of
from fitcli.losses.readings import tempered


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.fixture
def answers():
    """Outputs, and labels drawn from their softmax: calibrated at temperature 1, but for chance."""
    rng = np.random.default_rng(0)
    outputs = rng.normal(0, 2, (4000, 5))
    draws = rng.random((4000, 1))
    return outputs, (softmax(outputs).cumsum(axis=1) < draws).sum(axis=1).clip(0, 4)


def surprise(p, labels):
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_what_the_outputs_were_multiplied_with_is_found(answers, factor):
    outputs, labels = answers
    assert best_temperature(softmax(factor * outputs), labels) == pytest.approx(factor, rel=0.03)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_temperature_is_better(seed):
    rng = np.random.default_rng(seed)
    p, labels = softmax(rng.normal(0, 3, (50, 4))), rng.integers(0, 4, 50)
    found = best_temperature(p, labels)
    slow = min(np.geomspace(*LIMITS, 20_001), key=lambda t: surprise(tempered(p, t), labels))
    assert found == pytest.approx(slow, rel=1e-3)


def test_answers_that_are_all_right_or_all_wrong_stay_within_the_limits():
    p = np.array([[0.9, 0.1], [0.2, 0.8]])
    assert best_temperature(p, np.array([0, 1])) == pytest.approx(LIMITS[0], rel=1e-6)
    assert best_temperature(p, np.array([1, 0])) == pytest.approx(LIMITS[1], rel=1e-6)


def test_probabilities_of_zero():
    p = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    found = best_temperature(p, np.array([1, 1, 0]))
    assert np.isfinite(found) and np.isfinite(tempered(p, found)).all()
    np.testing.assert_allclose(tempered(p, found).sum(axis=1), 1)


def test_classes_that_do_not_exclude_each_other(several):
    model = several.trainer().model
    outputs = np.random.default_rng(0).normal(0, 3, (5, 3)).astype(np.float32)
    plain = read(model, outputs)
    np.testing.assert_allclose(plain, 1 / (1 + np.exp(-outputs.astype(np.float64))), rtol=1e-12)
    rows = questions(outputs)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(rows[:, 1].reshape(5, 3), plain)
    model.temperature = 2.5
    np.testing.assert_allclose(tempered(rows, 2.5)[:, 1].reshape(5, 3), read(model, outputs), rtol=1e-12)
    assert ((read(model, outputs) >= 0.5) == (outputs >= 0)).all()


def test_the_same_where_the_numbers_are(several):
    model = several.trainer().model
    model.temperature = 0.7
    x = np.random.default_rng(0).normal(0, 3, (5, 3))
    wanted = read(model, x)
    reader_of(model, x)()
    np.testing.assert_array_equal(x, wanted)
