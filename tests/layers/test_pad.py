import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.pad import Pad
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((2, 4, 6, 3))


@pytest.mark.parametrize(
    ("size", "border"), [(1, ((1, 1), (1, 1))), ([1, 2], ((1, 1), (2, 2))), ([0, 1, 2, 3], ((0, 1), (2, 3)))]
)
def test_zeros_around(build, size, border):
    built = build(Pad(size), (4, 6, 3))
    wanted = np.pad(X, ((0, 0), *border, (0, 0)))
    assert built.shape == wanted.shape[1:] and built.params == {}
    np.testing.assert_array_equal(built(X), wanted)


@pytest.mark.parametrize(("mode", "name"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")])
def test_or_the_image_itself(build, mode, name):
    y = build(Pad(2, mode), (4, 6, 3))(X)
    np.testing.assert_array_equal(y, np.pad(X, ((0, 0), (2, 2), (2, 2), (0, 0)), name))


def test_in_a_spec():
    text = "{data: {path: x}, model: [pad, {pad: 2}, {pad: [1, 2]}, {pad: {size: [1, 2, 3, 4], mode: reflect}}]}"
    assert parse_spec(text).model == [Pad(1), Pad(2), Pad([1, 2]), Pad([1, 2, 3, 4], "reflect")]
    for bad in ("size: -1", "size: [1, 2, 3]", "mode: mirror"):
        with pytest.raises(SpecError, match=rf"model\[0\]\.pad\.{bad.split(':')[0]}"):
            parse_spec(f"{{data: {{path: x}}, model: [{{pad: {{{bad}}}}}]}}")


def test_a_mirror_needs_an_image_to_show(wrong):
    problem = wrong("pad: {size: 6, mode: reflect}", "flatten", "dense: classes")
    assert problem.message == "pad [6, 6, 6, 6] is too wide to fill by reflect from 8×6×3"
    assert problem.allowed == "up to 7 rows and 5 columns"
