from pathlib import Path

import pytest

from fitcli.engine import keep, verifyresume
from fitcli.engine.verifyresume import shortened, verify_resume
from fitcli.errors import ModelFileError


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


def test_few_images_evenly_picked(spec_of, images):
    from fitcli.data.dataset import Splits

    spec, few = shortened(spec_of(epochs=50), Splits(images(200), images(100, 1), None))
    assert (len(few.train), len(few.val), few.test, spec.fit.epochs) == (31, 64, None, 3)
    assert few.train.labels.tolist() == images(200).labels[[k * 200 // 31 for k in range(31)]].tolist()


@pytest.mark.parametrize("stop", [1, 6, 11])
def test_it_is_the_same(spec_of, splits, tmp_path, stop):
    asked = []
    found = verify_resume(spec_of(), splits, tmp_path, lambda steps: asked.append(steps) or stop)
    assert asked == [12] and found.pop("arrays") > 10
    assert found == {"images": 26, "steps": 12, "interrupted_after": stop}


@pytest.mark.parametrize("lost", ["state", "log"])
def test_what_differs_is_told(spec_of, splits, tmp_path, monkeypatch, lost):
    before = verifyresume.fit

    def forgetful(spec, splits, run, threads, resume=False):
        if resume and lost == "log":
            log = Path(run, "log.jsonl")
            log.write_bytes(log.read_bytes().replace(b'"lr"', b'"xx"'))
        if resume and lost == "state":
            spec = spec_of(optimizer="{adam: {lr: 0.02}}")
        return before(spec, splits, run, threads, resume)

    monkeypatch.setattr(verifyresume, "fit", forgetful)
    told = "of the state is not what it is" if lost == "state" else "resumed, line 1 of the log is not what it is"
    with pytest.raises(ModelFileError, match=told) as caught:
        verify_resume(spec_of(), splits, tmp_path, lambda steps: 5)
    assert caught.value.exit_code == 6 and "interrupted after step 5" in str(caught.value)


def test_a_table_that_differs_is_told(spec_of, splits, tmp_path):
    for name in ("whole", "cut"):
        list(verifyresume.fit(spec_of(epochs=1), splits, tmp_path / name))
    table = tmp_path / "cut" / "steps.csv"
    table.write_text(table.read_text() + "9\n")
    with pytest.raises(ModelFileError, match="resumed, steps.csv is not what it is"):
        verifyresume.compare(tmp_path / "whole", tmp_path / "cut", "resumed")


def test_of_several_classes_an_image_mixed_with_each_other(several, tmp_path):
    spec = several.spec(augment="[flip, mixup, cutmix]", early_stopping="{metric: val_f1}")
    assert verify_resume(spec, several.splits, tmp_path, lambda steps: 6)["arrays"] > 10
