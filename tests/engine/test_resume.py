import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitcli.data.dataset import Dataset
from fitcli.engine.resume import FIXED, check_epochs, check_same, data_digest, identity
from fitcli.errors import ModelFileError, SpecError
from fitcli.model import build_model

RUN = Path("runs/r-1")


@pytest.fixture
def own(spec_of, images):
    """own(...settings of the fit...) -> (spec, identity)."""

    def make(data=None, workers=2, **settings):
        spec, data = spec_of(**settings), data or images(26)
        model = build_model(spec, data.classes, data.images.shape[1:])
        return spec, identity(spec, model, data, workers)

    return make


def saved(identity):
    """As it comes back from a checkpoint."""
    return json.loads(json.dumps(identity))


def test_the_same_fit_goes_on(own):
    spec, mine = own()
    assert check_same(RUN, spec, mine, saved(own()[1])) == ()


@pytest.mark.parametrize(
    "changed",
    [{"epochs": 9}, {"optimizer": "{adam: {lr: 1e-9}}"}, {"schedule": "constant"}, {"keep": 5}, {"augment": "[]"}],
)
def test_what_may_change(own, changed):
    spec, mine = own(**changed)
    assert check_same(RUN, spec, mine, saved(own()[1])) == ()


@pytest.mark.parametrize(
    ("changed", "path", "new", "old"),
    [
        ({"batch": 16}, "fit.batch", "16", "8"),
        ({"seed": 4}, "seed", "4", "3"),
        ({"shuffle": "false"}, "fit.shuffle", "false", "true"),
        ({"drop_last": "true"}, "fit.drop_last", "true", "false"),
    ],
)
def test_what_may_not_change_is_told_with_its_place(own, changed, path, new, old):
    spec, mine = own(**changed)
    with pytest.raises(SpecError) as caught:
        check_same(RUN, spec, mine, saved(own()[1]))
    assert caught.value.exit_code == 2
    (problem,) = caught.value.problems
    assert (problem.path, problem.allowed) == (path, old) and path in FIXED
    assert problem.where == spec.where(path) and problem.where.startswith("s.yaml:")
    assert problem.message == f"{new} cannot take the place of {old} in a run that goes on"


def test_all_changes_are_told_at_once(own):
    spec, mine = own(batch=4, seed=9)
    with pytest.raises(SpecError) as caught:
        check_same(RUN, spec, mine, saved(own()[1]))
    assert [problem.path for problem in caught.value.problems] == ["seed", "fit.batch"]


def refused(own, **settings):
    spec, mine = own(**settings)
    with pytest.raises(ModelFileError) as caught:
        check_same(RUN, spec, mine, saved(own()[1]))
    assert caught.value.exit_code == 6
    return caught.value.problems[0].message


def test_other_images(own, images):
    told = "runs/r-1: the training images are not those that this run was started with"
    assert refused(own, data=images(26, seed=9)) == told
    assert refused(own, data=images(20)) == f"{told} (26 of them; now 20)"
    assert refused(own, data=replace(images(26), classes=("ant", "bee", "dog"))) == (
        f"{told} (classes ant, bee, cow; now ant, bee, dog)"
    )


def test_one_pixel_one_label_or_another_order_is_other_data(images):
    data = images(26)
    digests = {data_digest(data), data_digest(data.subset(np.arange(26)[::-1]))}
    for array, entry in ((data.images, (3, 2, 1, 0)), (data.labels, 5)):
        array[entry] ^= 1
        digests.add(data_digest(data))
        array[entry] ^= 1
    digests.add(data_digest(Dataset(data.images.reshape(26, 5, 6, 1), data.labels, data.classes)))
    assert len(digests) == 5
    assert data_digest(data) == data_digest(data.subset(range(26)))


def test_another_model_is_told_by_its_first_difference(own):
    told = "runs/r-1: the model is not the one of its checkpoint: "
    assert refused(own, layers="[flatten, dense: classes]") == f"{told}0.conv.weight was 3×3×1×4, is not there"
    wide = "[conv: {filters: 5, kernel: 3, bias: false}, batchnorm, relu, maxpool: 2, flatten, dropout: 0.2, dense: classes]"
    assert refused(own, layers=wide) == f"{told}0.conv.weight was 3×3×1×4, is 3×3×1×5"


def test_other_threads_are_a_warning(own):
    spec, mine = own(workers=4)
    (warning,) = check_same(RUN, spec, mine, saved(own()[1]))
    assert warning == "begun with 2 threads at work, goes on with 4: last digits will differ"


def test_a_fit_cannot_go_on_to_fewer_epochs_than_it_has_begun(spec_of):
    check_epochs(spec_of(epochs=3), 3)
    with pytest.raises(SpecError, match="s.yaml:4: fit.epochs: 4 epochs are begun already") as told:
        check_epochs(spec_of(epochs=3), 4)
    assert told.value.problems[0].allowed == "4 or more"


def test_other_versions_and_another_processor_are_told(own):
    spec, mine = own()
    before = saved(mine)
    before["made_with"] |= {"numba": "0.1", "processor": "a Z80"}
    (warning,) = check_same(RUN, spec, mine, before)
    assert warning.startswith("goes on with numba 0.") and warning.endswith(
        " instead of 0.1, another processor: last digits may differ")
    del before["made_with"]
    assert check_same(RUN, spec, mine, before) == ()
