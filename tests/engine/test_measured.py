import numpy as np
import pytest

from fitcli.engine.evaluator import Evaluator
from fitcli.engine.measured import measured
from fitcli.engine.metrics.multireport import multireport


def test_one_class_an_image(trainer_of, images):
    evaluator, data = Evaluator(trainer_of().model), images(11)
    loss, outputs = evaluator.outputs(data.images, data.labels)
    assert measured(evaluator, data) == {"loss": loss, "accuracy": (outputs.argmax(1) == data.labels).mean()}


def test_several_classes_an_image(several):
    trainer, data = several.trainer(), several.images(31)
    for _ in range(20):
        trainer.descend(data.images, data.labels, 0.02)
    evaluator = Evaluator(trainer.model)
    loss, outputs = evaluator.outputs(data.images, data.labels)
    report = multireport(evaluator.read(outputs), data.labels, data.classes)
    found = measured(evaluator, data)
    assert found == pytest.approx(
        {"loss": loss, "accuracy": report["accuracy"], "f1": report["macro_f1"], "map": report["map"]}
    )
    assert 0 < found["accuracy"] < 1


def test_what_does_not_exist_is_left_out(several):
    trainer, data = several.trainer(), several.images(3)
    data.labels[:] = 0
    trainer.model.params.by_name["6.dense.bias"][...] = -50
    assert measured(Evaluator(trainer.model), data).keys() == {"loss", "accuracy"}
    assert np.isfinite(measured(Evaluator(trainer.model), data)["loss"])
