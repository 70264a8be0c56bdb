import pytest

from fitcli.errors import ShapeError
from fitcli.ops.shapes import as_image, as_vector, same_shape, show


@pytest.mark.parametrize(("shape", "text"), [((8, 8, 32), "8×8×32"), ((10,), "10"), ((), "one number")])
def test_show(shape, text):
    assert show(shape) == text


def test_what_fits_passes_through():
    assert as_image("conv", (4, 5, 3)) == (4, 5, 3)
    assert as_vector("dense", (12,)) == (12,)
    assert same_shape("add", (), ()) == ()


@pytest.mark.parametrize(
    ("rule", "args", "message"),
    [
        (as_image, ("conv", (12,)), "conv needs an image (height×width×channels), got a vector of 12\n"
                                    "  try: put `conv` before `flatten` or `globalavgpool`"),
        (as_vector, ("dense", (4, 5, 3)), "dense needs a flat input, got 4×5×3\n"
                                          "  try: put `flatten` or `globalavgpool` before it"),
        (same_shape, ("add", (3,), (4, 4, 3)), "add needs two inputs of one shape, got 3 and 4×4×3"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_words(rule, args, message):
    with pytest.raises(ShapeError) as caught:
        rule(*args)
    assert str(caught.value) == message and caught.value.exit_code == 2
