import json
from dataclasses import replace

import numpy as np
import pytest


@pytest.fixture
def run(run):
    """With the bias that the command's own model wants."""
    from fitcli.engine.modelfile import load_model, save_model

    saved = load_model(run)
    save_model(run / "model.safetensors", replace(saved, arrays=saved.arrays | {"1.dense.bias": np.zeros(3, np.float32)}))
    return run


def test_numbers(fitcli, run):
    done = fitcli("linearize", run, "photos/cat/1.png", "--plot", "line.png")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "P(cat) = 0.333333, along the gradient"
    assert lines[1].split() == ["step", "P(cat)", "tangent", "difference", "of", "the", "change"]
    assert "slope: +0.000e+00 a grey level" in lines
    assert lines[-1] == "radius: from black to white, the tangent predicts the change to 10 %"
    assert "picture: line.png" in done.err and (run.parents[1] / "line.png").stat().st_size > 10_000


def test_json(fitcli, run):
    done = fitcli("linearize", run, "photos/dog/2.png", "--along", "wave", "--at", 0, 3, "--class", "dog", "--json")
    found = json.loads(done.out)
    assert done.code == 0 and found["class"] == "dog" and found["place"] == [0, 3] and found["along"] == "wave"
    keys = {"class", "probability", "temperature", "along", "place", "slope", "radius", "whole", "reach", "rows", "curve"}
    assert set(found) == keys and found["temperature"] == 1
    assert set(found["rows"][0]) == {"step", "probability", "tangent"}


def test_a_calibrated_model_is_read_as_predict_reads_it(fitcli, run):
    from fitcli.engine.modelfile import load_model, save_model

    saved = load_model(run)
    arrays = saved.arrays | {"1.dense.bias": np.array([1, 0, -1], np.float32)}
    save_model(run / "model.safetensors", replace(saved, arrays=arrays, temperature=2.5))
    (told,) = json.loads(fitcli("predict", run, "photos/cat/1.png", "--format", "json").out)
    found = json.loads(fitcli("linearize", run, "photos/cat/1.png", "--json").out)
    assert found["temperature"] == 2.5
    assert found["probability"] == pytest.approx(told["probabilities"][found["class"]], rel=1e-6)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--at", "1", "1"], "the gradient has none"),
        (["--size", "3"], "it goes with --along patch only"),
        (["--class", "catt"], "--class cat"),
        (["--along", "patch", "--at", "8", "0"], "0 to 7, 0 to 7"),
        (["--reach", "300"], "0<x<=255"),
        (["--plot", "nowhere/line.png"], "there is no folder nowhere"),
    ],
)
def test_mistakes(fitcli, run, args, told):
    done = fitcli("linearize", run, "photos/cat/1.png", *args)
    assert done.code == 2 and told in done.err and done.out == ""


def test_what_is_no_model_and_what_is_no_image(fitcli, run):
    assert fitcli("linearize", "nothing", "photos/cat/1.png").code == 6
    done = fitcli("linearize", run, "tiny.yaml")
    assert done.code == 3 and "tiny.yaml" in done.err
