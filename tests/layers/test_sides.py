import pytest

from fitcli.layers.sides import sides


@pytest.mark.parametrize(
    ("value", "four"), [(0, (0, 0, 0, 0)), (3, (3, 3, 3, 3)), ([1, 2], (1, 1, 2, 2)), ([1, 2, 3, 4], (1, 2, 3, 4))]
)
def test_top_bottom_left_right(value, four):
    assert sides(value) == four
