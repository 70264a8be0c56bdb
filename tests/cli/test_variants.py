import json
import os
import shutil
from pathlib import Path

import pytest

from fitcli.cli.variants import spec_files
from fitcli.errors import SpecError
from fitcli.optim import OPTIMIZERS
from fitcli.spec import load_spec

VARIANTS = Path(__file__).parents[2] / "configs" / "variants"


@pytest.fixture
def specs(here):
    """specs/ with adam, sgd and one that diverges in its first epoch."""
    (here / "specs").mkdir()
    text = (here / "tiny.yaml").read_text().replace("path: photos", "path: ../photos")
    for name, lr in (("adam", 1e-3), ("sgd", 0.01)):
        fit = f"fit: {{epochs: 2, batch: 4, optimizer: {{{name}: {{lr: {lr}}}}}}}\n"
        (here / "specs" / f"{name}.yaml").write_text(text + fit)
    bad = "fit: {epochs: 2, batch: 4, optimizer: {sgd: {lr: 1e20}}}\nloss: mse\n"
    (here / "specs" / "wild.yml").write_text(text + bad)
    (here / "specs" / "notes.txt").write_text("not a spec")
    return here / "specs"


def test_every_spec_of_a_folder_is_fitted_and_compared(fitcli, specs):
    outcome = fitcli("compare", "--train", "specs", "--json")
    assert outcome.code == 0
    found = {row["run"]: row for row in json.loads(outcome.out)["runs"]}
    assert found.keys() == {"adam", "sgd", "wild"}
    assert {name: row["state"] for name, row in found.items()} == {"adam": "done", "sgd": "done", "wild": "diverged"}
    assert found["adam"]["path"] == "runs/specs-1/adam" and found["adam"]["epochs"] == 2
    assert sorted(os.listdir("runs/specs-1")) == ["adam", "compare.png", "sgd", "wild"]
    lines = [line for line in outcome.err.splitlines() if "compiling" not in line]
    assert lines[0].startswith("1/3 adam: train loss ") and "val accuracy" in lines[0]
    assert "3/3 wild: diverged" in lines and lines[-1] == "picture: runs/specs-1/compare.png"


def test_the_same_data_are_read_once(fitcli, specs, monkeypatch):
    from fitcli.data import load

    read = []
    before = load.load_splits
    monkeypatch.setattr(load, "load_splits", lambda *args: read.append(args) or before(*args))
    assert fitcli("compare", "--train", "specs/adam.yaml", "specs/sgd.yaml").code == 0
    assert len(read) == 1 and os.listdir("runs") == ["compare-1"]


def test_a_comparison_goes_on(fitcli, specs):
    args = ("compare", "--train", "specs/adam.yaml", "specs/sgd.yaml", "--out", "out", "--set", "seed=3")
    assert fitcli(*args).code == 0
    before = Path("out/adam/model.safetensors").read_bytes()
    shutil.rmtree("out/sgd")
    outcome = fitcli(*args, "--plot", "elsewhere.png")
    assert "1/2 adam: done before" in outcome.err and "2/2 sgd: train loss" in outcome.err
    assert Path("out/adam/model.safetensors").read_bytes() == before and Path("elsewhere.png").is_file()


def test_balanced_classes_are_no_other_spec(fitcli, specs):
    args = ("compare", "--train", "specs/sgd.yaml", "--out", "out", "--set", "loss={cross_entropy: {weights: balanced}}")
    assert fitcli(*args).code == 0
    again = fitcli(*args)
    assert again.code == 0 and "1/1 sgd: done before" in again.err
    assert fitcli(*args[:-1], "loss={cross_entropy: {weights: balanced, smoothing: 0.1}}").code == 6


def test_it_does_not_go_on_with_another_spec(fitcli, specs):
    assert fitcli("compare", "--train", "specs/adam.yaml", "--out", "out").code == 0
    outcome = fitcli("compare", "--train", "specs/adam.yaml", "specs/sgd.yaml", "--out", "out", "--set", "seed=3")
    assert outcome.code == 6 and "specs/adam.yaml: out/adam is a run of another spec" in outcome.err
    assert not Path("out/sgd").exists()


def test_an_interrupted_comparison_says_how_to_go_on(fitcli, specs, monkeypatch):
    from fitcli.cli import variants

    monkeypatch.setattr(variants, "_train", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    outcome = fitcli("compare", "--train", "specs", "--set", "seed=3")
    assert outcome.code == 130
    assert "interrupted; to go on: fitcli compare --train specs --set seed=3 --out runs/specs-1" in outcome.err


def test_a_warning_comes_with_what_to_try(fitcli, specs):
    """Weights that are all zero never leave it: half of a shallow network's."""
    zeros = "model=[flatten, {dense: {units: 8, init: zeros}}, relu, dense: classes]"
    outcome = fitcli("compare", "--train", "specs/adam.yaml", "specs/wild.yml", "--set", zeros)
    lines = outcome.err.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("1/2 adam: warning: units that are 0"))
    assert lines[at + 1].startswith("  try: a smaller rate, such as --set fit.optimizer.adam.lr=0.0001")
    at = lines.index("2/2 wild: diverged")
    assert lines[at + 1].startswith("  the fit diverged at step") and "lr=1e+19" in lines[at + 2]


def test_all_mistakes_are_told_before_the_first_fit(fitcli, specs):
    (specs / "sgd.yaml").write_text("data: {path: photos}\nmodel: [dens: classes]\n")
    (specs / "wild.yml").write_text("data: {path: photos}\nmodel: [flatten, dense: 7]\n")
    outcome = fitcli("compare", "--train", "specs")
    assert outcome.code == 2 and "sgd.yaml:2" in outcome.err and "wild.yml:2" in outcome.err
    assert not Path("runs").exists()


def test_which_files(specs):
    names = [path.name for path in spec_files(("specs",))]
    assert names == ["adam.yaml", "sgd.yaml", "wild.yml"]
    Path("other").mkdir()
    with pytest.raises(SpecError, match="other: there is no YAML file in this folder"):
        spec_files(("other",))
    shutil.copy("specs/sgd.yaml", "other/sgd.yaml")
    with pytest.raises(SpecError, match="its run would have the name of that of specs/sgd.yaml: sgd"):
        spec_files(("specs", "other/sgd.yaml"))


def test_a_pipe_in_a_folder_is_no_spec(specs):
    os.mkfifo(specs / "pipe.yaml")
    assert "pipe" not in [path.stem for path in spec_files((str(specs),))]


def test_every_optimizer_has_its_variant():
    assert sorted(path.stem for path in VARIANTS.iterdir()) == sorted(OPTIMIZERS)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_the_variants_differ_in_their_optimizer_alone(name):
    """rprop needs large batches; all see the images as often."""
    spec, adam = load_spec(VARIANTS / f"{name}.yaml"), load_spec(VARIANTS / "adam.yaml")
    assert spec.fit.optimizer.name == name
    assert (spec.data, spec.model, spec.loss, spec.seed) == (adam.data, adam.model, adam.loss, adam.seed)
    assert (spec.fit.epochs, spec.fit.schedule) == (adam.fit.epochs, adam.fit.schedule)
    assert spec.fit.batch == (9000 if name == "rprop" else adam.fit.batch)
