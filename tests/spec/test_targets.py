import pytest

from fitcli.errors import SpecError
from fitcli.losses import LOSSES
from fitcli.spec import parse_spec
from fitcli.spec.targets import check_targets

TEXT = "data: {path: x}\nmodel: [flatten, dense: classes]\nloss: LOSS\nfit:\n  sampler: SAMPLER\n"


def spec_with(loss, sampler="uniform"):
    return parse_spec(TEXT.replace("LOSS", loss).replace("SAMPLER", sampler), "s.yaml")


def test_what_fits():
    check_targets(spec_with("binary_cross_entropy"))
    assert [name for name in LOSSES if LOSSES[name].multilabel] == ["binary_cross_entropy", "focal"]


@pytest.mark.parametrize("loss", [name for name in LOSSES if not LOSSES[name].multilabel])
def test_other_losses_say_which_to_take(loss):
    with pytest.raises(SpecError) as caught:
        check_targets(spec_with(loss))
    assert str(caught.value) == (
        f"s.yaml:3: loss: {loss} wants one class an image; the data name any number of classes an image\n"
        "  allowed: binary_cross_entropy, focal\n"
        "  try: loss: binary_cross_entropy; or, where each image has just one class, a column `label` that says which"
    )


def test_all_at_once():
    with pytest.raises(SpecError) as caught:
        check_targets(spec_with("mse", "balanced"))
    assert [problem.where for problem in caught.value.problems] == ["s.yaml:3", "s.yaml:5"]
    with pytest.raises(SpecError, match="fit.sampler: balanced draws as many images of every class"):
        check_targets(spec_with("binary_cross_entropy", "balanced"))


def test_where_the_loss_is_not_written():
    with pytest.raises(SpecError, match="cross_entropy wants one class an image"):
        check_targets(parse_spec("data: {path: x}\nmodel: [flatten, dense: classes]", "s.yaml"))
