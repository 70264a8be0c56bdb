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


def test_no_run(here):
    with pytest.raises(ModelFileError, match="photos is not a run directory: it holds no spec.yaml"):
        resumed_spec("photos", None, (), None)
