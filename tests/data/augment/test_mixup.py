import numpy as np
import pydantic
import pytest

from fitcli.data.augment.mixup import Mixup


@pytest.mark.parametrize("share", [0.0, 0.1234, 0.5, 0.999, 1.0])
def test_against_the_definition(share):
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 5, 6, 3), np.uint8)
    y, exact = Mixup().mixed(a, b, share, rng)
    assert abs(exact - share) <= 1 / 512 and y.dtype == np.uint8
    np.testing.assert_array_equal(y, np.floor(exact * a.astype(float) + (1 - exact) * b + 0.5))


@pytest.mark.parametrize(("setting", "value"), [("alpha", 0), ("alpha", 11), ("probability", -1)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Mixup).validate_python({setting: value})
