from dataclasses import replace

import pytest

from fitcli.engine.normalization import normalization


def test_normalization_is_that_of_the_training_images(spec_of, images):
    data = images(26)
    found = normalization(spec_of(), data)
    assert found.mean == (pytest.approx(data.images.mean() / 255),)
    assert found.std == (pytest.approx(data.images.std() / 255),)
    spec = spec_of()
    spec = replace(spec, data=replace(spec.data, normalize="none"))
    assert (normalization(spec, data).mean, normalization(spec, data).std) == ((0.0,), (1.0,))
