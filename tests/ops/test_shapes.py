import pytest

from fitcli.errors import ShapeError
from fitcli.ops.shapes import as_features, as_image, as_places, as_tokens, as_vector, same_shape, show


@pytest.mark.parametrize(("shape", "text"), [((8, 8, 32), "8×8×32"), ((10,), "10"), ((), "one number")])
def test_show(shape, text):
    assert show(shape) == text


def test_what_fits_passes_through():
    assert as_image("conv", (4, 5, 3)) == (4, 5, 3)
    assert as_vector("dense", (12,)) == (12,)
    assert same_shape("add", (), ()) == ()
    assert as_tokens("attention", (49, 64)) == as_places("pool", (49, 64)) == as_features("dense", (49, 64)) == (49, 64)
    assert as_places("pool", (4, 5, 3)) == (4, 5, 3) and as_features("dense", (12,)) == (12,)


@pytest.mark.parametrize(
    ("rule", "args", "message"),
    [
        (as_image, ("conv", (12,)), "conv needs an image (height×width×channels), got a vector of 12\n"
                                    "  try: put `conv` before `flatten` or `globalavgpool`"),
        (as_vector, ("dense", (4, 5, 3)), "dense needs a flat input, got 4×5×3\n"
                                          "  try: put `flatten` or `globalavgpool` before it"),
        (as_image, ("conv", (49, 64)), "conv needs an image (height×width×channels), got 49 tokens of 64 features\n"
                                       "  try: put `conv` before `patches`, or `reshape` the tokens to an image"),
        (as_places, ("pool", (12,)), "pool needs an image (height×width×channels), got a vector of 12\n"
                                     "  try: put `pool` before `flatten` or `globalavgpool`"),
        (as_vector, ("cross_entropy", (49, 10)), "cross_entropy needs a flat input, got 49 tokens of 10 features\n"
                                                 "  try: put `globalavgpool` or `first_token` before it"),
        (as_features, ("dense", (4, 5, 3)), "dense needs a flat input, got 4×5×3\n"
                                            "  try: put `flatten` or `globalavgpool` before it"),
        (as_tokens, ("attention", (4, 5, 3)), "attention needs tokens (tokens×features), got 4×5×3\n"
                                              "  try: `patches` or `reshape: [20, 3]` before it"),
        (as_tokens, ("attention", (12,)), "attention needs tokens (tokens×features), got a vector of 12\n"
                                          "  try: put `attention` before `flatten`"),
        (same_shape, ("add", (3,), (4, 4, 3)), "add needs two inputs of one shape, got 3 and 4×4×3"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_words(rule, args, message):
    with pytest.raises(ShapeError) as caught:
        rule(*args)
    assert str(caught.value) == message and caught.value.exit_code == 2
