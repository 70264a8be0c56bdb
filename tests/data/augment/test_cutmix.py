import numpy as np
import pydantic
import pytest

from fitcli.data.augment.cutmix import CutMix


@pytest.mark.parametrize("share", [0.0, 0.3, 0.75, 1.0])
def test_a_rectangle_of_the_other_image(share):
    rng = np.random.default_rng(0)
    a, b = np.full((9, 12, 3), 1, np.uint8), np.full((9, 12, 3), 2, np.uint8)
    places = set()
    for _ in range(60):
        y, exact = CutMix().mixed(a, b, share, rng)
        pasted = (y == 2).all(2)
        rows, columns = np.flatnonzero(pasted.any(1)), np.flatnonzero(pasted.any(0))
        assert pasted.sum() == len(rows) * len(columns) and abs(exact - (1 - pasted.mean())) < 1e-12
        side = (1 - share) ** 0.5
        assert len(rows) <= round(9 * side) and len(columns) <= round(12 * side) and exact >= share - 0.1
        places.add((*rows[:1], *columns[:1]))
    assert (a == 1).all() and (len(places) > 10 or share == 1.0)


@pytest.mark.parametrize(("setting", "value"), [("alpha", 0), ("alpha", 11), ("probability", 2)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(CutMix).validate_python({setting: value})
