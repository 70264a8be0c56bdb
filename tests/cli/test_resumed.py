import pytest

from fitcli.cli.resumed import resumed_spec
from fitcli.errors import ModelFileError, SpecError


def test_the_run_s_own_spec_with_what_is_to_change(run, here):
    spec, path = resumed_spec("runs/tiny-1", None, ("fit.epochs=40",), None)
    assert str(path) == "runs/tiny-1" and spec.fit.epochs == 40
    assert spec.data.path == str(here / "photos")
    spec, _ = resumed_spec("runs/tiny-1", None, (), "elsewhere")
    assert spec.data.path == str(here / "elsewhere")


def test_the_same_spec_may_be_given(run):
    own, _ = resumed_spec("runs/tiny-1", None, (), None)
    spec, _ = resumed_spec("runs/tiny-1", "tiny.yaml", ("fit.epochs=40",), None)
    assert spec.fit.epochs == 40 and spec != own


def test_another_spec_is_refused(run, here):
    (here / "tiny.yaml").write_text((here / "tiny.yaml").read_text() + "seed: 5\n")
    with pytest.raises(SpecError) as caught:
        resumed_spec("runs/tiny-1", "tiny.yaml", (), None)
    assert "tiny.yaml: this spec is not the one of runs/tiny-1 (it says seed: 5)" in str(caught.value)
    assert "`fitcli train --resume runs/tiny-1` alone" in str(caught.value)


BALANCED = """
data: {path: photos, image: {size: 8}, per_class: 6}
model: [flatten, dense: classes]
loss: {cross_entropy: {weights: balanced}}
fit: {epochs: 3, batch: 4}
"""


def test_balanced_classes_are_no_other_spec(fitcli, here):
    """The run's spec has them as numbers, and goes on to the same weights, bit for bit."""
    for number in range(2, 9):
        (here / "photos" / "dog" / f"{number}.png").unlink()
    (here / "even.yaml").write_text(BALANCED)
    assert fitcli("train", "even.yaml", "--out", "whole").code == 0
    assert fitcli("train", "even.yaml", "--out", "cut", "--set", "fit.epochs=1").code == 0
    assert "weights: [" in (here / "cut" / "spec.yaml").read_text()
    done = fitcli("train", "--resume", "cut", "even.yaml", "--set", "fit.epochs=3")
    assert done.code == 0, done.err
    from fitcli.engine.checkpoint import load_latest

    one, other = (load_latest(here / name)[0] for name in ("whole", "cut"))
    assert {k: a.tobytes() for k, a in one.arrays.items()} == {k: a.tobytes() for k, a in other.arrays.items()}
    assert (here / "whole" / "spec.yaml").read_text() == (here / "cut" / "spec.yaml").read_text()

    (here / "even.yaml").write_text(BALANCED.replace("balanced", "[1, 2]"))
    refused = fitcli("train", "--resume", "cut", "even.yaml")
    assert refused.code == 2 and "weights: [1.0, 2.0]" in refused.err


@pytest.mark.parametrize("text", ["seed: 0\nmodel: [", "fit: {epochs: -1}\n", "\0", ""])
def test_a_damaged_spec_of_the_run_is_the_run_s(run, here, text):
    (here / "runs/tiny-1/spec.yaml").write_text(text)
    with pytest.raises(ModelFileError, match="runs/tiny-1/spec.yaml"):
        resumed_spec("runs/tiny-1", None, (), None)


def test_a_mistake_of_the_command_line_is_that_of_the_command_line(run, here):
    with pytest.raises(SpecError, match="fit.epochs"):
        resumed_spec("runs/tiny-1", None, ("fit.epochs=-3",), None)


def test_no_run(here):
    with pytest.raises(ModelFileError, match="photos is not a run directory: it holds no spec.yaml"):
        resumed_spec("photos", None, (), None)
