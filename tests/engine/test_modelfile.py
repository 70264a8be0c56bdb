import json

import numpy as np
import pytest

from fitcli.engine.modelfile import ModelFile, load_model, save_model
from fitcli.engine.tensorfile import write_tensors
from fitcli.errors import ModelFileError

PREPROCESSING = {"size": [8, 6], "channels": 1, "resize": "crop", "mean": [0.1 + 0.2], "std": [0.25]}


def model(**changes):
    settings = {
        "arrays": {"0.conv.weight": np.arange(12, dtype=np.float32).reshape(3, 4), "bias": np.ones(4, np.float32)},
        "classes": ("cat", "dog\x1b[31m", "../Hündin", "10"),
        "preprocessing": PREPROCESSING,
        "spec": "seed: 0\nmodel:\n- relu\n",
        "info": {"fitcli": "0.1.0", "epoch": 3, "val_loss": np.float32(0.5), "val_accuracy": float("nan")},
    }
    return ModelFile(**{**settings, **changes})


def test_comes_back_as_it_was(tmp_path):
    saved = model()
    save_model(tmp_path / "model.safetensors", saved)
    for path in (tmp_path, str(tmp_path), tmp_path / "model.safetensors"):
        loaded = load_model(path)
        assert loaded.classes == saved.classes
        assert loaded.preprocessing == PREPROCESSING
        assert loaded.spec == saved.spec
        assert loaded.info == {"fitcli": "0.1.0", "epoch": 3, "val_loss": 0.5, "val_accuracy": None}
        assert loaded.arrays.keys() == saved.arrays.keys()
        for name, array in saved.arrays.items():
            np.testing.assert_array_equal(loaded.arrays[name], array)
            assert loaded.arrays[name].dtype == np.float32 and loaded.arrays[name].flags.c_contiguous


def test_the_temperature(tmp_path):
    assert model().temperature == 1
    save_model(tmp_path / "m.safetensors", model(temperature=1 / 3))
    assert load_model(tmp_path / "m.safetensors").temperature == 1 / 3


def test_transposed_weights_are_not_garbled(tmp_path):
    array = np.arange(12, dtype=np.float32).reshape(3, 4).T
    save_model(tmp_path / "m", model(arrays={"w": array}))
    np.testing.assert_array_equal(load_model(tmp_path / "m").arrays["w"], array)


def test_diverged_weights_never_replace_good_ones(tmp_path):
    path = tmp_path / "model.safetensors"
    save_model(path, model())
    before = path.read_bytes()
    with pytest.raises(ModelFileError, match=r"NaN or infinite numbers in w(.|\n)*lower learning rate") as caught:
        save_model(path, model(arrays={"w": np.array([1, np.nan], np.float32)}))
    assert caught.value.exit_code == 6
    assert path.read_bytes() == before


def test_only_float32(tmp_path):
    with pytest.raises(ValueError, match="float32 arrays only, unlike w"):
        save_model(tmp_path / "m", model(arrays={"w": np.ones(2)}))


def test_a_missing_file_names_the_runs_there_are(tmp_path):
    run = tmp_path / "fashion-1"
    run.mkdir()
    (run / "spec.yaml").write_text("")
    with pytest.raises(ModelFileError) as caught:
        load_model(tmp_path / "fashion-2")
    assert caught.value.exit_code == 6
    assert "fashion-2: no such model file or run directory" in str(caught.value)
    assert str(run) in caught.value.problems[0].hint


def test_a_run_without_a_model_says_how_to_finish_it(tmp_path):
    (tmp_path / "spec.yaml").write_text("")
    with pytest.raises(ModelFileError, match=r"holds no model.safetensors(.|\n)*fitcli train --resume"):
        load_model(tmp_path)


def test_a_folder_that_is_no_run(tmp_path):
    with pytest.raises(ModelFileError, match="is not a run directory: it holds no model.safetensors"):
        load_model(tmp_path)


def test_a_checkpoint_is_no_model(tmp_path):
    write_tensors(tmp_path / "c.safetensors", "checkpoint", {}, {})
    with pytest.raises(ModelFileError, match="is a checkpoint, not a model"):
        load_model(tmp_path / "c.safetensors")


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": "[]"},
        {"classes": '["a", "a"]'},
        {"classes": '"ab"'},
        {"classes": '["a", 1]'},
        {"classes": "[" * 100_000},
        {"preprocessing": "{}"},
        {"preprocessing": json.dumps({**PREPROCESSING, "size": [-1, 3]})},
        {"preprocessing": "nonsense"},
        {"info": "[]"},
        {"temperature": "0"},
        {"temperature": "Infinity"},
        {"temperature": "null"},
        {"spec": None},
    ],
)
def test_texts_of_a_wrong_kind(tmp_path, changes):
    good = {"classes": '["a", "b"]', "preprocessing": json.dumps(PREPROCESSING), "spec": "", "info": "{}"}
    texts = {key: text for key, text in {**good, **changes}.items() if text is not None}
    path = tmp_path / "m.safetensors"
    write_tensors(path, "model", {"w": np.ones(2, np.float32)}, good)
    assert load_model(path).classes == ("a", "b")
    write_tensors(path, "model", {"w": np.ones(2, np.float32)}, texts)
    with pytest.raises(ModelFileError, match="m.safetensors is not a whole model file"):
        load_model(path)


def test_arrays_of_a_wrong_kind(tmp_path):
    texts = {"classes": '["a", "b"]', "preprocessing": json.dumps(PREPROCESSING), "spec": "", "info": "{}"}
    write_tensors(tmp_path / "m", "model", {"w": np.ones(2)}, texts)
    with pytest.raises(ModelFileError, match="weights that are not float32"):
        load_model(tmp_path / "m")


def test_trained_weights_beside_an_average(tmp_path):
    from fitcli.engine.modelfile import with_weights

    path = tmp_path / "model.safetensors"
    trained = {name: 2 * array for name, array in model().arrays.items()}
    save_model(path, model(trained=trained))
    loaded = load_model(path)
    assert loaded.arrays.keys() == loaded.trained.keys() == trained.keys()
    for which, factor in ((None, 1), ("averaged", 1), ("trained", 2)):
        for name, array in with_weights(path, loaded, which).arrays.items():
            np.testing.assert_array_equal(array, factor * model().arrays[name])


def test_where_there_is_no_average(tmp_path):
    from fitcli.engine.modelfile import with_weights

    save_model(tmp_path / "m", model())
    loaded = load_model(tmp_path / "m")
    assert with_weights("m", loaded, "trained") is loaded and with_weights("m", loaded, None) is loaded
    with pytest.raises(ModelFileError) as caught:
        with_weights("m", loaded, "averaged")
    assert str(caught.value) == (
        "m holds no averaged weights: its optimizer kept none\n"
        "  try: --weights trained, or an optimizer that averages, such as {ema: {optimizer: adam}}"
    )
