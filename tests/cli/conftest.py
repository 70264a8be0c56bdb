"""A small folder of images, a spec, a saved model, and engines that do nothing but answer."""

from __future__ import annotations

import io
import signal
import sys
from types import ModuleType

import numpy as np
import pytest


SPEC = "data: {path: photos, image: {size: 8}}\nmodel: [flatten, dense: classes]\n"


@pytest.fixture(autouse=True)
def listening():
    """Ctrl-C and a closed terminal are heard, also where the tests were started in the background, or by nohup."""
    heard = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in heard.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder, with photos/ and tiny.yaml in it."""
    from PIL import Image

    for label, shade in (("cat", 200), ("dog", 20)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(1, 13):
            Image.new("RGB", (9, 8), (shade, number, number)).save(tmp_path / "photos" / label / f"{number}.png")
    (tmp_path / "tiny.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fake(monkeypatch):
    """fake("fit", fit=function): what the commands import from fitcli.engine.fit."""

    def replace(module, **functions):
        made = ModuleType(f"fitcli.engine.{module}")
        vars(made).update(functions)
        monkeypatch.setitem(sys.modules, made.__name__, made)

    return replace


@pytest.fixture
def run(here):
    """The run directory of a model for cats and dogs, and one class whose name is not harmless."""
    from fitcli.engine.modelfile import ModelFile, save_model
    from fitcli.spec import dump_spec, load_spec

    folder = here / "runs" / "tiny-1"
    folder.mkdir(parents=True)
    spec = dump_spec(load_spec("tiny.yaml"))
    (folder / "spec.yaml").write_text(spec)
    pixels = {"size": [8, 8], "channels": 3, "resize": "stretch", "mean": [0.5] * 3, "std": [0.2] * 3}
    arrays = {"1.dense.weight": np.zeros((192, 3), np.float32)}
    save_model(folder / "model.safetensors", ModelFile(arrays, ("cat", "dog", "x\x1b[31m,y"), pixels, spec, {}))
    return folder


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Call it to make stderr a terminal; it gives what is shown there. (In the fixture itself pytest would undo it.)"""

    def begin():
        shown = Terminal()
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "stderr", shown)
        return shown

    return begin


@pytest.fixture
def tagged(run, here):
    """tags.csv, which names any number of classes of each photo, tags.yaml, and the run directory of a model for it."""
    from dataclasses import replace

    from fitcli.engine.modelfile import load_model, save_model
    from fitcli.spec import dump_spec, load_spec

    lines = [f"photos/{label}/{i}.png,{label if i % 3 else ''}{'|old' * (i % 2)}" for label in ("cat", "dog") for i in range(1, 13)]
    (here / "tags.csv").write_text("\n".join(["path,labels", *lines]) + "\n")
    (here / "tags.yaml").write_text(SPEC.replace("photos", "tags.csv") + "loss: binary_cross_entropy\n")
    folder = here / "runs" / "tags-1"
    folder.mkdir()
    model, spec = load_model(run), dump_spec(load_spec("tags.yaml"))
    (folder / "spec.yaml").write_text(spec)
    weights = np.random.default_rng(0).normal(0, 0.1, (192, 3)).astype(np.float32)
    arrays = {"1.dense.weight": weights, "1.dense.bias": np.zeros(3, np.float32)}
    saved = replace(model, arrays=arrays, spec=spec, multilabel=True, classes=("cat", "dog", "old"))
    save_model(folder / "model.safetensors", saved)
    return folder
