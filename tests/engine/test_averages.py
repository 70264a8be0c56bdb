import numpy as np
import pytest

from fitcli.engine.averages import Averages

EMA = "{ema: {optimizer: {sgd: {lr: 1}}, decay: 0.5}}"


def steps(trainer, data, count=3):
    for _ in range(count):
        trainer.descend(data.images[:8], data.labels[:8], 0.1)


def values(trainer):
    return trainer.model.params.vector.copy(), trainer.model.params.state.copy()


@pytest.mark.parametrize(
    ("optimizer", "state"),
    [(EMA, "average"), ("{swa: {optimizer: sgd, start: 0}}", "average"), ("schedule_free_sgd", "x"),
     ("{lookahead: {optimizer: sgd, k: 2}}", "slow")],
)  # fmt: skip
def test_inside_the_weights_are_averaged_and_the_statistics_theirs(trainer_of, images, optimizer, state):
    trainer, data = trainer_of(optimizer=optimizer), images(24)
    averages = Averages(trainer, data, 8)
    steps(trainer, data)
    vector, statistics = values(trainer)
    assert averages.kept and len(averages.programs) == 1
    with averages.standing():
        inside = values(trainer)
    np.testing.assert_array_equal(inside[0], trainer.memory.states[state])
    assert not np.allclose(inside[1], statistics, rtol=1e-3)
    for found, wanted in zip(values(trainer), (vector, statistics), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_they_are_measured_once_a_step_and_to_the_same_bits(trainer_of, images, monkeypatch):
    data, found = images(24), []
    for _ in range(2):
        trainer = trainer_of(optimizer=EMA)
        averages = Averages(trainer, data, 8)
        calls = []
        measure = averages._statistics.measure
        monkeypatch.setattr(averages._statistics, "measure", lambda *args: calls.append(1) or measure(*args))
        steps(trainer, data)
        for _ in range(2):
            with averages.standing():
                found.append(values(trainer)[1])
        assert len(calls) == 1
        steps(trainer, data, 1)
        with averages.standing():
            assert not np.array_equal(values(trainer)[1], found[-1])
        assert len(calls) == 2
    assert all(array.tobytes() == found[0].tobytes() for array in found)


def test_nothing_is_measured_without_need(trainer_of, images):
    data = images(24)
    plain = Averages(trainer_of(), data, 8)
    steps(plain.trainer, data)
    assert not plain.kept and plain.programs == []
    with plain.standing():
        pass
    trainer = trainer_of(optimizer=EMA, layers="[flatten, {dense: classes}]")
    averages = Averages(trainer, data, 8)
    assert not averages.kept and averages.programs == []  # not begun, and no batch norm
    steps(trainer, data)
    with averages.standing():
        np.testing.assert_array_equal(trainer.model.params.vector, trainer.memory.states["average"])


def test_what_they_need_is_compiled_before_the_first_step(spec_of, splits, tmp_path):
    from fitcli.data.dataset import Splits
    from fitcli.engine.compiling import compiling
    from fitcli.engine.fit import Fit

    made = Fit(spec_of(optimizer=EMA), Splits(splits.train, None, None), tmp_path, None, False)
    (program,) = made.keeper.averages.programs
    assert program._table is None
    list(compiling(made._programs()))
    assert program._table is not None
