import numpy as np
import pytest

from fitcli.data.dataset import Splits
from fitcli.engine import keep
from fitcli.engine.evaluate import evaluate
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.fit import fit
from fitcli.engine.modelfile import load_model
from fitcli.engine.restore import restore_model
from fitcli.engine.temperature import best_temperature, read
from fitcli.errors import SpecError
from fitcli.losses.readings import tempered


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


def test_the_temperature_is_that_of_the_saved_model(spec_of, splits, tmp_path):
    spec = spec_of(epochs=6, calibrate="true", early_stopping="{patience: 3}")
    end = list(fit(spec, splits, tmp_path / "run"))[-1]
    saved = load_model(tmp_path / "run")
    assert saved.temperature == end["temperature"] != 1
    model, _ = restore_model(saved)
    evaluator = Evaluator(model)
    val = splits.val
    outputs = evaluator.outputs(val.images, val.labels)[1].astype(np.float64)
    plain = spec.loss.probabilities(outputs)
    assert best_temperature(plain, val.labels) == saved.temperature
    found = evaluator.probabilities(val.images)
    assert found.tobytes() == read(model, outputs).tobytes()
    np.testing.assert_allclose(found, tempered(plain, saved.temperature), rtol=1e-12)
    assert evaluate(saved, val)["ece"] == pytest.approx(end["val_ece_calibrated"])
    assert evaluate(saved, val)["loss"] == pytest.approx(end["val_loss"])


def test_a_finished_run_can_be_calibrated(spec_of, splits, tmp_path):
    first = list(fit(spec_of(), splits, tmp_path / "run"))[-1]
    assert "temperature" not in first and load_model(tmp_path / "run").temperature == 1
    end = list(fit(spec_of(calibrate="true"), splits, tmp_path / "run", resume=True))[-1]
    list(fit(spec_of(calibrate="true"), splits, tmp_path / "whole"))
    assert load_model(tmp_path / "run").temperature == load_model(tmp_path / "whole").temperature == end["temperature"]


def test_without_images_to_measure_on(spec_of, splits, tmp_path):
    end = list(fit(spec_of(), Splits(splits.train, None, None), tmp_path))[-1]
    assert end.keys() == {"event", "model", "steps", "epoch", "train_loss", "train_accuracy"}
    with pytest.raises(SpecError, match="fit.calibrate: the temperature is found on validation images, but there are no validation images"):
        list(fit(spec_of(calibrate="true"), Splits(splits.train, None, None), tmp_path / "b"))


def test_of_several_classes_each_is_calibrated(several, tmp_path):
    spec = several.spec(epochs=6, calibrate="true", early_stopping="{patience: 3, metric: val_map}")
    end = list(fit(spec, several.splits, tmp_path / "run"))[-1]
    saved, val = load_model(tmp_path / "run"), several.splits.val
    assert saved.multilabel and saved.temperature == end["temperature"] != 1
    found = evaluate(saved, val)
    assert found["ece"] == pytest.approx(end["val_ece_calibrated"]) and found["loss"] == pytest.approx(end["val_loss"])
    for name, key in (("accuracy", "accuracy"), ("f1", "macro_f1"), ("map", "map")):
        assert found[key] == pytest.approx(end[f"val_{name}"])
    assert evaluate(saved, several.splits.test)["map"] == pytest.approx(end["test_map"])
