import numpy as np
import pytest

from fitcli.layers.conv import Conv
from fitcli.layers.patches import Patches
from fitcli.spec import parse_spec


def test_parameters_and_shape(build):
    built = build(Patches(2, 5), (8, 6, 3))
    assert built.shape == (12, 5)
    assert built.params == {"0.patches.weight": (2, 2, 3, 5), "0.patches.bias": (5,)}
    assert built.decayed == ["0.patches.weight"]
    assert build(Patches([4, 3], 5, bias=False), (8, 6, 3)).shape == (4, 5)


def test_each_patch_by_itself_row_by_row(build):
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((2, 8, 6, 3)), rng.standard_normal((2, 3, 3, 5)), rng.standard_normal(5)
    y = build(Patches([2, 3], 5), (8, 6, 3))(x, {"0.patches.weight": w, "0.patches.bias": b})
    for token, (r, q) in enumerate(np.ndindex(4, 2)):
        patch = x[:, 2 * r : 2 * r + 2, 3 * q : 3 * q + 3].reshape(2, -1)
        np.testing.assert_allclose(y[:, token], patch @ w.reshape(-1, 5) + b, atol=1e-13)


def test_a_convolution_whose_stride_is_its_kernel(build):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 8, 6, 3)), rng.standard_normal((2, 2, 3, 5))
    conv = build(Conv(5, 2, 2, "valid"), (8, 6, 3))(x, {"0.conv.weight": w})
    np.testing.assert_allclose(build(Patches(2, 5), (8, 6, 3))(x, {"0.patches.weight": w}), conv.reshape(2, 12, 5))


@pytest.mark.parametrize("size", [5, [8, 4]])
def test_patches_that_leave_pixels_over(size, wrong):
    problem = wrong(f"patches: {{size: {size}, features: 4}}")
    assert problem.path == "model[0].patches" and "do not fill an image of 8×6" in problem.message
    assert problem.allowed == "sizes that divide height and width: 2" and "`pad` or `crop`" in problem.hint


def test_both_settings_are_needed():
    from fitcli.errors import SpecError

    with pytest.raises(SpecError, match="features is missing"):
        parse_spec("{data: {path: x}, model: [{patches: 7}]}")
